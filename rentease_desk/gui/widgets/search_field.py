"""A field to type a search into, with its icon and key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.basics import KeyCap

_EDGE = 11
"""Border and padding of a field, and what Qt leaves free beside a text."""


class SearchField(QLineEdit):
    """Escape empties it; ``textChanged`` is the search."""

    def __init__(self, theme: Theme, hint: str, key: str) -> None:
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setProperty("field", True)
        self._cap = KeyCap(theme, key)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, tokens.GRID, 0)
        layout.addStretch()
        layout.addWidget(self._cap)
        self.textChanged.connect(self._typed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or less of the hint is seen; the whole of it shows on hover."""
        super().resizeEvent(event)
        self._tell_whole()

    def show_text(self, text: str) -> None:
        """Another search, without telling."""
        self.blockSignals(True)
        self.setText(text)
        self.blockSignals(False)
        self._typed(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape empties a search that is not empty."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, then its icon: one that Qt puts there would not follow the zoom."""
        super().paintEvent(event)
        theme, size = self._theme, self._theme.px(tokens.ICON)
        painter = QPainter(self)
        pixmap = theme.icons.pixmap("search", theme.colour("text2"), size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(theme.px(10), (self.height() - size) / 2), pixmap)
        painter.end()

    @Slot()
    def _restyle(self) -> None:
        """The hint ends before the key, which is there as long as nothing is typed."""
        cap = 0 if self.text() else self._cap.sizeHint().width() + self._theme.px(tokens.GRID)
        self.setTextMargins(self._theme.px(tokens.ICON + 10), 0, cap, 0)
        self._tell_whole()

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._cap.setVisible(not text)
        self._restyle()

    def _tell_whole(self) -> None:
        margins, hint = self.textMargins(), self.placeholderText()
        room = self.width() - margins.left() - margins.right() - 2 * self._theme.px(_EDGE)
        self.setToolTip(plain_tip(hint) if self.fontMetrics().horizontalAdvance(hint) > room else "")
