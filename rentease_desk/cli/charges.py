"""``charges list|add|reverse``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.booking import Booking, ChargeKind
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.settings import Property
from rentease_desk.domain.tax import contained_tax, parse_rate, rate_text

app = typer.Typer(help="Charges on a folio. A wrong one is taken back by a new one.", no_args_is_help=True)

_COLUMNS = ("Date", "Kind", "Text", "Amount", "Currency", "Tax %", "Reversed", "By", "Id")


@app.callback()
def charges() -> None:
    """Charges on a folio."""


@app.command("list")
def list_(
    context: typer.Context,
    booking: Annotated[str, typer.Argument(help="The booking's reference.")],
    as_json: JsonOption = False,
) -> None:
    """List a booking's charges, the oldest first."""
    session: Session = context.obj
    found = session.services.bookings.find(booking)
    lines = session.services.charges.of_booking(found.pk)
    Output(as_json=as_json).rows(_COLUMNS, ((charge_json(one, found.currency), _cells(one, found)) for one in lines))


@app.command()
def add(
    context: typer.Context,
    booking: Annotated[str, typer.Option(help="The booking's reference.")],
    kind: Annotated[ChargeKind, typer.Option(help="What it is for.")] = ChargeKind.EXTRA,
    unit: Annotated[str, typer.Option(help="Price of one, as 12.00; of the city tax the property's if left out.")] = "",
    quantity: Annotated[
        int | None, typer.Option(min=1, help="How many; the stay's nights, or persons times nights, if left out.")
    ] = None,
    text: Annotated[str, typer.Option(help="What it is; extras need it.")] = "",
    tax: Annotated[str | None, typer.Option(help="Tax in the price, in %; the property's if left out.")] = None,
    reason: Annotated[str, typer.Option(help="Why; discounts need it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Charge something on a folio. A discount is typed without a minus."""
    session: Session = context.obj
    services = session.services
    found, settings = services.bookings.find(booking), services.settings.get()
    nightly = kind in {ChargeKind.ACCOMMODATION, ChargeKind.CITY_TAX}
    draft = ChargeDraft(
        services.desk.ids.uid(),
        found.pk,
        kind,
        _unit(unit, kind, found, settings),
        _usual_quantity(kind, found) if quantity is None else quantity,
        text,
        None if tax is None else parse_rate(tax, "tax"),
        found.arrival if nightly else None,
        found.departure if nightly else None,
        reason,
    )
    Output(as_json=as_json).value(charge_json(services.charges.add(draft).value, found.currency))


@app.command()
def reverse(
    context: typer.Context,
    charge: Annotated[str, typer.Argument(help="The line's id, as “charges list” shows it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: JsonOption = False,
) -> None:
    """Take a charge back by a new line. Both stay on the folio, struck through."""
    session: Session = context.obj
    services = session.services
    found = services.charges.find(charge)
    draft = ReverseDraft(services.desk.ids.uid(), found.charge.pk, reason)
    Output(as_json=as_json).value(charge_json(services.charges.reverse(draft).value, found.currency))


def charge_json(line: Charge, currency: str) -> dict[str, Any]:
    """A charge line. ``corrects``: it takes another one back. ``tax``: what the amount contains, minor units."""
    return {
        "id": line.uid,
        "kind": line.kind.value,
        "text": line.text,
        "quantity": line.quantity,
        "unit_amount": line.unit_amount,
        "amount": line.amount,
        "currency": currency,
        "tax_rate_ppm": line.tax_rate_ppm,
        "tax": contained_tax(line.amount, line.tax_rate_ppm),
        "service_from": None if line.service_from is None else line.service_from.isoformat(),
        "service_to": None if line.service_to is None else line.service_to.isoformat(),
        "business_date": line.business_date.isoformat(),
        "occurred_at": iso_utc(line.occurred_at),
        "reverses": line.corrects_pk is not None,
        "reversed_on": None if line.corrected_on is None else line.corrected_on.isoformat(),
        "reason": line.reason,
        "actor": line.actor,
    }


def _unit(text: str, kind: ChargeKind, booking: Booking, settings: Property) -> Money:
    if text:
        return parse_plain(text, booking.currency)
    if kind is ChargeKind.CITY_TAX and booking.currency == settings.currency:
        return Money(settings.city_tax, booking.currency)
    raise InputError("folio.nothing", field="unit")


def _usual_quantity(kind: ChargeKind, booking: Booking) -> int:
    if kind is ChargeKind.ACCOMMODATION:
        return booking.nights
    return booking.nights * max(1, booking.adults) if kind is ChargeKind.CITY_TAX else 1


def _cells(line: Charge, booking: Booking) -> tuple[str, ...]:
    return (
        line.business_date.isoformat(),
        line.kind.value,
        line.text,
        plain_decimal(Money(line.amount, booking.currency)),
        booking.currency.upper(),
        rate_text(line.tax_rate_ppm),
        "reversal" if line.corrects_pk is not None else line.corrected_on.isoformat() if line.corrected_on else "",
        line.actor,
        line.uid,
    )
