"""What Stripe says of payouts, long stays and Checkout, in our terms: ISO minor units, UTC seconds.

Source of the shapes: docs.stripe.com/api, version 2026-10-28.endive. Since 2025-03-31 an invoice names its payments in
InvoicePayments and its subscription in ``parent``.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rentease_desk.domain.booking import reference_key

ENDED_SUBSCRIPTIONS = ("canceled", "incomplete_expired")
"""Statuses of subscriptions of which nothing more can become."""
UNPAID_INVOICES = ("draft", "open", "uncollectible")
"""Statuses of invoices that may still be paid: one that was given up can be."""
DRAFT_INVOICE = "draft"
DELETED_INVOICE = "deleted"
"""Our word for a draft that was deleted at Stripe, which has none: it is not there any more."""
REQUEST_UID = "request_uid"
"""The name in metadata of what a desk asked for."""
UNPAID_PAYOUTS = ("pending", "in_transit")
"""Statuses of payouts that are on their way."""
RETURNED_PAYOUTS = ("failed", "canceled")
"""Statuses of payouts whose money is back in the balance."""


class StripePayout(Struct, frozen=True):
    """Money sent to the property's bank; negative where Stripe fetches money from there.

    ``arrival_date``: midnight UTC of the day on which it should be there. A payout that was paid can still fail.
    """

    id: str
    created: int
    amount: int
    currency: str
    status: str
    arrival_date: int
    automatic: bool
    reconciliation_status: str
    balance_transaction_id: str | None
    failure_code: str | None
    failure_message: str | None


class StripePayoutLine(Struct, frozen=True):
    """A balance transaction, by its ``id``, that went to the bank with a payout."""

    id: str
    payout_id: str


class StripeSubscription(Struct, frozen=True):
    """A long stay that pays by the period. ``price_ids`` are joined by blanks.

    ``amount`` is paid every ``every_count`` ``every_unit`` (day, week, month, year); None where prices do not tell.
    """

    id: str
    created: int
    customer_id: str | None
    status: str
    description: str | None
    price_ids: str
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
    metadata: Mapping[str, str]


class StripeInvoice(Struct, frozen=True):
    """What a customer is asked to pay. ``amount_paid`` holds what was paid outside of Stripe as well.

    ``period_start``, ``period_end``: what is paid for. ``subscription_metadata``: what the subscription said when the
    invoice was finalized.
    """

    id: str
    created: int
    number: str | None
    subscription_id: str | None
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    status: str
    amount_due: int
    amount_paid: int
    amount_remaining: int
    amount_paid_off_stripe: int
    currency: str
    period_start: int | None
    period_end: int | None
    attempt_count: int
    next_payment_attempt: int | None
    last_error: str | None
    paid_at: int | None
    metadata: Mapping[str, str]
    subscription_metadata: Mapping[str, str]


class StripeInvoicePayment(Struct, frozen=True):
    """Which payment an invoice is paid with. ``payment_id``: the PaymentIntent, or the charge that has none."""

    id: str
    created: int
    invoice_id: str
    payment_id: str | None
    status: str
    amount_requested: int
    amount_paid: int | None
    currency: str
    paid_at: int | None


class StripeSession(Struct, frozen=True):
    """A Checkout page. ``amount_total`` and ``currency`` are None where nothing is paid on it.

    ``payment_link_id``: the Payment Link that opened it. ``url``: where it is, of pages that a desk asked for.
    """

    id: str
    created: int
    expires_at: int
    status: str
    payment_status: str
    payment_intent_id: str | None
    subscription_id: str | None
    customer_id: str | None
    amount_total: int | None
    currency: str | None
    client_reference_id: str | None
    metadata: Mapping[str, str]
    payment_link_id: str | None = None
    url: str | None = None

    @property
    def request_uid(self) -> str | None:
        """The request of a desk that it was made by; None of one that a Payment Link opened, whose words it has."""
        return None if self.payment_link_id else self.metadata.get(REQUEST_UID)


class StripePaymentLink(Struct, frozen=True):
    """A link behind which pages to pay are opened; not ``active``, it opens none any more.

    ``request_uid``: the request of a desk that it was made by.
    """

    id: str
    active: bool
    url: str | None
    request_uid: str | None


class Claim(Struct, frozen=True):
    """The booking that something of Stripe's names, as keys: our id (or our reference in its place), our reference."""

    id: str | None
    reference: str | None


def claim_in(*metadata: Mapping[str, str]) -> Claim | None:
    """What the first metadata that names a booking names; None where none does."""
    for told in metadata:
        own = reference_key(told.get("booking_id", "")) or None
        reference = reference_key(told.get("booking_reference", "")) or None
        if own or reference:
            return Claim(own, reference)
    return None
