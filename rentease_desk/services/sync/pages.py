"""What a run does with a page of objects: fetch what it needs to be understood, and write it in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from rentease_desk.domain.dates import Days
from rentease_desk.domain.stripe_objects import Identity, Page, StripeRefund, Unreadable
from rentease_desk.domain.sync import Progress
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.captures import CaptureTimes
from rentease_desk.services.sync.intents import IntentsBehind
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.billing_store import mark_deleted, store_billing
from rentease_desk.storage.database import Unit
from rentease_desk.storage.payout_payments import link_payments
from rentease_desk.storage.statistics import Statistics
from rentease_desk.storage.stripe_money import store_disputes
from rentease_desk.storage.stripe_payments import Outcome
from rentease_desk.storage.stripe_refunds import store_customers, store_refunds
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.sync_state import OBSERVED, add_failures, move_cursor
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

Mark = Callable[[Unit, int], None]
"""Writes what stands for a page (by its place among those written) having been read, in the transaction of the page."""


class RunContext(Struct, frozen=True):
    """What a run works with. ``report`` is called in the thread of the run."""

    desk: Desk
    gateway: StripeGateway
    lease: SyncLease
    identity: Identity
    days: Days
    run_pk: int
    cancel: threading.Event
    report: Callable[[Progress], None]


def keep_lease(context: RunContext) -> None:
    """Of a page of which nothing is written: the lease is ours for a while longer.

    Raises ConflictError ``sync.lost_lease``.
    """
    with context.desk.writing() as unit:
        context.lease.keep(unit)


def forget_draft(context: RunContext, invoice_id: str) -> None:
    """Stripe does not know this invoice: if it was a draft, it was deleted."""
    with context.desk.writing() as unit:
        context.lease.keep(unit)
        mark_deleted(unit, context.identity, invoice_id)


class _HomelessError(Exception):
    """Refunds whose payment is not here: nothing of their page is written before it was fetched."""

    def __init__(self, refunds: Sequence[StripeRefund]) -> None:
        super().__init__()
        self.refunds = refunds


def _nothing(_unit: Unit, _at: int) -> None:
    """A page that no list is read by leaves no mark."""


class PageStore:
    """Writes pages for one run, and counts what they changed."""

    def __init__(self, context: RunContext, tally: Tally, *, leaves_out: bool = False) -> None:
        """``leaves_out``: a payment whose day the key may not learn is left out and named; else its page is refused."""
        self._context = context
        self._captures = CaptureTimes(
            context.desk, context.gateway, context.identity, context.cancel, leaves_out=leaves_out
        )
        self._behind = IntentsBehind(context.desk, context.identity)
        self._tally = tally
        self._statistics = Statistics(context.desk.db)

    def store(self, page: Page) -> None:
        """Write a page, after fetching what it needs to be understood."""
        self.write([self.complete(page)], _nothing)

    def complete(self, page: Page) -> Page:
        """The page with what it needs to be understood; intents that are behind its charges are written."""
        seen = self._behind.seen(page)
        if fetched := self._behind.to_fetch(page, seen):
            for intent_id in fetched:
                self.store(self._context.gateway.fetch_intent(intent_id, self._context.cancel))
            seen = self._behind.seen(page)
        completed = self._captures.complete(page, seen)
        assert completed is not None  # it may ask
        return completed

    def complete_from_here(self, page: Page) -> Page | None:
        """As ``complete``, without asking Stripe for anything; None if that has to be."""
        seen = self._behind.seen(page)
        return None if self._behind.to_fetch(page, seen) else self._captures.complete(page, seen, may_ask=False)

    def write(self, pages: Sequence[Page], mark: Mark) -> None:
        """Write complete pages, oldest picture first, and their marks in one transaction."""
        try:
            self._write(pages, mark)
        except _HomelessError as error:
            self._fetch_payments_of(error.refunds)
            self._write(pages, mark, last=True)
        self._statistics.note(len(pages))

    def _write(self, pages: Sequence[Page], mark: Mark, *, last: bool = False) -> None:
        """Raises _HomelessError, unless it is the last attempt."""
        context = self._context
        outcomes: list[Outcome] = []
        homeless: list[StripeRefund] = []
        if context.cancel.is_set():
            raise CancelledError
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            paid = store_payments(unit, context.identity, context.days, pages)
            outcomes.append(paid)
            for at, page in enumerate(pages):
                became, lost = self._write_rest(unit, page)
                mark(unit, at)
                outcomes += became
                homeless += lost
            lines = {one.id for page in pages for one in page.payout_lines}
            link_payments(unit.connection, context.identity, lines, paid.charges)
            if homeless and not last:
                raise _HomelessError(homeless)
            told = [Unreadable("refund", one.id, "the payment it belongs to cannot be read") for one in homeless]
            unreadable = [one for page in pages for one in page.unreadable]
            add_failures(unit, context.run_pk, self._tally.fail((*unreadable, *told)))
            move_cursor(unit, context.identity, OBSERVED, max(page.observed_at for page in pages))
        for outcome in outcomes:
            self._tally.add(outcome)

    def _write_rest(self, unit: Unit, page: Page) -> tuple[list[Outcome], list[StripeRefund]]:
        """What became of its refunds and of payments that bills name, and the refunds whose payment is not here."""
        identity, days, at = self._context.identity, self._context.days, page.observed_at
        refunded, homeless = store_refunds(unit, identity, days, at, page.refunds)
        store_disputes(unit, identity, at, page.disputes)
        store_customers(unit, identity, at, page.customers)
        return [refunded, store_billing(unit, identity, days, page)], homeless

    def fail(self, failures: Sequence[Unreadable]) -> None:
        """Keep what could not be understood, each once a run."""
        fresh = self._tally.fail(failures)
        if fresh:
            with self._context.desk.writing() as unit:
                self._context.lease.keep(unit)
                add_failures(unit, self._context.run_pk, fresh)

    def _fetch_payments_of(self, refunds: Iterable[StripeRefund]) -> None:
        """Refunds of payments that were never seen: a refund may come a year later."""
        gateway, cancel = self._context.gateway, self._context.cancel
        for key in {one.payment_intent_id or one.charge_id for one in refunds}:
            if key is None:
                continue
            fetched = gateway.fetch_intent(key, cancel) if key.startswith("pi_") else gateway.fetch_charge(key, cancel)
            self.store(fetched)
