"""What a desk must know of an account after a sync, worked out from the account's own records and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rentease_desk.domain.booking import reference_key
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Payment, Refund, Source
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from tests.tools.accounts import Account
from tests.tools.practice import Json
from tests.tools.truth_billing import further_words

_STATES = {
    "succeeded": "succeeded",
    "processing": "processing",
    "requires_capture": "requires_capture",
    "canceled": "canceled",
}
_ISO: Mapping[str, Callable[[int], int]] = {
    "isk": lambda stripe: stripe // 100,
    "ugx": lambda stripe: stripe // 100,
    "mga": lambda stripe: stripe * 100,
}


class Paid(NamedTuple):
    """One payment, as far as Stripe decides about it."""

    charge: str | None
    stripe_status: str
    status: str
    amount: int
    refunded: int
    currency: str
    occurred_at: int
    last4: str | None
    payer: str | None
    disputed: bool
    blamed: bool
    booking: str | None


class Returned(NamedTuple):
    """One refund, as far as Stripe decides about it."""

    payment: str
    amount: int
    currency: str
    status: str
    occurred_at: int
    reason: str
    failure_reason: str | None


class Books(NamedTuple):
    """Everything, by Stripe's ids."""

    payments: dict[str, Paid]
    refunds: dict[str, Returned]


def true_books(account: Account, bookings: Mapping[str, str] | None = None) -> Books:
    """``bookings`` maps whatever names a booking (its uid, its reference) to its reference."""
    known = {reference_key(name): reference for name, reference in (bookings or {}).items()}
    beside = further_words(account)
    charges, refunds = account.dump("charges"), account.dump("refunds")
    attempts: dict[str, list[Json]] = {}
    for charge in charges.values():
        attempts.setdefault(charge["intent"] or charge["id"], []).append(charge)
    back: dict[str, int] = {}
    for refund in refunds.values():
        if refund["status"] == "succeeded":
            back[refund["charge"]] = back.get(refund["charge"], 0) + refund["amount"]
    paid = {
        key: _of_intent(one, attempts.get(key, []), back, known, beside.get(key, []))
        for key, one in account.dump("payment_intents").items()
    }
    paid |= {key: _of_charge(one, back, known) for key, one in charges.items() if one["intent"] is None}
    return Books(paid, {key: _returned(one) for key, one in refunds.items()})


def held_books(desk: Desk) -> Books:
    """What the database holds of Stripe."""
    service = PaymentService(desk)
    keys = service.keys(PaymentQuery())
    payments = [one for one in service.by_keys(keys) if one.source is Source.STRIPE]
    ids = {one.pk: str(one.stripe_payment_id) for one in payments}
    refunds = [one for one in service.refunds_by_keys(keys) if one.stripe_refund_id]
    return Books(
        {ids[one.pk]: _held(one) for one in payments},
        {str(one.stripe_refund_id): _held_refund(one, ids[one.payment_pk]) for one in refunds},
    )


def _of_intent(
    intent: Json,
    attempts: list[Json],
    back: Mapping[str, int],
    known: Mapping[str, str],
    beside: list[dict[str, str]],
) -> Paid:
    failed = any(one["status"] == "failed" for one in attempts) or intent["error"] is not None
    state = _STATES.get(intent["status"], "failed" if failed else "incomplete")
    latest = next((one for one in attempts if one["id"] == intent["latest_charge"]), None)
    amount = {"succeeded": intent["amount_received"], "requires_capture": intent["amount_capturable"]}
    moved = latest is not None and state == "succeeded"
    manual = intent["order"]["manual"]
    names = [dict(one["order"]["metadata"]) for one in (intent, *([latest] if latest else []))]
    return _paid(
        state,
        charge=intent["latest_charge"],
        stripe_status=intent["status"],
        amount=amount.get(state, intent["order"]["amount"]),
        refunded=back.get(intent["latest_charge"] or "", 0),
        order=intent["order"],
        occurred_at=(latest["captured_at" if manual else "created"] if moved and latest else intent["created"]),
        shown=latest,
        booking=_booking(
            names if _names_one(names) else next(([one] for one in beside if _names_one([one])), []), known
        ),
    )


def _of_charge(charge: Json, back: Mapping[str, int], known: Mapping[str, str]) -> Paid:
    return _paid(
        "succeeded",
        charge=charge["id"],
        stripe_status="succeeded",
        amount=charge["amount_captured"],
        refunded=back.get(charge["id"], 0),
        order=charge["order"],
        occurred_at=charge["created"],
        shown=charge,
        booking=_booking([dict(charge["order"]["metadata"])], known),
    )


def _paid(
    state: str,
    *,
    charge: str | None,
    stripe_status: str,
    amount: int,
    refunded: int,
    order: Json,
    occurred_at: int,
    shown: Json | None,
    booking: str | None,
) -> Paid:
    iso = _ISO.get(order["currency"], int)
    amount, refunded = iso(amount), iso(refunded)
    status = state
    if state == "succeeded" and refunded:
        status = "refunded" if refunded >= amount else "partially_refunded"
    return Paid(
        charge=charge,
        stripe_status=stripe_status,
        status=status,
        amount=amount,
        refunded=refunded,
        currency=order["currency"],
        occurred_at=occurred_at,
        last4=shown["order"]["method"]["last4"] if shown else None,
        payer=shown["order"]["payer"]["name"] if shown else None,
        disputed=bool(shown and shown["disputed"]),
        blamed=state == "failed",
        booking=booking,
    )


def _booking(named: list[dict[str, str]], known: Mapping[str, str]) -> str | None:
    """``booking_id`` before ``booking_reference``, the intent's own words before its charge's copy."""
    for key in ("booking_id", "booking_reference"):
        word = next((one[key] for one in named if one.get(key, "").strip()), "")
        if reference_key(word) in known:
            return known[reference_key(word)]
    return None


def _names_one(named: list[dict[str, str]]) -> bool:
    return any(one.get(key, "").strip() for one in named for key in ("booking_id", "booking_reference"))


def _returned(refund: Json) -> Returned:
    iso = _ISO.get(refund["currency"], int)
    return Returned(
        payment=refund["intent"] or refund["charge"],
        amount=iso(refund["amount"]),
        currency=refund["currency"],
        status=refund["status"],
        occurred_at=refund["created"],
        reason=refund["reason"] or "",
        failure_reason=refund["failure_reason"],
    )


def _held(payment: Payment) -> Paid:
    return Paid(
        charge=payment.stripe_charge_id,
        stripe_status=str(payment.stripe_status),
        status=payment.status.value,
        amount=payment.amount,
        refunded=payment.refunded,
        currency=payment.currency,
        occurred_at=payment.occurred_at,
        last4=payment.last4,
        payer=payment.payer_name,
        disputed=payment.disputed,
        blamed=payment.state.value == "failed" and payment.failure_code is not None,
        booking=payment.booking_reference,
    )


def _held_refund(refund: Refund, payment: str) -> Returned:
    return Returned(
        payment=payment,
        amount=refund.amount,
        currency=refund.currency,
        status=refund.status.value,
        occurred_at=refund.occurred_at,
        reason=refund.reason,
        failure_reason=refund.failure_reason,
    )
