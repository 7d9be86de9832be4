"""What a practice account holds of what is billed by the month: records as those of ``records.py``."""

from __future__ import annotations

from dataclasses import dataclass

from rentease_desk.practice.orders import Order


@dataclass(frozen=True, slots=True)
class Price:
    """What a subscription costs every ``interval_count`` intervals (day, week, month, year); the amount stands in
    its order."""

    id: str
    product: str
    created: int
    interval: str = "month"
    interval_count: int = 1


@dataclass(frozen=True, slots=True)
class Subscription:
    """A long stay that pays by the month. ``item`` is the id of its only item; ``cycles`` counts its renewals."""

    id: str
    seq: int
    created: int
    order: Order
    price: Price
    item: str
    payment_method: str
    period_start: int
    period_end: int
    cycles: int = 0
    status: str = "incomplete"
    latest_invoice: str | None = None
    cancel_at: int | None = None
    canceled_at: int | None = None
    ended_at: int | None = None

    @property
    def customer(self) -> str | None:
        """The customer's id, by which lists are filtered."""
        return self.order.customer

    @property
    def uncanceled(self) -> str | None:
        """``yes`` for what Stripe lists when no status is asked for."""
        return None if self.status == "canceled" else "yes"

    @property
    def ended(self) -> str | None:
        """``yes`` when nothing can become of it any more."""
        return "yes" if self.status in {"canceled", "incomplete_expired"} else None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a customer is asked to pay, with one ``line``. ``item`` and ``price`` are those of its subscription;
    ``off_stripe``: it was paid otherwise."""

    id: str
    seq: int
    created: int
    order: Order
    line: str
    number: str
    customer: str
    customer_name: str | None
    customer_email: str | None
    billing_reason: str
    subscription: str | None
    item: str | None
    price: Price | None
    period_start: int
    period_end: int
    status: str = "draft"
    amount_paid: int = 0
    off_stripe: bool = False
    attempt_count: int = 0
    next_payment_attempt: int | None = None
    finalized_at: int | None = None
    paid_at: int | None = None
    voided_at: int | None = None
    uncollectible_at: int | None = None


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """Which PaymentIntent an invoice is paid with."""

    id: str
    seq: int
    created: int
    invoice: str
    intent: str
    amount_requested: int
    currency: str
    status: str = "open"
    amount_paid: int | None = None
    paid_at: int | None = None
    canceled_at: int | None = None

    @property
    def kind(self) -> str:
        """The kind of payment, by which lists are filtered."""
        return "payment_intent"
