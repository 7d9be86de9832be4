"""How cells and chips are drawn, by delegates and by labels alike."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
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
_LEFT = _CENTRE | Qt.AlignmentFlag.AlignLeft
_RIGHT = _CENTRE | Qt.AlignmentFlag.AlignRight
"""Put together once: a table that is scrolled paints hundreds of cells at a time."""


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
    painter.setFont(theme.letters(tokens.SMALL, QFont.Weight.DemiBold))
    painter.setPen(theme.colour("onaccent" if at == now else "neut"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(at + 1))


def chip_size(chip: Chip, theme: Theme) -> QSize:
    """How much room a chip takes."""
    metrics = theme.metrics(tokens.SMALL, QFont.Weight.Medium)
    width = theme.px(4 + tokens.CHIP_ICON + 4 + 6) + metrics.horizontalAdvance(chip.word)
    return QSize(width, theme.px(tokens.CHIP))


def paint_chip(painter: QPainter, place: QRect, chip: Chip, theme: Theme) -> None:
    """An icon and a word on their tint, left and in the middle of ``place``; cut with … where it is too narrow."""
    size = chip_size(chip, theme)
    top = place.top() + (place.height() - size.height() + 1) // 2
    box = QRect(place.left(), top, min(size.width(), place.width()), size.height())
    text, background = theme.tint(chip.tone)
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
    painter.setFont(theme.letters(tokens.SMALL, QFont.Weight.Medium))
    word = box.adjusted(theme.px(8) + icon, 0, -theme.px(4), 0)
    shown, _ = _fitting(theme.metrics(tokens.SMALL, QFont.Weight.Medium), chip.word, word.width() + 2)
    painter.drawText(word, _CENTRE, shown)
    painter.restore()


def key_cap_size(key: str, theme: Theme) -> QSize:
    """How much room a key's name takes."""
    metrics = theme.metrics(tokens.SMALL, QFont.Weight.Medium)
    return QSize(metrics.horizontalAdvance(key) + theme.px(10), theme.px(18))


def paint_key_cap(painter: QPainter, place: QRect, key: str, theme: Theme, *, on_accent: bool = False) -> None:
    """A key, as it stands beside what it does."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("onaccent" if on_accent else "line"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush if on_accent else theme.colour("sunken"))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(theme.letters(tokens.SMALL, QFont.Weight.Medium))
    painter.setPen(theme.colour("onaccent" if on_accent else "text2"))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


def cell_place(header: QHeaderView, column: int, place: QRect, theme: Theme, edge: int) -> QRect:
    """Where a cell's contents go; at the left edge of the table they stand ``edge`` within, under the page's title."""
    before = range(header.visualIndex(column))
    left = edge if all(header.isSectionHidden(header.logicalIndex(at)) for at in before) else tokens.GRID
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


def _weight(cell: Cell) -> QFont.Weight:
    return QFont.Weight.DemiBold if cell.strong else QFont.Weight.Normal


def _font(cell: Cell, theme: Theme) -> QFont:
    if not cell.struck:
        return theme.letters(weight=_weight(cell))
    font = theme.font(weight=_weight(cell))
    font.setStrikeOut(True)
    return font


def _paint_text(painter: QPainter, place: QRect, cell: Cell, theme: Theme) -> None:
    painter.setFont(_font(cell, theme))
    metrics = theme.metrics(weight=_weight(cell))
    if cell.lead:
        painter.setPen(theme.colour("text2"))
        painter.drawText(place, _LEFT, cell.lead)
        place = place.adjusted(metrics.horizontalAdvance(f"{cell.lead} "), 0, 0, 0)
    painter.setPen(theme.colour(cell.colour))
    text, wide = _fitting(metrics, cell.text, place.width())
    painter.drawText(place, _LEFT, text)
    if not cell.aside:
        return
    rest = place.adjusted(wide + theme.px(6), 0, 0, 0)
    if rest.width() > theme.px(_LEAST_ASIDE):
        painter.setFont(theme.letters(tokens.SMALL))
        painter.setPen(theme.colour(cell.aside_colour))
        painter.drawText(rest, _LEFT, _fitting(theme.metrics(tokens.SMALL), cell.aside, rest.width())[0])


def _paint_figure(painter: QPainter, place: QRect, cell: Cell, theme: Theme) -> None:
    if cell.code is not None:
        slot = theme.px(_SLOT)
        painter.setFont(theme.letters(tokens.SMALL))
        painter.setPen(theme.colour("text2"))
        code = QRect(place.right() - slot + 1, place.top(), slot, place.height())
        painter.drawText(code, _RIGHT, cell.code)
        place = place.adjusted(0, 0, -slot - theme.px(CODE - _SLOT), 0)
    font, fits = _font(cell, theme), True
    painter.setPen(theme.colour(cell.colour))
    painter.setFont(font)
    if theme.metrics(weight=_weight(cell)).horizontalAdvance(cell.text) > place.width():
        small = QFont(font)
        small.setPointSizeF(theme.letters(tokens.SMALL).pointSizeF())
        painter.setFont(small)
        fits = painter.fontMetrics().horizontalAdvance(cell.text) <= place.width()
    painter.drawText(place, _RIGHT, cell.text if fits else _TOO_WIDE)


def _fitting(metrics: QFontMetrics, text: str, room: int) -> tuple[str, int]:
    """The text, cut with … where there is too little room, and how wide it is then."""
    wide = metrics.horizontalAdvance(text)
    if wide > room:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        wide = metrics.horizontalAdvance(text)
    return text, wide
