"""Invoices and how they are paid: docs.stripe.com/invoicing/integration/workflow-transitions.

An invoice is paid through a PaymentIntent of its own, which says nothing of the subscription: its metadata stays there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Subscription
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.payments import Payments
from rentease_desk.practice.store import Store

_DAY: Final = 86_400
_RETRY: Final = 3 * _DAY
_ATTEMPTS: Final = 4
_WORDS: Final = {"subscription_create": "Subscription creation", "subscription_cycle": "Subscription update"}


class Invoices:
    """Operations on invoices. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, payments: Payments) -> None:
        self._store = store
        self._payments = payments

    def create(self, order: Order, subscription: Subscription | None = None, reason: str = "manual") -> Invoice:
        """A draft: for one thing, or for the current period of a subscription."""
        store, now = self._store, self._store.clock.now()
        if order.customer is None:
            raise ApiError("Missing required param: customer.", code="parameter_missing", param="customer")
        customer = store.customer(order.customer, "customer")
        return store.invoices.add(
            Invoice(
                id=store.ids.new("in_1"),
                seq=store.next_seq(),
                created=now,
                order=order,
                line=store.ids.new("il_1"),
                number=f"{customer.id[-8:].upper()}-{store.invoices.count('customer', customer.id) + 1:04}",
                customer=customer.id,
                customer_name=customer.name,
                customer_email=customer.email,
                billing_reason=reason,
                subscription=subscription.id if subscription else None,
                item=subscription.item if subscription else None,
                price=subscription.price if subscription else None,
                period_start=subscription.period_start if subscription else now,
                period_end=subscription.period_end if subscription else now,
            )
        )

    def finalize(self, invoice_id: str) -> Invoice:
        """From now on it can be paid: it has a number and a PaymentIntent."""
        invoice, store, now = self._in(invoice_id, "draft"), self._store, self._store.clock.now()
        order = invoice.order
        words = _WORDS.get(invoice.billing_reason, "Payment for Invoice")
        intent = self._payments.create(replace(order, description=words, metadata=(), manual=False))
        opened = store.invoices.replace(replace(invoice, status="open", finalized_at=now, next_payment_attempt=now))
        id_, seq = store.ids.new("inpay_1"), store.next_seq()
        store.invoice_payments.add(InvoicePayment(id_, seq, now, invoice.id, intent.id, order.amount, order.currency))
        return opened

    def pay(self, invoice_id: str) -> Invoice:
        """The customer's card is charged."""
        invoice, now = self._in(invoice_id, "open", "uncollectible"), self._store.clock.now()
        payment = self._payment(invoice)
        self._payments.succeed(payment.intent)
        paid = replace(payment, status="paid", amount_paid=payment.amount_requested, paid_at=now)
        self._store.invoice_payments.replace(paid)
        return self._store.invoices.replace(
            replace(
                invoice,
                status="paid",
                paid_at=now,
                amount_paid=invoice.order.amount,
                attempt_count=invoice.attempt_count + 1,
                next_payment_attempt=None,
            )
        )

    def fail(self, invoice_id: str) -> Invoice:
        """The customer's card is declined. A renewal is tried again three days later, four times in all."""
        invoice = self._in(invoice_id, "open")
        self._payments.fail(self._payment(invoice).intent)
        attempts = invoice.attempt_count + 1
        again = invoice.billing_reason == "subscription_cycle" and attempts < _ATTEMPTS
        later = self._store.clock.now() + _RETRY if again else None
        return self._store.invoices.replace(replace(invoice, attempt_count=attempts, next_payment_attempt=later))

    def paid_elsewhere(self, invoice_id: str) -> Invoice:
        """Marked as paid outside of Stripe: no money comes through Stripe."""
        invoice, now = self._in(invoice_id, "open", "uncollectible"), self._store.clock.now()
        self._let_go(invoice, "automatic")
        return self._store.invoices.replace(
            replace(
                invoice,
                status="paid",
                paid_at=now,
                amount_paid=invoice.order.amount,
                off_stripe=True,
                next_payment_attempt=None,
            )
        )

    def void(self, invoice_id: str) -> Invoice:
        """As if it had never been asked for."""
        invoice, now = self._in(invoice_id, "open", "uncollectible"), self._store.clock.now()
        self._let_go(invoice, "void_invoice")
        return self._store.invoices.replace(replace(invoice, status="void", voided_at=now, next_payment_attempt=None))

    def give_up(self, invoice_id: str) -> Invoice:
        """Nobody expects it to be paid any more, though it still can be."""
        invoice, now = self._in(invoice_id, "open"), self._store.clock.now()
        return self._store.invoices.replace(
            replace(invoice, status="uncollectible", uncollectible_at=now, next_payment_attempt=None)
        )

    def _let_go(self, invoice: Invoice, reason: str) -> None:
        payment = self._payment(invoice)
        self._payments.cancel(payment.intent, reason)
        now = self._store.clock.now()
        self._store.invoice_payments.replace(replace(payment, status="canceled", canceled_at=now))

    def _payment(self, invoice: Invoice) -> InvoicePayment:
        [payment] = self._store.invoice_payments.where(invoice=invoice.id)
        return payment

    def _in(self, invoice_id: str, *statuses: str) -> Invoice:
        invoice = self._store.invoice(invoice_id)
        if invoice.status not in statuses:
            raise ApiError(f"Invoice {invoice_id} has a status of {invoice.status} and cannot be changed like this.")
        return invoice
