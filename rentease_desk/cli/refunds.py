"""``refunds list|add|resume``."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.payments import days_given
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import refund_json, refunded_json
from rentease_desk.cli.sync import stoppable
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.payment import Refund
from rentease_desk.domain.refunds import RefundDraft, Refunded
from rentease_desk.domain.requests import RequestState

app = typer.Typer(help="Refunds.", no_args_is_help=True)

_COLUMNS = ("Date", "Booking", "Guest", "Amount", "Currency", "Status", "Reason", "Stripe id")
_PAGE = 500


@app.callback()
def refunds() -> None:
    """Refunds."""


@app.command("list")
def list_(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First business day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last business day.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List refunds, the newest first."""
    session: Session = context.obj
    keys = session.services.payments.keys(PaymentQuery(days=days_given(session, first, last)))
    Output(as_json=as_json).rows(_COLUMNS, _rows(session, [key for key in keys if key % 2]))


@app.command()
def add(
    context: typer.Context,
    payment: Annotated[str, typer.Option(help="The payment's id (payments list).")],
    amount: Annotated[str, typer.Option(help="As 10.00; no more than is left.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    booking: Annotated[str, typer.Option(help="Whose part, where the payment is spread over bookings.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Give money of a payment back: by its method, or through Stripe. Status 1 if nothing was refunded."""
    session: Session = context.obj
    services = session.services
    found = services.payments.find(payment)
    part = services.bookings.find(booking).pk if booking else None
    draft = RefundDraft(services.desk.ids.uid(), found.pk, parse_plain(amount, found.currency), reason, part)
    cancel = threading.Event()
    with stoppable(cancel):
        refunded = session.approved(lambda given: services.refunds.refund(draft, cancel, given)).value
    _tell(Output(as_json=as_json), [refunded], single=True)


@app.command()
def resume(context: typer.Context, as_json: JsonOption = False) -> None:
    """Settle refunds that a crash or a lost answer left pending: Stripe is read first, and nothing is sent twice."""
    session: Session = context.obj
    cancel = threading.Event()
    with stoppable(cancel):
        found = session.services.refunds.resume(cancel)
    _tell(Output(as_json=as_json), found)


def _tell(output: Output, found: list[Refunded], *, single: bool = False) -> None:
    """What became of them; what is in the way goes to standard error."""
    if single:
        output.value(refunded_json(found[0]))
    else:
        output.rows(_COLUMNS, ((refunded_json(one), _cells(one.refund)) for one in found))
    for one in found:
        if one.refund.rounding:
            money = Money(one.refund.amount, one.refund.currency)
            handed_out = Money(one.refund.amount + one.refund.rounding, one.refund.currency)
            output.warn(f"Rounded: {handed_out} is handed out in cash for {money}.")
        if one.trouble is not None:
            output.warn(str(one.trouble))
    if any(one.state is RequestState.REFUSED for one in found):
        raise typer.Exit(1)


def _rows(session: Session, keys: Sequence[int]) -> Iterator[tuple[dict[str, Any], Sequence[str]]]:
    for start in range(0, len(keys), _PAGE):
        for refund in session.services.payments.refunds_by_keys(keys[start : start + _PAGE]):
            yield refund_json(refund), _cells(refund)


def _cells(refund: Refund) -> tuple[str, ...]:
    return (
        refund.business_date.isoformat() if refund.business_date else "",
        refund.booking_reference or "",
        refund.guest or "",
        plain_decimal(Money(refund.amount, refund.currency)),
        refund.currency.upper(),
        refund.status.value,
        refund.reason,
        refund.stripe_refund_id or "",
    )
