"""A line above a page that says what happened and what to do. It stays until it is answered or closed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy

from rentease_desk.domain.errors import Explained
from rentease_desk.gui import tokens
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Icon, IconButton, Label, row

_ICONS = {Tone.GOOD: "circle-tick", Tone.ATTENTION: "triangle", Tone.WRONG: "triangle", Tone.NEUTRAL: "info"}
_BESIDE, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_LONG = 200
"""Text of so many letters, or of several lines, stands below its title: beside it, it would be a narrow column where
the window is narrow."""
_UNBROKEN = 48
"""So does text of which a word (an address, an id) and the title are so many letters that no line could be broken."""


class Banner(QFrame):
    """Hidden until there is something to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = Icon(theme, "info")
        self._title = Label(theme, weight=QFont.Weight.DemiBold)
        self._text = Label(theme)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = Button(theme, "", kind="text")
        self._run: Callable[[], None] | None = None
        self._close = IconButton(theme, "close", self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        self._action.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(tokens.GRID)
        self._words = row(self._title, self._text)
        self._words.setStretch(1, 1)
        layout.addWidget(self._icon)
        layout.addLayout(self._words, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        self.hide()

    def set_flush(self) -> None:
        """It goes from edge to edge of its place, so it has no round corners."""
        self.setProperty("flush", True)

    def keep_open(self) -> None:
        """It cannot be closed: what it says is true until something changes."""
        self._close.hide()

    def tell(self, title: str, text: str, tone: Tone, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say something; with ``action``, a button that calls ``run``."""
        self._icon.show_icon(_ICONS[tone], tone.value)
        self._words.setDirection(_BELOW if _is_long(title, text) else _BESIDE)
        self._title.setText(title)
        self._text.setText(text)
        self._run = run
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setProperty("tint", tone.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(f"{title}. {text}")
        self.show()

    def explain(self, told: Explained, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say a known error."""
        self.tell(told.title, f"{told.happened} {told.remedy}".strip(), Tone.WRONG, action, run)

    @Slot()
    def _act(self) -> None:
        self.hide()
        if self._run is not None:
            self._run()


def _is_long(title: str, text: str) -> bool:
    return len(text) > _LONG or "\n" in text or len(title) + max(map(len, text.split()), default=0) > _UNBROKEN
