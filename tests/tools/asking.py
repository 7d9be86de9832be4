"""Desks that ask others to sync, and those that do it, on one database."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import StripeError
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.sync.requests import SyncRequestService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage.stripe_tables import sync_lease
from rentease_desk.storage.sync_request_tables import sync_requests
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.syncing import SyncDesk

DAY = 24 * 60 * 60


def elsewhere(desk: Desk, name: str, actor: str = "Paolo") -> Desk:
    """Another desk on the same database."""
    return replace(desk, operator=Operator(actor, name), feed=ChangeFeed())


def with_key(at: SyncDesk, name: str = "Desk 1", actor: str = "Elena") -> SyncRequestService:
    """A desk that has the key."""
    desk = elsewhere(at.desk, name, actor)
    service = SyncDesk(desk, at.account, at.changes).service
    made = SyncRequestService(desk, service, lambda: True)
    desk.feed.subscribe(made.hear)
    return made


def without_key(at: SyncDesk, name: str = "Desk 2", actor: str = "Paolo") -> SyncRequestService:
    """A desk that has none: whoever tried to ask Stripe there fails the test."""
    desk = elsewhere(at.desk, name, actor)

    def refuse() -> StripeGateway:
        raise AssertionError("it tried to sync") from StripeError("stripe.no_key")

    return SyncRequestService(desk, SyncService(desk, desk, refuse), lambda: False)


def let_pass(desk: Desk, seconds: int) -> None:
    """The database's clock is so much later: whatever it has noted lies so much further back."""
    with desk.writing() as unit:
        for column in (sync_lease.c.since, sync_lease.c.expires_at):
            unit.connection.execute(update(sync_lease).values({column: column - seconds}))
        unit.connection.execute(update(sync_requests).values(asked_at=sync_requests.c.asked_at - seconds))
