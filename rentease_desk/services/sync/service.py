"""Sync runs: over a range that a person chose, or by the timer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange, Span
from rentease_desk.domain.errors import DatabaseError, KnownError, StripeError
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stripe_objects import Identity, Unreadable
from rentease_desk.domain.sync import Progress, RunOutcome, Summary, SyncRun, Trigger
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.run import RangeRun, RunContext
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.database import Unit
from rentease_desk.storage.settings import read_property, write_property
from rentease_desk.storage.stripe_facts import newest_payment
from rentease_desk.storage.sync_state import (
    OBSERVED,
    PAYMENTS,
    begin_run,
    end_run,
    last_success,
    move_cursor,
    read_cursor,
    recent_runs,
    set_range,
)
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.pace import CancelledError

log = logging.getLogger(__name__)

UNNAMED = "acct_unnamed"
"""The account of rows whose key never told: one account a database, so they stay apart from nothing."""

_DAY = 24 * 60 * 60
FIRST_TIMER_SPAN = 90 * _DAY
"""How far back the timer reads when nothing was ever read; further back is a person's choice."""
OVERLAP = 2 * _DAY
"""How much of what was read the timer reads again: lists show some things late."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How a run ended. ``failures`` are the objects that could not be understood."""

    outcome: RunOutcome
    summary: Summary
    failures: tuple[Unreadable, ...]


class SyncService:
    """Runs the sync. ``desk`` is who asks for it, ``importer`` stands in the rows that come from Stripe.

    ``open_gateway`` makes a gateway with the key that holds now, or raises StripeError.
    """

    def __init__(self, desk: Desk, importer: Desk, open_gateway: Callable[[], StripeGateway]) -> None:
        self._desk = desk
        self._importer = importer
        self._open_gateway = open_gateway
        self._kept: SyncLease | None = None

    def sync(
        self, days: DateRange, cancel: threading.Event, report: Callable[[Progress], None] = lambda _: None
    ) -> SyncResult:
        """Read everything created on these calendar days.

        Raises ConflictError ``sync.running``, StripeError, DatabaseError. What was read before an error stays.
        """
        span = self._desk.property().days.calendar_span(days)
        return self._run(Trigger.PERSON, lambda _identity, _now: span, cancel, report)

    def tick(self, cancel: threading.Event) -> SyncResult:
        """What the timer does: everything since the last run, with an overlap. Raises as ``sync``."""
        return self._run(Trigger.TIMER, self._timer_span, cancel, lambda _: None)

    def recent(self, limit: int = 10) -> list[SyncRun]:
        """The latest runs, newest first."""
        with self._desk.db.reading() as connection:
            return recent_runs(connection, limit)

    def last_success(self) -> SyncRun | None:
        """The latest run that came to its end."""
        with self._desk.db.reading() as connection:
            return last_success(connection)

    def covered_until(self) -> int | None:
        """Up to when (UTC seconds) everything was read, without a hole behind it."""
        identity = self._desk.property().identity
        if identity is None:
            return None
        with self._desk.db.reading() as connection:
            return read_cursor(connection, identity, PAYMENTS)

    def _timer_span(self, identity: Identity, now: int) -> Span:
        with self._desk.db.reading() as connection:
            covered = read_cursor(connection, identity, PAYMENTS)
        return Span(now - FIRST_TIMER_SPAN if covered is None else covered - OVERLAP, now + 1)

    def _run(
        self,
        trigger: Trigger,
        choose: Callable[[Identity, int], Span],
        cancel: threading.Event,
        report: Callable[[Progress], None],
    ) -> SyncResult:
        with closing(self._open_gateway()) as gateway, self._lease() as lease:
            settings = self._desk.property()  # only now: a run of another desk may have bound the account meanwhile
            run = _RecordedRun(self._desk, self._importer, gateway, lease, settings, cancel, report)
            return run.execute(trigger, choose)

    @contextmanager
    def _lease(self) -> Iterator[SyncLease]:
        """The lease. One that cannot be given back, because the database is locked or away, is given back later."""
        if self._kept is not None:
            self._kept.drop()
            self._kept = None
        lease = SyncLease(self._desk)
        lease.take(self._desk.property().days)
        try:
            yield lease
        finally:
            try:
                lease.drop()
            except DatabaseError as error:
                self._kept = lease
                log.warning("the lease of the sync is given back before the next run: %s", error)


class _RecordedRun:
    """A run with its row in ``sync_runs``, written at its start and at every kind of end."""

    def __init__(
        self,
        desk: Desk,
        importer: Desk,
        gateway: StripeGateway,
        lease: SyncLease,
        settings: Property,
        cancel: threading.Event,
        report: Callable[[Progress], None],
    ) -> None:
        self._desk = desk
        self._importer = importer
        self._gateway = gateway
        self._lease = lease
        self._settings = settings
        self._cancel = cancel
        self._report = report
        self._tally = Tally()
        self._run_pk = 0
        self._identity: Identity | None = None

    def execute(self, trigger: Trigger, choose: Callable[[Identity, int], Span]) -> SyncResult:
        """Read what ``choose`` says, given the account and Stripe's time."""
        with self._desk.writing() as unit:
            self._run_pk = begin_run(unit, self._desk.ids.uid(), trigger)
        try:
            self._read(trigger, choose)
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

    def _read(self, trigger: Trigger, choose: Callable[[Identity, int], Span]) -> None:
        identity = self._bind()
        with self._desk.db.reading() as connection:
            self._gateway.begin_after(read_cursor(connection, identity, OBSERVED) or 0)
        now = self._gateway.now(self._cancel)
        span = choose(identity, now)
        with self._desk.writing() as unit:
            set_range(unit, self._run_pk, identity, span)
        days, run_pk = self._settings.days, self._run_pk
        context = RunContext(
            self._importer, self._gateway, self._lease, identity, days, run_pk, self._cancel, self._report
        )
        person = trigger is Trigger.PERSON
        RangeRun(context, span, self._tally).execute(with_customers=person, with_open=not person)
        self._end(RunOutcome.DONE, cursor=(identity, span, min(span.end, now)))

    def _bind(self) -> Identity:
        """Whose payments these are. A database holds one account, live or test, for ever."""
        found, bound = self._gateway.identity(self._cancel), self._settings.identity
        livemode = self._gateway.livemode
        if bound is None:
            return self._bind_to(found or Identity(UNNAMED, livemode))
        if bound.livemode != livemode:
            raise StripeError("stripe.other_mode", expected=_mode(bound.livemode), found=_mode(livemode))
        if found is not None and bound.account not in {found.account, UNNAMED}:
            raise StripeError("stripe.other_account", expected=bound.account, found=found.account)
        if found is None or found.account != bound.account:
            self._require_known(bound, found)
        return bound

    def _require_known(self, bound: Identity, found: Identity | None) -> None:
        """Where no account is named, the key must know a payment that stands here. Raises ``stripe.other_account``."""
        with self._desk.db.reading() as connection:
            payment_id = newest_payment(connection, bound)
        if payment_id is not None and not self._gateway.knows(payment_id, self._cancel):
            name = found.account if found else "one that does not know them"
            raise StripeError("stripe.other_account", expected=bound.account, found=name)

    def _bind_to(self, identity: Identity) -> Identity:
        with self._desk.writing() as unit:
            settings = read_property(unit.connection) or self._settings
            write_property(unit, replace(settings, identity=identity))
            unit.changes |= Changes(settings=True)
        return identity

    def _end(
        self,
        outcome: RunOutcome,
        error: tuple[str, str] | None = None,
        cursor: tuple[Identity, Span, int] | None = None,
    ) -> None:
        with self._desk.writing() as unit:
            end_run(unit, self._run_pk, outcome, self._tally.summary(), error)
            if cursor is not None:
                _advance(unit, *cursor)
            unit.changes |= Changes(syncs=True)

    def _result(self, outcome: RunOutcome) -> SyncResult:
        return SyncResult(outcome, self._tally.summary(), self._tally.failures())


def _advance(unit: Unit, identity: Identity, span: Span, until: int) -> None:
    """Move the cursor, if the span joins what was read before: there is never a hole behind it."""
    covered = read_cursor(unit.connection, identity, PAYMENTS)
    if covered is None or span.start <= covered:
        move_cursor(unit, identity, PAYMENTS, until)


def _mode(livemode: bool) -> str:
    return "live" if livemode else "test"
