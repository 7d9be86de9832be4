"""Payments, voids and refunds: what is stored, and the words that are derived from it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.money import Money


class Source(StrEnum):
    """Who says that there was a payment. A manual entry is never a Stripe payment (money rule 9)."""

    MANUAL = "manual"
    STRIPE = "stripe"


class PaymentState(StrEnum):
    """A payment's own state as stored. Only ``SUCCEEDED`` is money that moved."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELED = "canceled"


class PaymentStatus(StrEnum):
    """The state with refunds and voids taken into account; derived, never stored (money rule 4)."""

    SUCCEEDED = "succeeded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELED = "canceled"
    VOIDED = "voided"


class RefundStatus(StrEnum):
    """Stripe's states of a refund, and ours. Only ``SUCCEEDED`` is money that went back."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


UNMATCHED_STATES = (PaymentState.SUCCEEDED, PaymentState.PROCESSING, PaymentState.REQUIRES_CAPTURE)
"""States in which a Stripe payment without a booking waits for one."""


class MethodKind(StrEnum):
    """What a method is, whatever a property calls it."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    OTHER = "other"


class Method(Struct, frozen=True):
    """A manual way to pay. ``code`` is stored with each payment, ``label`` is what people read."""

    code: str
    label: str
    kind: MethodKind
    needs_reference: bool = False


DEFAULT_METHODS = (
    Method("cash", "Cash", MethodKind.CASH),
    Method("card", "Card terminal", MethodKind.CARD),
    Method("transfer", "Bank transfer", MethodKind.TRANSFER),
    Method("cheque", "Cheque", MethodKind.CHEQUE),
)


def derive_status(state: PaymentState, amount: int, refunded: int, voided: bool) -> PaymentStatus:
    """``amount`` and ``refunded`` in minor units; ``refunded`` sums the refunds that succeeded."""
    if voided:
        return PaymentStatus.VOIDED
    if state is not PaymentState.SUCCEEDED or refunded <= 0:
        return PaymentStatus(state.value)
    return PaymentStatus.REFUNDED if refunded >= amount else PaymentStatus.PARTIALLY_REFUNDED


class PaymentDraft(Struct, frozen=True):
    """A manual payment about to be taken. ``uid`` is made before the first try and reused in every further one.

    ``tendered`` is what a cash payer handed over, minor units of the same currency; None where it was not asked.
    ``cash_due`` is what the person was told to take, rounded as the property rounds cash; None where nobody was told.
    """

    uid: str
    booking_pk: int
    method: str
    amount: Money
    reference: str = ""
    note: str = ""
    tendered: int | None = None
    occurred_at: int | None = None
    cash_due: int | None = None


class Ignored(Struct, frozen=True):
    """Why a payment waits for no booking though it has none: what a person said, at which desk, and when (UTC seconds).

    ``uid`` names the saying: who takes it back says which one was seen.
    """

    uid: str
    reason: str
    actor: str
    desk: str
    at: int


class IgnoreDraft(Struct, frozen=True):
    """A person says that a payment belongs to no booking. ``uid`` is made before the first try and kept for others.

    ``version``: of the payment as it was read; None: however it is now.
    """

    uid: str
    payment_pk: int
    reason: str
    version: int | None = None


class Payment(Struct, frozen=True):
    """One payment as stored, with its derived status. Amounts in minor units of ``currency``, times in UTC seconds.

    ``refunded`` sums refunds that succeeded. ``fee`` and ``net`` are minor units of ``settlement_currency``,
    which may be another; they are None until Stripe's balance transaction is known, and on manual payments.
    ``business_date`` is None while nothing moved. Stripe's fields are None on manual payments. ``claimed``: the booking
    that the payment's metadata names, by reference or id, whether it is here or not. ``rounding`` is what more (or,
    negative, less) than ``amount`` was taken because cash is rounded; it is no part of any balance. ``ignored``:
    somebody said why it waits for no booking; it is money all the same. ``session_pk``: the drawer session it was taken
    in; None is the implicit one of its desk and day. ``late_of``: the closed day on which it happened.
    """

    pk: int
    uid: str
    booking_pk: int | None
    booking_reference: str | None
    guest: str | None
    source: Source
    method: str
    amount: int
    refunded: int
    currency: str
    state: PaymentState
    status: PaymentStatus
    occurred_at: int
    business_date: date | None
    reference: str
    note: str
    tendered: int | None
    fee: int | None
    stripe_account: str | None
    livemode: bool | None
    stripe_payment_id: str | None
    stripe_charge_id: str | None
    stripe_status: str | None
    brand: str | None
    last4: str | None
    payer_name: str | None
    payer_email: str | None
    description: str | None
    failure_code: str | None
    failure_message: str | None
    disputed: bool
    void_reason: str | None
    actor: str
    desk: str
    created_at: int
    version: int
    net: int | None = None
    settlement_currency: str | None = None
    available_on: int | None = None
    claimed: str | None = None
    rounding: int = 0
    ignored: Ignored | None = None
    session_pk: int | None = None
    late_of: date | None = None

    @property
    def money(self) -> Money:
        """The gross amount."""
        return Money(self.amount, self.currency)


class TwinError(ConflictError):
    """Like payments stand on the booking already, which the person was not told of. Nothing was written."""

    def __init__(self, twins: tuple[Payment, ...]) -> None:
        self.twins = twins
        newest = twins[-1]
        super().__init__("payment.twin", amount=newest.money, method=newest.method, moment=newest.business_date)


class Crossing(Struct, frozen=True):
    """A payment that somebody else took on the folio while one was taken here, and by how much (minor units of its
    currency) the folio is overpaid now that both are in. Both are money, and both stay.
    """

    other: Payment
    over: int


class Refund(Struct, frozen=True):
    """One refund as stored. ``amount`` is positive, in minor units; ``business_date`` is None until it succeeded.

    ``rounding``: what more, or negative, less was handed out because cash is rounded; it is not in ``amount``.
    ``session_pk`` and ``late_of`` as of a payment.
    """

    pk: int
    uid: str
    payment_pk: int
    payment_uid: str
    booking_reference: str | None
    guest: str | None
    amount: int
    currency: str
    status: RefundStatus
    method: str
    reason: str
    failure_reason: str | None
    occurred_at: int
    business_date: date | None
    stripe_account: str | None
    livemode: bool | None
    stripe_refund_id: str | None
    actor: str
    desk: str
    created_at: int
    rounding: int = 0
    session_pk: int | None = None
    late_of: date | None = None
