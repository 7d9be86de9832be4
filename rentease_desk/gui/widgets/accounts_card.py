"""The property's Stripe accounts, in the settings: which there are, each with its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, own_viewport, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.key_rows import ROW, KeyRows
from rentease_desk.gui.widgets.rights import guard

if TYPE_CHECKING:
    from rentease_desk.services.stripe_accounts import ShownAccount

_ROWS = 6


class AccountsCard(QWidget):
    """A list with what can be done to the marked one. ``name_asked`` and ``key_asked`` carry the StripeAccount."""

    add_asked = Signal()
    name_asked = Signal(object)
    key_asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._shown: Sequence[ShownAccount] = ()
        self._words = Label(theme, self._told(), tone="text2")
        self._words.setWordWrap(True)
        self.banner = Banner(theme)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setAccessibleName(self.tr("Stripe accounts"))
        self.list.setItemDelegate(KeyRows(self.list, theme))
        self.list.currentRowChanged.connect(self._allow)
        self.add = Button(theme, self.tr("Add…"), icon="plus")
        self.name = Button(theme, self.tr("Name…"))
        self.key = Button(theme, self.tr("Key…"))
        self.default = Button(theme, self.tr("Make links here"))
        self.remove = Button(theme, self.tr("Remove"))
        guard(context, Permission.STRIPE_KEY, self.add, self.name, self.key, self.default, self.remove)
        self.add.clicked.connect(self.add_asked)
        self.name.clicked.connect(self._name)
        self.key.clicked.connect(self._key)
        self.default.clicked.connect(self._make_default)
        self.remove.clicked.connect(self._ask_removal)
        body = QVBoxLayout()
        body.setSpacing(12)
        for part in (self._words, self.banner, self.list):
            body.addWidget(part)
        body.addLayout(row(self.add, self.name, self.key, self.default, self.remove, None))
        put_card(self, card(theme, self.tr("Stripe accounts"), body))
        context.settings_changed.connect(self._hear)
        self._show(())

    @property
    def marked(self) -> StripeAccount | None:
        """Which one is marked."""
        at = self.list.currentRow()
        return self._shown[at].account if 0 <= at < len(self._shown) else None

    def reload(self) -> None:
        """Ask which there are, and which key each has."""
        service = self._context.services.accounts
        self._context.tasks.run(Lane.NETWORK, self, service.shown, self._show, self._fail, channel="accounts")

    @Slot()
    def _hear(self) -> None:
        if self.isVisible() and self._context.is_ready:
            self.reload()

    def _show(self, shown: Sequence[ShownAccount]) -> None:
        """All of them; the mark stays on its account."""
        from rentease_desk.gui.account_words import account_row_words

        marked = self.marked
        self._shown = shown
        self.list.clear()
        for one in shown:
            QListWidgetItem(account_row_words(one), self.list)
        known = [one.account.identity for one in shown]
        at = known.index(marked.identity) if marked and marked.identity in known else 0
        self.list.setCurrentRow(at if shown else -1)
        self.list.setFixedHeight(self._context.theme.px(ROW) * min(_ROWS, max(1, len(shown))) + 2)
        for part in (self.list, self.name, self.key, self.default, self.remove):
            part.setVisible(bool(shown))
        self._allow()

    @Slot()
    def _allow(self) -> None:
        """What can be done to the marked one; a first account's key has a card of its own."""
        marked, several = self.marked, sum(one.account.is_asked for one in self._shown) > 1
        asked = marked is not None and marked.is_asked
        self.key.setVisible(marked is not None and asked and not marked.is_first)
        self.default.setVisible(marked is not None and asked and several and not marked.is_default)
        self.remove.setVisible(asked and several)

    @Slot()
    def _name(self) -> None:
        if self.marked is not None:
            self.name_asked.emit(self.marked)

    @Slot()
    def _key(self) -> None:
        if self.marked is not None:
            self.key_asked.emit(self.marked)

    @Slot()
    def _make_default(self) -> None:
        if self.marked is not None:
            service, account = self._context.services.accounts, self.marked.identity.account
            self._write(lambda: service.make_default(account))

    @Slot()
    def _ask_removal(self) -> None:
        from rentease_desk.gui.account_words import removal_words

        if self.marked is not None:
            account = self.marked.identity.account
            title, text = removal_words(self.marked)
            self.banner.tell(title, text, Tone.ATTENTION, self.tr("Remove"), lambda: self._remove(account))

    def _remove(self, account: str) -> None:
        service = self._context.services.accounts
        self._write(lambda: service.remove(account))

    def _write(self, work: Callable[[], object]) -> None:
        self.banner.hide()
        self._context.tasks.run(Lane.NETWORK, self, work, lambda _saved: self.reload(), self._fail)

    def _fail(self, error: KnownError) -> None:
        self.banner.explain(explained(error, self._context.formats))

    def _told(self) -> str:
        return self.tr(
            "Add an account only where the property has a second one, such as a spa with its own. Each has a key of its"
            " own. They are read one after the other, and refunds go to the account of their payment."
        )
