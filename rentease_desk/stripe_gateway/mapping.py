"""Stripe's JSON as domain values. What cannot be understood raises, with a reason."""

from __future__ import annotations

from rentease_desk.domain.derivation import CHARGE_STATUSES, INTENT_STATUSES
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.stripe_events import StripeEvent
from rentease_desk.domain.stripe_objects import (
    StripeCharge,
    StripeCustomer,
    StripeDispute,
    StripeIntent,
    StripeRefund,
    StripeTransaction,
)
from rentease_desk.stripe_gateway.reader import Json, Reader, id_of, id_or_none, masked_or_none, text_or_none

_REFUND_STATUSES = frozenset(status.value for status in RefundStatus)


def intent_from(data: Json, livemode: bool) -> StripeIntent:
    """A PaymentIntent. Raises UnreadableObjectError."""
    read = Reader(data, "payment_intent", livemode)
    error = read.part("last_payment_error")
    return StripeIntent(
        id=read.id,
        created=read.moment("created"),
        amount=read.amount("amount"),
        amount_received=read.amount("amount_received"),
        amount_capturable=read.amount("amount_capturable"),
        currency=read.currency,
        status=read.one_of("status", INTENT_STATUSES),
        capture_method=read.text("capture_method") or "automatic",
        latest_charge_id=read.reference("latest_charge"),
        customer_id=read.reference("customer"),
        payer_email=read.text("receipt_email"),
        description=read.free_text("description"),
        error_code=text_or_none(error.get("decline_code")) or text_or_none(error.get("code")),
        error_message=masked_or_none(error.get("message")),
        metadata=read.metadata(),
    )


def charge_from(data: Json, livemode: bool, observed_at: int) -> StripeCharge:
    """A charge as shown at ``observed_at`` (UTC microseconds). Raises UnreadableObjectError."""
    read = Reader(data, "charge", livemode)
    kind, details = _method(data.get("payment_method_details"))
    billing = read.part("billing_details")
    captured = read.flag("captured")
    deadline = details.get("capture_before")
    return StripeCharge(
        id=read.id,
        payment_intent_id=read.reference("payment_intent"),
        created=read.moment("created"),
        amount=read.amount("amount"),
        amount_captured=read.amount("amount_captured"),
        captured=captured,
        released=not captured and (bool(data.get("refunded")) or _is_past(deadline, observed_at)),
        manual_capture=deadline is not None,
        currency=read.currency,
        status=read.one_of("status", CHARGE_STATUSES),
        disputed=read.flag("disputed"),
        method_type=kind,
        brand=text_or_none(details.get("brand")),
        last4=(text_or_none(details.get("last4")) or "")[-4:] or None,
        failure_code=read.text("failure_code"),
        failure_message=read.free_text("failure_message"),
        payer_name=masked_or_none(billing.get("name")),
        payer_email=text_or_none(billing.get("email")) or read.text("receipt_email"),
        description=read.free_text("description"),
        customer_id=read.reference("customer"),
        balance_transaction_id=read.reference("balance_transaction"),
        captured_at=None,
        metadata=read.metadata(),
    )


def refund_from(data: Json) -> StripeRefund:
    """A refund (refunds do not say whether they are live). Raises UnreadableObjectError."""
    read = Reader(data, "refund", None)
    return StripeRefund(
        id=read.id,
        charge_id=read.reference("charge"),
        payment_intent_id=read.reference("payment_intent"),
        created=read.moment("created"),
        amount=read.more_than_nothing("amount"),
        currency=read.currency,
        status=read.one_of("status", _REFUND_STATUSES),
        reason=read.text("reason"),
        failure_reason=read.text("failure_reason"),
        request_uid=read.metadata().get("request_uid"),
    )


def customer_from(data: Json, livemode: bool) -> StripeCustomer:
    """A customer. Raises UnreadableObjectError."""
    read = Reader(data, "customer", livemode)
    return StripeCustomer(
        id=read.id,
        created=read.moment("created"),
        name=read.free_text("name"),
        email=read.text("email"),
        metadata=read.metadata(),
    )


def dispute_from(data: Json, livemode: bool) -> StripeDispute:
    """A dispute. Raises UnreadableObjectError."""
    read = Reader(data, "dispute", livemode)
    due_by = read.part("evidence_details").get("due_by")
    return StripeDispute(
        id=read.id,
        charge_id=read.reference("charge"),
        payment_intent_id=read.reference("payment_intent"),
        created=read.moment("created"),
        amount=read.amount("amount"),
        currency=read.currency,
        status=read.text("status") or "",
        reason=read.text("reason") or "",
        due_by=due_by if type(due_by) is int else None,
    )


def transaction_from(data: Json) -> StripeTransaction:
    """A balance transaction (they do not say whether they are live). Raises UnreadableObjectError."""
    read = Reader(data, "balance_transaction", None)
    return StripeTransaction(
        id=read.id,
        created=read.moment("created"),
        available_on=read.moment("available_on"),
        type=read.text("type") or "",
        amount=read.signed("amount"),
        fee=read.signed("fee"),
        net=read.signed("net"),
        currency=read.currency,
        source_id=read.reference("source"),
    )


def event_from(data: Json, livemode: bool) -> StripeEvent:
    """An event: which object it is about, by the object itself and not by the event's name.

    Raises UnreadableObjectError. Only ids are read of the object: it is as it was then, in the event's API version.
    """
    read = Reader(data, "event", livemode)
    about = read.part("data").get("object")
    if not isinstance(about, dict):
        about = {}
    return StripeEvent(
        id=read.id,
        type=read.text("type") or "",
        created=read.moment("created"),
        api_version=read.text("api_version"),
        object_kind=text_or_none(about.get("object")) or "",
        object_id=id_of(about),
        payment_intent_id=id_or_none(about.get("payment_intent")),
        charge_id=id_or_none(about.get("charge")),
    )


def _is_past(deadline: object, observed_at: int) -> bool:
    return isinstance(deadline, int) and deadline * 1_000_000 <= observed_at


def _method(details: object) -> tuple[str | None, Json]:
    """The kind of payment method, and what is told about it."""
    if not isinstance(details, dict):
        return None, {}
    kind = text_or_none(details.get("type"))
    told = details.get(kind) if kind else None
    return kind, told if isinstance(told, dict) else {}
