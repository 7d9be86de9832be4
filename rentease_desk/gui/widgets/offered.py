"""Choices that are others from time to time: segments beside each other, or a button with a menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.segments import Segments

Choices = Sequence[tuple[Any, str]]


class OfferedSegments(QWidget):
    """``chosen`` carries a value. It is hidden while there is nothing to choose."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._choices: tuple[tuple[Any, str], ...] = ()
        self.segments: Segments | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @property
    def value(self) -> Any:
        """What is chosen; None while nothing is offered."""
        return None if self.segments is None else self.segments.value

    def offer(self, choices: Choices, value: Any) -> None:
        """Offer these, and take one without telling."""
        if tuple(choices) != self._choices:
            self._make(tuple(choices))
        if self.segments is not None and self.segments.offers(value):
            self.segments.choose(value)
        self.setVisible(len(choices) > 1)
        self.updateGeometry()

    def _make(self, choices: tuple[tuple[Any, str], ...]) -> None:
        self._choices = choices
        if self.segments is not None:
            self.segments.hide()
            self._layout.removeWidget(self.segments)
            self.segments.deleteLater()
            self.segments = None
        if choices:
            self.segments = Segments(self._theme, choices, self._name)
            self.segments.chosen.connect(self.chosen)
            self._layout.addWidget(self.segments)


class MenuChoice(Button):
    """``chosen`` carries the value that was taken; one always is."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, icon: str = "") -> None:
        super().__init__(theme, name, icon=icon)
        self._name = name
        self._choices: tuple[tuple[Any, str], ...] = ()
        self.value: Any = None
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._choose)
        self.setMenu(self._menu)

    def offer(self, choices: Choices, value: Any) -> None:
        """Offer these, and take one without telling; the first where it is not among them."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self._menu.clear()
            for at, (_, word) in enumerate(self._choices):
                action = QAction(word, self._menu)
                action.setData(at)
                self._menu.addAction(action)
        values = [one for one, _ in self._choices]
        self._take(value if value in values else values[0])

    def _take(self, value: Any) -> None:
        self.value = value
        word = next(word for one, word in self._choices if one == value)
        self.setText(word)
        self.setAccessibleName(f"{self._name}: {word}")
        self.updateGeometry()

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._take(self._choices[int(action.data())][0])
        self.chosen.emit(self.value)
