"""Counts beside each other, large, each with its word below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Label, column
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.sizes import keep_size

_LEAST = 72
"""Counts of one to five figures stand at the same places."""


class Figures(QWidget):
    """``names`` are (key, word) pairs."""

    def __init__(self, theme: Theme, names: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._words = dict(names)
        self._labels: dict[str, Label] = {}
        layout = FlowLayout(spacing=12)
        for key, word in names:
            self._labels[key] = Label(theme, DASH, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
            part = QWidget()
            keep_size(part, theme, least_width=_LEAST)
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            part.setLayout(column(self._labels[key], Label(theme, word, size=tokens.SMALL, tone="text2"), spacing=0))
            layout.addWidget(part)
        self.setLayout(layout)

    def show_count(self, key: str, count: str, tone: str = "") -> None:
        """Show another count."""
        self._labels[key].setText(count)
        self._labels[key].set_tone(tone)
        self._labels[key].setAccessibleName(f"{self._words[key]} {count}")
