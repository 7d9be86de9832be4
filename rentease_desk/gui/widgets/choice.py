"""A button that chooses one of several values, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button


class ChoiceButton(Button):
    """``chosen`` carries the value, None for no choice."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, none: str, name: str) -> None:
        super().__init__(theme, none)
        self._none, self._name = none, name
        self._choices: Sequence[tuple[Any, str]] = ()
        self.value: Any = None
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._choose)
        self.setMenu(self._menu)
        self.set_choices(())

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer other values; a value that is not offered any more is given up."""
        self._choices = choices
        if self.value not in [value for value, _ in choices]:
            self.value = None
        self._menu.clear()
        for at, (_, word) in enumerate([(None, self._none), *choices]):
            action = QAction(word, self._menu)
            action.setData(at - 1)
            self._menu.addAction(action)
        self._show()

    def choose(self, value: Any) -> None:
        """Take a choice without telling; one that is not offered is none."""
        self.value = value if value in [one for one, _ in self._choices] else None
        self._show()

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        at = int(action.data())
        self.value = None if at < 0 else self._choices[at][0]
        self._show()
        self.chosen.emit(self.value)

    def _show(self) -> None:
        word = next((word for value, word in self._choices if value == self.value), self._none)
        self.setText(word)
        self.setAccessibleName(f"{self._name}: {word}")
        self.updateGeometry()
