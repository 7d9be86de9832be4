"""``unmatched list|suggest|assign|undo|ignore|unignore``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.accounts import told_apart
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import payment_json
from rentease_desk.domain.match_words import told
from rentease_desk.domain.matching import SUGGESTED, Candidate
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.payment import IgnoreDraft, Payment

app = typer.Typer(help="Card payments without a booking. Nothing is put on one by itself.", no_args_is_help=True)

_WAITING = ("When", "Payer", "E-mail", "Card", "Amount", "Currency", "Text", "Id")
_IGNORED = (*_WAITING, "Ignored by", "Reason")
_FOUND = ("Booking", "Guest", "Arrival", "Departure", "Balance", "Currency", "Points", "Why", "Against")
PaymentId = Annotated[str, typer.Argument(help="The payment's id: ours, or Stripe's of it or of its charge.")]


@app.callback()
def unmatched() -> None:
    """Card payments without a booking."""


@app.command("list")
def list_(
    context: typer.Context,
    ignored: Annotated[bool, typer.Option("--ignored", help="Those that belong to no booking, and why.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the card payments that wait for a booking, the latest first."""
    session: Session = context.obj
    matching = session.services.matching
    found, columns = (matching.ignored(), _IGNORED) if ignored else (matching.waiting(), _WAITING)
    column, told_of = told_apart(session)
    rows = ((payment_json(one), (*_cells(session, one), *told_of(one.stripe_account))) for one in found)
    Output(as_json=as_json).rows((*columns, *column), rows)


@app.command()
def suggest(
    context: typer.Context,
    payment: PaymentId,
    search: Annotated[str, typer.Option(help="Only bookings that a search for this finds.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at most.")] = SUGGESTED,
    as_json: JsonOption = False,
) -> None:
    """Say which bookings a payment may be for, and why, the strongest first."""
    session: Session = context.obj
    service = session.services.matching
    pk = service.find(payment).pk
    found = service.search(pk, search, limit) if search else service.suggest(pk, limit)
    currency = found.payment.currency
    rows = ((candidate_json(one, currency), _found_cells(one, currency)) for one in found.candidates)
    Output(as_json=as_json).rows(_FOUND, rows)


@app.command()
def assign(
    context: typer.Context,
    payment: PaymentId,
    booking: Annotated[str, typer.Argument(help="The booking's reference.")],
    as_json: JsonOption = False,
) -> None:
    """Put a payment on a booking."""
    session: Session = context.obj
    service = session.services.matching
    found = session.services.bookings.find(booking)
    saved = service.assign(service.find(payment).pk, found.pk).value
    _tell(saved, f"{_left(saved)} is on {saved.booking_reference} now.", as_json=as_json)


@app.command()
def undo(context: typer.Context, payment: PaymentId, as_json: JsonOption = False) -> None:
    """Take a payment from the booking that a person put it on."""
    session: Session = context.obj
    service = session.services.matching
    saved = service.undo(service.find(payment).pk).value
    _tell(saved, f"{_left(saved)} is on no booking again.", as_json=as_json)


@app.command()
def ignore(
    context: typer.Context,
    payment: PaymentId,
    reason: Annotated[str, typer.Option(help="Why it belongs to no booking, as “web shop”.")],
    as_json: JsonOption = False,
) -> None:
    """Let a payment wait for no booking. It stays money, in every list, sum and file."""
    session: Session = context.obj
    services = session.services
    draft = IgnoreDraft(services.desk.ids.uid(), services.matching.find(payment).pk, reason)
    saved = services.matching.ignore(draft).value
    _tell(saved, f"{_left(saved)} waits for no booking any more.", as_json=as_json)


@app.command()
def unignore(context: typer.Context, payment: PaymentId, as_json: JsonOption = False) -> None:
    """Let an ignored payment wait for a booking again."""
    session: Session = context.obj
    services = session.services
    saved = services.matching.unignore(services.matching.find(payment).pk, services.desk.ids.uid()).value
    _tell(saved, f"{_left(saved)} waits for a booking again.", as_json=as_json)


def candidate_json(one: Candidate, currency: str) -> dict[str, Any]:
    """A suggested booking. Positive ``points`` of a reason speak for it; ``amount`` is in minor units."""
    booking, scored = one.booking, one.scored
    return {
        "booking_reference": booking.reference,
        "booking_uid": booking.uid,
        "guest": booking.guest.name,
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departure.isoformat(),
        "balance": booking.totals.balance,
        "currency": booking.currency,
        "score": scored.score,
        "strength": scored.strength.value,
        "reasons": [
            {
                "code": reason.code.value,
                "kind": reason.kind.value,
                "points": reason.points,
                "amount": reason.amount,
                "days": reason.days,
                "percent": reason.percent,
                "text": told(reason, lambda minor: plain_decimal(Money(minor, currency))),
            }
            for reason in scored.reasons
        ],
    }


def _found_cells(one: Candidate, currency: str) -> tuple[str, ...]:
    booking, reasons = one.booking, one.scored.reasons
    words = [
        (reason.points > 0, told(reason, lambda minor: plain_decimal(Money(minor, currency)))) for reason in reasons
    ]
    return (
        booking.reference,
        booking.guest.name,
        booking.arrival.isoformat(),
        booking.departure.isoformat(),
        plain_decimal(booking.balance),
        booking.currency.upper(),
        str(one.scored.score),
        ", ".join(text for is_for, text in words if is_for),
        ", ".join(text for is_for, text in words if not is_for),
    )


def _cells(session: Session, one: Payment) -> tuple[str, ...]:
    local = session.services.settings.get().days.local(one.occurred_at)
    return (
        local.strftime("%Y-%m-%d %H:%M"),
        one.payer_name or "",
        one.payer_email or "",
        f"{one.brand or one.method} {one.last4 or ''}".strip(),
        plain_decimal(Money(one.amount - one.refunded, one.currency)),
        one.currency.upper(),
        one.description or "",
        one.stripe_payment_id or one.uid,
        *((one.ignored.actor, one.ignored.reason) if one.ignored else ()),
    )


def _left(payment: Payment) -> Money:
    return Money(payment.amount - payment.refunded, payment.currency)


def _tell(saved: Payment, sentence: str, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    if as_json:
        output.value(payment_json(saved))
    output.line(sentence)
