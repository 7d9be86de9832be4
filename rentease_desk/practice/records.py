"""What a practice account holds: compact frozen records, replaced as a whole when something changes.

Amounts are minor units of a lower-case ISO 4217 currency as Stripe sends it; instants are UTC seconds. ``seq`` counts
the objects of an account in the order of their making and decides between objects of the same second.
"""

from __future__ import annotations

from dataclasses import dataclass

from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Subscription
from rentease_desk.practice.orders import Decline, Metadata, Order


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent. ``amount`` and ``currency`` stand in its order."""

    id: str
    seq: int
    created: int
    order: Order
    status: str = "requires_payment_method"
    payment_method: str | None = None
    latest_charge: str | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    error: Decline | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None

    @property
    def customer(self) -> str | None:
        """The customer's id, by which lists are filtered."""
        return self.order.customer


@dataclass(frozen=True, slots=True)
class Charge:
    """An attempt to move money. ``order`` is what the intent said at confirmation; later edits do not reach it.

    ``amount_refunded`` counts refunds that have not failed; ``released`` is the rest of a partial
    capture, where it is shown.
    ``captured_at`` is when money moved: the capture, or the settlement of a bank debit.
    """

    id: str
    seq: int
    created: int
    order: Order
    payment_method: str
    intent: str | None = None
    status: str = "succeeded"
    captured: bool = True
    amount_captured: int = 0
    amount_refunded: int = 0
    released: int = 0
    captured_at: int | None = None
    balance_transaction: str | None = None
    decline: Decline | None = None
    disputed: bool = False

    @property
    def customer(self) -> str | None:
        """The customer's id, by which lists are filtered."""
        return self.order.customer

    @property
    def refundable(self) -> int:
        """What may still be given back, minor units."""
        return self.amount_captured - self.amount_refunded if self.status == "succeeded" else 0


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back."""

    id: str
    seq: int
    created: int
    amount: int
    currency: str
    status: str
    charge: str
    intent: str | None
    payment_method: str
    method_type: str
    reason: str | None = None
    failure_reason: str | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    metadata: Metadata = ()

    @property
    def counts(self) -> bool:
        """Whether it lowers what is left of the charge: pending ones do, failed and cancelled ones do not."""
        return self.status not in {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody the account knows by name."""

    id: str
    seq: int
    created: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    metadata: Metadata = ()


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """One line of the account's balance, in the currency that the account settles in.

    ``rate_ppm`` is the exchange rate in parts per million, None where nothing was converted. ``payout`` is the
    automatic payout that it went to the bank with; ``listed``, whether the lines of that payout show it.
    """

    id: str
    seq: int
    created: int
    type: str
    category: str
    amount: int
    fee: int
    currency: str
    source: str
    available_on: int
    description: str | None = None
    rate_ppm: int | None = None
    payout: str | None = None
    listed: bool = True

    @property
    def paid_out_by(self) -> str | None:
        """The payout by which lists are filtered."""
        return self.payout if self.listed else None

    @property
    def unpaid(self) -> str | None:
        """``yes`` while no automatic payout has taken it."""
        return None if self.payout else "yes"

    @property
    def net(self) -> int:
        """What it does to the balance."""
        return self.amount - self.fee


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payment that the cardholder's bank questions. ``balance_transaction`` withdrew the money, None for an inquiry;
    ``reinstatement`` gave it back. ``due_by`` is until when evidence is taken."""

    id: str
    seq: int
    created: int
    amount: int
    currency: str
    charge: str
    intent: str | None
    due_by: int
    balance_transaction: str | None = None
    reinstatement: str | None = None
    status: str = "needs_response"
    reason: str = "fraudulent"
    has_evidence: bool = False
    past_due: bool = False

    @property
    def is_inquiry(self) -> bool:
        """Whether it has moved no money."""
        return self.status.startswith("warning_")


@dataclass(frozen=True, slots=True)
class Payout:
    """Money sent to the hotel's bank. ``arrival_date`` is midnight UTC of the day it should be there."""

    id: str
    seq: int
    created: int
    amount: int
    currency: str
    arrival_date: int
    automatic: bool
    balance_transaction: str
    destination: str
    reconciliation_status: str
    status: str = "pending"
    failure_code: str | None = None
    failure_balance_transaction: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A page on which a guest pays. ``reference`` is the hotel's own; ``debit_failed``: a bank debit came back.

    ``title`` stands above the amount; the guest's browser goes to ``success_url`` afterwards.
    """

    id: str
    seq: int
    created: int
    order: Order
    metadata: Metadata
    reference: str | None
    payment_link: str | None
    expires_at: int
    status: str = "open"
    payment_status: str = "unpaid"
    intent: str | None = None
    debit_failed: bool = False
    title: str | None = None
    success_url: str | None = None

    @property
    def customer(self) -> str | None:
        """The customer's id, by which lists are filtered."""
        return self.order.customer


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """An address behind which pages to pay are opened, as long as it is ``active``; ``limit``: how many of them may be
    paid on. ``order`` is what each page is for, ``metadata`` what each page says.
    """

    id: str
    seq: int
    created: int
    order: Order
    metadata: Metadata
    title: str
    limit: int | None = None
    redirect_url: str | None = None
    active: bool = True
    completed: int = 0

    @property
    def activity(self) -> str:
        """``true`` or ``false``, by which lists are filtered."""
        return "true" if self.active else "false"


Record = (
    Intent
    | Charge
    | Refund
    | Customer
    | BalanceTransaction
    | Dispute
    | Payout
    | Subscription
    | Invoice
    | InvoicePayment
    | CheckoutSession
    | PaymentLink
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: the object as it was afterwards and before. It is listed from ``visible_at`` on."""

    id: str
    seq: int
    created: int
    type: str
    after: Record
    before: Record | None
    visible_at: int
    api_version: str
