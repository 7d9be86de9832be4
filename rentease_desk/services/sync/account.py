"""Whose payments a run reads. A database holds one account, live or test, for ever."""

from __future__ import annotations

import threading

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.storage.settings import read_property, write_property
from rentease_desk.storage.stripe_facts import newest_payment
from rentease_desk.stripe_gateway.gateway import StripeGateway

UNNAMED = "acct_unnamed"
"""The account of rows whose key never told: one account a database, so they stay apart from nothing."""


class Accounts(Struct):
    """Remembers which key was found to be the database's, so that a poll need not ask again."""

    checked: tuple[str, Identity] | None = None

    def binding(
        self, desk: Desk, gateway: StripeGateway, settings: Property, cancel: threading.Event
    ) -> AccountBinding:
        """The binding for one run."""
        return AccountBinding(self, desk, gateway, settings, cancel)


class AccountBinding(Struct, frozen=True):
    """Binds a database to the account of the first key, and refuses the keys of others."""

    memory: Accounts
    desk: Desk
    gateway: StripeGateway
    settings: Property
    cancel: threading.Event

    def identity(self) -> Identity:
        """The account. Raises StripeError ``stripe.other_account``, ``stripe.other_mode``."""
        bound = self.settings.identity
        if bound is not None and self.memory.checked == (self.gateway.fingerprint, bound):
            return bound
        identity = self._bind()
        self.memory.checked = (self.gateway.fingerprint, identity)
        return identity

    def _bind(self) -> Identity:
        found, bound = self.gateway.identity(self.cancel), self.settings.identity
        livemode = self.gateway.livemode
        if bound is None:
            return self._bind_to(found or Identity(UNNAMED, livemode))
        require_mode(bound, livemode=livemode)
        if found is not None and bound.account not in {found.account, UNNAMED}:
            raise StripeError("stripe.other_account", expected=bound.account, found=found.account)
        if found is None or found.account != bound.account:
            self._require_known(bound, found)
        return bound

    def _require_known(self, bound: Identity, found: Identity | None) -> None:
        """Where no account is named, the key must know a payment that stands here. Raises ``stripe.other_account``."""
        with self.desk.db.reading() as connection:
            payment_id = newest_payment(connection, bound)
        if payment_id is not None and not self.gateway.knows(payment_id, self.cancel):
            name = found.account if found else "one that does not know them"
            raise StripeError("stripe.other_account", expected=bound.account, found=name)

    def _bind_to(self, identity: Identity) -> Identity:
        with self.desk.writing() as unit:
            settings = read_property(unit.connection) or self.settings
            write_property(unit, replace(settings, identity=identity))
            unit.changes |= Changes(settings=True)
        return identity


def require_mode(bound: Identity | None, *, livemode: bool) -> None:
    """Test and live never mix in one database. Raises StripeError ``stripe.other_mode``."""
    if bound is not None and bound.livemode != livemode:
        raise StripeError("stripe.other_mode", expected=_mode(bound.livemode), found=_mode(livemode))


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
