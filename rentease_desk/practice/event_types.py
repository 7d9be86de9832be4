"""What Stripe calls a change, and when it happened: docs.stripe.com/api/events/types."""

from __future__ import annotations

from typing import Final

from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Subscription
from rentease_desk.practice.records import (
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    Intent,
    PaymentLink,
    Payout,
    Record,
    Refund,
)

_INTENT_WORDS: Final = {
    "succeeded": "succeeded",
    "processing": "processing",
    "requires_action": "requires_action",
    "requires_capture": "amount_capturable_updated",
    "canceled": "canceled",
}
_INVOICE_WORDS: Final = {
    "open": ("finalized",),
    "paid": ("paid", "payment_succeeded"),
    "void": ("voided",),
    "uncollectible": ("marked_uncollectible",),
}


def types_of(before: Record | None, after: Record) -> list[str]:
    """What Stripe calls this change."""
    match after:
        case Intent():
            return _of_intent(before, after)
        case Charge():
            return _of_charge(before, after)
        case Refund():
            return _of_refund(before, after)
        case Customer():
            return ["customer.created" if before is None else "customer.updated"]
        case Dispute():
            return _of_dispute(before, after)
        case Payout():
            return _of_payout(before, after)
    return _of_billing(before, after)


def _of_billing(before: Record | None, after: Record) -> list[str]:
    match after:
        case Subscription():
            return _of_subscription(before, after)
        case Invoice():
            return _of_invoice(before, after)
        case InvoicePayment():
            paid = before is not None and after.status == "paid"
            return ["invoice_payment.paid"] if paid else []
        case CheckoutSession():
            return _of_session(before, after)
        case PaymentLink():
            return [f"payment_link.{'created' if before is None else 'updated'}"]
    return []


def _of_intent(before: Record | None, after: Intent) -> list[str]:
    if not isinstance(before, Intent):
        return ["payment_intent.created"]
    if after.status != before.status and after.status in _INTENT_WORDS:
        return [f"payment_intent.{_INTENT_WORDS[after.status]}"]
    declined = after.error is not None and after.latest_charge != before.latest_charge
    return ["payment_intent.payment_failed"] if declined or (after.error and after.status != before.status) else []


def _of_charge(before: Record | None, after: Charge) -> list[str]:
    if not isinstance(before, Charge):
        return [f"charge.{after.status}"]
    if after.status != before.status:
        return [f"charge.{after.status}"]
    if after.captured and not before.captured:
        return ["charge.captured"]
    if after.amount_refunded > before.amount_refunded:
        return ["charge.refunded"]
    return ["charge.updated"] if after != before else []


def _of_refund(before: Record | None, after: Refund) -> list[str]:
    if not isinstance(before, Refund):
        return ["refund.created"]
    if after.status == "failed" and before.status != "failed":
        return ["refund.updated", "refund.failed"]
    return ["refund.updated"] if after != before else []


def _of_dispute(before: Record | None, after: Dispute) -> list[str]:
    """docs.stripe.com/api/events/types: closed is said of won, lost and warning_closed."""
    if not isinstance(before, Dispute):
        return ["charge.dispute.created", *(["charge.dispute.funds_withdrawn"] if after.balance_transaction else [])]
    closed = after.status != before.status and after.status in {"won", "lost", "warning_closed"}
    found = ["charge.dispute.closed" if closed else "charge.dispute.updated"] if after != before else []
    if after.balance_transaction != before.balance_transaction:
        found.append("charge.dispute.funds_withdrawn")
    if after.reinstatement != before.reinstatement:
        found.append("charge.dispute.funds_reinstated")
    return found


def _of_payout(before: Record | None, after: Payout) -> list[str]:
    if not isinstance(before, Payout):
        return ["payout.created"]
    ended = after.status != before.status and after.status in {"paid", "failed"}
    found = [f"payout.{after.status}" if ended else "payout.updated"] if after != before else []
    if after.reconciliation_status != before.reconciliation_status:
        found.append("payout.reconciliation_completed")
    return found


def _of_subscription(before: Record | None, after: Subscription) -> list[str]:
    if not isinstance(before, Subscription):
        return ["customer.subscription.created"]
    ended = after.status == "canceled" and before.status != "canceled"
    return [f"customer.subscription.{'deleted' if ended else 'updated'}"] if after != before else []


def _of_invoice(before: Record | None, after: Invoice) -> list[str]:
    """``paid`` is said of every paid invoice, ``payment_succeeded`` where Stripe took the money."""
    if not isinstance(before, Invoice):
        return ["invoice.created"]
    if after.status != before.status:
        words = ("paid",) if after.off_stripe else _INVOICE_WORDS[after.status]
        return [f"invoice.{word}" for word in words]
    if after.attempt_count > before.attempt_count:
        return ["invoice.payment_failed"]
    return ["invoice.updated"] if after != before else []


def _of_session(before: Record | None, after: CheckoutSession) -> list[str]:
    """Stripe says nothing of a page that is opened, or on which a card is declined."""
    if not isinstance(before, CheckoutSession):
        return []
    if after.status != before.status:
        return [f"checkout.session.{'completed' if after.status == 'complete' else 'expired'}"]
    if after.payment_status != before.payment_status:
        return ["checkout.session.async_payment_succeeded"]
    return ["checkout.session.async_payment_failed"] if after.debit_failed and not before.debit_failed else []


def moment_of(before: Record | None, after: Record, now: int) -> int:
    """When it happened: objects of the past are made in one go, at their own times."""
    if before is None:
        return after.created
    if isinstance(after, Intent) and after.canceled_at is not None:
        return after.canceled_at
    if isinstance(after, Charge) and isinstance(before, Charge) and after.captured_at != before.captured_at:
        return after.captured_at or now
    return now
