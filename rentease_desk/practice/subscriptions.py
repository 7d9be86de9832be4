"""Long stays that pay by the month: docs.stripe.com/billing/subscriptions/overview."""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.billing_records import Invoice, Price, Subscription
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.invoices import Invoices
from rentease_desk.practice.orders import Metadata, Order
from rentease_desk.practice.periods import later
from rentease_desk.practice.store import Store

_PATIENCE = 23 * 3_600


class Subscriptions:
    """Operations on subscriptions. Raises ApiError where Stripe would refuse. Nothing renews by itself."""

    def __init__(self, store: Store, invoices: Invoices) -> None:
        self._store = store
        self._invoices = invoices

    def create(self, order: Order, interval: str = "month", count: int = 1, *, fails: bool = False) -> Subscription:
        """``order`` is paid every ``count`` intervals by its customer, for the first time now, unless that fails."""
        store, now = self._store, self._store.clock.now()
        if order.customer is None:
            raise ApiError("Missing required param: customer.", code="parameter_missing", param="customer")
        store.customer(order.customer, "customer")
        id_ = store.ids.new("sub_1")
        price = Price(store.ids.new("price_1"), f"prod_{id_[-14:]}", now, interval, count)
        made = store.subscriptions.add(
            Subscription(
                id=id_,
                seq=store.next_seq(),
                created=now,
                order=order,
                price=price,
                item=f"si_{id_[-14:]}",
                payment_method=store.ids.new("pm_1"),
                period_start=now,
                period_end=later(now, interval, count),
            )
        )
        self._bill(made, "subscription_create", fails=fails)
        store.agenda.plan(now + _PATIENCE, lambda _: self._expire_if_incomplete(id_))
        return store.subscription(id_)

    def renew(self, subscription_id: str, *, fails: bool = False, draft: bool = False) -> Invoice:
        """The next period begins, and with it an invoice; a ``draft`` waits to be finalized."""
        before = self._running(subscription_id)
        price, cycles = before.price, before.cycles + 1
        ends = later(before.created, price.interval, price.interval_count * (cycles + 1))
        renewed = self._store.subscriptions.replace(
            replace(before, cycles=cycles, period_start=before.period_end, period_end=ends)
        )
        return self._bill(renewed, "subscription_cycle", fails=fails, draft=draft)

    def describe(self, subscription_id: str, *, description: str | None, metadata: Metadata) -> Subscription:
        """Change what it says. Payments never say it; invoices made from now on do."""
        before = self._running(subscription_id)
        order = replace(before.order, description=description, metadata=metadata)
        return self._store.subscriptions.replace(replace(before, order=order))

    def cancel(self, subscription_id: str, *, at_period_end: bool = False) -> Subscription:
        """It ends now, or when what was paid for is over."""
        before, now = self._running(subscription_id), self._store.clock.now()
        if not at_period_end:
            return self._end(before, now)
        self._store.agenda.plan(before.period_end, lambda at: self._end_if_wanted(subscription_id, at))
        return self._store.subscriptions.replace(replace(before, cancel_at=before.period_end, canceled_at=now))

    def pay(self, invoice_id: str, *, fails: bool = False, elsewhere: bool = False) -> Invoice:
        """An attempt to pay an invoice, or the note that it was paid outside of Stripe; its subscription follows.

        A first invoice that fails leaves the subscription incomplete.
        """
        if not fails:
            paid = self._invoices.paid_elsewhere(invoice_id) if elsewhere else self._invoices.pay(invoice_id)
            self._set_status(paid, "active")
            return paid
        invoice = self._invoices.fail(invoice_id)
        if invoice.billing_reason == "subscription_cycle":
            self._set_status(invoice, "past_due" if invoice.next_payment_attempt else "unpaid")
        return invoice

    def _bill(self, subscription: Subscription, reason: str, *, fails: bool, draft: bool = False) -> Invoice:
        invoice = self._invoices.create(subscription.order, subscription, reason)
        self._store.subscriptions.replace(replace(subscription, latest_invoice=invoice.id))
        if draft:
            return invoice
        self._invoices.finalize(invoice.id)
        return self.pay(invoice.id, fails=fails)

    def _set_status(self, invoice: Invoice, status: str) -> None:
        if invoice.subscription is None:
            return
        subscription = self._store.subscription(invoice.subscription)
        if subscription.status != status and not subscription.ended:
            self._store.subscriptions.replace(replace(subscription, status=status))

    def _expire_if_incomplete(self, subscription_id: str) -> None:
        """docs.stripe.com/billing/subscriptions/overview: without a first payment it is over after 23 hours."""
        subscription = self._store.subscription(subscription_id)
        if subscription.status == "incomplete" and subscription.latest_invoice:
            self._store.subscriptions.replace(replace(subscription, status="incomplete_expired"))
            if self._store.invoice(subscription.latest_invoice).status == "open":
                self._invoices.void(subscription.latest_invoice)

    def _end_if_wanted(self, subscription_id: str, at: int) -> None:
        subscription = self._store.subscription(subscription_id)
        if not subscription.ended and subscription.cancel_at == at:
            self._end(subscription, at)

    def _end(self, before: Subscription, at: int) -> Subscription:
        canceled_at = before.canceled_at or at
        return self._store.subscriptions.replace(
            replace(before, status="canceled", canceled_at=canceled_at, ended_at=at)
        )

    def _running(self, subscription_id: str) -> Subscription:
        subscription = self._store.subscription(subscription_id)
        if subscription.ended:
            raise ApiError("A canceled subscription can only update its cancellation_details and metadata.")
        return subscription
