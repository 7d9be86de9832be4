"""A card: a title, perhaps something small beside it, and what it holds."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Label, frame, row


def card(theme: Theme, title: str, body: QLayout, aside: QWidget | None = None) -> QFrame:
    """A framed card with its title above a hairline."""
    made = frame(card=True)
    name = Label(theme, title, weight=QFont.Weight.DemiBold)
    line = frame(bar="line")
    line.setFixedHeight(1)
    inside = QVBoxLayout()
    inside.setContentsMargins(16, 16, 16, 16)
    inside.addLayout(body)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.setSpacing(0)
    layout.addLayout(row(name, *((aside,) if aside else ()), None, margins=(16, 10, 16, 10)))
    layout.addWidget(line)
    layout.addLayout(inside)
    return made


def put_card(widget: QWidget, made: QWidget) -> None:
    """Let a widget be a card, and nothing around it."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(made)
