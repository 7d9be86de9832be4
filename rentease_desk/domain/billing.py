"""Long stays, their invoices, payouts and customers, as the desk shows them. Minor units, UTC seconds."""

from __future__ import annotations

from msgspec import Struct

from rentease_desk.domain.stripe_objects import StripeTransaction


class LongStay(Struct, frozen=True):
    """A subscription. ``status`` is Stripe's: incomplete, trialing, active, past_due, unpaid, paused, canceled, ….

    ``assigned_by``: how its booking was found (``metadata``, ``customer``, or ``person``). ``named``: the booking that
    it names while that is not here. ``amount`` is paid every ``every_count`` ``every_unit``, if the prices tell.
    """

    id: str
    booking_pk: int | None
    booking_reference: str | None
    assigned_by: str | None
    named: str | None
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    status: str
    description: str | None
    amount: int | None
    currency: str
    every_unit: str | None
    every_count: int | None
    period_start: int | None
    period_end: int | None
    trial_end: int | None
    cancel_at: int | None
    cancel_at_period_end: bool
    canceled_at: int | None
    ended_at: int | None
    created: int


class Invoice(Struct, frozen=True):
    """What a customer is asked to pay. The money stands in its ``payments`` (Stripe's ids), and only there.

    ``status``: draft, open, paid, uncollectible or void. ``amount_paid`` = ``by_card`` + ``off_stripe``, which was paid
    outside of Stripe. ``reason``: why the last attempt failed, in Stripe's words. ``guest``, ``email`` and ``phone``
    are the booking's, else the customer's.
    """

    id: str
    number: str | None
    subscription_id: str | None
    booking_pk: int | None
    booking_reference: str | None
    guest: str | None
    email: str | None
    phone: str | None
    status: str
    amount_due: int
    amount_paid: int
    off_stripe: int
    amount_remaining: int
    currency: str
    period_start: int | None
    period_end: int | None
    attempt_count: int
    next_payment_attempt: int | None
    reason: str | None
    created: int
    paid_at: int | None
    payments: tuple[str, ...]

    @property
    def by_card(self) -> int:
        """What came through Stripe, and is a payment."""
        return self.amount_paid - self.off_stripe


class BookingBilling(Struct, frozen=True):
    """What a booking has of these; newest first."""

    stays: tuple[LongStay, ...]
    invoices: tuple[Invoice, ...]


class Payout(Struct, frozen=True):
    """Money on its way to the bank, or back. ``status``: pending, in_transit, paid, failed or canceled.

    ``arrival_date``: midnight UTC of the day on which it should be there. ``whole``: its lines are known.
    """

    id: str
    amount: int
    currency: str
    status: str
    arrival_date: int
    created: int
    automatic: bool
    whole: bool
    failure_code: str | None
    failure_message: str | None


class PayoutLine(Struct, frozen=True):
    """One movement of the balance that went to the bank with a payout, and the payment behind it, if it is here."""

    moved: StripeTransaction
    payment_pk: int | None
    booking_reference: str | None


class Customer(Struct, frozen=True):
    """A customer of Stripe's. ``guest`` is whom a person linked, with the ``booking_reference`` of that guest."""

    id: str
    name: str | None
    email: str | None
    created: int
    guest: str | None
    booking_reference: str | None
