"""The steps of something that is done in order, below each other: done, under way, and to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import paint_box, paint_step_mark

_ROW, _LEAST, _BOX, _EDGE, _GAP = 56, 42, 24, 16, 12


class StepColumn(QWidget):
    """Painted whole. ``steps``: a name, and a few words about it. Keys and buttons go from step to step."""

    def __init__(self, theme: Theme, steps: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._theme, self._steps = theme, tuple(steps)
        self.at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self.updateGeometry)
        self.show_step(0)

    def show_step(self, at: int) -> None:
        """Those before this one are done."""
        self.at = at
        told = self.tr("Step {number} of {count}: {words}")
        self.setAccessibleName(told.format(number=at + 1, count=len(self._steps), words=self._steps[at][0]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A row a step, as wide as the longest words."""
        theme = self._theme
        bold, small = QFontMetrics(theme.font(weight=QFont.Weight.DemiBold)), QFontMetrics(theme.font(tokens.SMALL))
        widest = max(max(bold.horizontalAdvance(name), small.horizontalAdvance(about)) for name, about in self._steps)
        return QSize(widest + theme.px(_BOX + _GAP + 2 * _EDGE), len(self._steps) * theme.px(_ROW))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Rows stand closer where the window is low; nothing is cut."""
        return QSize(self.sizeHint().width(), len(self._steps) * self._theme.px(_LEAST))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """All steps."""
        painter, height = QPainter(self), self.height() // len(self._steps)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, (name, about) in enumerate(self._steps):
            self._paint_step(painter, QRect(0, at * height, self.width(), height), at, name, about)
        painter.end()

    def _paint_step(self, painter: QPainter, place: QRect, at: int, name: str, about: str) -> None:
        theme, now = self._theme, at == self.at
        if now:
            paint_box(painter, QRectF(place).adjusted(0, 1, 0, -1), theme, "select", "select", tokens.CONTROL_RADIUS)
        size = theme.px(_BOX)
        box = QRect(place.left() + theme.px(_EDGE), place.center().y() - size // 2, size, size)
        paint_step_mark(painter, box, theme, at, self.at)
        text = place.adjusted(theme.px(_EDGE + _GAP) + size, 0, -theme.px(_EDGE) // 2, 0)
        weight = QFont.Weight.DemiBold if now else QFont.Weight.Medium
        middle, half = text.center().y(), theme.px(20)
        upper, lower = (QRect(text.left(), top, text.width(), half) for top in (middle - half, middle))
        self._write(painter, upper, name, "text", theme.font(weight=weight))
        self._write(painter, lower, about, "text2", theme.font(tokens.SMALL))

    def _write(self, painter: QPainter, place: QRect, text: str, tone: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.colour(tone))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
