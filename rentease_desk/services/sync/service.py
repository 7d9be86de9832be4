"""Sync runs: over a range that a person chose, or by the timer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from rentease_desk.domain.agreement import Agreement, Check
from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reads import Reads, is_due
from rentease_desk.domain.stripe_events import Retried
from rentease_desk.domain.sync import Holder, Progress, SyncRun, Trigger
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import Accounts
from rentease_desk.services.sync.lease import SyncLease, lease_seconds
from rentease_desk.services.sync.reads import counted, reads_of
from rentease_desk.services.sync.recorded import RecordedRun, SyncResult
from rentease_desk.services.sync.standing import gap_of, holder_of, sweep_of
from rentease_desk.storage.balance_checks import latest_balance_check
from rentease_desk.storage.stripe_events import find_events, revive_events
from rentease_desk.storage.sync_checks import latest_check
from rentease_desk.storage.sync_state import PAYMENTS, last_success, read_cursor, recent_runs
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

log = logging.getLogger(__name__)


class SyncService:
    """Runs the sync. ``desk`` is who asks for it, ``importer`` stands in the rows that come from Stripe.

    ``open_gateway`` makes a gateway with the key that holds now, or raises StripeError.
    """

    def __init__(self, desk: Desk, importer: Desk, open_gateway: Callable[[], StripeGateway]) -> None:
        self._desk = desk
        self._importer = importer
        self._open_gateway = open_gateway
        self._kept: SyncLease | None = None
        self._at_work = threading.Lock()
        self._accounts = Accounts()

    def sync(
        self,
        days: DateRange,
        cancel: threading.Event,
        report: Callable[[Progress], None] = lambda _: None,
        *,
        only: Sequence[str] = (),
    ) -> SyncResult:
        """Read everything created on these calendar days; of ``only`` these kinds (``run.LISTED``) if some are named.

        Raises ConflictError ``sync.running``, StripeError, DatabaseError. What was read before an error stays.
        """
        self._desk.require(Permission.SYNC)
        span = self._desk.property().days.calendar_span(days)
        with self._recorded(cancel, report) as run:
            read = partial(run.read_only, span, only) if only else partial(run.read_range, span)
            return run.execute(Trigger.PERSON, read)

    @contextmanager
    def run(self, cancel: threading.Event) -> Iterator[RecordedRun]:
        """A run that is not begun, under the lease, which is given back afterwards. Raises as ``sync``."""
        self._desk.require(Permission.SYNC)
        with self._recorded(cancel, lambda _: None) as run:
            yield run

    def tick(self, cancel: threading.Event) -> SyncResult:
        """What the timer does: the events since the last poll. Raises as ``sync``.

        What events cannot tell (the time before the first poll, or a gap longer than Stripe keeps them) is listed.
        """
        self._desk.require(Permission.SYNC)
        with self._recorded(cancel, lambda _: None) as run:
            return run.execute(Trigger.TIMER, run.poll)

    def retry(self, ids: Sequence[str], cancel: threading.Event) -> Retried:
        """Handle these events now, with what else has happened since the last poll. Returns how they are then.

        They are made due again under the lease: a run that has just ended may have put one off. Raises DatabaseError.
        """
        self._desk.require(Permission.SYNC)
        error: KnownError | None = None
        try:
            with self._recorded(cancel, lambda _: None) as run:
                run.execute(Trigger.PERSON, lambda: self._retry(run, ids))
        except DatabaseError:
            raise
        except KnownError as caught:  # some may be handled all the same: what stopped the run may have come later
            error = caught
        with self._desk.db.reading() as connection:
            return Retried(tuple(find_events(connection, ids)), error)

    def verify(
        self, days: DateRange, cancel: threading.Event, report: Callable[[Progress], None] = lambda _: None
    ) -> Agreement | None:
        """Compare these calendar days with Stripe, after putting right what was missing or stale here.

        None if it was cancelled. Raises as ``sync``.
        """
        self._desk.require(Permission.SYNC)
        span = self._desk.property().days.calendar_span(days)
        found: list[Agreement] = []
        with self._recorded(cancel, report) as run:
            run.execute(Trigger.PERSON, lambda: found.append(run.verify(span)))
        return found[0] if found else None

    def compare_balance(
        self, days: DateRange, cancel: threading.Event, report: Callable[[Progress], None] = lambda _: None
    ) -> BalanceCheck | None:
        """Compare all of these calendar days with Stripe's balance. Nothing of money is changed by it.

        None if it was cancelled. Raises as ``sync``; also StripeError where the key may not read the balance.
        """
        self._desk.require(Permission.SYNC)
        span = self._desk.property().days.calendar_span(days)
        try:
            with self._recorded(cancel, report) as run:
                return run.compare_balance(span)
        except CancelledError:
            return None

    def repair_balance(
        self, found: BalanceCheck, cancel: threading.Event, report: Callable[[Progress], None] = lambda _: None
    ) -> BalanceCheck | None:
        """Fetch what a comparison found to differ, and compare the same time again. As ``compare_balance``."""
        self._desk.require(Permission.SYNC)
        again: list[BalanceCheck] = []
        with self._recorded(cancel, report) as run:
            run.execute(Trigger.PERSON, lambda: again.append(run.repair_balance(found)))
        return again[0] if again else None

    def balance_check(self, days: DateRange | None = None) -> BalanceCheck | None:
        """What was last found; of exactly these calendar days, if some are named. Stripe is not asked."""
        self._desk.require(Permission.REPORT)
        settings = self._desk.property()
        if settings.identity is None:
            return None
        span = None if days is None else settings.days.calendar_span(days)
        with self._desk.db.reading() as connection:
            return latest_balance_check(connection, settings.identity, span)

    def recent(self, limit: int = 10) -> list[SyncRun]:
        """The latest runs, newest first."""
        with self._desk.db.reading() as connection:
            return recent_runs(connection, limit)

    def last_success(self) -> SyncRun | None:
        """The latest run that came to its end."""
        with self._desk.db.reading() as connection:
            return last_success(connection)

    def reads(self) -> Reads:
        """How often Stripe was asked in the last 30 days, by all desks, and how often it may be."""
        return reads_of(self._desk)

    def is_due(self) -> bool:
        """Whether the timer's turn counts: near the end of Stripe's allocation only every second or fourth does."""
        with self._desk.db.reading() as connection:
            last = last_success(connection, Trigger.TIMER)
        since_last = None if last is None else self._desk.clock.now() - last.started_at
        return is_due(self._desk.property().sync_minutes, self.reads().stretch, since_last)

    def covered_until(self) -> int | None:
        """Up to when (UTC seconds) everything was read, without a hole behind it."""
        identity = self._desk.property().identity
        if identity is None:
            return None
        with self._desk.db.reading() as connection:
            return read_cursor(connection, identity, PAYMENTS)

    def holder(self) -> Holder | None:
        """Who syncs just now."""
        return holder_of(self._desk)

    def gap_since(self) -> int | None:
        """Since when (UTC seconds) Stripe's events were not read, if some may be gone by now."""
        return gap_of(self._desk)

    def next_sweep(self) -> int | None:
        """From when on (UTC seconds) a poll reads a whole day of events again; None before the first poll."""
        return sweep_of(self._desk)

    def last_check(self, *, done: bool = True) -> Check | None:
        """The latest comparison with Stripe; without ``done`` also one that was put off."""
        identity = self._desk.property().identity
        if identity is None:
            return None
        with self._desk.db.reading() as connection:
            return latest_check(connection, identity, done=done)

    def _retry(self, run: RecordedRun, ids: Sequence[str]) -> None:
        with self._desk.writing() as unit:
            revive_events(unit, ids)
        run.poll()

    @contextmanager
    def _recorded(self, cancel: threading.Event, report: Callable[[Progress], None]) -> Iterator[RecordedRun]:
        with (
            closing(self._open_gateway()) as gateway,
            self._lease() as lease,
            counted(self._desk, gateway, self._accounts),
        ):
            settings = self._desk.property()  # only now: a run of another desk may have bound the account meanwhile
            account = self._accounts.binding(self._desk, gateway, settings, cancel)
            yield RecordedRun(self._desk, self._importer, gateway, lease, account, cancel, report)

    @contextmanager
    def _lease(self) -> Iterator[SyncLease]:
        """The lease. One that cannot be given back, because the database is locked or away, is given back later."""
        if self._kept is not None:
            self._kept.drop()
            self._kept = None
        lease = SyncLease(self._desk)
        settings = self._desk.property()
        if not self._at_work.acquire(blocking=False):
            raise lease.running(
                settings.days
            )  # also while a slow page outlasts the lease: it is not taken from oneself
        try:
            lease.take(settings.days, lease_seconds(settings.sync_minutes))
            try:
                yield lease
            finally:
                self._give_back(lease)
        finally:
            self._at_work.release()

    def _give_back(self, lease: SyncLease) -> None:
        try:
            lease.drop()
        except DatabaseError as error:
            self._kept = lease
            log.warning("the lease of the sync is given back before the next run: %s", error)
