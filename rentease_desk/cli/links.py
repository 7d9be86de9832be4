"""``links create|list|cancel``."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import link_json
from rentease_desk.cli.sync import stoppable
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.links import MAY_STILL_PAY, LinkDraft, LinkState, PaymentLink
from rentease_desk.domain.money import Money, parse_plain, plain_decimal

app = typer.Typer(help="Payment links.", no_args_is_help=True)

_COLUMNS = ("Id", "Booking", "Amount", "Currency", "State", "Expires", "Address")
_UNITS = {"m": 60, "h": 3_600}
_UNTIL_PAID = "paid"


@app.callback()
def links() -> None:
    """Payment links."""


@app.command()
def create(
    context: typer.Context,
    booking: Annotated[str, typer.Option(help="The booking's reference.")],
    amount: Annotated[str, typer.Option(help="As 120.00; without it, the balance.")] = "",
    life: Annotated[str, typer.Option(help="How long: 30m to 24h; “paid” until it is paid or cancelled.")] = "24h",
    despite: Annotated[
        bool, typer.Option("--despite-open", help="Make it though other links can still be paid by.")
    ] = False,
    account: Annotated[
        str | None, typer.Option("--account", help="Name or id of the Stripe account; the default one if left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a link by which a guest pays once. Status 1 if Stripe did not make it."""
    session: Session = context.obj
    services, output = session.services, Output(as_json=as_json)
    found = services.bookings.find(booking)
    money = parse_plain(amount, found.currency) if amount else Money(found.totals.balance, found.currency)
    draft = LinkDraft(services.desk.ids.uid(), found.pk, money, _seconds(life), account)
    known = {one.uid for one in services.links.of_booking(found.pk)} if despite else set()
    cancel = threading.Event()
    with stoppable(cancel):
        link = services.links.create(draft, cancel, despite=frozenset(known)).value
    output.value(link_json(link, found.reference))
    if link.trouble is not None:
        output.warn(str(link.trouble))
    if link.state is LinkState.REFUSED:
        raise typer.Exit(1)


@app.command("list")
def list_(
    context: typer.Context,
    booking: Annotated[str, typer.Option(help="Only of this booking (its reference).")] = "",
    open_: Annotated[bool, typer.Option("--open", help="Only those by which money may still come.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List payment links, the newest first, as the last sync has left them."""
    session: Session = context.obj
    services = session.services
    found = services.links.of_booking(services.bookings.find(booking).pk) if booking else services.links.latest()
    shown = [one for one in found if not open_ or one.state in MAY_STILL_PAY]
    names = _references(session, shown)
    rows = ((link_json(one, names[one.booking_pk]), _cells(one, names[one.booking_pk])) for one in shown)
    Output(as_json=as_json).rows(_COLUMNS, rows)


@app.command()
def cancel(
    context: typer.Context,
    link: Annotated[str, typer.Argument(help="The link's id (links list).")],
    as_json: JsonOption = False,
) -> None:
    """Let nobody pay by a link any more."""
    session: Session = context.obj
    stop = threading.Event()
    with stoppable(stop):
        found = session.services.links.cancel(link, stop).value
    Output(as_json=as_json).value(link_json(found, _references(session, [found])[found.booking_pk]))


def warn_of_open(session: Session, output: Output, booking_pk: int) -> None:
    """Say which links can still be paid by though less is owed: a guest could pay twice."""
    for one in session.services.links.too_many(booking_pk):
        output.warn(
            f"A payment link over {one.money} is still open: the guest could pay twice. "
            f"“rentease-desk links cancel {one.uid}” ends it."
        )


def _seconds(life: str) -> int | None:
    """``30m`` or ``24h`` as seconds; ``paid`` as None. Raises InputError."""
    text = life.strip().lower()
    if text == _UNTIL_PAID:
        return None
    match = re.fullmatch(r"(\d{1,4})([mh])", text)
    if match is None:
        raise InputError("link.life", field="life")
    return int(match[1]) * _UNITS[match[2]]


def _references(session: Session, links: Sequence[PaymentLink]) -> dict[int, str]:
    bookings = session.services.bookings
    return {pk: bookings.get(pk).reference for pk in {one.booking_pk for one in links}}


def _cells(link: PaymentLink, reference: str) -> tuple[str, ...]:
    told: dict[str, Any] = link_json(link, reference)
    return (
        link.uid,
        reference,
        plain_decimal(link.money),
        link.currency.upper(),
        link.state.value,
        told["expires_at"] or "",
        link.url or "",
    )
