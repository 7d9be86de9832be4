"""What an empty table says: what would be here, and how it comes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractScrollArea, QVBoxLayout, QWidget

from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Label


class EmptyState(QWidget):
    """Lies over a table's viewport while it has no rows."""

    def __init__(self, theme: Theme, table: QAbstractScrollArea) -> None:
        super().__init__(table.viewport())
        self._title = Label(theme, weight=QFont.Weight.DemiBold)
        self._text = Label(theme, tone="text2")
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addStretch(3)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        table.viewport().installEventFilter(self)
        self.hide()

    def say(self, title: str, text: str) -> None:
        """Show it with these words."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
        self._fill()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay as large as the table."""
        if event.type() == QEvent.Type.Resize:
            self._fill()
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
