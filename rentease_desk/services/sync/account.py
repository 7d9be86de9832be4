"""Whose payments a run reads. A database holds the accounts of one property, all live or all test, for ever."""

from __future__ import annotations

import threading

from msgspec import Struct, field
from msgspec.structs import replace

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.storage.database import Unit
from rentease_desk.storage.settings import read_property, write_property
from rentease_desk.storage.stripe_facts import newest_payment
from rentease_desk.stripe_gateway.gateway import StripeGateway

UNNAMED = "acct_unnamed"
"""The account of rows whose key never told. It stays the only one of its database: it stays apart from nothing."""


class Accounts(Struct):
    """Remembers, by the fingerprints of gateways, which keys were found to open which account, so that a poll need not
    ask again.
    """

    checked: dict[str, Identity] = field(default_factory=dict)

    def binding(
        self,
        desk: Desk,
        gateway: StripeGateway,
        settings: Property,
        cancel: threading.Event,
        account: StripeAccount | None = None,
    ) -> AccountBinding:
        """The binding for one run of an account; None: the first, which may not be known yet."""
        bound = settings.identity if account is None else account.identity
        return AccountBinding(self, desk, gateway, settings, cancel, bound)


class AccountBinding(Struct, frozen=True):
    """Binds a database to the account of the first key. Any other key has to open the account that it is kept for
    (``bound``).
    """

    memory: Accounts
    desk: Desk
    gateway: StripeGateway
    settings: Property
    cancel: threading.Event
    bound: Identity | None

    def identity(self) -> Identity:
        """The account. Raises StripeError ``stripe.other_account``, ``stripe.other_mode``, ``stripe.not_connected``."""
        bound, fingerprint = self.bound, self.gateway.fingerprint
        if bound is not None and self.memory.checked.get(fingerprint) == bound:
            return bound
        identity = self._bind()
        self.memory.checked[fingerprint] = identity
        return identity

    def _bind(self) -> Identity:
        self.gateway.confirm(self.cancel)
        found, bound = self.gateway.identity(self.cancel), self.bound
        if bound is None:
            return self._bind_to(found or Identity(UNNAMED, self.gateway.livemode))
        require_opened(bound, self.gateway, found)
        if found is None or found.account != bound.account:
            self._require_known(bound, found)
        return bound

    def _require_known(self, bound: Identity, found: Identity | None) -> None:
        """Where no account is named, the key must know a payment that stands here. Raises ``stripe.other_account``;
        ``stripe.account_not_told`` where nothing tells it from another account of the property.
        """
        with self.desk.db.reading() as connection:
            payment_id = newest_payment(connection, bound)
        if payment_id is not None and not self.gateway.knows(payment_id, self.cancel):
            name = found.account if found else "one that does not know them"
            raise StripeError("stripe.other_account", expected=bound.account, found=name)
        if payment_id is None and len(self.settings.accounts) > 1:
            raise StripeError("stripe.account_not_told")

    def _bind_to(self, identity: Identity) -> Identity:
        with self.desk.writing() as unit:
            bind_property(unit, identity, self.settings)
        return identity


def bind_property(unit: Unit, identity: Identity, otherwise: Property) -> None:
    """The first account of a property, for ever. Raises StripeError where another desk bound it to another one
    meanwhile.
    """
    settings = read_property(unit.connection) or otherwise
    if settings.identity not in {None, identity}:
        require_mode(settings.identity, livemode=identity.livemode)
        assert settings.identity is not None
        raise StripeError("stripe.other_account", expected=settings.identity.account, found=identity.account)
    write_property(unit, replace(settings, identity=identity))
    unit.changes |= Changes(settings=True)


def require_opened(bound: Identity, gateway: StripeGateway, found: Identity | None) -> None:
    """A key must not open (``found``) another account than it is kept for. Raises StripeError ``stripe.other_account``,
    ``stripe.other_mode``.
    """
    require_mode(bound, livemode=gateway.livemode)
    if found is not None and bound.account not in {found.account, UNNAMED}:
        raise StripeError("stripe.other_account", expected=bound.account, found=found.account)


def require_mode(bound: Identity | None, *, livemode: bool) -> None:
    """Test and live never mix in one database. Raises StripeError ``stripe.other_mode``."""
    if bound is not None and bound.livemode != livemode:
        raise StripeError("stripe.other_mode", expected=_mode(bound.livemode), found=_mode(livemode))


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
