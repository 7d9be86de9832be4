"""Payouts, subscriptions, invoices and Checkout Sessions: Stripe's JSON as domain values. See ``mapping``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rentease_desk.domain.stripe_billing import (
    REQUEST_UID,
    StripeInvoice,
    StripeInvoicePayment,
    StripePaymentLink,
    StripePayout,
    StripePayoutLine,
    StripeSession,
    StripeSubscription,
)
from rentease_desk.stripe_gateway.reader import (
    Json,
    Reader,
    id_or_none,
    iso_minor,
    masked_metadata,
    masked_or_none,
    moment_in,
    text_or_none,
)


def payout_from(data: Json, livemode: bool) -> StripePayout:
    """A payout. Raises UnreadableObjectError."""
    read = Reader(data, "payout", livemode)
    return StripePayout(
        id=read.id,
        created=read.moment("created"),
        amount=read.signed("amount"),
        currency=read.currency,
        status=read.text("status") or "",
        arrival_date=read.moment("arrival_date"),
        automatic=read.flag("automatic"),
        reconciliation_status=read.text("reconciliation_status") or "",
        balance_transaction_id=read.reference("balance_transaction"),
        failure_code=read.text("failure_code"),
        failure_message=read.free_text("failure_message"),
    )


def payout_line_from(data: Json, payout_id: str) -> StripePayoutLine:
    """A balance transaction as a line of the payout whose lines were listed. Raises UnreadableObjectError."""
    return StripePayoutLine(Reader(data, "balance_transaction", None).id, payout_id)


def subscription_from(data: Json, livemode: bool) -> StripeSubscription:
    """A subscription; its periods stand on its items. Raises UnreadableObjectError."""
    read = Reader(data, "subscription", livemode)
    items = _listed(read.part("items"))
    prices = [one["price"] for one in items if isinstance(one.get("price"), dict)]
    unit, count = _interval(prices)
    return StripeSubscription(
        id=read.id,
        created=read.moment("created"),
        customer_id=read.reference("customer"),
        status=read.text("status") or "",
        description=read.free_text("description"),
        price_ids=" ".join(filter(None, (text_or_none(one.get("id")) for one in prices))),
        amount=_amount(items, read.currency),
        currency=read.currency,
        every_unit=unit,
        every_count=count,
        period_start=_extreme(min, [one.get("current_period_start") for one in items]),
        period_end=_extreme(max, [one.get("current_period_end") for one in items]),
        trial_end=read.moment_or_none("trial_end"),
        cancel_at=read.moment_or_none("cancel_at"),
        cancel_at_period_end=read.flag("cancel_at_period_end"),
        canceled_at=read.moment_or_none("canceled_at"),
        ended_at=read.moment_or_none("ended_at"),
        metadata=read.metadata(),
    )


def invoice_from(data: Json, livemode: bool) -> StripeInvoice:
    """An invoice. Raises UnreadableObjectError."""
    read = Reader(data, "invoice", livemode)
    details = _part(read.part("parent"), "subscription_details")
    error = read.part("last_finalization_error")
    periods = _periods(_listed(read.part("lines")))
    return StripeInvoice(
        id=read.id,
        created=read.moment("created"),
        number=read.text("number"),
        subscription_id=id_or_none(details.get("subscription")),
        customer_id=read.reference("customer"),
        customer_name=read.free_text("customer_name"),
        customer_email=read.text("customer_email"),
        status=read.text("status") or "",
        amount_due=read.amount("amount_due"),
        amount_paid=read.amount("amount_paid"),
        amount_remaining=read.signed("amount_remaining"),
        amount_paid_off_stripe=read.amount_or_none("amount_paid_off_stripe") or 0,
        currency=read.currency,
        period_start=_extreme(min, [one.get("start") for one in periods]),
        period_end=_extreme(max, [one.get("end") for one in periods]),
        attempt_count=read.whole("attempt_count"),
        next_payment_attempt=read.moment_or_none("next_payment_attempt"),
        last_error=masked_or_none(error.get("message")),
        paid_at=moment_in(read.part("status_transitions").get("paid_at")),
        metadata=read.metadata(),
        subscription_metadata=masked_metadata(_part(details, "metadata")),
    )


def invoice_payment_from(data: Json, livemode: bool) -> StripeInvoicePayment:
    """An InvoicePayment. Raises UnreadableObjectError."""
    read = Reader(data, "invoice_payment", livemode)
    payment = read.part("payment")
    return StripeInvoicePayment(
        id=read.id,
        created=read.moment("created"),
        invoice_id=read.needed_reference("invoice"),
        payment_id=id_or_none(payment.get("payment_intent")) or id_or_none(payment.get("charge")),
        status=read.text("status") or "",
        amount_requested=read.amount("amount_requested"),
        amount_paid=read.amount_or_none("amount_paid"),
        currency=read.currency,
        paid_at=moment_in(read.part("status_transitions").get("paid_at")),
    )


def session_from(data: Json, livemode: bool) -> StripeSession:
    """A Checkout Session. Raises UnreadableObjectError."""
    read = Reader(data, "checkout.session", livemode)
    priced, metadata = data.get("currency") is not None, read.metadata()
    return StripeSession(
        id=read.id,
        created=read.moment("created"),
        expires_at=read.moment("expires_at"),
        status=read.text("status") or "",
        payment_status=read.text("payment_status") or "",
        payment_intent_id=read.reference("payment_intent"),
        subscription_id=read.reference("subscription"),
        customer_id=read.reference("customer"),
        amount_total=read.amount_or_none("amount_total") if priced else None,
        currency=read.currency if priced else None,
        client_reference_id=read.free_text("client_reference_id"),
        metadata=metadata,
        payment_link_id=read.reference("payment_link"),
        url=read.text("url") if REQUEST_UID in metadata else None,
    )


def payment_link_from(data: Json, livemode: bool) -> StripePaymentLink:
    """A Payment Link. Raises UnreadableObjectError."""
    read = Reader(data, "payment_link", livemode)
    return StripePaymentLink(
        id=read.id, active=read.flag("active"), url=read.text("url"), request_uid=read.metadata().get(REQUEST_UID)
    )


def _listed(part: Json) -> list[Json]:
    """The objects of a list within an object: the first ten, as Stripe shows them."""
    found = part.get("data")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _part(data: Json, name: str) -> Json:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _periods(lines: Sequence[Json]) -> list[Json]:
    """What the lines pay for; a proration is about a period that was paid for before, and tells only if it is alone."""
    regular = [one for one in lines if not _is_proration(one)]
    return [_part(one, "period") for one in regular or lines]


def _is_proration(line: Json) -> bool:
    parent = _part(line, "parent")
    return any(
        _part(parent, f"{kind}_details").get("proration") is True for kind in ("subscription_item", "invoice_item")
    )


def _interval(prices: Sequence[Json]) -> tuple[str | None, int | None]:
    """How often is paid, where all prices say the same."""
    found = {(part.get("interval"), part.get("interval_count")) for part in (_part(one, "recurring") for one in prices)}
    unit, count = found.pop() if len(found) == 1 else (None, None)
    return (unit, count) if isinstance(unit, str) and type(count) is int else (None, None)


def _amount(items: Sequence[Json], currency: str) -> int | None:
    """What a period costs, ISO minor units; None where a price goes by use or by steps, which has no one amount."""
    total = 0
    for one in items:
        unit, count = _part(one, "price").get("unit_amount"), one.get("quantity")
        if type(unit) is not int or type(count) is not int:
            return None
        total += unit * count
    try:
        return iso_minor(total, currency) if items else None
    except ValueError:
        return None


def _extreme(choose: Callable[[list[int]], int], values: Sequence[object]) -> int | None:
    known = [value for value in map(moment_in, values) if value is not None]
    return choose(known) if known else None
