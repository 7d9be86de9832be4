"""Desks that ask others to sync, and those that do it, on one database."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.sync import Progress, RunOutcome, Summary, Trigger
from rentease_desk.domain.sync_requests import AskState
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.requests import SyncRequestService
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage import sync_requests as store
from rentease_desk.storage.stripe_tables import sync_lease
from rentease_desk.storage.sync_request_tables import sync_requests
from rentease_desk.storage.sync_state import begin_run, end_run, note_progress
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

    def refuse(_account: object) -> StripeGateway:
        raise AssertionError("it tried to sync") from StripeError("stripe.no_key")

    return SyncRequestService(desk, SyncService(desk, desk, refuse), lambda: False)


class Other:
    """The desk that syncs, step by step, as its processes would write it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = elsewhere(desk, "Back office", "Mara")
        self._news = desk.feed
        self._lease = SyncLease(self.desk)
        self.uids: list[str] = []
        self._run = 0

    def take(self) -> None:
        self._lease.take(self.desk.property().days)
        with self.desk.writing() as unit:
            self.uids = [one.uid for one in store.claim(unit, "Back office|elsewhere|1|1.0", self._lease.fence)]
            self._run = begin_run(unit, self.desk.ids.uid(), Trigger.REQUEST, by="Elena")
            store.name_run(unit, self.uids, self._lease.fence, self._run)
        self.tell()

    def read(self, done: int) -> None:
        with self.desk.writing() as unit:
            note_progress(unit, self._run, Progress("refunds", 120, done, 100))
        self.tell()

    def end(self, summary: Summary, trouble: KnownError | None = None) -> None:
        state, outcome = AskState.DONE, RunOutcome.DONE
        if trouble is not None:
            state, outcome = AskState.FAILED, RunOutcome.FAILED
        with self.desk.writing() as unit:
            end_run(unit, self._run, outcome, summary, None)
            store.end(unit, self.uids, self._lease.fence, state, trouble)
        self._lease.drop()
        self.tell()

    def tell(self) -> None:
        """As the news of the database would."""
        self._news.publish(Changes(asked=True))


def let_pass(desk: Desk, seconds: int) -> None:
    """The database's clock is so much later: whatever it has noted lies so much further back."""
    with desk.writing() as unit:
        for column in (sync_lease.c.since, sync_lease.c.expires_at):
            unit.connection.execute(update(sync_lease).values({column: column - seconds}))
        unit.connection.execute(update(sync_requests).values(asked_at=sync_requests.c.asked_at - seconds))
