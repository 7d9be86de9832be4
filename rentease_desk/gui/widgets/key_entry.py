"""A field for a Stripe key with what it should be allowed, and a test of it: in the settings and at the first run."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.key_words import report_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, row
from rentease_desk.gui.widgets.permission_list import PermissionList

Asking = Callable[[str | None, threading.Event], KeyReport]


class KeyEntry(QWidget):
    """``entered``: Enter in the field. ``tested`` carries the KeyReport of what stands in the field."""

    entered = Signal()
    tested = Signal(object)

    def __init__(self, context: Context, ask: Callable[[], Asking], *beside: QWidget) -> None:
        """``ask`` gives what tests a key, in a worker; ``beside`` are further buttons."""
        super().__init__()
        self._context, self._ask, theme = context, ask, context.theme
        self._cancel: threading.Event | None = None
        self._asked = 0  # how often something else was typed
        text = Label(theme, self._told(), tone="text2")
        text.setWordWrap(True)
        self.edit = QLineEdit()
        self.edit.setProperty("field", True)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setPlaceholderText("rk_live_…")
        self.edit.setAccessibleName(self.tr("Stripe key"))
        self.test = Button(theme, self.tr("Test key"))
        self.banner = Banner(theme)
        self.list = PermissionList(theme)
        self.test.clicked.connect(self.begin_test)
        self.edit.returnPressed.connect(self.entered)
        self.edit.textChanged.connect(self._typed)
        entry = row(self.edit, self.test, *beside)
        entry.setStretch(0, 1)
        self._inside = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(text)
        layout.addLayout(entry)
        layout.addWidget(self.banner)
        layout.addWidget(self.list)

    def add_below(self, field: QWidget) -> None:
        """A further field, between the key and what is told of it."""
        self._inside.insertWidget(self._inside.indexOf(self.banner), field)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.edit.text().strip()

    @Slot()
    def begin_test(self) -> None:
        """Ask Stripe; without anything typed, of the key in use."""
        if self._cancel is not None:
            return
        self._cancel = cancel = threading.Event()
        ask, key, asked = self._ask(), self.typed or None, self._asked
        self.banner.tell(self.tr("Stripe is asked"), self.tr("One permission after the other."), Tone.NEUTRAL)
        self._context.tasks.run(
            Lane.NETWORK, self, lambda: ask(key, cancel), lambda told: self._show(told, asked), self.fail,
            ended=self._ended,
        )  # fmt: skip

    def fail(self, error: KnownError, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say what is wrong with it."""
        self.banner.explain(explained(error, self._context.formats), action, run)

    def clear(self) -> None:
        """Nothing of the key stays in the window."""
        self.edit.clear()
        self.banner.hide()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody waits for the test any more."""
        super().hideEvent(event)
        if self._cancel is not None:
            self._cancel.set()

    def _ended(self) -> None:
        self._cancel = None

    def _show(self, report: KeyReport, asked: int) -> None:
        """Unless another key was typed meanwhile, or another account."""
        if asked == self._asked:
            self.list.show_report(report)
            self.banner.tell(*report_words(report))
            self.tested.emit(report)

    @Slot()
    def _typed(self) -> None:
        self.forget_test()

    def forget_test(self) -> None:
        """What was found is another key's, or another account's."""
        self._asked += 1
        self.list.show_report(None)
        self.banner.hide()

    def _told(self) -> str:
        return self.tr(
            "Make a restricted key in Stripe's dashboard: Developers, API keys, Create restricted key. It begins with"
            " rk_, and may do what you allow it and no more. Allow what stands below. It is kept in this computer's"
            " keyring, and in no file."
        )
