"""``payments list|add|history``, and what moves, splits and merges them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from rentease_desk.cli import duplicates, history, moving
from rentease_desk.cli.accounts import told_apart
from rentease_desk.cli.links import warn_of_open
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import payment_json
from rentease_desk.domain.dates import DateRange, parse_day
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.payment import MethodKind, Payment, PaymentDraft, PaymentStatus

app = typer.Typer(help="Payments.", no_args_is_help=True)

app.command("history")(history.of_payment)
app.command("parts")(moving.parts)
app.command("move")(moving.move)
app.command("split")(moving.split)
app.command("put-back")(moving.put_back)
app.command("duplicates")(duplicates.duplicates)
app.command("merge")(duplicates.merge)
app.command("keep-both")(duplicates.keep_both)
app.command("undo-duplicate")(duplicates.undo)

_COLUMNS = ("Date", "Booking", "Guest", "Method", "Amount", "Refunded", "Currency", "Status", "Source", "Id")
_PAGE = 500
_LONG_AGO = date(1970, 1, 1)


@app.command("list")
def list_(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First business day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last business day.")] = None,
    search: Annotated[str, typer.Option(help="Words in guest, reference, payer, last four, Stripe ids.")] = "",
    status: Annotated[PaymentStatus | None, typer.Option(help="Only this status.")] = None,
    method: Annotated[str | None, typer.Option(help="Only this method.")] = None,
    unmatched: Annotated[bool, typer.Option("--unmatched", help="Only card payments without a booking.")] = False,
    ignored: Annotated[bool, typer.Option("--ignored", help="Only those ignored among the unmatched.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List payments, the newest first."""
    session: Session = context.obj
    query = PaymentQuery(
        text=search, days=days_given(session, first, last), method=method, status=status, unmatched=unmatched,
        ignored=ignored,
    )  # fmt: skip
    keys = session.services.payments.keys(query)
    column, told_of = told_apart(session)
    rows = _rows(session, [key for key in keys if not key % 2], told_of)
    Output(as_json=as_json).rows((*_COLUMNS, *column), rows)


@app.command()
def add(
    context: typer.Context,
    booking: Annotated[str, typer.Option(help="The booking's reference.")],
    method: Annotated[str, typer.Option(help="One of the property's methods (settings show).")],
    amount: Annotated[str, typer.Option(help="As 120.00.")],
    reference: Annotated[str, typer.Option(help="Number of the cheque, transfer or slip.")] = "",
    note: Annotated[str, typer.Option(help="Anything else.")] = "",
    tendered: Annotated[str, typer.Option(help="What a cash payer hands over, as 150.00; tells the change.")] = "",
    terminal: Annotated[
        bool, typer.Option("--terminal", help="A card taken on a terminal Stripe does not see.")
    ] = False,
    despite: Annotated[
        bool, typer.Option("--despite-duplicate", help="Take it though a like payment stands there already.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take a manual payment. Cash is rounded as the settings say."""
    session: Session = context.obj
    services = session.services
    found, kind = services.bookings.find(booking), services.settings.get().method(method).kind
    if kind is MethodKind.CARD and not terminal:
        _ask_whether_stripe()
    money = parse_plain(amount, found.currency)
    given = parse_plain(tendered, found.currency).minor if tendered and kind is MethodKind.CASH else None
    draft = PaymentDraft(
        services.desk.ids.uid(), found.pk, method, money, reference=reference, note=note, tendered=given
    )
    output = Output(as_json=as_json)
    known = {twin.uid for twin in services.payments.similar(draft)} if despite else set()
    taken = services.payments.take(draft, told=known).value
    _tell_cash(output, taken)
    output.value(payment_json(taken))
    warn_of_open(session, output, found.pk)


def days_given(session: Session, first: str | None, last: str | None) -> DateRange | None:
    """The business days of two options; None if neither is given. Without an end they reach to today."""
    if first is None and last is None:
        return None
    beginning = parse_day(first) if first else _LONG_AGO
    return DateRange(beginning, parse_day(last) if last else max(beginning, session.today()))


def _tell_cash(output: Output, taken: Payment) -> None:
    """What is to be taken where cash is rounded, and the change."""
    due = Money(taken.amount + taken.rounding, taken.currency)
    if taken.rounding:
        output.warn(f"Rounded: {due} is taken in cash for {taken.money}.")
    if taken.tendered is not None:
        output.warn(f"Change to give: {Money(taken.tendered, taken.currency) - due}.")


def _ask_whether_stripe() -> None:
    """A card charged through Stripe arrives by itself, and would stand there twice (money rule 9)."""
    question = "Was this card charged through Stripe? Then it arrives by itself, and must not be entered"
    if not sys.stdin.isatty() or typer.confirm(question, default=True, err=True):
        raise InputError("payment.card_by_hand", field="method")


def _rows(
    session: Session, keys: Sequence[int], told_of: Callable[[str | None], tuple[str, ...]]
) -> Iterator[tuple[dict[str, Any], Sequence[str]]]:
    for start in range(0, len(keys), _PAGE):
        found = session.services.payments.by_keys(keys[start : start + _PAGE])
        spread = session.services.payments.spread([payment.pk for payment in found])
        for payment in found:
            others = spread.get(payment.pk, {})
            cells = (*_cells(payment, others), *told_of(payment.stripe_account))
            yield {**payment_json(payment), "parts": _parts(payment, others)}, cells


def _parts(payment: Payment, others: dict[str, int]) -> list[dict[str, Any]]:
    """Each booking that has a part, the payment's own first; of a payment without a booking none."""
    own = payment.amount - sum(others.values())
    parts = [(payment.booking_reference, own), *others.items()]
    return [{"booking_reference": name, "amount": amount} for name, amount in parts if name is not None and amount]


def _cells(payment: Payment, others: Iterable[str]) -> tuple[str, ...]:
    return (
        payment.business_date.isoformat() if payment.business_date else "",
        " + ".join((payment.booking_reference or "", *others)),
        payment.guest or payment.payer_name or "",
        payment.method,
        plain_decimal(payment.money),
        plain_decimal(Money(payment.refunded, payment.currency)),
        payment.currency.upper(),
        payment.status.value,
        payment.source.value,
        payment.uid,
    )
