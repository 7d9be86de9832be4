"""How cells and chips are drawn, by delegates and by labels alike."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView

from rentease_desk.gui import tokens
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.models.cell import Align, Cell
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tokens import Tone

_TOO_WIDE = "…"
"""For an amount that does not fit: a part of it would be another amount."""
_LEAST_ASIDE = 36
"""Where there is less room, small print would be little more than its own …"""
CODE, _SLOT = 30, 28
"""What a currency takes behind a figure, and its own letters."""
_CENTRE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def paint_box(
    painter: QPainter, place: QRectF, theme: Theme, border: str, ground: str, radius: float, width: int = 1
) -> None:
    """A rounded box with its border inside of ``place``; ``ground`` "" is none."""
    painter.setPen(QPen(theme.colour(border), width))
    painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), radius, radius)


def paint_step_mark(painter: QPainter, place: QRect, theme: Theme, at: int, now: int) -> None:
    """The number of the step ``at``, or a tick where it is done; ``now`` is the one under way."""
    ground = "accent" if at == now else "good_bg" if at < now else "neut_bg"
    paint_box(painter, QRectF(place), theme, ground, ground, tokens.CHIP_RADIUS)
    if at < now:
        size = theme.px(tokens.CHIP_ICON)
        pixmap = theme.icons.pixmap("tick", theme.colour("good"), size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(place.center().x() - size / 2 + 1, place.center().y() - size / 2 + 1), pixmap)
        return
    painter.setFont(theme.font(tokens.SMALL, QFont.Weight.DemiBold))
    painter.setPen(theme.colour("onaccent" if at == now else "neut"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(at + 1))


def chip_size(chip: Chip, theme: Theme) -> QSize:
    """How much room a chip takes."""
    metrics = QFontMetrics(theme.font(tokens.SMALL, QFont.Weight.Medium))
    width = theme.px(4 + tokens.CHIP_ICON + 4 + 6) + metrics.horizontalAdvance(chip.word)
    return QSize(width, theme.px(tokens.CHIP))


def paint_chip(painter: QPainter, place: QRect, chip: Chip, theme: Theme) -> None:
    """An icon and a word on their tint, left and in the middle of ``place``; cut with … where it is too narrow."""
    size = chip_size(chip, theme)
    top = place.top() + (place.height() - size.height() + 1) // 2
    box = QRect(place.left(), top, min(size.width(), place.width()), size.height())
    text, background = (QColor(one) for one in theme.colours.tint(chip.tone))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("edge"), 1) if chip.tone is Tone.OUTLINE else Qt.PenStyle.NoPen)
    painter.setBrush(background)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), tokens.CHIP_RADIUS, tokens.CHIP_RADIUS)
    icon = theme.px(tokens.CHIP_ICON)
    ratio = painter.device().devicePixelRatioF()
    icon_top = box.top() + (box.height() - icon) / 2
    painter.drawPixmap(QPointF(box.left() + theme.px(4), icon_top), theme.icons.pixmap(chip.icon, text, icon, ratio))
    painter.setPen(text)
    painter.setFont(theme.font(tokens.SMALL, QFont.Weight.Medium))
    word = box.adjusted(theme.px(8) + icon, 0, -theme.px(4), 0)
    shown = painter.fontMetrics().elidedText(chip.word, Qt.TextElideMode.ElideRight, word.width() + 2)
    painter.drawText(word, _CENTRE, shown)
    painter.restore()


def key_cap_size(key: str, theme: Theme) -> QSize:
    """How much room a key's name takes."""
    metrics = QFontMetrics(theme.font(tokens.SMALL, QFont.Weight.Medium))
    return QSize(metrics.horizontalAdvance(key) + theme.px(10), theme.px(18))


def paint_key_cap(painter: QPainter, place: QRect, key: str, theme: Theme, *, on_accent: bool = False) -> None:
    """A key, as it stands beside what it does."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("onaccent" if on_accent else "line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if on_accent else theme.colour("sunken"))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(theme.font(tokens.SMALL, QFont.Weight.Medium))
    painter.setPen(theme.colour("onaccent" if on_accent else "text2"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


def cell_place(header: QHeaderView, column: int, place: QRect, theme: Theme, edge: int) -> QRect:
    """Where a cell's contents go; at the left edge of the table they stand ``edge`` within, under the page's title."""
    first = next((at for at in range(header.count()) if not header.isSectionHidden(header.logicalIndex(at))), 0)
    left = edge if header.visualIndex(column) == first else tokens.GRID
    return place.adjusted(theme.px(left), 0, -theme.px(tokens.GRID), 0)


def paint_cell(painter: QPainter, place: QRect, cell: Cell, align: Align, theme: Theme) -> None:
    """A cell's icon, text, currency code and small print within ``place``."""
    if cell.chip is not None:
        paint_chip(painter, place, cell.chip, theme)
        return
    painter.save()
    if cell.icon:
        place = _paint_icon(painter, place, cell, theme)
    if align is Align.RIGHT:
        _paint_figure(painter, place, cell, theme)
    else:
        _paint_text(painter, place, cell, theme)
    painter.restore()


def _paint_icon(painter: QPainter, place: QRect, cell: Cell, theme: Theme) -> QRect:
    size = theme.px(tokens.ICON)
    top = place.center().y() - size / 2 + 1
    pixmap = theme.icons.pixmap(cell.icon, theme.colour("text2"), size, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(place.left(), top), pixmap)
    return place.adjusted(size + theme.px(8), 0, 0, 0)


def _font(cell: Cell, theme: Theme) -> QFont:
    font = theme.font(weight=QFont.Weight.DemiBold if cell.strong else QFont.Weight.Normal)
    font.setStrikeOut(cell.struck)
    return font


def _paint_text(painter: QPainter, place: QRect, cell: Cell, theme: Theme) -> None:
    painter.setFont(_font(cell, theme))
    metrics = painter.fontMetrics()
    if cell.lead:
        painter.setPen(theme.colour("text2"))
        painter.drawText(place, _CENTRE | Qt.AlignmentFlag.AlignLeft, cell.lead)
        place = place.adjusted(metrics.horizontalAdvance(f"{cell.lead} "), 0, 0, 0)
    painter.setPen(theme.colour(cell.colour))
    text = metrics.elidedText(cell.text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, _CENTRE | Qt.AlignmentFlag.AlignLeft, text)
    rest = place.adjusted(metrics.horizontalAdvance(text) + theme.px(6), 0, 0, 0)
    if cell.aside and rest.width() > theme.px(_LEAST_ASIDE):
        painter.setFont(theme.font(tokens.SMALL))
        painter.setPen(theme.colour(cell.aside_colour))
        aside = painter.fontMetrics().elidedText(cell.aside, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, _CENTRE | Qt.AlignmentFlag.AlignLeft, aside)


def _paint_figure(painter: QPainter, place: QRect, cell: Cell, theme: Theme) -> None:
    if cell.code is not None:
        slot = theme.px(_SLOT)
        painter.setFont(theme.font(tokens.SMALL))
        painter.setPen(theme.colour("text2"))
        code = QRect(place.right() - slot + 1, place.top(), slot, place.height())
        painter.drawText(code, _CENTRE | Qt.AlignmentFlag.AlignRight, cell.code)
        place = place.adjusted(0, 0, -slot - theme.px(CODE - _SLOT), 0)
    font = _font(cell, theme)
    painter.setPen(theme.colour(cell.colour))
    painter.setFont(font)
    if painter.fontMetrics().horizontalAdvance(cell.text) > place.width():
        font.setPointSizeF(theme.font(tokens.SMALL).pointSizeF())
        painter.setFont(font)
    fits = painter.fontMetrics().horizontalAdvance(cell.text) <= place.width()
    painter.drawText(place, _CENTRE | Qt.AlignmentFlag.AlignRight, cell.text if fits else _TOO_WIDE)
