"""One run over a range: what is read from Stripe in which order, and written here a page at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rentease_desk.domain.dates import Days, Span
from rentease_desk.domain.stripe_objects import Identity, Page, StripeRefund, Unreadable
from rentease_desk.domain.sync import Progress
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.captures import CaptureTimes
from rentease_desk.services.sync.intents import IntentsBehind
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.stripe_facts import open_intents, open_refunds
from rentease_desk.storage.stripe_refunds import store_customers, store_refunds
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.sync_state import OBSERVED, add_failures, move_cursor
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.pace import CancelledError

OPEN_LIMIT = 200
"""How many payments and refunds under way are looked at again in one run, those seen longest ago first."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run works with. ``report`` is called in the thread of the run."""

    desk: Desk
    gateway: StripeGateway
    lease: SyncLease
    identity: Identity
    days: Days
    run_pk: int
    cancel: threading.Event
    report: Callable[[Progress], None]


class RangeRun:
    """Reads a range: intents, charges, refunds, customers, and what is still under way from before it."""

    def __init__(self, context: RunContext, span: Span, tally: Tally) -> None:
        self._context = context
        self._span = span
        self._captures = CaptureTimes(context.desk, context.gateway, context.identity, context.cancel)
        self._behind = IntentsBehind(context.desk, context.identity)
        self._tally = tally

    def execute(self, *, with_customers: bool, with_open: bool) -> None:
        """Raises StripeError, DatabaseError, ConflictError ``sync.lost_lease``, or CancelledError."""
        gateway, span = self._context.gateway, self._span
        self._pages("payments", lambda after: gateway.list_intents(span, after, self._context.cancel))
        self._pages("charges", lambda after: gateway.list_charges(span, after, self._context.cancel))
        self._pages("refunds", lambda after: gateway.list_refunds(span.start, after, self._context.cancel))
        if with_customers:
            self._pages("customers", lambda after: gateway.list_customers(span, after, self._context.cancel))
        if with_open:
            self._look_again()

    def _pages(self, step: str, read: Callable[[str | None], Page]) -> None:
        after: str | None = None
        while True:
            page = read(after)
            self._store(page)
            self._report(step, page)
            after = page.next_cursor
            if after is None:
                return

    def _report(self, step: str, page: Page) -> None:
        """How far a list is, by the time of what it showed last: lists run from new to old."""
        total = max(1, self._span.end - self._span.start)
        oldest = min(page.created, default=self._span.start)
        done = total if page.next_cursor is None else min(total, max(0, self._span.end - oldest))
        self._context.report(Progress(step, self._tally.seen, done, total))

    def _look_again(self) -> None:
        """Payments and refunds under way from before the range: nothing new is created when they end."""
        context = self._context
        with context.desk.db.reading() as connection:
            intents = open_intents(connection, context.identity, self._span.start, OPEN_LIMIT)
            refunds = open_refunds(connection, context.identity, self._span.start, OPEN_LIMIT)
        for intent_id in intents:
            self._store(context.gateway.fetch_intent(intent_id, context.cancel))
        for refund_id in refunds:
            self._store(context.gateway.fetch_refund(refund_id, context.cancel))

    def _store(self, page: Page) -> None:
        """Write a page, after fetching what it needs to be understood."""
        for intent_id in self._behind.to_fetch(page):
            self._store(self._context.gateway.fetch_intent(intent_id, self._context.cancel))
        page = self._captures.complete(page)
        homeless = self._write(page)
        if homeless:
            self._fetch_payments_of(homeless)
            lost = self._write(replace(page, intents=(), charges=(), refunds=tuple(homeless), unreadable=()))
            self._fail([Unreadable("refund", one.id, "the payment it belongs to cannot be read") for one in lost])

    def _write(self, page: Page) -> list[StripeRefund]:
        """One short transaction. Returns the refunds whose payment is not here."""
        context = self._context
        if context.cancel.is_set():
            raise CancelledError
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            identity, days, at = context.identity, context.days, page.observed_at
            outcomes = [store_payments(unit, identity, days, at, page.intents, page.charges)]
            refunded, homeless = store_refunds(unit, identity, days, at, page.refunds)
            outcomes.append(refunded)
            store_customers(unit, identity, at, page.customers)
            add_failures(unit, context.run_pk, self._tally.fail(page.unreadable))
            move_cursor(unit, identity, OBSERVED, at)
        for outcome in outcomes:
            self._tally.add(outcome)
        return homeless

    def _fail(self, failures: Sequence[Unreadable]) -> None:
        fresh = self._tally.fail(failures)
        if fresh:
            with self._context.desk.writing() as unit:
                add_failures(unit, self._context.run_pk, fresh)

    def _fetch_payments_of(self, refunds: Iterable[StripeRefund]) -> None:
        """Refunds of payments that were never seen: a refund may come a year later."""
        gateway, cancel = self._context.gateway, self._context.cancel
        for key in {one.payment_intent_id or one.charge_id for one in refunds}:
            if key is None:
                continue
            fetched = gateway.fetch_intent(key, cancel) if key.startswith("pi_") else gateway.fetch_charge(key, cancel)
            self._store(fetched)
