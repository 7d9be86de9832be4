"""Text in one line that is cut with … where there is too little room; the whole of it shows on hover."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.basics import Label

_LEAST = 40


class ElidedLabel(Label):
    """Never widens what holds it, however long the text is."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few letters."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), self._theme.px(_LEAST)), whole.height())

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show another text, in one line."""
        super().setText(" ".join(text.split()))
        self._tell_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or less of it is seen."""
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """What fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        painter.drawText(self.contentsRect(), flags, self._shown())
        painter.end()

    def _shown(self) -> str:
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def _tell_whole(self) -> None:
        self.setToolTip(plain_tip(self.text()) if self._shown() != self.text() else "")


class WholeLabel(ElidedLabel):
    """All of it or nothing but …: a part of an amount would be another amount."""

    def _shown(self) -> str:
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        return self.text() if fits else "…"


class FittingLabel(ElidedLabel):
    """Says it in the first words that fit, or nothing: given up before anything beside it is cut."""

    def __init__(self, theme: Theme, *, size: int = tokens.BASE, tone: str = "") -> None:
        self._shorter: tuple[str, ...] = ()
        super().__init__(theme, size=size, tone=tone)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It needs nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def say(self, *texts: str) -> None:
        """The same in fewer and fewer words; the first ones are the whole."""
        self._shorter = texts[1:]
        self.setText(texts[0] if texts else "")

    def _shown(self) -> str:
        room, width = self.contentsRect().width(), self.fontMetrics().horizontalAdvance
        return next((text for text in (self.text(), *self._shorter) if width(text) <= room), "")
