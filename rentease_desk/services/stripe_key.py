"""The Stripe key: from the environment, from the keyring, or for this session only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum

from rentease_desk.domain.errors import KeychainError, StripeError
from rentease_desk.domain.key_permissions import KeyReport
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import Accounts, require_mode
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError
from rentease_desk.stripe_gateway.keys import check_key, fingerprint, is_live, is_live_secret, is_restricted

NAME = "stripe-key"


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
    """Finds, tests and keeps the key; ``desk`` knows who may change it, and whose payments the database holds.

    ``open_with`` makes a gateway of a key. Calls may take as long as the keyring does: never from the GUI thread.
    """

    keychain: Keychain
    given: str | None = field(default=None, repr=False)
    given_by: KeySource = KeySource.ENVIRONMENT
    desk: Desk | None = None
    open_with: Callable[[str], StripeGateway] | None = field(default=None, repr=False)
    _session: str | None = field(default=None, repr=False)

    def current(self) -> str:
        """The key in use. Raises StripeError ``stripe.no_key``, or KeychainError."""
        key = self._find()[1]
        if key is None:
            raise StripeError("stripe.no_key")
        return key

    def is_here(self) -> bool:
        """Whether this desk has a key; without a keyring it has none. Raises KeychainError where that is locked or
        silent.
        """
        try:
            return self._find()[1] is not None
        except KeychainError as error:
            if error.code == "keychain.none":
                return False
            raise

    def info(self) -> KeyInfo | None:
        """What may be shown of the key in use; None without one. Raises KeychainError."""
        source, key = self._find()
        return None if key is None else KeyInfo(source, fingerprint(key), is_live(key), is_restricted(key))

    def test(self, key: str | None, cancel: threading.Event) -> KeyReport:
        """Ask Stripe whose a key is and what it may do, and nothing else; None: the key in use. It is not kept.

        Raises StripeError for what is no key, for one of another account or mode than the database's, and where
        Stripe does not answer.
        """
        key = check_key(key) if key is not None else self.current()
        require_mode(self._bound(), livemode=is_live(key))
        assert self.open_with is not None
        with closing(self.open_with(key)) as gateway:
            try:
                return self._asked(key, gateway, cancel)
            except CancelledError as error:
                raise StripeError("stripe.stopped") from error

    def keep(self, key: str, *, meant: bool = False) -> KeyInfo | None:
        """Put a key into the keyring. Raises StripeError for what is no key or one of the other mode, KeychainError;
        StripeError ``stripe.live_secret`` for a live secret key that is not ``meant``.
        """
        key = self._checked(key, meant=meant)
        self.keychain.set(NAME, key)
        self._session = None
        return self.info()

    def use_for_session(self, key: str, *, meant: bool = False) -> KeyInfo | None:
        """Use a key until the program ends, for systems without a keyring. Raises StripeError as ``keep``."""
        self._session = self._checked(key, meant=meant)
        return self.info()

    def forget(self) -> None:
        """Take the key out of the session and the keyring. Raises KeychainError."""
        self._require()
        self._session = None
        self.keychain.delete(NAME)

    def _checked(self, key: str, *, meant: bool) -> str:
        self._require()
        key = check_key(key)
        require_mode(self._bound(), livemode=is_live(key))
        if is_live_secret(key) and not meant:
            raise StripeError("stripe.live_secret")
        return key

    def _asked(self, key: str, gateway: StripeGateway, cancel: threading.Event) -> KeyReport:
        """Where the database is bound, a key that names no account must know its payments."""
        found = gateway.identity(cancel)
        if self.desk is not None and self._bound() is not None:
            Accounts().binding(self.desk, gateway, self.desk.property(), cancel).identity()
        return KeyReport(fingerprint(key), is_live(key), is_restricted(key), found, gateway.probes.all(cancel))

    def _bound(self) -> Identity | None:
        return None if self.desk is None else self.desk.property().identity

    def _require(self) -> None:
        if self.desk is not None:
            self.desk.require(Permission.STRIPE_KEY)

    def _find(self) -> tuple[KeySource, str | None]:
        if self.given is not None:
            return self.given_by, self.given
        if self._session is not None:
            return KeySource.SESSION, self._session
        return KeySource.KEYRING, self.keychain.get(NAME)
