"""Adding a Stripe account, giving one a name, and giving one another key."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.errors import KeychainError, KnownError
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.domain.stripe_accounts import LONGEST_NAME, StripeAccount
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_entry import KeyEntry
from rentease_desk.services.stripe_accounts import AccountDraft


class AccountNameDialog(DeskDialog):
    """What an account is called on payments."""

    def __init__(self, context: Context, parent: QWidget, account: StripeAccount) -> None:
        super().__init__(context, parent, context.tr("Name of the account"), account.identity.account)
        self._account = account
        self.name = _name_field(account.name)
        self.form = Form(context, {"name": Field(context, self.tr("Name, as a badge on payments"), self.name)})
        self.body.addWidget(self.form.fields["name"])
        self.add_buttons(self.tr("Save"))
        self.name.setFocus()

    def submit(self) -> None:
        """Save it."""
        self.form.clear()
        self.set_busy(True, saving=True)
        service, account, name = self.context.services.accounts, self._account.identity.account, self.name.text()
        self.context.tasks.run(
            Lane.WRITE, self, lambda: service.rename(account, name), lambda _saved: self.accept(), self.fail
        )


class _KeyDialog(DeskDialog):
    """With a key. One that may do everything is taken when it is sent a second time; where no keyring keeps it, it can
    be used for this session.
    """

    def lay_out(self, fields: dict[str, Field], save: str) -> None:
        """The fields, and the key below them."""
        self._warned_of = ""
        self.entry = KeyEntry(self.context, lambda: self.ask)
        self.entry.entered.connect(self.submit)
        self.form = Form(self.context, fields)
        for field in fields.values():
            self.body.addWidget(field)
        self.body.addWidget(self.entry)
        self.add_buttons(save)

    def ask(self, key: str | None, cancel: threading.Event) -> KeyReport:
        """What tests the key that stands in the field; in a worker."""
        raise NotImplementedError

    def keep(self, *, meant: bool, session: bool) -> Callable[[], object]:
        """What keeps it, in a worker."""
        raise NotImplementedError

    def submit(self) -> None:
        """Keep it in the keyring."""
        self._send(session=False)

    def fail(self, error: KnownError) -> None:
        """Say what went wrong, and what way out there is."""
        told = explained(error, self.context.formats)
        super().fail(error)
        if error.code == "stripe.live_secret":
            self._warned_of = self.entry.typed
            self.banner.tell(told.title, f"{told.happened} {told.remedy}", Tone.ATTENTION)
        elif isinstance(error, KeychainError):
            self.banner.explain(told, self.tr("Use it for this session"), lambda: self._send(session=True))

    def _send(self, *, session: bool) -> None:
        self.form.clear()
        work = self.keep(meant=bool(self.entry.typed) and self._warned_of == self.entry.typed, session=session)
        self.set_busy(True, saving=True)
        self.context.tasks.run(Lane.NETWORK, self, work, lambda _saved: self.accept(), self.fail)


class AddAccountDialog(_KeyDialog):
    """A name, a key, and the connected account where a platform's key reaches it."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context, parent, context.tr("Add a Stripe account"), "", 640)
        self.name = _name_field("")
        self.connected = text_field(self.tr("acct_… (only for the key of a platform)"))
        fields = {
            "name": Field(context, self.tr("Name, as a badge on payments"), self.name),
            "account": Field(context, self.tr("Connected account"), self.connected),
        }
        self.lay_out(fields, self.tr("Add"))
        self.name.setFocus()

    def ask(self, key: str | None, cancel: threading.Event) -> KeyReport:
        """Whose it is, and what it may do."""
        return self.context.services.accounts.test(key or "", self.connected.text().strip(), cancel)

    def keep(self, *, meant: bool, session: bool) -> Callable[[], object]:
        """Add the account."""
        service, cancel = self.context.services.accounts, threading.Event()
        draft = AccountDraft(self.entry.typed, self.name.text(), self.connected.text().strip(), meant, session)
        return lambda: service.add(draft, cancel)


class AccountKeyDialog(_KeyDialog):
    """Another key for an account that is here."""

    def __init__(self, context: Context, parent: QWidget, account: StripeAccount) -> None:
        about = f"{account.badge} · {account.identity.account}"
        super().__init__(context, parent, context.tr("Key of the account"), about, 640)
        self._account = account
        self.lay_out({}, self.tr("Keep key"))
        self.entry.edit.setFocus()

    def ask(self, key: str | None, cancel: threading.Event) -> KeyReport:
        """Whether it is this account's, and what it may do."""
        return self.context.services.key.test(key, cancel, self._account)

    def keep(self, *, meant: bool, session: bool) -> Callable[[], object]:
        """Put it into the keyring, or use it for this session."""
        service, key, account = self.context.services.key, self.entry.typed, self._account
        keep = service.use_for_session if session else service.keep
        return lambda: keep(key, meant=meant, account=account)


def _name_field(text: str) -> QLineEdit:
    field = text_field()
    field.setText(text)
    field.setMaxLength(LONGEST_NAME)
    return field
