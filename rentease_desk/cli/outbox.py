"""``outbox list|deliver|choose|undo|slip``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.money import plain_decimal
from rentease_desk.domain.outbox import Entry
from rentease_desk.domain.settings import Property
from rentease_desk.services.outbox import OutboxService

app = typer.Typer(help="Cash that was taken while the database was away.", no_args_is_help=True)

_COLUMNS = ("Slip", "Taken", "Booking", "Amount", "Currency", "State", "By", "What is wrong")
Slip = Annotated[str, typer.Argument(metavar="SLIP", help="As the list tells it: P-0007.")]


@app.callback()
def outbox() -> None:
    """Cash that was taken while the database was away."""


@app.command("list")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="What was delivered or undone, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what waits at this desk. It needs no database."""
    found = [one for one in _outbox(context).entries() if everything or one.is_waiting]
    Output(as_json=as_json).rows(_COLUMNS, ((entry_json(one), _cells(one)) for one in found))


@app.command()
def deliver(context: typer.Context, as_json: JsonOption = False) -> None:
    """Bring what waits into the database, once each. What cannot be delivered waits on, with the reason."""
    session: Session = context.obj
    with session.by_itself() as services:
        found = services.deliveries.deliver()
    output = Output(as_json=as_json)
    if as_json:
        refused = [entry_json(one) for one in found.refused]
        output.value({"delivered": [one.uid for one in found.payments], "refused": refused})
    output.line(f"{len(found.payments)} delivered, {len(found.refused)} still waiting.")
    for one in found.refused:
        output.warn(f"{one.kept.slip}: {one.trouble}")
    if found.refused:
        raise typer.Exit(1)


@app.command()
def choose(
    context: typer.Context,
    slip: Slip,
    booking: Annotated[str, typer.Argument(help="The reference of the booking it belongs to.")],
    as_json: JsonOption = False,
) -> None:
    """Say which booking a payment belongs to. The next delivery brings it there."""
    session: Session = context.obj
    services = session.services
    found = services.deliveries.choose(services.outbox.find(slip).kept.draft.uid, services.bookings.find(booking))
    _tell(found, f"{found.kept.slip} goes to {booking} with the next delivery.", as_json=as_json)


@app.command()
def undo(
    context: typer.Context,
    slip: Slip,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """The money was given back before it was delivered."""
    session: Session = context.obj
    services = session.services
    found = services.deliveries.undo(services.outbox.find(slip).kept.draft.uid, reason)
    _tell(found, f"{found.kept.slip} is undone.", as_json=as_json)


@app.command()
def slip(context: typer.Context, name: Slip) -> None:
    """Print the provisional slip of a payment as text. It needs no database."""
    service = _outbox(context)
    known = service.remembered()
    settings = Property() if known is None else known.property()
    Output(as_json=False).line(service.slip_text(service.find(name).kept, settings))


def entry_json(one: Entry) -> dict[str, Any]:
    """A payment of the outbox. ``id`` is the payment's; ``sent``: it may be in the database already."""
    kept, draft = one.kept, one.kept.draft
    return {
        "slip": kept.slip,
        "id": draft.uid,
        "state": one.state.value,
        "at": iso_utc(kept.occurred_at),
        "business_date": kept.business_date.isoformat(),
        "booking_reference": draft.reference if one.chosen is None else one.chosen.reference,
        "amount": draft.amount.minor,
        "currency": draft.amount.currency,
        "tendered": draft.tendered,
        "note": draft.note,
        "actor": kept.actor,
        "desk": kept.desk,
        "sent": one.is_open,
        "code": one.code or None,
        "trouble": one.trouble,
        "ended_at": None if one.ended_at is None else iso_utc(one.ended_at),
        "reason": one.reason,
    }


def _outbox(context: typer.Context) -> OutboxService:
    from rentease_desk.wiring import open_outbox

    session: Session = context.obj
    return open_outbox(session.config, session.access.address)


def _tell(found: Entry, sentence: str, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    if as_json:
        output.value(entry_json(found))
    output.line(sentence)


def _cells(one: Entry) -> tuple[str, ...]:
    kept, draft = one.kept, one.kept.draft
    reference = draft.reference if one.chosen is None else one.chosen.reference
    return (
        kept.slip,
        iso_utc(kept.occurred_at),
        reference,
        plain_decimal(draft.amount),
        draft.amount.currency.upper(),
        one.state.value,
        kept.actor,
        one.trouble or one.reason,
    )
