"""Counts beside each other, large, each with its word below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Label, column


class Figures(QWidget):
    """``names`` are (key, word) pairs."""

    def __init__(self, theme: Theme, names: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._words = dict(names)
        self._labels: dict[str, Label] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(tokens.MARGIN)
        for key, word in names:
            self._labels[key] = Label(theme, "–", size=tokens.LARGE, weight=QFont.Weight.DemiBold)
            small = Label(theme, word, size=tokens.SMALL, tone="text2")
            layout.addLayout(column(self._labels[key], small, spacing=0), 1)

    def show_count(self, key: str, count: int, tone: str = "") -> None:
        """Show another count."""
        self._labels[key].setText(str(count))
        self._labels[key].set_tone(tone)
        self._labels[key].setAccessibleName(f"{self._words[key]} {count}")
