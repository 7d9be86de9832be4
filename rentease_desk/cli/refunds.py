"""``refunds list``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.payments import days_given
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import refund_json
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.payment import Refund

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
