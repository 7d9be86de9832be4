"""``invoices waiting`` and ``payouts list``, and how long stays are told as JSON."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.billing import BookingBilling, Invoice, LongStay, Payout
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.services.billing import MAX_LISTED

invoices = typer.Typer(help="Invoices of long stays.", no_args_is_help=True)
payouts = typer.Typer(help="What Stripe pays out to the bank.", no_args_is_help=True)

_INVOICES = ("Created", "Number", "Booking", "Guest", "Amount", "Currency", "Status", "Attempts", "Next", "Reason")
_PAYOUTS = ("Created", "Arrives", "Amount", "Currency", "Status", "By", "Reason", "Stripe id")
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")]


@invoices.callback()
def _about_invoices() -> None:
    """Invoices of long stays."""


@invoices.command("waiting")
def waiting(context: typer.Context, limit: Limit = MAX_LISTED, as_json: JsonOption = False) -> None:
    """List invoices that are open or were given up, the newest first."""
    session: Session = context.obj
    found = session.services.billing.waiting_invoices(limit)
    Output(as_json=as_json).rows(_INVOICES, ((invoice_json(one), _invoice_cells(one)) for one in found))


@payouts.callback()
def _about_payouts() -> None:
    """What Stripe pays out to the bank."""


@payouts.command("list")
def list_payouts(context: typer.Context, limit: Limit = MAX_LISTED, as_json: JsonOption = False) -> None:
    """List payouts, the newest first."""
    session: Session = context.obj
    found = session.services.billing.payouts(limit)
    Output(as_json=as_json).rows(_PAYOUTS, ((payout_json(one), _payout_cells(one)) for one in found))


def billing_json(found: BookingBilling) -> dict[str, Any]:
    """What a booking has of these. ``by_card`` of an invoice is in the payments already."""
    return {
        "subscriptions": [stay_json(one) for one in found.stays],
        "invoices": [invoice_json(one) for one in found.invoices],
    }


def stay_json(stay: LongStay) -> dict[str, Any]:
    """A subscription."""
    return {
        "id": stay.id,
        "booking_reference": stay.booking_reference,
        "assigned_by": stay.assigned_by,
        "named": stay.named,
        "customer": stay.customer_id,
        "status": stay.status,
        "amount": stay.amount,
        "currency": stay.currency,
        "every_unit": stay.every_unit,
        "every_count": stay.every_count,
        "period_start": _time(stay.period_start),
        "period_end": _time(stay.period_end),
        "trial_end": _time(stay.trial_end),
        "cancel_at": _time(stay.cancel_at),
        "cancel_at_period_end": stay.cancel_at_period_end,
        "canceled_at": _time(stay.canceled_at),
        "ended_at": _time(stay.ended_at),
        "created": iso_utc(stay.created),
    }


def invoice_json(invoice: Invoice) -> dict[str, Any]:
    """An invoice; ``payments`` are Stripe's ids."""
    return {
        "id": invoice.id,
        "number": invoice.number,
        "subscription": invoice.subscription_id,
        "booking_reference": invoice.booking_reference,
        "guest": invoice.guest,
        "email": invoice.email,
        "phone": invoice.phone,
        "status": invoice.status,
        "due": invoice.amount_due,
        "by_card": invoice.by_card,
        "off_stripe": invoice.off_stripe,
        "remaining": invoice.amount_remaining,
        "currency": invoice.currency,
        "period_start": _time(invoice.period_start),
        "period_end": _time(invoice.period_end),
        "attempts": invoice.attempt_count,
        "next_attempt_at": _time(invoice.next_payment_attempt),
        "reason": invoice.reason,
        "created": iso_utc(invoice.created),
        "paid_at": _time(invoice.paid_at),
        "payments": list(invoice.payments),
    }


def payout_json(payout: Payout) -> dict[str, Any]:
    """A payout. ``whole``: what it is made of is known."""
    return {
        "id": payout.id,
        "amount": payout.amount,
        "currency": payout.currency,
        "status": payout.status,
        "arrival_date": _day(payout),
        "created": iso_utc(payout.created),
        "automatic": payout.automatic,
        "whole": payout.whole,
        "failure_code": payout.failure_code,
        "failure_message": payout.failure_message,
    }


def _invoice_cells(invoice: Invoice) -> tuple[str, ...]:
    return (
        iso_utc(invoice.created),
        invoice.number or "",
        invoice.booking_reference or "",
        invoice.guest or "",
        plain_decimal(Money(invoice.amount_remaining, invoice.currency)),
        invoice.currency.upper(),
        invoice.status,
        str(invoice.attempt_count),
        _time(invoice.next_payment_attempt) or "",
        invoice.reason or "",
    )


def _payout_cells(payout: Payout) -> tuple[str, ...]:
    return (
        iso_utc(payout.created),
        _day(payout),
        plain_decimal(Money(payout.amount, payout.currency)),
        payout.currency.upper(),
        payout.status,
        "schedule" if payout.automatic else "hand",
        payout.failure_message or payout.failure_code or "",
        payout.id,
    )


def _day(payout: Payout) -> str:
    """Stripe counts days of payouts from midnight UTC."""
    return iso_utc(payout.arrival_date)[:10]


def _time(moment: int | None) -> str | None:
    return None if moment is None else iso_utc(moment)
