"""A card of lines with sums under each other, painted whole: what should be in a drawer, and the like."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.drawer_words import DrawerLine
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import paint_box

_EDGE, _GAP = 16, 8
_LEAST = 260
_FIGURE = 84
_TEXT = 96
_V = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class LinesCard(QWidget):
    """``columns`` are the words above the figures; what is at the left is named by ``title``."""

    def __init__(self, theme: Theme, title: str, columns: Sequence[str]) -> None:
        super().__init__()
        self._theme, self._title, self._columns = theme, title, tuple(columns)
        self.lines: tuple[DrawerLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        theme.changed.connect(self.updateGeometry)

    def show_lines(self, lines: Sequence[DrawerLine], columns: Sequence[str] | None = None) -> None:
        """Show others."""
        self.lines = tuple(lines)
        self._columns = self._columns if columns is None else tuple(columns)
        told = (f"{one.text} {one.detail}: {', '.join(one.figures)}" for one in self.lines)
        self.setAccessibleDescription("\n".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All lines."""
        rows = max(1, len(self.lines))
        return QSize(self._theme.px(_LEAST), self._theme.px(tokens.TABLE_HEADER) + rows * self._theme.px(36) + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Nothing is cut."""
        figures = len(self._columns) * self._figure()
        return QSize(figures + self._theme.px(_TEXT + 2 * _EDGE), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Head and lines."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), theme, "line", "surface", tokens.CARD_RADIUS)
        clip, radius = QPainterPath(), tokens.CARD_RADIUS - 1
        clip.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        painter.setClipPath(clip)  # the head and the last line reach into the corners
        head, height = theme.px(tokens.TABLE_HEADER), theme.px(36)
        self._paint_head(painter, QRect(1, 1, self.width() - 2, head))
        for at, line in enumerate(self.lines):
            self._paint_line(painter, QRect(1, 1 + head + at * height, self.width() - 2, height), line)
        painter.end()

    def _figure(self) -> int:
        """As wide as the widest figure."""
        metrics = QFontMetrics(self._theme.font(weight=QFont.Weight.DemiBold))
        widest = max((metrics.horizontalAdvance(text) for one in self.lines for text in one.figures), default=0)
        with_icon = self._theme.px(22) if any(any(one.icons) for one in self.lines) else 0
        return max(self._theme.px(_FIGURE), widest + with_icon + self._theme.px(_GAP))

    def _paint_head(self, painter: QPainter, place: QRect) -> None:
        theme = self._theme
        painter.fillRect(place, theme.colour("sunken"))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), theme.colour("line"))
        painter.setFont(theme.font(tokens.SMALL))
        painter.setPen(theme.colour("text2"))
        left = place.adjusted(theme.px(_EDGE), 0, -theme.px(_EDGE), 0)
        room = left.width() - len(self._columns) * self._figure()
        painter.drawText(left, _V, painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room))
        for at, words in enumerate(reversed(self._columns)):
            right = left.adjusted(0, 0, -at * self._figure(), 0)
            painter.drawText(right, _V | Qt.AlignmentFlag.AlignRight, words)

    def _paint_line(self, painter: QPainter, place: QRect, line: DrawerLine) -> None:
        theme = self._theme
        if line.tint:
            painter.fillRect(place, theme.colour(f"{line.tint}_bg"))
        else:
            painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), theme.colour("line"))
        inside = place.adjusted(theme.px(_EDGE), 0, -theme.px(_EDGE), 0)
        weight = QFont.Weight.DemiBold if line.strong else QFont.Weight.Normal
        for at, text in enumerate(reversed(line.figures)):
            icons = tuple(reversed(line.icons))
            is_last = at == 0
            self._paint_figure(
                painter, inside.adjusted(0, 0, -at * self._figure(), 0), text, weight,
                line.tone if is_last else "", icons[at] if at < len(icons) else "",
            )  # fmt: skip
        room = inside.width() - len(line.figures) * self._figure()
        painter.setFont(theme.font(weight=weight))
        painter.setPen(theme.colour(line.tint or "text"))
        shown = painter.fontMetrics().elidedText(line.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(inside.left(), inside.top(), room, inside.height()), _V, shown)
        taken = painter.fontMetrics().horizontalAdvance(shown) + theme.px(_GAP)
        if line.detail and room - taken > theme.px(36):
            painter.setFont(theme.font(tokens.SMALL))
            painter.setPen(theme.colour("text2"))
            detail = painter.fontMetrics().elidedText(line.detail, Qt.TextElideMode.ElideRight, room - taken)
            painter.drawText(QRect(inside.left() + taken, inside.top(), room - taken, inside.height()), _V, detail)

    def _paint_figure(
        self, painter: QPainter, place: QRect, text: str, weight: QFont.Weight, tone: str, icon: str
    ) -> None:
        theme = self._theme
        painter.setFont(theme.font(weight=weight))
        painter.setPen(theme.colour(tone or "text"))
        painter.drawText(place, _V | Qt.AlignmentFlag.AlignRight, text)
        if icon:
            size = theme.px(tokens.CHIP_ICON)
            left = place.right() - painter.fontMetrics().horizontalAdvance(text) - size - theme.px(6)
            pixmap = theme.icons.pixmap(icon, theme.colour(tone or "text"), size, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, place.center().y() - size / 2 + 1), pixmap)
