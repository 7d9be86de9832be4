"""``bookings list|add|show|history|import|import-ical``, and what happens to a stay:
``check-in|check-out|no-show|cancel|undo|move``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from rentease_desk.cli import history, imports, stays
from rentease_desk.cli.billing import billing_json
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import booking_json
from rentease_desk.domain.booking import Booking, BookingDraft, Guest
from rentease_desk.domain.dates import parse_day
from rentease_desk.domain.folio import Charge, FolioLine
from rentease_desk.domain.lists import BookingQuery, BookingSort, BookingView
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment

app = typer.Typer(help="Bookings.", no_args_is_help=True)
stays.add_commands(app)
app.command("history")(history.of_booking)
app.command("import")(imports.import_rows)
app.command("import-ical")(imports.import_calendar)

_COLUMNS = ("Reference", "Guest", "Room", "Arrival", "Departure", "Total", "Paid", "Balance", "Currency", "Status")
_PAGE = 500


@app.command("list")
def list_(
    context: typer.Context,
    search: Annotated[str, typer.Option(help="Words in reference, name, e-mail, room; last four; amount.")] = "",
    view: Annotated[BookingView, typer.Option(help="A saved filter.")] = BookingView.ALL,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1_000_000,
    as_json: JsonOption = False,
) -> None:
    """List bookings, the latest arrival first."""
    session: Session = context.obj
    query = BookingQuery(session.today(), text=search, view=view, sort=BookingSort.ARRIVAL)
    keys = session.services.bookings.keys(query)[:limit]
    Output(as_json=as_json).rows(_COLUMNS, _rows(session, keys))


@app.command()
def add(
    context: typer.Context,
    guest: Annotated[str, typer.Option(help="The guest's name.")],
    arrival: Annotated[str, typer.Option(help="First night, as 2026-11-05.")],
    departure: Annotated[str, typer.Option(help="Day of leaving.")],
    reference: Annotated[str, typer.Option(help="The booking's reference; without one it gets the next number.")] = "",
    room: Annotated[str, typer.Option(help="Room or bed; a new name makes it.")] = "",
    total: Annotated[str, typer.Option(help="Price of the stay, as 240.00.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217 code; the property's if left out.")] = "",
    email: Annotated[str, typer.Option(help="The guest's e-mail.")] = "",
    phone: Annotated[str, typer.Option(help="The guest's telephone.")] = "",
    language: Annotated[
        str, typer.Option(help="What the guest reads, as de or pt-BR; the property's if left out.")
    ] = "",
    adults: Annotated[int, typer.Option(min=0)] = 1,
    children: Annotated[int, typer.Option(min=0)] = 0,
    channel: Annotated[str, typer.Option(help="Where it came from.")] = "",
    note: Annotated[str, typer.Option(help="Anything else.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a booking."""
    session: Session = context.obj
    currency = currency or session.services.settings.get().currency
    draft = BookingDraft(
        guest=Guest(guest, email, phone, language),
        arrival=parse_day(arrival),
        departure=parse_day(departure),
        reference=reference,
        room=room,
        adults=adults,
        children=children,
        channel=channel,
        note=note,
        currency=currency,
        total=parse_plain(total, currency) if total else None,
    )
    saved = session.services.bookings.add(draft)
    Output(as_json=as_json).value(booking_json(saved.value))


@app.command()
def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="The booking's reference.")],
    as_json: JsonOption = False,
) -> None:
    """Show a booking and its folio."""
    services = context.obj.services
    folio = services.bookings.folio(services.bookings.find(reference).pk)
    output, told = Output(as_json=as_json), booking_json(folio.booking)
    if as_json:
        beside = billing_json(services.billing.of_booking(folio.booking.pk))
        output.value(told | {"folio": [_line_json(line) for line in folio.lines]} | beside)
        return
    output.value(told)
    columns = ("Date", "Text", "Charge", "Payment", "Balance", "Currency", "By")
    output.rows(columns, (({}, _line_cells(line)) for line in folio.lines))


def _rows(session: Session, keys: Sequence[int]) -> Iterator[tuple[dict[str, Any], Sequence[str]]]:
    for start in range(0, len(keys), _PAGE):
        for booking in session.services.bookings.page(keys[start : start + _PAGE]):
            yield booking_json(booking), _cells(booking)


def _cells(booking: Booking) -> tuple[str, ...]:
    totals, currency = booking.totals, booking.currency
    sums = (plain_decimal(Money(one, currency)) for one in (totals.charged, totals.paid, totals.balance))
    return (
        booking.reference,
        booking.guest.name,
        ", ".join(booking.rooms),
        booking.arrival.isoformat(),
        booking.departure.isoformat(),
        *sums,
        currency.upper(),
        booking.status.value,
    )


def _line_json(line: FolioLine) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "id": line.item.uid,
        "business_date": line.business_date.isoformat(),
        "text": _text(line),
        "charge": line.charge,
        "payment": line.paid,
        "balance": line.balance,
        "currency": line.currency,
        "struck": line.struck,
        "actor": line.actor,
    }


def _line_cells(line: FolioLine) -> tuple[str, ...]:
    sums = (line.charge, line.paid, line.balance)
    text = f"({_text(line)}, void)" if line.struck else _text(line)
    amounts = ("" if one is None else plain_decimal(Money(one, line.currency)) for one in sums)
    return (line.business_date.isoformat(), text, *amounts, line.currency.upper(), line.actor)


def _text(line: FolioLine) -> str:
    item = line.item
    if isinstance(item, Charge):
        return item.text or item.kind.value.replace("_", " ").capitalize()
    if isinstance(item, Payment):
        return f"{item.brand or item.method} {item.last4 or item.reference}".strip()
    if isinstance(item, Transfer):
        way = "to" if item.whole or item.amount < 0 else "from"
        return f"Moved {way} {item.other or 'no booking'}"
    return f"Refund, {item.status.value}"
