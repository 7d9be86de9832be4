"""Domain values as JSON: every stored field under its own name, amounts in minor units, times as ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any

from rentease_desk.domain.agreement import COMPARED, Agreement, Check, Comparison
from rentease_desk.domain.balance_check import Apart, BalanceCheck, Compared
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.links import PaymentLink
from rentease_desk.domain.payment import Ignored, Payment, Refund
from rentease_desk.domain.refunds import Refunded
from rentease_desk.domain.schedules import Delivery, Rhythm, ScheduleState
from rentease_desk.domain.stripe_events import EventState, StoredEvent
from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import Summary


def booking_json(booking: Booking) -> dict[str, Any]:
    """A booking. ``id`` and ``uid`` are the same; either, or the reference, names it in a payment's metadata."""
    return {
        "id": booking.uid,
        "uid": booking.uid,
        "reference": booking.reference,
        "status": booking.status.value,
        "guest": booking.guest.name,
        "email": booking.guest.email,
        "phone": booking.guest.phone,
        "language": booking.guest.language,
        "room": ", ".join(booking.rooms),
        "rooms": list(booking.rooms),
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departure.isoformat(),
        "nights": booking.nights,
        "adults": booking.adults,
        "children": booking.children,
        "channel": booking.channel,
        "note": booking.note,
        "currency": booking.currency,
        "total": booking.totals.charged,
        "paid": booking.totals.paid,
        "refunded": booking.totals.refunded,
        "pending": booking.totals.pending,
        "balance": booking.totals.balance,
        "created_at": iso_utc(booking.created_at),
        "version": booking.version,
    }


def link_json(link: PaymentLink, reference: str) -> dict[str, Any]:
    """A payment link. ``url`` is where a guest pays, while Stripe shows it."""
    return {
        "id": link.uid,
        "booking_reference": reference,
        "kind": link.kind.value,
        "amount": link.amount,
        "currency": link.currency,
        "state": link.state.value,
        "url": link.url,
        "expires_at": None if link.expires_at is None else iso_utc(link.expires_at),
        "created_at": iso_utc(link.created_at),
        "actor": link.actor,
        "stripe_id": link.stripe_id,
        "trouble": None if link.trouble is None else link.trouble.code,
    }


def payment_json(payment: Payment) -> dict[str, Any]:
    """A payment. ``refunded`` sums its refunds that succeeded. ``ignored``: by whom and why, or None."""
    return {
        "id": payment.uid,
        "uid": payment.uid,
        "booking_reference": payment.booking_reference,
        "guest": payment.guest,
        "source": payment.source.value,
        "method": payment.method,
        "amount": payment.amount,
        "refunded": payment.refunded,
        "currency": payment.currency,
        "state": payment.state.value,
        "status": payment.status.value,
        "stripe_payment_id": payment.stripe_payment_id,
        "stripe_charge_id": payment.stripe_charge_id,
        "stripe_status": payment.stripe_status,
        "stripe_account": payment.stripe_account,
        "livemode": payment.livemode,
        "occurred_at": iso_utc(payment.occurred_at),
        "business_date": payment.business_date.isoformat() if payment.business_date else None,
        "late_of": payment.late_of.isoformat() if payment.late_of else None,
        "fee": payment.fee,
        "net": payment.net,
        "settlement_currency": payment.settlement_currency,
        "available_on": None if payment.available_on is None else iso_utc(payment.available_on),
        "brand": payment.brand,
        "last4": payment.last4,
        "payer_name": payment.payer_name,
        "payer_email": payment.payer_email,
        "description": payment.description,
        "failure_code": payment.failure_code,
        "failure_message": payment.failure_message,
        "disputed": payment.disputed,
        "reference": payment.reference,
        "note": payment.note,
        "tendered": payment.tendered,
        "rounding": payment.rounding,
        "ignored": _ignored_json(payment.ignored),
        "void_reason": payment.void_reason,
        "actor": payment.actor,
        "desk": payment.desk,
        "created_at": iso_utc(payment.created_at),
        "version": payment.version,
    }


def _ignored_json(ignored: Ignored | None) -> dict[str, Any] | None:
    if ignored is None:
        return None
    return {"reason": ignored.reason, "actor": ignored.actor, "desk": ignored.desk, "at": iso_utc(ignored.at)}


def refund_json(refund: Refund) -> dict[str, Any]:
    """A refund. ``payment_id`` is the ``id`` of its payment."""
    return {
        "id": refund.uid,
        "uid": refund.uid,
        "stripe_refund_id": refund.stripe_refund_id,
        "payment_id": refund.payment_uid,
        "booking_reference": refund.booking_reference,
        "guest": refund.guest,
        "amount": refund.amount,
        "currency": refund.currency,
        "status": refund.status.value,
        "method": refund.method,
        "reason": refund.reason,
        "failure_reason": refund.failure_reason,
        "rounding": refund.rounding,
        "occurred_at": iso_utc(refund.occurred_at),
        "business_date": refund.business_date.isoformat() if refund.business_date else None,
        "late_of": refund.late_of.isoformat() if refund.late_of else None,
        "stripe_account": refund.stripe_account,
        "livemode": refund.livemode,
        "actor": refund.actor,
        "desk": refund.desk,
        "created_at": iso_utc(refund.created_at),
    }


def refunded_json(found: Refunded) -> dict[str, Any]:
    """A refund from the desk, and how its request stands."""
    trouble = None if found.trouble is None else {"code": found.trouble.code, "text": str(found.trouble)}
    return {**refund_json(found.refund), "request": found.state.value, "trouble": trouble}


def summary_json(
    summary: Summary,
    failures: tuple[Unreadable, ...],
    limits: tuple[KnownError, ...] = (),
    check: Check | None = None,
) -> dict[str, Any]:
    """What a sync did. ``failures`` name the objects that could not be understood, ``limits`` what the key may not,
    ``agreement`` how what stands here compares with Stripe, if that was compared.
    """
    return {
        "fetched": summary.fetched,
        "new": summary.new,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "matched": summary.matched,
        "unmatched": summary.unmatched,
        "failed": summary.failed,
        "failures": [{"kind": one.kind, "id": one.id, "reason": one.reason} for one in failures],
        "limits": [str(one) for one in limits],
        "agreement": None if check is None or check.found is None else agreement_json(check.found),
        "agreement_put_off": check.why or None if check is not None else None,
    }


def event_json(event: StoredEvent) -> dict[str, Any]:
    """An event of Stripe's, and how far it is."""
    return {
        "id": event.id,
        "stripe_account": event.account,
        "type": event.type,
        "object": event.object_kind,
        "object_id": event.object_id,
        "created": iso_utc(event.created),
        "api_version": event.api_version,
        "state": event.state.value,
        "attempts": event.attempts,
        "next_attempt_at": iso_utc(event.next_attempt_at) if event.state is EventState.WAITING else None,
        "error": event.error,
        "reason": event.reason,
        "received_at": iso_utc(event.received_at),
    }


def agreement_json(found: Agreement) -> dict[str, Any]:
    """What a check against Stripe found. Amounts in minor units by currency."""
    return {
        "agrees": found.agrees,
        "repaired": found.repaired,
        "failed": found.failed,
        **dict.fromkeys(COMPARED),
        **{name: _comparison_json(one) for name, one in found.compared.items()},
        "unsettled": found.unsettled,
        "lost": list(found.lost),
    }


def balance_check_json(found: BalanceCheck) -> dict[str, Any]:
    """What a comparison with Stripe's balance found. Amounts in minor units of the settlement's currency; of what is
    not in the balance yet, of the guest's.
    """
    return {
        "agrees": found.agrees,
        "compared_at": iso_utc(found.at),
        "from": iso_utc(found.start),
        "until": iso_utc(found.end),
        "lines": [_line_json(one) for one in found.lines],
        "differing": found.count,
        "not_in_the_balance_yet": len(found.waiting),
        "objects": [_apart_json(one) for one in found.apart],
        "more": found.more,
        "repaired": found.repaired,
        "not_compared": list(found.skipped),
    }


def _line_json(one: Compared) -> dict[str, Any]:
    return {
        "kind": one.movement.value,
        "currency": one.currency,
        "here": {"count": one.here.count, "amount": one.here.amount},
        "stripe": {"count": one.stripe.count, "amount": one.stripe.amount},
        "difference": one.difference,
    }


def _apart_json(one: Apart) -> dict[str, Any]:
    return {
        "why": one.why.value,
        "kind": one.movement.value,
        "id": one.id,
        "transaction": one.transaction,
        "at": iso_utc(one.at),
        "currency": one.currency,
        "here": one.here,
        "stripe": one.stripe,
        "booking_reference": one.booking or None,
    }


def _comparison_json(one: Comparison) -> dict[str, Any]:
    sides = {"stripe": one.stripe, "here": one.here}
    told = {
        name: {currency: {"count": total.count, "amount": total.amount} for currency, total in side.items()}
        for name, side in sides.items()
    }
    return told | {"missing": list(one.missing), "extra": list(one.extra), "different": list(one.different)}


def schedule_json(state: ScheduleState) -> dict[str, Any]:
    """A file that is written by itself, the last period that was, and the one that cannot be just now."""
    one = state.schedule
    return {
        "id": one.uid,
        "report": one.report.value,
        "preset": one.preset.value,
        "every": one.rhythm.value,
        "hour": None if one.rhythm is Rhythm.CLOSE else one.hour,
        "basis": one.basis.value if one.basis else None,
        "currency": one.currency,
        "folder": one.folder,
        "since": one.since.isoformat(),
        "last": delivery_json(state.last),
        "trouble": delivery_json(state.trouble),
    }


def delivery_json(one: Delivery | None) -> dict[str, Any] | None:
    """What became of a period."""
    if one is None:
        return None
    told = {"period": one.key, "at": iso_utc(one.at), "desk": one.desk, "files": list(one.files)}
    return told if one.done else told | {"code": one.code, "error": one.error}
