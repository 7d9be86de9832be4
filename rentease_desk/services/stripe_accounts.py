"""The property's Stripe accounts: added with a key that was tried, named, and removed. Each has a key of its own."""

from __future__ import annotations

import logging
import threading
from contextlib import closing

from msgspec import Struct

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KeychainError, KnownError, StripeError
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.requests import StripeRequest
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import (
    AccountState,
    StripeAccount,
    checked_account_id,
    checked_account_name,
    named_account,
    require_asked,
)
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.gateways import OpenWith
from rentease_desk.services.stripe_key import KeyInfo, StripeKeyService
from rentease_desk.services.sync.account import UNNAMED, bind_property, require_mode
from rentease_desk.storage import links, refund_requests
from rentease_desk.storage import stripe_accounts as store
from rentease_desk.storage.database import Unit
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError
from rentease_desk.stripe_gateway.keys import check_key, fingerprint, is_live, is_restricted

log = logging.getLogger(__name__)


class AccountDraft(Struct, frozen=True):
    """An account about to be added. ``connected``: the id of a connected account (``acct_…``) that the key of its
    platform reaches; "" for the key's own. ``session``: the key is used until the program ends, and kept nowhere.
    """

    key: str
    name: str
    connected: str = ""
    meant: bool = False
    session: bool = False

    def __repr__(self) -> str:
        return f"AccountDraft(name={self.name!r}, connected={self.connected!r})"


class ShownAccount(Struct, frozen=True):
    """An account with what may be shown of its key; ``trouble``: why that cannot be told."""

    account: StripeAccount
    key: KeyInfo | None = None
    trouble: KnownError | None = None


class StripeAccountService:
    """Calls that take a key ask Stripe and the keyring: never from the GUI thread. An account is named by its id, or by
    what people call it.
    """

    def __init__(self, desk: Desk, keys: StripeKeyService, open_with: OpenWith) -> None:
        self._desk = desk
        self._keys = keys
        self._open_with = open_with

    def all(self) -> tuple[StripeAccount, ...]:
        """In the order in which they came, removed ones too."""
        return self._desk.property().accounts

    def find(self, account: str) -> StripeAccount:
        """Raises NotFoundError ``stripe.account_unknown``."""
        return named_account(self.all(), account)

    def shown(self) -> list[ShownAccount]:
        """All with their keys. One that the keyring does not tell keeps nothing of the others back."""
        return [self._shown(one) for one in self.all()]

    def test(self, key: str, connected: str, cancel: threading.Event) -> KeyReport:
        """Ask Stripe whose the key of a further account is, and what it may do. Nothing is kept. Raises as ``add``."""
        account = checked_account_id(connected) if connected else ""
        with closing(self._open_with(check_key(key), account)) as gateway:
            try:
                found = _told_identity(gateway, cancel)
                _require_new(self._desk.property(), found)
                return KeyReport(fingerprint(key), is_live(key), is_restricted(key), found, gateway.probes.all(cancel))
            except CancelledError as error:
                raise StripeError("stripe.stopped") from error

    def add(self, draft: AccountDraft, cancel: threading.Event) -> Saved[StripeAccount]:
        """Ask Stripe whose key it is, keep it, and sync that account from now on; one that was removed is back.

        Raises InputError naming ``name`` or ``account``; StripeError where Stripe refuses the key, does not tell whose
        it is, or tells one that is here or of the other mode; KeychainError, and then nothing is written.
        """
        return self._added(draft, checked_account_name(draft.name), cancel)

    def add_first(self, draft: AccountDraft, cancel: threading.Event) -> Saved[StripeAccount]:
        """The connected account that the property begins with; nobody has named it yet. One that is here gets the key.

        Raises as ``add``; StripeError ``stripe.other_account`` where the property began with another one.
        """
        accounts = self.all()
        there = next((one for one in accounts if one.identity.account == draft.connected), None)
        if there is None and accounts:
            raise StripeError("stripe.other_account", expected=accounts[0].identity.account, found=draft.connected)
        if there is None:
            return self._added(draft, "", cancel)
        keep = self._keys.use_for_session if draft.session else self._keys.keep
        keep(draft.key, meant=draft.meant, account=there)
        return Saved(there, Changes())

    def _added(self, draft: AccountDraft, name: str, cancel: threading.Event) -> Saved[StripeAccount]:
        connected = checked_account_id(draft.connected) if draft.connected else ""
        key = self._keys.require_keepable(draft.key, meant=draft.meant)
        _require_addable(self._desk.property(), name)
        identity = self._asked(key, connected, cancel)
        _require_new(self._desk.property(), identity)
        account = self._keep(draft, key, identity)
        try:
            with self._desk.doing(Permission.STRIPE_KEY) as unit:
                self._write(unit, identity, name, connected=bool(connected))
        except KnownError:
            self._forget(account)  # no key stays of what is not here
            raise
        return Saved(self.find(identity.account), unit.changes)

    def rename(self, account: str, name: str) -> Saved[StripeAccount]:
        """Another name for it. Raises InputError, NotFoundError."""
        name = checked_account_name(name)
        with self._desk.doing(Permission.STRIPE_KEY) as unit:
            settings = store.lock_accounts(unit)
            found = named_account(settings.accounts, account)
            store.require_free_name(settings.accounts, name, found.uid)
            store.rename_account(unit, found, name)
        return Saved(self.find(found.identity.account), unit.changes)

    def make_default(self, account: str) -> Saved[StripeAccount]:
        """New payment links are made in it. Raises NotFoundError, StripeError ``stripe.account_removed``."""
        with self._desk.doing(Permission.STRIPE_KEY) as unit:
            settings = store.lock_accounts(unit)
            found = require_asked(named_account(settings.accounts, account))
            store.make_default(unit, settings, found)
        return Saved(self.find(found.identity.account), unit.changes)

    def remove(self, account: str) -> Saved[StripeAccount]:
        """Sync it no more, and forget its key on this computer; its payments stay.

        Raises NotFoundError, StripeError ``stripe.account_removed``, KnownError ``stripe.account_last``,
        ``stripe.account_busy`` while Stripe has not confirmed a refund or a link of it; KeychainError, where its key
        could not be forgotten: it is removed all the same.
        """
        with self._desk.doing(Permission.STRIPE_KEY) as unit:
            settings = store.lock_accounts(unit)
            found = require_asked(named_account(settings.accounts, account))
            _require_settled(unit, found)
            store.remove_account(unit, settings, found)
        self._forget(found)
        return Saved(self.find(found.identity.account), unit.changes)

    def _shown(self, account: StripeAccount) -> ShownAccount:
        if not account.is_asked:
            return ShownAccount(account)
        try:
            return ShownAccount(account, self._keys.info(account))
        except KeychainError as error:
            return ShownAccount(account, trouble=error)

    def _asked(self, key: str, connected: str, cancel: threading.Event) -> Identity:
        """Whose key it is. Raises StripeError."""
        with closing(self._open_with(key, connected)) as gateway:
            try:
                return _told_identity(gateway, cancel)
            except CancelledError as error:
                raise StripeError("stripe.stopped") from error

    def _keep(self, draft: AccountDraft, key: str, identity: Identity) -> StripeAccount:
        """The account as its key is kept for it; the first one where none is known yet."""
        first = self._desk.property().identity in {None, identity}
        account = StripeAccount("", identity, "", False, AccountState.IN_USE, is_first=first)
        keep = self._keys.use_for_session if draft.session else self._keys.keep
        keep(key, meant=draft.meant, account=account)
        return account

    def _forget(self, account: StripeAccount) -> None:
        """Where there is no keyring, none was kept."""
        try:
            self._keys.forget(account)
        except KeychainError as error:
            if error.code != "keychain.none":
                raise

    def _write(self, unit: Unit, identity: Identity, name: str, *, connected: bool) -> None:
        settings = store.lock_accounts(unit)
        removed = next((one for one in settings.accounts if one.identity == identity and not one.is_asked), None)
        store.require_free_name(settings.accounts, name, removed.uid if removed else "")
        if removed is not None:
            store.use_again(unit, removed, name, connected=connected)
            return
        _require_new(settings, identity)
        if settings.identity is None:
            bind_property(unit, identity, settings)
        store.insert_account(unit, identity, name, connected=connected, first=settings.identity is None)


def _told_identity(gateway: StripeGateway, cancel: threading.Event) -> Identity:
    """Whose account a gateway leads to. Raises StripeError; where nobody tells it, ``stripe.account_not_told``."""
    gateway.confirm(cancel)
    found = gateway.identity(cancel)
    if found is None:
        raise StripeError("stripe.account_not_told")
    return found


def _require_addable(settings: Property, name: str) -> None:
    """What can be told before Stripe is asked. A name of one that was removed may be that one's again."""
    if any(one.identity.account == UNNAMED for one in settings.accounts):
        raise StripeError("stripe.account_unnamed")
    store.require_free_name(settings.asked_accounts, name)


def _require_new(settings: Property, identity: Identity) -> None:
    """All accounts are live or all are for tests, and each is here once. Raises StripeError."""
    require_mode(settings.identity, livemode=identity.livemode)
    there = next((one for one in settings.asked_accounts if one.identity == identity), None)
    if there is not None:
        raise StripeError("stripe.account_there", account=identity.account, name=there.badge)


def _require_settled(unit: Unit, account: StripeAccount) -> None:
    """What Stripe has not confirmed could never be settled without a key. Raises KnownError ``stripe.account_busy``."""
    connection = unit.connection
    requests: list[StripeRequest | None] = []
    requests += (
        refund_requests.find_request(connection, uid) for uid in refund_requests.REQUESTS.unsettled(connection)
    )
    requests += (links.find_request(connection, uid) for uid in links.REQUESTS.unsettled(connection))
    if any(one is not None and one.account == account.identity.account for one in requests):
        raise KnownError("stripe.account_busy", name=account.badge)
