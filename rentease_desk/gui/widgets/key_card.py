"""The Stripe key: which one is in use, and a field for another. It goes to the keyring and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KeychainError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, row
from rentease_desk.gui.widgets.card import card
from rentease_desk.gui.widgets.rights import guard

if TYPE_CHECKING:
    from rentease_desk.services.stripe_key import KeyInfo

_LIVE_SECRET = "sk_live_"  # noqa: S105 - how such a key begins


class KeyCard(QWidget):
    """``changed``: another key is in use now."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._warned = False
        self._now = Label(theme)
        self._now.setWordWrap(True)
        text = Label(
            theme,
            self.tr(
                "Make a restricted key in Stripe's dashboard (Developers, API keys) that may read PaymentIntents,"
                " Charges, Refunds, Customers, Balance transactions, Disputes and Events. It begins with rk_, and"
                " is kept in this computer's keyring."
            ),
            tone="text2",
        )
        text.setWordWrap(True)
        self.edit = QLineEdit()
        self.edit.setProperty("field", True)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setPlaceholderText("rk_live_…")
        self.edit.setAccessibleName(self.tr("Stripe key"))
        self.save = Button(theme, self.tr("Keep key"))
        self.remove = Button(theme, self.tr("Remove key"), kind="text")
        guard(context, Permission.STRIPE_KEY, self.save, self.remove)
        self.banner = Banner(theme)
        self.save.clicked.connect(self._keep)
        self.edit.returnPressed.connect(self._keep)
        self.edit.textChanged.connect(self._typed)
        self.remove.clicked.connect(self._forget)
        body = QVBoxLayout()
        body.setSpacing(12)
        for part in (self._now, text, self.banner):
            body.addWidget(part)
        entry = row(self.edit, self.save, self.remove)
        entry.setStretch(0, 1)
        body.addLayout(entry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card(theme, self.tr("Stripe"), body))

    def reload(self) -> None:
        """Ask which key is in use."""
        key = self._context.services.key
        self._context.tasks.run(Lane.NETWORK, self, key.info, self._show, self._fail, channel="key")

    def _show(self, info: KeyInfo | None) -> None:
        self.remove.setVisible(info is not None and info.source in {"keyring", "session"})
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
        key = self.edit.text().strip()
        if not self._context.is_ready:
            return
        if key.startswith(_LIVE_SECRET) and not self._warned:
            self._warned = True
            text = self.tr(
                "A secret key may move money. A restricted key may only read. Press Keep key again to go on."
            )
            self.banner.tell(self.tr("This key can do everything"), text, Tone.ATTENTION)
            return
        service = self._context.services.key
        self._context.tasks.run(Lane.NETWORK, self, lambda: service.keep(key), self._kept, self._fail)

    def _kept(self, info: KeyInfo | None) -> None:
        self.edit.clear()
        self._warned = False
        self.banner.hide()
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
        if isinstance(error, KeychainError) and self.edit.text().strip():
            self.banner.explain(told, self.tr("Use it for this session"), self._use_for_session)
        elif isinstance(error, KeychainError):
            self._now.setText(told.title)
            self.banner.tell(told.title, f"{told.happened} {told.remedy}", Tone.ATTENTION)
        else:
            self.banner.explain(told)

    def _use_for_session(self) -> None:
        service, key = self._context.services.key, self.edit.text().strip()
        self._context.tasks.run(Lane.NETWORK, self, lambda: service.use_for_session(key), self._kept, self._fail)
