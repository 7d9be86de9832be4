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
from rentease_desk.storage.stripe_money import store_disputes
from rentease_desk.storage.stripe_refunds import store_customers, store_refunds
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.sync_state import OBSERVED, add_failures, move_cursor
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError


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


class PageStore:
    """Writes pages for one run, and counts what they changed."""

    def __init__(self, context: RunContext, tally: Tally) -> None:
        self._context = context
        self._captures = CaptureTimes(context.desk, context.gateway, context.identity, context.cancel)
        self._behind = IntentsBehind(context.desk, context.identity)
        self._tally = tally

    def store(self, page: Page) -> None:
        """Write a page, after fetching what it needs to be understood."""
        for intent_id in self._behind.to_fetch(page):
            self.store(self._context.gateway.fetch_intent(intent_id, self._context.cancel))
        page = self._captures.complete(page)
        homeless = self._write(page)
        if homeless:
            self._fetch_payments_of(homeless)
            lost = self._write(Page(page.observed_at, refunds=tuple(homeless)))
            self.fail([Unreadable("refund", one.id, "the payment it belongs to cannot be read") for one in lost])

    def _write(self, page: Page) -> list[StripeRefund]:
        """One short transaction. Returns the refunds whose payment is not here."""
        context = self._context
        if context.cancel.is_set():
            raise CancelledError
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            identity, days, at = context.identity, context.days, page.observed_at
            outcomes = [store_payments(unit, identity, days, at, page.intents, page.charges, page.transactions)]
            refunded, homeless = store_refunds(unit, identity, days, at, page.refunds)
            outcomes.append(refunded)
            store_disputes(unit, identity, at, page.disputes)
            store_customers(unit, identity, at, page.customers)
            add_failures(unit, context.run_pk, self._tally.fail(page.unreadable))
            move_cursor(unit, identity, OBSERVED, at)
        for outcome in outcomes:
            self._tally.add(outcome)
        return homeless

    def fail(self, failures: Sequence[Unreadable]) -> None:
        """Keep what could not be understood, each once a run."""
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
            self.store(fetched)
