"""The foot of the window: the keys of this page, a sentence about what happened, the desk and its last sync."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.announce import announce
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import KeyCap, Label, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.gives_way import GivesWay
from rentease_desk.gui.widgets.sizes import LayoutZoom, keep_size

_STAYS = 8_000


class FootBar(QFrame):
    """``say`` shows a sentence for some seconds, ``tell`` one that belongs to the page."""

    def __init__(self, theme: Theme, desk: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("bar", "foot")
        self._hints: list[QWidget] = []
        self._keys: tuple[tuple[str, str], ...] = ()
        self._made: dict[tuple[str, str], QWidget] = {}
        self._words = ElidedLabel(theme, size=tokens.SMALL, tone="text2")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._right = Label(theme, desk, size=tokens.SMALL, tone="text2")
        self._desk = desk
        self._standing = ""
        self._line = row(self._words, self._right, spacing=12, margins=(16, 0, 16, 0))
        self._line.setStretchFactor(self._words, 1)
        self.setLayout(self._line)
        self._way = GivesWay(self, self._line, self._right)
        keep_size(self, theme, height=tokens.STATUS_BAR)
        self._zoom = LayoutZoom(self, theme)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._back)

    @property
    def words(self) -> str:
        """The sentence on show."""
        return self._words.text()

    @property
    def corner(self) -> str:
        """What stands at the right."""
        return self._right.text()

    def show_keys(self, hints: Sequence[tuple[str, str]]) -> None:
        """Keys and what they do. Where there is too little room, the last ones are left out.

        It is told them whenever a page is shown or has something to say, so what was made once is shown again.
        """
        if tuple(hints) == self._keys:
            return
        for old in self._hints:
            self._line.removeWidget(old)
            old.hide()
        self._keys = tuple(hints)
        self._hints = [self._hint(*one) for one in self._keys]
        for at, hint in enumerate(self._hints):
            self._line.insertWidget(at, hint)
        self._zoom.apply()
        self._way.set_parts([self._right, *reversed(self._hints)])

    def say(self, text: str) -> None:
        """What just happened; a screen reader says it too."""
        self._words.setText(text)
        announce(self, text)
        self._words.set_tone("good")
        self._timer.start(_STAYS)
        self._way.keep_whole(self._words)

    @Slot(str)
    def tell(self, text: str) -> None:
        """What is true of this page."""
        self._standing = text
        if not self._timer.isActive():
            self._back()

    def show_desk(self, text: str) -> None:
        """The desk, and how its last sync ended."""
        self._right.setText(" · ".join(part for part in (self._desk, text) if part))

    @Slot()
    def _back(self) -> None:
        self._words.setText(self._standing)
        self._words.set_tone("text2")
        self._way.keep_whole()

    def _hint(self, key: str, words: str) -> QWidget:
        made = self._made.get((key, words))
        if made is None:
            made = self._made[key, words] = QWidget()
            label = Label(self._theme, words, size=tokens.SMALL, tone="text2")
            made.setLayout(row(KeyCap(self._theme, key), label, spacing=6))
        return made
