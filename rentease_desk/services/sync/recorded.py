"""A run with its row in ``sync_runs``, written at its start and at every kind of end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.agreement import Agreement, Check
from rentease_desk.domain.balance_check import BalanceCheck, repaired
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.stripe_objects import Identity, Page, Unreadable
from rentease_desk.domain.sync import Progress, RunOutcome, Summary, Trigger
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import AccountBinding
from rentease_desk.services.sync.balance import BalanceComparison, BalanceRepair
from rentease_desk.services.sync.daily import PUT_OFF, DailyCheck, is_due, latest, recent
from rentease_desk.services.sync.events import LATE, EventRun, Listing
from rentease_desk.services.sync.kinds import EVERYTHING, KINDS, LOOK_AGAIN, PAID
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.progress import ProgressNotes
from rentease_desk.services.sync.run import OPEN_LIMIT, WHENEVER, RangeRun, open_span, put_off
from rentease_desk.services.sync.tally import Tally
from rentease_desk.services.sync.verify import Checking, Listed
from rentease_desk.storage.balance_checks import keep_balance_check
from rentease_desk.storage.database import Unit
from rentease_desk.storage.sync_checks import keep_check
from rentease_desk.storage.sync_ranges import open_ranges
from rentease_desk.storage.sync_state import (
    CHECK_AFTER,
    CHECKED,
    EVENTS,
    OBSERVED,
    OPENED,
    PAYMENTS,
    SWEPT,
    begin_run,
    end_run,
    move_cursor,
    read_cursor,
    set_range,
)
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

_DAY = 24 * 60 * 60
FIRST_TIMER_SPAN = 90 * _DAY
"""How far back the timer reads when nothing was ever read; further back is a person's choice."""
OVERLAP = 2 * _DAY
"""How much of what was read a listing reads again: lists show some things late."""
SWEEP = _DAY
"""How often a day of events is read again, for what Stripe listed late."""
GAP = 25 * _DAY
"""Stripe keeps events for 30 days; after so long without a poll they are not relied on."""


class SyncResult(Struct, frozen=True):
    """How a run ended. ``failures`` are the objects that could not be understood, ``limits`` the permissions that the
    key lacks for what stands beside payments. ``check``: how what stands here compares with Stripe, if it was compared.
    """

    outcome: RunOutcome
    summary: Summary
    failures: tuple[Unreadable, ...]
    limits: tuple[StripeError, ...] = ()
    check: Check | None = None


class RecordedRun:
    """One run, by the timer or a person."""

    def __init__(
        self,
        desk: Desk,
        importer: Desk,
        gateway: StripeGateway,
        lease: SyncLease,
        account: AccountBinding,
        cancel: threading.Event,
        report: Callable[[Progress], None],
    ) -> None:
        self._desk = desk
        self._importer = importer
        self._gateway = gateway
        self._lease = lease
        self._account = account
        self._cancel = cancel
        self._notes = ProgressNotes(desk, lease, report)
        self._tally = Tally()
        self._run_pk = 0
        self._limits: list[StripeError] = []
        self._missing: list[StripeError] = []
        self._check: Check | None = None
        self._listing: Listing | None = None

    @property
    def pk(self) -> int:
        """The key of its row, once it has begun."""
        return self._run_pk

    def require_account(self) -> None:
        """Go on only if the key is one of the property's account. Raises StripeError."""
        self._account.identity()

    def execute(self, trigger: Trigger, read: Callable[[], None], by: str = "") -> SyncResult:
        """Do what ``read`` does, and write down how it ended. ``by``: who asked for it, if that is nobody here."""
        with self._writing() as unit:
            self._run_pk = begin_run(unit, self._desk.ids.uid(), trigger, self._account.bound, by)
        try:
            read()
        except CancelledError:
            self._end(RunOutcome.CANCELLED)
            return self._result(RunOutcome.CANCELLED)
        except KnownError as error:
            self._end(RunOutcome.FAILED, (error.code, str(error)))
            raise
        except Exception as error:
            self._end(RunOutcome.FAILED, ("bug", type(error).__name__))
            raise
        return self._result(RunOutcome.DONE)

    def read_only(self, span: Span, kinds: Collection[str]) -> None:
        """List some kinds of a span. No cursor moves by it: everything else of the span is still to be read."""
        context = self._begin()
        now = self._gateway.now(self._cancel)
        self._note(context, span)
        with self._writing() as unit:
            open_span(unit, context.identity, span, now, kinds)
        self._end_unless(self._read_and_compare(context, span, now, open_limit=0, kinds=kinds).refused)

    def read_range(self, span: Span) -> None:
        """List everything of a span. The first listing begins the events: its tail belongs to them."""
        context = self._begin()
        now = self._gateway.now(self._cancel)
        self._note(context, span)
        with self._writing() as unit:
            open_span(unit, context.identity, span, now, EVERYTHING)
            _advance(unit, context.identity, span, min(span.end, now))
            if read_cursor(unit.connection, context.identity, EVENTS) is None:
                move_cursor(unit, context.identity, EVENTS, now - LATE)
        self._end_unless(self._read_and_compare(context, span, now, open_limit=0).refused)

    def verify(self, span: Span) -> Agreement:
        """List a span again, and compare both sides afterwards."""
        context, listed = self._begin(), Listed(span, KINDS)
        self._note(context, span)
        checking = Checking(context, self._tally, listed)
        now = self._gateway.now(self._cancel)
        with self._writing() as unit:
            open_span(unit, context.identity, span, now)
        run = self._read_open(context, open_limit=0, note=listed.note)
        listed.leave_out(run.put_aside)
        agreement = checking.settled(looks_behind=True)
        self._limits += checking.limits
        self._keep(context, listed, now, agreement)
        self._end_unless(run.refused)
        return agreement

    def compare_balance(self, span: Span) -> BalanceCheck:
        """Compare a span with Stripe's balance, and write down what was found. It is no run: nothing of money is read
        in by it.
        """
        context = self._begin()
        return self._keep_balance(context, BalanceComparison(context, span).run())

    def repair_balance(self, found: BalanceCheck) -> BalanceCheck:
        """Fetch what a comparison found to differ, and compare again."""
        context, span = self._begin(), Span(found.start, found.end)
        self._note(context, span)
        repair = BalanceRepair(context, self._tally)
        repair.fetch(found.apart)
        self._limits += repair.limits
        again = BalanceComparison(context, span).run()
        skipped = dict.fromkeys((*again.skipped, *map(str, repair.limits)))
        count = repaired(found.differing, again.differing)
        kept = self._keep_balance(context, replace(again, repaired=count, skipped=tuple(skipped)))
        self._end(RunOutcome.DONE)
        return kept

    def _keep_balance(self, context: RunContext, check: BalanceCheck) -> BalanceCheck:
        check = replace(check, actor=self._desk.acting.actor, account=context.identity.account)
        with self._desk.writing() as unit:
            keep_balance_check(unit, context.identity, check)
        return check

    def poll(self) -> None:
        """Read the events since the last poll; list first what they cannot tell, and what a stopped run left over."""
        context = self._begin()
        cursor, opened = self._cursor(context, EVENTS), self._cursor(context, OPENED)
        if cursor is None or opened is None or opened < cursor or self._gateway_is_far_from(cursor):
            self._catch_up(context, opened, None)
        self._poll(context, self._cursor(context, EVENTS) or 0)

    def _take(self, run: RangeRun) -> None:
        """What a poll could not list: it fails in the end if payments are missing, and tells the rest."""
        (self._limits if run.is_whole else self._missing).extend(run.refused)

    def _read_open(
        self,
        context: RunContext,
        *,
        open_limit: int | None,
        due: int = WHENEVER,
        note: Callable[[str, Page], None] = lambda _kind, _page: None,
    ) -> RangeRun:
        """Read all ranges that are open. Returns how it went."""
        run = RangeRun(context, self._tally, note)
        run.execute(open_limit=open_limit, due=due)
        self._limits += run.limits
        with self._writing() as unit:
            _cover(unit, context.identity)
        return run

    def _read_and_compare(
        self, context: RunContext, span: Span, now: int, *, open_limit: int | None, kinds: Collection[str] = KINDS
    ) -> RangeRun:
        """Read all ranges that are open, and compare what was listed of a span, without listing it again."""
        listed = Listed(latest(span, now), kinds)
        run = self._read_open(context, open_limit=open_limit, note=listed.note)
        listed.leave_out(run.put_aside)
        if listed.shown and listed.span.start < listed.span.end:
            checking = Checking(context, self._tally, listed)
            self._compare(context, listed, now, lambda: checking.settled(looks_behind=False), checking.limits)
        return run

    def _check_daily(self, context: RunContext, now: int) -> None:
        """Once a day, after 04:00 at the property or when the desk is next there, the last days are compared."""
        if now < (self._cursor(context, CHECK_AFTER) or 0):
            return
        if is_due(context.days, self._cursor(context, CHECKED), now):
            daily = DailyCheck(context, self._tally, recent(context.days, now))
            self._compare(context, daily.listed, now, daily.run, daily.limits)

    def _compare(
        self, context: RunContext, listed: Listed, now: int, act: Callable[[], Agreement], limits: list[StripeError]
    ) -> None:
        """Compare, or say why that was put off: what was read before is in all the same."""
        try:
            self._keep(context, listed, now, act())
        except StripeError as error:
            self._keep(context, listed, now, None, str(error))
        self._limits += limits

    def _keep(self, context: RunContext, listed: Listed, now: int, found: Agreement | None, why: str = "") -> None:
        """Write down what was found. The day's check is done, if its days were compared."""
        span, days = listed.span, recent(context.days, now)
        self._check = Check(now, span.start, span.end, found, why)
        with self._writing() as unit:
            keep_check(unit, context.identity, self._run_pk, self._check)
            if found is None:
                move_cursor(unit, context.identity, CHECK_AFTER, now + PUT_OFF)
            elif not listed.is_partial and span.start <= days.start and span.end >= days.end:
                move_cursor(unit, context.identity, CHECKED, now)

    def _poll(self, context: RunContext, cursor: int) -> None:
        events = EventRun(context, PageStore(context, self._tally), self._listing)
        swept = self._cursor(context, SWEPT) or cursor - SWEEP
        sweeping = cursor - swept >= SWEEP
        since = swept - _DAY if sweeping else cursor - LATE
        try:
            start = events.read(since)
        except StripeError as error:
            if error.code == "stripe.no_permission":  # what can be listed is not held back
                self._catch_up(context, self._cursor(context, OPENED), OPEN_LIMIT, with_customers=True)
            raise
        self._note(context, Span(since, start + 1))
        events.handle(start)
        money = self._gateway.money_refused
        self._put_off_balance(context, Span(since, start + 1), [*events.limits, *([money] if money else [])])
        # What a stopped run left over comes last: a list that cannot be read holds no event back.
        self._take(self._read_open(context, open_limit=None, due=start))
        self._check_daily(context, start)

        def last(unit: Unit) -> None:
            _cover(unit, context.identity)
            if sweeping:
                move_cursor(unit, context.identity, SWEPT, start)

        self._end_unless(self._missing, last)

    def _put_off_balance(self, context: RunContext, span: Span, refused: Sequence[StripeError]) -> None:
        """Objects came without their fees, or payouts without their lines: they are read when the key may read them."""
        if not refused:
            return
        self._limits += refused
        with self._writing() as unit:
            for kind in ("balance", LOOK_AGAIN):
                put_off(unit, context.identity, kind, span, span.end)

    def _catch_up(
        self, context: RunContext, covered: int | None, open_limit: int | None, *, with_customers: bool = False
    ) -> None:
        """List what no event tells: everything since it was last read, and what was under way before."""
        now = self._gateway.now(self._cancel)
        self._listing = Listing(now, self._gateway.moment(self._cancel))
        span = Span(now - FIRST_TIMER_SPAN if covered is None else covered - OVERLAP, now + 1)
        self._note(context, span)
        with self._writing() as unit:
            open_span(unit, context.identity, span, now, EVERYTHING if with_customers else KINDS)
            _advance(unit, context.identity, span, now)
            move_cursor(unit, context.identity, EVENTS, now - LATE)
        self._take(self._read_and_compare(context, span, now, open_limit=open_limit))

    def _gateway_is_far_from(self, cursor: int) -> bool:
        """Whether so much time has passed since the last poll that events may be gone. By this computer's clock first,
        which costs no request; Stripe's decides."""
        if abs(self._desk.clock.now() - cursor) < GAP - _DAY:
            return False
        return self._gateway.now(self._cancel) - cursor > GAP

    @contextmanager
    def _writing(self) -> Iterator[Unit]:
        """A transaction that commits only under the lease. Raises ConflictError ``sync.lost_lease``."""
        with self._desk.writing() as unit:
            self._lease.keep(unit)
            yield unit

    def _begin(self) -> RunContext:
        identity = self._account.identity()
        with self._desk.db.reading() as connection:
            self._gateway.begin_after(read_cursor(connection, identity, OBSERVED) or 0)
        days = self._account.settings.days
        report = partial(self._notes.tell, self._run_pk)
        return RunContext(
            self._importer, self._gateway, self._lease, identity, days, self._run_pk, self._cancel, report
        )

    def _cursor(self, context: RunContext, kind: str) -> int | None:
        with self._desk.db.reading() as connection:
            return read_cursor(connection, context.identity, kind)

    def _note(self, context: RunContext, span: Span) -> None:
        with self._writing() as unit:
            set_range(unit, self._run_pk, context.identity, span)

    def _end_unless(self, refused: Sequence[StripeError], last: Callable[[Unit], None] = lambda _: None) -> None:
        """The run is done, unless the key may not read a list: then all else is in, and the first refusal is raised."""
        if refused:
            raise refused[0]
        self._end(RunOutcome.DONE, last=last)

    def _end(
        self,
        outcome: RunOutcome,
        error: tuple[str, str] | None = None,
        last: Callable[[Unit], None] = lambda _: None,
    ) -> None:
        """What was not done says so also where another desk has the lease by now: nothing else is written then."""
        with self._writing() if outcome is RunOutcome.DONE else self._desk.writing() as unit:
            end_run(unit, self._run_pk, outcome, self._tally.summary(), error)
            last(unit)
            unit.changes |= Changes(syncs=True)

    def _result(self, outcome: RunOutcome) -> SyncResult:
        limits = {str(one): one for one in self._limits}  # a permission may be missing in several places
        return SyncResult(outcome, self._tally.summary(), self._tally.failures(), tuple(limits.values()), self._check)


def _cover(unit: Unit, identity: Identity) -> None:
    """Everything that was opened is read, if no list of payments is open any more."""
    opened = read_cursor(unit.connection, identity, OPENED)
    if opened is not None and not any(one.kind in PAID for one in open_ranges(unit.connection, identity, WHENEVER)):
        move_cursor(unit, identity, PAYMENTS, opened)


def _advance(unit: Unit, identity: Identity, span: Span, until: int) -> None:
    """Move the cursor, if the span joins what was opened before: there is never a hole behind it."""
    opened = read_cursor(unit.connection, identity, OPENED)
    if opened is None or span.start <= opened:
        move_cursor(unit, identity, OPENED, until)
