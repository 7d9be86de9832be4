"""The Stripe key: which one is in use, and a field for another. It goes to the keyring and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.errors import KeychainError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.key_entry import KeyEntry
from rentease_desk.gui.widgets.rights import guard

if TYPE_CHECKING:
    from rentease_desk.services.stripe_key import KeyInfo


class KeyCard(QWidget):
    """``changed``: another key is in use now."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._warned = False
        self._now = Label(theme)
        self._now.setWordWrap(True)
        self.save = Button(theme, self.tr("Keep key"))
        self.remove = Button(theme, self.tr("Remove key"), kind="text")
        self.entry = KeyEntry(context, lambda: context.services.key.test, self.save, self.remove)
        self.edit, self.banner = self.entry.edit, self.entry.banner
        guard(context, Permission.STRIPE_KEY, self.save, self.remove)
        self.save.clicked.connect(self._keep)
        self.entry.entered.connect(self._keep)
        self.edit.textChanged.connect(self._typed)
        self.remove.clicked.connect(self._forget)
        body = QVBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._now)
        body.addWidget(self.entry)
        put_card(self, card(theme, self.tr("Stripe"), body))

    def reload(self) -> None:
        """Ask which key is in use."""
        key = self._context.services.key
        self._context.tasks.run(Lane.NETWORK, self, key.info, self._show, self._fail, channel="key")

    def _show(self, info: KeyInfo | None) -> None:
        self.remove.setVisible(info is not None and info.source in {"keyring", "session"})
        self.entry.test.setToolTip("" if info is None else self.tr("Tests the key in use while none is typed"))
        if info is None:
            self._now.setText(self.tr("There is no key yet: card payments cannot be read."))
            return
        kind = self.tr("live") if info.live else self.tr("test")
        sources = {"environment": self.tr("from STRIPE_API_KEY"), "practice": self.tr("of the practice server"),
                   "session": self.tr("for this session only"), "keyring": self.tr("in the keyring")}  # fmt: skip
        self._now.setText(f"{info.fingerprint}, {kind}, {sources[info.source.value]}")

    @Slot()
    def _typed(self) -> None:
        """Another key needs a warning of its own."""
        self._warned = False

    @Slot()
    def _keep(self) -> None:
        """A live secret key can do everything; it is taken only when it is sent a second time."""
        if not self._context.is_ready:
            return
        service, key, meant = self._context.services.key, self.entry.typed, self._warned
        self._context.tasks.run(Lane.NETWORK, self, lambda: service.keep(key, meant=meant), self._kept, self._fail)

    def _kept(self, info: KeyInfo | None) -> None:
        self.entry.clear()
        self._warned = False
        self._show(info)
        self.changed.emit()

    @Slot()
    def _forget(self) -> None:
        service = self._context.services.key
        self._context.tasks.run(Lane.NETWORK, self, service.forget, lambda _: self._forgotten(), self._fail)

    def _forgotten(self) -> None:
        self.reload()
        self.changed.emit()

    def _fail(self, error: KnownError) -> None:
        told = explained(error, self._context.formats)
        if error.code == "stripe.live_secret":
            self._warned = True
            self.banner.tell(told.title, f"{told.happened} {told.remedy}", Tone.ATTENTION)
        elif isinstance(error, KeychainError) and self.entry.typed:
            self.banner.explain(told, self.tr("Use it for this session"), self._use_for_session)
        elif isinstance(error, KeychainError):
            self._now.setText(told.title)
            self.banner.tell(told.title, f"{told.happened} {told.remedy}", Tone.ATTENTION)
        else:
            self.banner.explain(told)

    def _use_for_session(self) -> None:
        service, key, meant = self._context.services.key, self.entry.typed, self._warned
        self._context.tasks.run(
            Lane.NETWORK, self, lambda: service.use_for_session(key, meant=meant), self._kept, self._fail
        )
