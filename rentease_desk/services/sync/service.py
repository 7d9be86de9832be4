"""Sync runs: over a range that a person chose, or by the timer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial

from rentease_desk.domain.agreement import Agreement, Check
from rentease_desk.domain.balance_check import BalanceCheck, gravest_balance
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reads import Reads, is_due
from rentease_desk.domain.stripe_accounts import named_account, require_asked
from rentease_desk.domain.stripe_events import Retried
from rentease_desk.domain.sync import Holder, Progress, SyncRun, Trigger
from rentease_desk.services.desk import Desk
from rentease_desk.services.gateways import OpenFor
from rentease_desk.services.sync.account import Accounts
from rentease_desk.services.sync.lease import SyncLease, lease_seconds
from rentease_desk.services.sync.leased import LeasedRuns
from rentease_desk.services.sync.reads import counted, reads_of
from rentease_desk.services.sync.recorded import RecordedRun, SyncResult
from rentease_desk.services.sync.standing import covered_of, gap_of, holder_of, sweep_of
from rentease_desk.services.sync.turns import Turn, Turns, gravest, turns_of
from rentease_desk.storage.balance_checks import latest_balance_check
from rentease_desk.storage.stripe_events import find_events, revive_events
from rentease_desk.storage.sync_checks import latest_check
from rentease_desk.storage.sync_state import last_success, recent_runs
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

log = logging.getLogger(__name__)


class SyncService:
    """Runs the sync. ``desk`` is who asks for it, ``importer`` stands in the rows that come from Stripe.

    ``open_for`` makes a gateway to one of the property's accounts, or raises StripeError, KeychainError. Where a call
    takes an ``account``, it is the id or name of one; without it, all have their turn, one after the other; lists are
    verified of the default one.
    """

    def __init__(self, desk: Desk, importer: Desk, open_for: OpenFor) -> None:
        self._desk = desk
        self._importer = importer
        self._open_for = open_for
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
        account: str | None = None,
    ) -> SyncResult:
        """Read everything created on these calendar days; of ``only`` these kinds (``run.LISTED``) if some are named.

        Raises ConflictError ``sync.running``, StripeError, KeychainError, DatabaseError. What was read before an error
        stays; of several accounts all others are read to their end before one's error is raised, and those of all that
        failed are ``beside`` the first.
        """
        self._desk.require(Permission.SYNC)
        span = self._desk.property().days.calendar_span(days)

        def work(run: RecordedRun) -> SyncResult:
            read = partial(run.read_only, span, only) if only else partial(run.read_range, span)
            return run.execute(Trigger.PERSON, read)

        return self._each(cancel, report, work, account)

    @contextmanager
    def leased(self, cancel: threading.Event) -> Iterator[LeasedRuns]:
        """Runs of all accounts that are not begun, under the lease, which is given back afterwards. Raises as
        ``sync``.
        """
        self._desk.require(Permission.SYNC)
        with self._leased(cancel, lambda _: None) as runs:
            yield runs

    def tick(self, cancel: threading.Event, *, account: str | None = None) -> SyncResult:
        """What the timer does: the events since the last poll. Raises as ``sync``.

        What events cannot tell (the time before the first poll, or a gap longer than Stripe keeps them) is listed.
        """
        self._desk.require(Permission.SYNC)
        return self._each(cancel, lambda _: None, lambda run: run.execute(Trigger.TIMER, run.poll), account)

    def retry(self, ids: Sequence[str], cancel: threading.Event) -> Retried:
        """Handle these events now, with what else has happened since the last poll. Returns how they are then.

        They are made due again under the lease: a run that has just ended may have put one off. Raises DatabaseError.
        """
        self._desk.require(Permission.SYNC)
        error: KnownError | None = None
        due = list(ids)
        try:
            self._each(cancel, lambda _: None, lambda run: run.execute(Trigger.PERSON, lambda: self._retry(run, due)))
        except DatabaseError:
            raise
        except KnownError as caught:  # some may be handled all the same: what stopped the run may have come later
            error = caught
        with self._desk.db.reading() as connection:
            return Retried(tuple(find_events(connection, ids)), error)

    def verify(
        self,
        days: DateRange,
        cancel: threading.Event,
        report: Callable[[Progress], None] = lambda _: None,
        *,
        account: str | None = None,
    ) -> Agreement | None:
        """Compare these calendar days with Stripe, after putting right what was missing or stale here.

        None if it was cancelled. Raises as ``sync``.
        """
        self._desk.require(Permission.SYNC)
        span = self._desk.property().days.calendar_span(days)
        found: list[Agreement] = []
        settings = self._desk.property()
        one = settings.default_account if account is None else turns_of(settings, account)[0]
        with self._recorded(cancel, report, one) as run:
            run.execute(Trigger.PERSON, lambda: found.append(run.verify(span)))
        return found[0] if found else None

    def compare_balance(
        self,
        days: DateRange,
        cancel: threading.Event,
        report: Callable[[Progress], None] = lambda _: None,
        *,
        account: str | None = None,
    ) -> BalanceCheck | None:
        """Compare all of these calendar days with Stripe's balance, of each account. Nothing of money is changed by it.
        Returns the one of them to look at.

        None if it was cancelled. Raises as ``sync``; also StripeError where the key may not read the balance.
        """
        self._desk.require(Permission.SYNC)
        settings = self._desk.property()
        span, found = settings.days.calendar_span(days), []
        turns = Turns(turns_of(settings, account))
        try:
            for one in turns.accounts:
                with turns.of(one), self._recorded(cancel, report, one) as run:
                    found.append(run.compare_balance(span))
        except CancelledError:
            return None
        turns.require_all()
        return gravest_balance(found)

    def repair_balance(
        self,
        found: BalanceCheck,
        cancel: threading.Event,
        report: Callable[[Progress], None] = lambda _: None,
        *,
        account: str | None = None,
    ) -> BalanceCheck | None:
        """Fetch what a comparison found to differ, and compare the same time again, of the same account. As
        ``compare_balance``.
        """
        self._desk.require(Permission.SYNC)
        again: list[BalanceCheck] = []
        (one,) = turns_of(self._desk.property(), account or found.account or None)[:1]
        with self._recorded(cancel, report, one) as run:
            run.execute(Trigger.PERSON, lambda: again.append(run.repair_balance(found)))
        return again[0] if again else None

    def balance_check(self, days: DateRange | None = None, *, account: str | None = None) -> BalanceCheck | None:
        """What was last found; of exactly these calendar days, if some are named. Of several accounts the one to look
        at, and None while one of them was not compared. Stripe is not asked.
        """
        self._desk.require(Permission.REPORT)
        settings = self._desk.property()
        accounts = settings.asked_accounts if account is None else (named_account(settings.accounts, account),)
        span = None if days is None else settings.days.calendar_span(days)
        with self._desk.db.reading() as connection:
            found = [latest_balance_check(connection, one.identity, span) for one in accounts]
        known = [one for one in found if one is not None]
        return gravest_balance(known) if len(known) == len(found) else None

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
        """Up to when (UTC seconds) everything was read, of all accounts, without a hole behind it."""
        return covered_of(self._desk)

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
        """The latest comparison with Stripe; without ``done`` also one that was put off. Of several accounts that which
        a person should look at.
        """
        accounts = self._desk.property().asked_accounts
        with self._desk.db.reading() as connection:
            found = [latest_check(connection, one.identity, done=done) for one in accounts]
        return gravest([one for one in found if one is not None])

    def _retry(self, run: RecordedRun, due: list[str]) -> None:
        """``due`` is empty afterwards: with the next account they have had their turn."""
        if due:
            with self._desk.writing() as unit:
                revive_events(unit, due)
            due.clear()
        run.poll()

    def _each(
        self,
        cancel: threading.Event,
        report: Callable[[Progress], None],
        work: Callable[[RecordedRun], SyncResult],
        account: str | None = None,
    ) -> SyncResult:
        """Do this with each account, or with one, under one lease."""
        with self._leased(cancel, report, account) as runs:
            return runs.each(work)

    @contextmanager
    def _leased(
        self, cancel: threading.Event, report: Callable[[Progress], None], account: str | None = None
    ) -> Iterator[LeasedRuns]:
        turns = Turns(turns_of(self._desk.property(), account))
        with ExitStack() as stack:
            opened = turns.opened(stack, self._open_for)
            lease = stack.enter_context(self._lease())

            def run_of(one: Turn, gateway: StripeGateway) -> AbstractContextManager[RecordedRun]:
                return self._run_of(one, gateway, lease, cancel, report)

            yield LeasedRuns(self._desk, lease, turns, opened, run_of, cancel)

    @contextmanager
    def _recorded(
        self, cancel: threading.Event, report: Callable[[Progress], None], one: Turn
    ) -> Iterator[RecordedRun]:
        """A run of one account."""
        with (
            closing(self._open_for(one)) as gateway,
            self._lease() as lease,
            self._run_of(one, gateway, lease, cancel, report) as run,
        ):
            yield run

    @contextmanager
    def _run_of(
        self,
        one: Turn,
        gateway: StripeGateway,
        lease: SyncLease,
        cancel: threading.Event,
        report: Callable[[Progress], None],
    ) -> Iterator[RecordedRun]:
        with counted(self._desk, gateway, self._accounts):
            settings = self._desk.property()  # only now: a run of another desk may have bound the account meanwhile
            if one is not None:
                one = require_asked(named_account(settings.accounts, one.identity.account))
            account = self._accounts.binding(self._desk, gateway, settings, cancel, one)
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
