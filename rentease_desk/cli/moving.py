"""``payments parts|move|split|put-back``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.parts import MoveDraft, Part, Parts, SplitDraft

_COLUMNS = ("Booking", "Amount", "Refunded", "Left", "Rounding", "Currency")
PaymentId = Annotated[str, typer.Argument(help="The payment's id: ours, or Stripe's of it or of its charge.")]
Reason = Annotated[str, typer.Option(help="Why.")]


def parts(context: typer.Context, payment: PaymentId, as_json: JsonOption = False) -> None:
    """Show what of a payment is on which booking."""
    session: Session = context.obj
    services = session.services
    _tell(services.parts.parts(services.matching.find(payment).pk), as_json=as_json)


def move(
    context: typer.Context,
    payment: PaymentId,
    booking: Annotated[str, typer.Argument(help="The reference of the booking it goes to.")],
    source: Annotated[str, typer.Option("--from", help="Whose part; the payment's own booking if left out.")] = "",
    reason: Reason = "",
    as_json: JsonOption = False,
) -> None:
    """Move what is left of a payment, or of its part on a booking, to another booking."""
    session: Session = context.obj
    services, find = session.services, session.services.bookings.find
    pk, target = services.matching.find(payment).pk, find(booking).pk
    draft = MoveDraft(services.desk.ids.uid(), pk, target, find(source).pk if source else None, reason=reason)
    _tell(services.parts.move(draft).value, as_json=as_json)


def split(
    context: typer.Context,
    payment: PaymentId,
    shares: Annotated[list[str], typer.Argument(help="LN-2017=40.00 LN-2018=60.00: in sum all that is left.")],
    reason: Reason = "",
    as_json: JsonOption = False,
) -> None:
    """Spread what is left of a payment over bookings."""
    session: Session = context.obj
    services = session.services
    found = services.matching.find(payment)
    wanted = tuple(_share(session, one, found.currency) for one in shares)
    draft = SplitDraft(services.desk.ids.uid(), found.pk, wanted, reason=reason)
    _tell(services.parts.split(draft).value, as_json=as_json)


def put_back(context: typer.Context, payment: PaymentId, as_json: JsonOption = False) -> None:
    """Take back the latest move or split of a payment."""
    session: Session = context.obj
    services = session.services
    pk = services.matching.find(payment).pk
    _tell(services.parts.undo(pk, None, services.desk.ids.uid()).value, as_json=as_json)


def part_json(part: Part, currency: str) -> dict[str, Any]:
    """A part. ``refunded``: given back of it, or on its way."""
    return {
        "booking_reference": part.reference,
        "amount": part.gross,
        "refunded": part.back,
        "left": part.left,
        "rounding": part.rounding,
        "currency": currency,
    }


def _share(session: Session, text: str, currency: str) -> tuple[int, int]:
    reference, mark, amount = text.rpartition("=")
    if not mark:
        raise InputError("amount.not_a_number", field="amount", text=text[:40])
    return session.services.bookings.find(reference).pk, parse_plain(amount, currency).minor


def _tell(found: Parts, *, as_json: bool) -> None:
    currency = found.payment.currency
    rows = ((part_json(one, currency), _cells(one, currency)) for one in found.parts)
    Output(as_json=as_json).rows(_COLUMNS, rows)


def _cells(part: Part, currency: str) -> tuple[str, ...]:
    sums = (plain_decimal(Money(one, currency)) for one in (part.gross, part.back, part.left, part.rounding))
    return (part.reference or "", *sums, currency.upper())
