"""The steps of something that is done in order: those that are done, the one under way, those to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import paint_box, paint_step_mark

_HEIGHT, _BOX = 48, 20
_AROUND, _TIGHT, _GAP = 16, 6, 8


class StepStrip(QWidget):
    """Painted whole. It only tells: keys and buttons go from step to step."""

    def __init__(self, theme: Theme, words: Sequence[str]) -> None:
        super().__init__()
        self._theme, self._words = theme, tuple(words)
        self.at = self._around = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        self.show_step(0)

    def show_step(self, at: int) -> None:
        """Those before this one are done."""
        self.at = at
        told = self.tr("Step {number} of {count}: {words}")
        self.setAccessibleName(told.format(number=at + 1, count=len(self._words), words=self._words[at]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One row."""
        return QSize(self._theme.px(400), self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """All steps."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), theme, "line", "surface", tokens.CARD_RADIUS)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.CARD_RADIUS - 1, tokens.CARD_RADIUS - 1)
        painter.setClipPath(clip)
        left = 0
        for at, (words, width) in enumerate(zip(self._words, self.widths(), strict=True)):
            self._paint_step(painter, QRect(left, 1, width, self.height() - 2), at, words)
            left += width
        painter.end()

    def widths(self) -> list[int]:
        """In pixels: all alike; where words would be cut each is as wide as its words ask, as far as there is room."""
        count, needed = len(self._words), self._needed()
        parts = [1] * count if max(needed) * count <= self.width() else needed
        ends = [round(self.width() * sum(parts[: at + 1]) / sum(parts)) for at in range(count)]
        return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]

    def _needed(self) -> list[int]:
        """Where all of them do not fit there is less around the words."""
        px, metrics = self._theme.px, QFontMetrics(self._theme.font(weight=QFont.Weight.DemiBold))
        words = [metrics.horizontalAdvance(one) + 2 + px(_BOX + _GAP) for one in self._words]
        fits = sum(words) + 2 * len(words) * px(_AROUND) <= self.width()
        self._around = px(_AROUND if fits else _TIGHT)
        return [one + 2 * self._around for one in words]

    def _paint_step(self, painter: QPainter, place: QRect, at: int, words: str) -> None:
        theme, now = self._theme, at == self.at
        if now:
            painter.fillRect(place, theme.colour("select"))
            painter.fillRect(place.adjusted(0, place.height() - theme.px(3), 0, 0), theme.colour("accent"))
        if at:
            painter.fillRect(QRect(place.left(), place.top(), 1, place.height()), theme.colour("line"))
        size = theme.px(_BOX)
        box = QRect(place.left() + self._around, place.center().y() - size // 2, size, size)
        paint_step_mark(painter, box, theme, at, self.at)
        painter.setFont(theme.font(weight=QFont.Weight.DemiBold if now else QFont.Weight.Normal))
        painter.setPen(theme.colour("text" if now else "text2"))
        text = place.adjusted(self._around + theme.px(_GAP) + size, 0, -theme.px(4), 0)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)
