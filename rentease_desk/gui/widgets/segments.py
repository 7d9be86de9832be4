"""A few choices beside each other, one of them taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from rentease_desk.gui.theme import Theme


class _Segment(QToolButton):
    """As wide chosen as not: nothing moves when another one is taken."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the word in bold."""
        hint, bold = super().sizeHint(), QFontMetrics(self._theme.font(weight=QFont.Weight.DemiBold))
        more = bold.horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return QSize(hint.width() + max(0, more), hint.height())


class Segments(QWidget):
    """``chosen`` carries the value of the choice that the user took."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, choices: Sequence[tuple[Any, str]], name: str) -> None:
        super().__init__()
        self._theme = theme
        self._values = [value for value, _ in choices]
        self._group = QButtonGroup(self)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for at, (_, word) in enumerate(choices):
            layout.addWidget(self._button(at, word, len(choices)))
        self._group.buttonClicked.connect(self._clicked)
        theme.changed.connect(self._restyle)
        self.choose(self._values[0])

    def focus_chosen(self) -> None:
        """Put the keyboard on what is chosen; arrows go through them."""
        self._group.button(self._group.checkedId()).setFocus()

    @property
    def value(self) -> Any:
        """What is chosen."""
        return self._values[self._group.checkedId()]

    @property
    def word(self) -> str:
        """What is chosen, in words."""
        return self._group.button(self._group.checkedId()).text()

    def offers(self, value: Any) -> bool:
        """Whether it is one of the choices."""
        return value in self._values

    def choose(self, value: Any) -> None:
        """Take a choice without telling."""
        self._group.button(self._values.index(value)).setChecked(True)
        self._restyle()

    def _button(self, at: int, word: str, count: int) -> QToolButton:
        button = _Segment(self._theme)
        button.setText(word)
        button.setCheckable(True)
        button.setProperty("segment", True)
        button.setProperty("place", "first" if at == 0 else "last" if at == count - 1 else "inner")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, at)
        return button

    @Slot(QAbstractButton)
    def _clicked(self, _button: QAbstractButton) -> None:
        self._restyle()
        self.chosen.emit(self.value)

    @Slot()
    def _restyle(self) -> None:
        for button in self._group.buttons():
            weight = QFont.Weight.DemiBold if button.isChecked() else QFont.Weight.Normal
            button.setFont(self._theme.font(weight=weight))
