"""A field to type a search into, with its icon and key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import KeyCap


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
        self.setTextMargins(self._theme.px(tokens.ICON + 10), 0, 0, 0)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._cap.setVisible(not text)
