"""What Stripe says, in our terms: ISO minor units, UTC seconds, and nothing that we do not use.

Each value is one picture of one object. When it was taken (``observed_at``) travels beside it, in the ``Page``.
They hold plain values only and come by the thousand: Python's collector has nothing to look for in them (``gc=False``).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from rentease_desk.domain.stripe_billing import (
    StripeInvoice,
    StripeInvoicePayment,
    StripePaymentLink,
    StripePayout,
    StripePayoutLine,
    StripeSession,
    StripeSubscription,
)


class Identity(Struct, frozen=True):
    """Which Stripe account, and whether live or test: part of every key (ids alone are not unique)."""

    account: str
    livemode: bool


class StripeCharge(Struct, frozen=True, gc=False):
    """An attempt to move money. ``captured_at`` is known only where a capture came after the authorisation.

    ``released``: the authorisation was let go (Stripe marks the charge refunded) before anything was captured.
    ``manual_capture``: the payment method says that a capture has to follow, or had to.
    """

    id: str
    payment_intent_id: str | None
    created: int
    amount: int
    amount_captured: int
    captured: bool
    released: bool
    manual_capture: bool
    currency: str
    status: str
    disputed: bool
    method_type: str | None
    brand: str | None
    last4: str | None
    failure_code: str | None
    failure_message: str | None
    payer_name: str | None
    payer_email: str | None
    description: str | None
    customer_id: str | None
    balance_transaction_id: str | None
    captured_at: int | None
    metadata: Mapping[str, str]


class StripeIntent(Struct, frozen=True, gc=False):
    """A PaymentIntent: one payment from the first attempt to the money."""

    id: str
    created: int
    amount: int
    amount_received: int
    amount_capturable: int
    currency: str
    status: str
    capture_method: str
    latest_charge_id: str | None
    customer_id: str | None
    payer_email: str | None
    description: str | None
    error_code: str | None
    error_message: str | None
    metadata: Mapping[str, str]


class SeenIntent(Struct, frozen=True, gc=False):
    """What of an intent tells whether it is as new as its charges, and when it was seen (UTC microseconds)."""

    status: str
    latest_charge_id: str | None
    capture_method: str
    observed_at: int


class StripeRefund(Struct, frozen=True, gc=False):
    """Money on its way back. ``charge_id`` names the charge it belongs to, ``request_uid`` the desk's own request."""

    id: str
    charge_id: str | None
    payment_intent_id: str | None
    created: int
    amount: int
    currency: str
    status: str
    reason: str | None
    failure_reason: str | None
    request_uid: str | None = None


class StripeCustomer(Struct, frozen=True, gc=False):
    """A customer object, kept so that guests can be suggested for payments that name one."""

    id: str
    created: int
    name: str | None
    email: str | None
    metadata: Mapping[str, str]


class StripeDispute(Struct, frozen=True, gc=False):
    """A cardholder's bank asks for the money back. ``due_by``: until when to answer, UTC seconds; None: no answer.

    Source: docs.stripe.com/disputes/how-disputes-work. An inquiry (``warning_…``) moves no money.
    """

    id: str
    charge_id: str | None
    payment_intent_id: str | None
    created: int
    amount: int
    currency: str
    status: str
    reason: str
    due_by: int | None


CHARGED = ("charge", "payment")
RETURNED = ("refund", "payment_refund")
REFUND_FAILED = ("refund_failure", "payment_failure_refund")
"""Types of the transactions that are made with a charge, with a refund, and with the failure of one. Source:
docs.stripe.com/reports/balance-transaction-types."""


class StripeTransaction(Struct, frozen=True, gc=False):
    """A movement of the account's balance, in the settlement currency; negative where money leaves.

    ``available_on``: when it may be paid out, UTC seconds. ``source_id``: the charge, refund, dispute … behind it.
    """

    id: str
    created: int
    available_on: int
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    source_id: str | None


class Unreadable(Struct, frozen=True):
    """An object that could not be understood, by its id and the reason, for the run's record."""

    kind: str
    id: str
    reason: str


class Page(Struct, frozen=True):
    """One page of a list, newest first. ``observed_at``: when its request began, Stripe's clock, UTC microseconds.

    ``gone_customers``: ids of customers that were deleted.
    """

    observed_at: int
    intents: tuple[StripeIntent, ...] = ()
    charges: tuple[StripeCharge, ...] = ()
    refunds: tuple[StripeRefund, ...] = ()
    customers: tuple[StripeCustomer, ...] = ()
    disputes: tuple[StripeDispute, ...] = ()
    transactions: tuple[StripeTransaction, ...] = ()
    payouts: tuple[StripePayout, ...] = ()
    payout_lines: tuple[StripePayoutLine, ...] = ()
    subscriptions: tuple[StripeSubscription, ...] = ()
    invoices: tuple[StripeInvoice, ...] = ()
    invoice_payments: tuple[StripeInvoicePayment, ...] = ()
    sessions: tuple[StripeSession, ...] = ()
    payment_links: tuple[StripePaymentLink, ...] = ()
    gone_customers: tuple[str, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    next_cursor: str | None = None

    @property
    def link_requests(self) -> frozenset[str]:
        """The requests of desks (uids) that its Checkout Sessions and Payment Links were made by."""
        named = [one.request_uid for one in self.sessions] + [one.request_uid for one in self.payment_links]
        return frozenset(filter(None, named))

    @property
    def created(self) -> list[int]:
        """When the listed objects were created, UTC seconds. (What stands behind another kind came along with it.)"""
        paid = self.intents or self.disputes or self.charges or self.refunds or self.customers or self.transactions
        listed = paid or self.payouts or self.subscriptions or self.invoices or self.sessions
        return [one.created for one in listed]
