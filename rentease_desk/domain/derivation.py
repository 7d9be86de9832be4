"""How a payment follows from Stripe's PaymentIntent and charges. Pure: the same facts give the same payment.

Sources: docs.stripe.com/payments/paymentintents/lifecycle (statuses), docs.stripe.com/api/charges/object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import reference_key
from rentease_desk.domain.payment import PaymentState
from rentease_desk.domain.stripe_objects import SeenIntent, StripeCharge, StripeIntent, StripeTransaction

_INTENT_STATES = {
    "succeeded": PaymentState.SUCCEEDED,
    "processing": PaymentState.PROCESSING,
    "requires_capture": PaymentState.REQUIRES_CAPTURE,
    "canceled": PaymentState.CANCELED,
    "requires_payment_method": PaymentState.INCOMPLETE,
    "requires_confirmation": PaymentState.INCOMPLETE,
    "requires_action": PaymentState.INCOMPLETE,
}
INTENT_STATUSES = frozenset(_INTENT_STATES)
CHARGE_STATUSES = frozenset({"succeeded", "pending", "failed"})
_OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
_AFTER = {
    PaymentState.FAILED: _OPEN | {"canceled"},
    PaymentState.PROCESSING: {"processing"},
    PaymentState.REQUIRES_CAPTURE: {"requires_capture", "canceled"},
    PaymentState.CANCELED: {"requires_capture", "canceled"},
    PaymentState.SUCCEEDED: {"succeeded"},
}
"""The statuses that an intent can have whose latest charge stands like this."""
_NOTHING: Mapping[str, StripeTransaction] = {}


class DerivedPayment(Struct, frozen=True, gc=False):
    """The Stripe part of a payment row. ``amount`` in minor units, ``occurred_at`` in UTC seconds.

    ``fee`` and ``net`` are minor units of ``settlement_currency``, which ``available_on`` (UTC seconds) may be paid
    out; all four are None until Stripe has made the balance transaction.
    """

    stripe_payment_id: str
    stripe_charge_id: str | None
    stripe_status: str
    state: PaymentState
    amount: int
    currency: str
    occurred_at: int
    method: str
    brand: str | None
    last4: str | None
    payer_name: str | None
    payer_email: str | None
    description: str | None
    customer_id: str | None
    failure_code: str | None
    failure_message: str | None
    disputed: bool
    claimed_id: str | None
    claimed_reference: str | None
    fee: int | None = None
    net: int | None = None
    settlement_currency: str | None = None
    available_on: int | None = None


def derive_payment(
    intent: StripeIntent | None, charges: Sequence[StripeCharge], moved: Mapping[str, StripeTransaction] = _NOTHING
) -> DerivedPayment:
    """The payment of one intent and its charges, or of a single charge that has no intent.

    ``moved``: what each charge moved, by its id, as far as it is known. Raises ValueError when there is neither.
    """
    charge = _telling_charge(intent, charges)
    if intent is not None:
        derived = _from_intent(intent, charge, any(one.status == "failed" for one in charges))
    elif charge is not None:
        derived = _from_charge(charge)
    else:
        raise ValueError("a payment needs an intent or a charge")
    money = moved.get(charge.id) if charge is not None else None
    return derived if money is None or derived.state is not PaymentState.SUCCEEDED else _settled(derived, money)


def _settled(derived: DerivedPayment, money: StripeTransaction) -> DerivedPayment:
    return replace(
        derived,
        fee=money.fee,
        net=money.net,
        settlement_currency=money.currency,
        available_on=money.available_on,
    )


def is_explained(intent: StripeIntent | SeenIntent, charge: StripeCharge) -> bool:
    """Whether this picture of the intent can be as new as this charge of it; if not, the intent is fetched again.

    A charge that is not the intent's latest can only be an attempt that failed.
    """
    if charge.id != intent.latest_charge_id:
        return charge.status == "failed"
    return intent.status in _AFTER[_charge_state(charge)]


def is_final(charge: StripeCharge) -> bool:
    """Whether nothing more can become of the charge by itself, refunds and disputes aside."""
    return _charge_state(charge) in {PaymentState.FAILED, PaymentState.SUCCEEDED}


def _telling_charge(intent: StripeIntent | None, charges: Sequence[StripeCharge]) -> StripeCharge | None:
    """The charge that moved or may move the money; else the last attempt."""
    if len(charges) == 1:
        return charges[0]
    latest = intent.latest_charge_id if intent else None
    rank = {"failed": 0, "pending": 1, "succeeded": 2}
    return max(charges, key=lambda one: (rank[one.status], one.id == latest, one.created, one.id), default=None)


def _from_intent(intent: StripeIntent, charge: StripeCharge | None, failed_before: bool) -> DerivedPayment:
    state = _INTENT_STATES[intent.status]
    if state is PaymentState.INCOMPLETE and (failed_before or intent.error_code or intent.error_message):
        state = PaymentState.FAILED
    return DerivedPayment(
        stripe_payment_id=intent.id,
        stripe_charge_id=charge.id if charge else intent.latest_charge_id,
        stripe_status=intent.status,
        state=state,
        amount=_intent_amount(intent, state),
        currency=intent.currency,
        occurred_at=_moved_at(charge) if state is PaymentState.SUCCEEDED and charge else intent.created,
        method=(charge.method_type if charge else None) or "card",
        brand=charge.brand if charge else None,
        last4=charge.last4 if charge else None,
        payer_name=charge.payer_name if charge else None,
        payer_email=(charge.payer_email if charge else None) or intent.payer_email,
        description=intent.description or (charge.description if charge else None),
        customer_id=intent.customer_id or (charge.customer_id if charge else None),
        failure_code=_failure(state, intent.error_code, charge.failure_code if charge else None),
        failure_message=_failure(state, intent.error_message, charge.failure_message if charge else None),
        disputed=charge.disputed if charge else False,
        claimed_id=_claim("booking_id", intent, charge),
        claimed_reference=_claim("booking_reference", intent, charge),
    )


def _from_charge(charge: StripeCharge) -> DerivedPayment:
    state = _charge_state(charge)
    return DerivedPayment(
        stripe_payment_id=charge.id,
        stripe_charge_id=charge.id,
        stripe_status=charge.status,
        state=state,
        amount=charge.amount_captured if state is PaymentState.SUCCEEDED else charge.amount,
        currency=charge.currency,
        occurred_at=_moved_at(charge) if state is PaymentState.SUCCEEDED else charge.created,
        method=charge.method_type or "card",
        brand=charge.brand,
        last4=charge.last4,
        payer_name=charge.payer_name,
        payer_email=charge.payer_email,
        description=charge.description,
        customer_id=charge.customer_id,
        failure_code=_failure(state, None, charge.failure_code),
        failure_message=_failure(state, None, charge.failure_message),
        disputed=charge.disputed,
        claimed_id=_claim("booking_id", None, charge),
        claimed_reference=_claim("booking_reference", None, charge),
    )


def _intent_amount(intent: StripeIntent, state: PaymentState) -> int:
    if state is PaymentState.SUCCEEDED:
        return intent.amount_received
    if state is PaymentState.REQUIRES_CAPTURE:
        return intent.amount_capturable or intent.amount
    return intent.amount


def _charge_state(charge: StripeCharge) -> PaymentState:
    if charge.status == "failed":
        return PaymentState.FAILED
    if charge.status == "pending":
        return PaymentState.PROCESSING
    if charge.captured:
        return PaymentState.SUCCEEDED
    return PaymentState.CANCELED if charge.released else PaymentState.REQUIRES_CAPTURE


def _moved_at(charge: StripeCharge) -> int:
    """When the money moved: the capture, where it came later than the authorisation."""
    return charge.captured_at or charge.created


def _claim(key: str, intent: StripeIntent | None, charge: StripeCharge | None) -> str | None:
    """Which booking the payment itself names, as a key; the charge's copy serves where the intent says nothing."""
    for one in (intent, charge):
        named = "" if one is None else one.metadata.get(key, "")
        if named and (claimed := reference_key(named)):
            return claimed
    return None


def _failure(state: PaymentState, own: str | None, charged: str | None) -> str | None:
    """Stripe's reason, only while the payment stands failed: a later success leaves no blame behind."""
    return (own or charged) if state in {PaymentState.FAILED, PaymentState.CANCELED} else None


def lacks_capture_time(intent: StripeIntent | SeenIntent | None, charge: StripeCharge) -> bool:
    """Whether the money moved at a capture whose time is not known yet (``created`` is the authorisation)."""
    manual = charge.manual_capture or (intent is not None and intent.capture_method == "manual")
    return manual and charge.captured and charge.status == "succeeded" and charge.captured_at is None
