"""The requests of the last 30 days: written down after each run, and held against what Stripe allows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.reads import WINDOW_DAYS, Reads, reads
from rentease_desk.domain.stripe_accounts import StripeAccount
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import Accounts
from rentease_desk.storage.stripe_reads import add_reads, reads_since, succeeded_since
from rentease_desk.stripe_gateway.gateway import StripeGateway

log = logging.getLogger(__name__)


@contextmanager
def counted(desk: Desk, gateway: StripeGateway, accounts: Accounts) -> Iterator[None]:
    """Write down what was asked meanwhile, however it ends. What cannot be written waits for the next run's end."""
    try:
        yield
    finally:
        known = accounts.checked.get(gateway.fingerprint)
        if known is not None:
            try:
                keep_reads(desk, gateway, known)
            except DatabaseError as error:
                log.warning("the requests are counted after the next run: %s", error)


def keep_reads(desk: Desk, gateway: StripeGateway, identity: Identity) -> None:
    """Write down what this process asked with the gateway's key. Raises DatabaseError."""
    found = gateway.reads()
    if found:
        with desk.writing() as unit:
            add_reads(unit, identity, found)
        gateway.forget_reads(found)


def reads_of(desk: Desk, account: StripeAccount | None = None) -> Reads:
    """Where an account stands; None: of the desk's accounts the one nearest to its limit. Days by this computer's
    clock: of thirty, one more or less matters little.
    """
    accounts = desk.property().asked_accounts if account is None else (account,)
    if not accounts:
        return reads(0, 0)
    first = datetime.fromtimestamp(desk.clock.now(), UTC).date() - timedelta(days=WINDOW_DAYS - 1)
    since = int(datetime.combine(first, time(), UTC).timestamp())
    with desk.db.reading() as connection:
        of = (one.identity for one in accounts)
        found = [reads(reads_since(connection, one, first), succeeded_since(connection, one, since)) for one in of]
    return max(found, key=lambda one: one.used / one.allowed)
