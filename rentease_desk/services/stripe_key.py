"""The Stripe keys, one an account: from the environment, from the keyring, or for this session only."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum

from rentease_desk.domain.errors import KeychainError, StripeError
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stripe_accounts import StripeAccount, require_asked
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk
from rentease_desk.services.gateways import OpenWith
from rentease_desk.services.sync.account import Accounts, require_mode
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError
from rentease_desk.stripe_gateway.keys import check_key, fingerprint, is_live, is_live_secret, is_restricted

NAME = "stripe-key"
"""The keyring's entry of the first account's key; that of each further account has its id behind it."""


class KeySource(StrEnum):
    """Where the key in use comes from."""

    ENVIRONMENT = "environment"
    PRACTICE = "practice"
    SESSION = "session"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What may be shown of a key."""

    source: KeySource
    fingerprint: str
    live: bool
    restricted: bool


@dataclass(slots=True)
class StripeKeyService:
    """Finds, tests and keeps the keys, one an account; ``desk`` knows who may change them, and whose payments the
    database holds. Where a call takes an ``account``, None is the first one, which may not be known yet.

    ``given``: the first account's from the environment; ``given_for``: those of others, by their ids in upper case.
    ``open_with`` makes a gateway of a key. Calls may take as long as the keyring does: never from the GUI thread.
    """

    keychain: Keychain
    given: str | None = field(default=None, repr=False)
    given_by: KeySource = KeySource.ENVIRONMENT
    desk: Desk | None = None
    open_with: OpenWith | None = field(default=None, repr=False)
    given_for: Mapping[str, str] = field(default_factory=dict, repr=False)
    _session: dict[str, str] = field(default_factory=dict, repr=False)

    def current(self, account: StripeAccount | None = None) -> str:
        """The key in use. Raises StripeError ``stripe.no_key``, ``stripe.account_no_key``, or KeychainError."""
        key = self._find(account)[1]
        if key is None and account is not None and not account.is_first:
            raise StripeError("stripe.account_no_key", name=account.badge, account=account.identity.account)
        if key is None:
            raise StripeError("stripe.no_key")
        return key

    def current_of(self, identity: Identity) -> str:
        """The key of the account whose rows are these. Raises as ``current``; StripeError ``stripe.other_account``,
        ``stripe.account_removed``.
        """
        assert self.desk is not None
        settings = self.desk.property()
        found = next((one for one in settings.accounts if one.identity == identity), None)
        if found is None and settings.identity is not None:
            raise StripeError("stripe.other_account", expected=identity.account, found=settings.identity.account)
        return self.current(None if found is None else require_asked(found))

    def open_for(self, account: StripeAccount | None, /) -> StripeGateway:
        """A gateway to an account, with its own key, as ``OpenFor`` says. Raises StripeError, KeychainError."""
        return self._opened(check_key(self.current(account)), account)

    def is_here(self) -> bool:
        """Whether this desk has the key of any of the accounts; without a keyring it has none. Raises KeychainError
        where that is locked or silent.
        """
        accounts = self.desk.property().asked_accounts if self.desk is not None else ()
        try:
            return any(self._find(one)[1] is not None for one in accounts or (None,))
        except KeychainError as error:
            if error.code == "keychain.none":
                return False
            raise

    def info(self, account: StripeAccount | None = None) -> KeyInfo | None:
        """What may be shown of the key in use; None without one. Raises KeychainError."""
        source, key = self._find(account)
        return None if key is None else KeyInfo(source, fingerprint(key), is_live(key), is_restricted(key))

    def test(self, key: str | None, cancel: threading.Event, account: StripeAccount | None = None) -> KeyReport:
        """Ask Stripe whose a key is and what it may do, and nothing else; None: the key in use. It is not kept.

        Raises StripeError for what is no key, for one of another account or mode than the database's, and where
        Stripe does not answer.
        """
        key = check_key(key) if key is not None else self.current(account)
        require_mode(self._bound(), livemode=is_live(key))
        with closing(self._opened(key, account)) as gateway:
            try:
                return self._asked(key, gateway, cancel, account)
            except CancelledError as error:
                raise StripeError("stripe.stopped") from error

    def keep(self, key: str, *, meant: bool = False, account: StripeAccount | None = None) -> KeyInfo | None:
        """Put a key into the keyring. Raises StripeError for what is no key or one of the other mode, KeychainError;
        StripeError ``stripe.live_secret`` for a live secret key that is not ``meant``. In practice it is for the
        session: the keyring has the real ones.
        """
        if self.given_by is KeySource.PRACTICE:
            return self.use_for_session(key, meant=meant, account=account)
        key = self.require_keepable(key, meant=meant)
        name = _entry(account)
        self.keychain.set(name, key)
        self._session.pop(name, None)
        return self.info(account)

    def use_for_session(self, key: str, *, meant: bool = False, account: StripeAccount | None = None) -> KeyInfo | None:
        """Use a key until the program ends, for systems without a keyring. Raises StripeError as ``keep``."""
        self._session[_entry(account)] = self.require_keepable(key, meant=meant)
        return self.info(account)

    def forget(self, account: StripeAccount | None = None) -> None:
        """Take the key out of the session and the keyring. Raises KeychainError."""
        self._require()
        name = _entry(account)
        self._session.pop(name, None)
        if self.given_by is not KeySource.PRACTICE:
            self.keychain.delete(name)

    def require_keepable(self, key: str, *, meant: bool) -> str:
        """A key that may be kept. Raises StripeError as ``keep``, ForbiddenError."""
        self._require()
        key = check_key(key)
        require_mode(self._bound(), livemode=is_live(key))
        if is_live_secret(key) and not meant:
            raise StripeError("stripe.live_secret")
        return key

    def _opened(self, key: str, account: StripeAccount | None) -> StripeGateway:
        assert self.open_with is not None
        account = account or self._first()
        if account is None or (account.is_first and not account.connected):
            return self.open_with(key)
        return self.open_with(key, account.identity.account if account.connected else "")

    def _first(self) -> StripeAccount | None:
        """The first account, where one is known."""
        accounts = () if self.desk is None else self.desk.property().accounts
        return next((one for one in accounts if one.is_first), None)

    def _asked(
        self, key: str, gateway: StripeGateway, cancel: threading.Event, account: StripeAccount | None
    ) -> KeyReport:
        """Where the database is bound, a key that names no account must know its payments; else it must reach the
        connected account that it is asked for.
        """
        found = gateway.identity(cancel)
        if self.desk is not None and (account is not None or self._bound() is not None):
            Accounts().binding(self.desk, gateway, self.desk.property(), cancel, account).identity()
        else:
            gateway.confirm(cancel)
        return KeyReport(fingerprint(key), is_live(key), is_restricted(key), found, gateway.probes.all(cancel))

    def _bound(self) -> Identity | None:
        return None if self.desk is None else self.desk.property().identity

    def _require(self) -> None:
        if self.desk is not None:
            self.desk.require(Permission.STRIPE_KEY)

    def _find(self, account: StripeAccount | None) -> tuple[KeySource, str | None]:
        name = _entry(account)
        given = self.given if name == NAME else self._given_for(account)
        if given is not None:
            return self.given_by, given
        if name in self._session:
            return KeySource.SESSION, self._session[name]
        if self.given_by is KeySource.PRACTICE:
            return KeySource.PRACTICE, None  # nothing real is known there
        return KeySource.KEYRING, self.keychain.get(name)

    def _given_for(self, account: StripeAccount | None) -> str | None:
        return None if account is None else self.given_for.get(account.identity.account.upper())


def _entry(account: StripeAccount | None) -> str:
    """The name of an account's key in the keyring: the id is all that two desks of one computer have in common."""
    return NAME if account is None or account.is_first else f"{NAME} {account.identity.account}"
