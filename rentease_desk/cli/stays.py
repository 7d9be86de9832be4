"""``bookings check-in|check-out|no-show|cancel|undo|move``: the same rules as in the window."""

from __future__ import annotations

from typing import Annotated

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import booking_json
from rentease_desk.domain.dates import parse_day
from rentease_desk.domain.money import parse_plain
from rentease_desk.domain.moves import Place, place_of
from rentease_desk.domain.stays import Deed, Done

Reference = Annotated[str, typer.Argument(help="The booking's reference.")]
_OpenBalance = Annotated[
    str, typer.Option(help="Check out though this balance is open, as 146.00; negative is the guest's money.")
]
_DONE = {
    Deed.CHECK_IN: "checked in",
    Deed.CHECK_OUT: "checked out",
    Deed.NO_SHOW: "a no-show",
    Deed.CANCEL: "cancelled",
}


def add_commands(app: typer.Typer) -> None:
    """Put the commands among those of bookings."""
    for name, command in (("check-in", check_in), ("check-out", check_out), ("no-show", no_show), ("cancel", cancel),
                          ("undo", undo), ("move", move)):  # fmt: skip
        app.command(name)(command)


def check_in(context: typer.Context, reference: Reference, as_json: JsonOption = False) -> None:
    """Check a guest in, on the day of arrival or later."""
    _do(context.obj, Deed.CHECK_IN, reference, as_json=as_json)


def check_out(
    context: typer.Context, reference: Reference, open_balance: _OpenBalance = "0", as_json: JsonOption = False
) -> None:
    """Check a guest out. An open balance is told first, and has to be named."""
    _do(context.obj, Deed.CHECK_OUT, reference, open_balance, as_json=as_json)


def no_show(context: typer.Context, reference: Reference, as_json: JsonOption = False) -> None:
    """Say that a guest did not come; the room is free again."""
    _do(context.obj, Deed.NO_SHOW, reference, as_json=as_json)


def cancel(context: typer.Context, reference: Reference, as_json: JsonOption = False) -> None:
    """Cancel a booking before check-in. Its room is free again; what was paid stays on the folio, owed to the guest."""
    _do(context.obj, Deed.CANCEL, reference, as_json=as_json)


def undo(context: typer.Context, reference: Reference, as_json: JsonOption = False) -> None:
    """Undo the last of these, while no money has moved and nobody has changed the booking."""
    session: Session = context.obj
    services = session.services
    _tell(services.stays.undo(services.bookings.find(reference).pk).value, as_json=as_json)


def move(
    context: typer.Context,
    reference: Reference,
    room: Annotated[str, typer.Option(help="Another room or bed; left out, it stays.")] = "",
    arrival: Annotated[str, typer.Option(help="Another first night, as 2026-11-05.")] = "",
    departure: Annotated[str, typer.Option(help="Another day of leaving.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Move a stay to another room or other days. Each night costs as much as before; a taken room is refused."""
    services = context.obj.services
    booking = services.bookings.find(reference)
    now = place_of(booking)
    to = Place(
        room or now.room,
        parse_day(arrival) if arrival else now.arrival,
        parse_day(departure) if departure else now.departure,
    )
    moved = services.tape.move(booking.pk, booking.version, to).value
    output, told = Output(as_json=as_json), moved.booking
    if as_json:
        output.value(booking_json(told))
    where = f"{told.arrival} to {told.departure}, {', '.join(told.rooms) or 'no room yet'}"
    output.line(f"{told.guest.name} ({told.reference}): {where}.")
    if moved.price != moved.price_before:
        output.line(f"The stay costs {moved.price} instead of {moved.price_before}.")


def _do(session: Session, deed: Deed, reference: str, open_balance: str = "0", *, as_json: bool) -> None:
    services = session.services
    booking = services.bookings.find(reference)
    known = parse_plain(open_balance, booking.currency).minor
    _tell(services.stays.do(deed, booking.pk, booking.version, known).value, as_json=as_json)


def _tell(done: Done, *, as_json: bool) -> None:
    output, booking = Output(as_json=as_json), done.booking
    if as_json:
        output.value(booking_json(booking))
    sentence = f"{booking.guest.name} ({booking.reference}) is {'not ' * done.undone}{_DONE[done.deed]}"
    output.line(f"{sentence}{' any more' * done.undone}.")
    if done.deed in {Deed.CHECK_OUT, Deed.NO_SHOW} and done.freed.nights:
        nights = "1 night" if done.freed.nights == 1 else f"{done.freed.nights} nights"
        output.line(f"Room {', '.join(done.freed.rooms)} can be sold again, {nights}.")
    if done.deed is Deed.NO_SHOW and booking.totals.charged and not done.undone:
        output.line(f"{booking.charged} stays charged; the price of the stay can be changed in the window.")
    elif done.deed is Deed.CHECK_OUT and done.freed.nights:
        output.line("These nights stay charged; the price of the stay can be changed in the window.")
    if booking.totals.balance < 0:
        output.line(f"{-booking.balance} are owed to the guest; nothing is given back by itself.")
