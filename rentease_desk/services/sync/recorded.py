"""A run with its row in ``sync_runs``, written at its start and at every kind of end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from msgspec import Struct

from rentease_desk.domain.agreement import Agreement
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.stripe_objects import Identity, Unreadable
from rentease_desk.domain.sync import Progress, RunOutcome, Summary, Trigger
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.account import AccountBinding
from rentease_desk.services.sync.events import LATE, EventRun
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.run import OPEN_LIMIT, RangeRun
from rentease_desk.services.sync.tally import Tally
from rentease_desk.services.sync.verify import Listed
from rentease_desk.storage.database import Unit
from rentease_desk.storage.sync_state import (
    EVENTS,
    OBSERVED,
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
GAP = 25 * _DAY
"""Stripe keeps events for 30 days; after so long without a poll they are not relied on."""


class SyncResult(Struct, frozen=True):
    """How a run ended. ``failures`` are the objects that could not be understood, ``limits`` the permissions that the
    key lacks for what stands beside payments.
    """

    outcome: RunOutcome
    summary: Summary
    failures: tuple[Unreadable, ...]
    limits: tuple[StripeError, ...] = ()


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
        self._report = report
        self._tally = Tally()
        self._run_pk = 0
        self._limits: list[StripeError] = []

    def execute(self, trigger: Trigger, read: Callable[[], None]) -> SyncResult:
        """Do what ``read`` does, and write down how it ended."""
        with self._desk.writing() as unit:
            self._run_pk = begin_run(unit, self._desk.ids.uid(), trigger)
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

    def read_range(self, span: Span) -> None:
        """List everything of a span. The first listing begins the events: its tail belongs to them."""
        context = self._begin()
        now = self._gateway.now(self._cancel)
        self._note(context, span)
        if self._cursor(context, EVENTS) is None:
            with self._desk.writing() as unit:
                move_cursor(unit, context.identity, EVENTS, now - LATE)
        run = RangeRun(context, span, self._tally)
        run.execute(with_customers=True)
        with self._desk.writing() as unit:
            _advance(unit, context.identity, span, min(span.end, now))
        self._limits += run.limits
        self._end_unless(run.refused)

    def verify(self, span: Span) -> Agreement:
        """List a span again, and compare both sides afterwards."""
        context, listed = self._begin(), Listed(span)
        self._note(context, span)
        run = RangeRun(context, span, self._tally, listed.note)
        run.execute(with_customers=False)
        agreement = listed.compared(context, self._tally.summary())
        self._limits += run.limits
        self._end_unless(run.refused)
        return agreement

    def poll(self) -> None:
        """Read the events since the last poll; list first what they cannot tell."""
        context = self._begin()
        cursor, covered = self._cursor(context, EVENTS), self._cursor(context, PAYMENTS)
        if cursor is None or covered is None or covered < cursor:
            self._catch_up(context, covered, None)
            cursor, covered = self._cursor(context, EVENTS), self._cursor(context, PAYMENTS)
        elif self._gateway_is_far_from(cursor):
            self._catch_up(context, covered, None)
        self._poll(context, cursor or 0)

    def _poll(self, context: RunContext, cursor: int) -> None:
        events = EventRun(context, PageStore(context, self._tally))
        swept = self._cursor(context, SWEPT) or cursor - _DAY
        sweeping = cursor - swept >= _DAY
        since = swept - _DAY if sweeping else cursor - LATE
        try:
            start = events.read(since)
        except StripeError as error:
            if error.code == "stripe.no_permission":
                self._catch_up(
                    context, self._cursor(context, PAYMENTS), OPEN_LIMIT
                )  # what can be listed is not held back
            raise
        self._note(context, Span(since, start + 1))
        events.handle(start)

        def last(unit: Unit) -> None:
            if sweeping:
                move_cursor(unit, context.identity, SWEPT, start)

        self._end(RunOutcome.DONE, last=last)

    def _catch_up(self, context: RunContext, covered: int | None, open_limit: int | None) -> None:
        """List what no event tells: everything since it was last read, and what was under way before."""
        now = self._gateway.now(self._cancel)
        span = Span(now - FIRST_TIMER_SPAN if covered is None else covered - OVERLAP, now + 1)
        self._note(context, span)
        if self._cursor(context, EVENTS) is None:
            with self._desk.writing() as unit:
                move_cursor(unit, context.identity, EVENTS, now - LATE)
        run = RangeRun(context, span, self._tally)
        run.execute(with_customers=False, open_limit=open_limit)
        with self._desk.writing() as unit:
            _advance(unit, context.identity, span, now)
            move_cursor(unit, context.identity, EVENTS, now - LATE)
        self._limits += run.limits

    def _gateway_is_far_from(self, cursor: int) -> bool:
        """Whether so much time has passed since the last poll that events may be gone. By this computer's clock first,
        which costs no request; Stripe's decides."""
        if abs(self._desk.clock.now() - cursor) < GAP - _DAY:
            return False
        return self._gateway.now(self._cancel) - cursor > GAP

    def _begin(self) -> RunContext:
        identity = self._account.identity()
        with self._desk.db.reading() as connection:
            self._gateway.begin_after(read_cursor(connection, identity, OBSERVED) or 0)
        days = self._account.settings.days
        return RunContext(
            self._importer, self._gateway, self._lease, identity, days, self._run_pk, self._cancel, self._report
        )

    def _cursor(self, context: RunContext, kind: str) -> int | None:
        with self._desk.db.reading() as connection:
            return read_cursor(connection, context.identity, kind)

    def _note(self, context: RunContext, span: Span) -> None:
        with self._desk.writing() as unit:
            set_range(unit, self._run_pk, context.identity, span)

    def _end_unless(self, refused: Sequence[StripeError]) -> None:
        """The run is done, unless the key may not read a list: then all else is in, and the first refusal is raised."""
        if refused:
            raise refused[0]
        self._end(RunOutcome.DONE)

    def _end(
        self,
        outcome: RunOutcome,
        error: tuple[str, str] | None = None,
        last: Callable[[Unit], None] = lambda _: None,
    ) -> None:
        with self._desk.writing() as unit:
            end_run(unit, self._run_pk, outcome, self._tally.summary(), error)
            last(unit)
            unit.changes |= Changes(syncs=True)

    def _result(self, outcome: RunOutcome) -> SyncResult:
        return SyncResult(outcome, self._tally.summary(), self._tally.failures(), tuple(self._limits))


def _advance(unit: Unit, identity: Identity, span: Span, until: int) -> None:
    """Move the cursor, if the span joins what was read before: there is never a hole behind it."""
    covered = read_cursor(unit.connection, identity, PAYMENTS)
    if covered is None or span.start <= covered:
        move_cursor(unit, identity, PAYMENTS, until)
