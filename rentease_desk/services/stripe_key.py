"""The Stripe key: from the environment, from the keyring, or for this session only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.permissions import Permission
from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk
from rentease_desk.stripe_gateway.keys import check_key, fingerprint, is_live, is_restricted

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
    """Finds and keeps the key; ``desk`` knows who may change it.

    Calls may take as long as the keyring does: never from the GUI thread.
    """

    keychain: Keychain
    given: str | None = field(default=None, repr=False)
    given_by: KeySource = KeySource.ENVIRONMENT
    desk: Desk | None = None
    _session: str | None = field(default=None, repr=False)

    def current(self) -> str:
        """The key in use. Raises StripeError ``stripe.no_key``, or KeychainError."""
        key = self._find()[1]
        if key is None:
            raise StripeError("stripe.no_key")
        return key

    def info(self) -> KeyInfo | None:
        """What may be shown of the key in use; None without one. Raises KeychainError."""
        source, key = self._find()
        return None if key is None else KeyInfo(source, fingerprint(key), is_live(key), is_restricted(key))

    def keep(self, key: str) -> KeyInfo | None:
        """Put a key into the keyring. Raises StripeError for what is no key, or KeychainError."""
        self._require()
        key = check_key(key)
        self.keychain.set(NAME, key)
        self._session = None
        return self.info()

    def use_for_session(self, key: str) -> KeyInfo | None:
        """Use a key until the program ends, for systems without a keyring. Raises StripeError for what is no key."""
        self._require()
        self._session = check_key(key)
        return self.info()

    def forget(self) -> None:
        """Take the key out of the session and the keyring. Raises KeychainError."""
        self._require()
        self._session = None
        self.keychain.delete(NAME)

    def _require(self) -> None:
        if self.desk is not None:
            self.desk.require(Permission.STRIPE_KEY)

    def _find(self) -> tuple[KeySource, str | None]:
        if self.given is not None:
            return self.given_by, self.given
        if self._session is not None:
            return KeySource.SESSION, self._session
        return KeySource.KEYRING, self.keychain.get(NAME)
