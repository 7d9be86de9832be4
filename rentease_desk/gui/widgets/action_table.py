"""A list whose rows can be acted on: letters act while the keyboard is in it, and the menu of a row tells them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu

from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.desk_table import DeskTable


class ActionTable(DeskTable):
    """Its own actions stand in the menu of a row, above those that copy. The marked row stays in sight."""

    def add_action(self, words: str, key: str, run: Callable[[], None]) -> QAction:
        """A further action. Its key acts in the list, and nowhere else."""
        action = QAction(words, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setAutoRepeat(False)  # a key that is held down would act on row after row
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def button(self, action: QAction, icon: str = "") -> Button:
        """A button that does the same, and gives the keyboard back to the list."""
        button = Button(self._theme, action.text(), icon=icon, key=action.shortcut().toString())
        button.clicked.connect(action.trigger)
        button.clicked.connect(self.setFocus)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Below it more or less is told of the marked row."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def _row_menu(self, index: QModelIndex) -> QMenu:
        menu = super()._row_menu(index)
        before = menu.actions()[0]
        menu.insertActions(before, self.actions())
        menu.insertSeparator(before)
        return menu
