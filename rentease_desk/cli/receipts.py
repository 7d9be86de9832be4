"""``receipts issue|show|list``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.payments import days_given
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Given, Medium, Receipt, ReceiptDraft, ReceiptQuery

app = typer.Typer(help="Receipts: numbered without gaps. A further print says COPY.", no_args_is_help=True)

_COLUMNS = ("Number", "Date", "Kind", "Guest", "Booking", "Amount", "Currency", "Printed", "Void", "Id of the payment")


class Form(StrEnum):
    """What is printed to standard output."""

    TEXT = "text"
    HTML = "html"


FormOption = Annotated[Form, typer.Option("--format", help="Lines of text, or a document for a browser or printer.")]
PaperOption = Annotated[Paper | None, typer.Option(help="For which paper; the property's if left out.")]


@app.callback()
def receipts() -> None:
    """Receipts."""


@app.command()
def issue(
    context: typer.Context,
    payment: Annotated[str, typer.Option(help="The payment's id, as “payments list” shows it.")] = "",
    refund: Annotated[str, typer.Option(help="A refund's id: the receipt confirms that this money went back.")] = "",
    form: FormOption = Form.TEXT,
    paper: PaperOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue the receipt of a payment or refund. If it was given out before, this is a copy and says so.

    With --json the receipt gets its number, and counts as not given out yet.
    """
    session: Session = context.obj
    if bool(payment) == bool(refund):
        raise InputError("receipt.of_what", field="payment")
    service = session.services.payments
    back = service.find_refund(refund) if refund else None
    of = (service.find(payment).pk, None) if back is None else (back.payment_pk, back.pk)
    _give_out(session, of, form, paper, as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="As 2026-0418.")],
    form: FormOption = Form.TEXT,
    paper: PaperOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a receipt again, as it was issued. It says COPY, and stands in the journal; --json only looks."""
    session: Session = context.obj
    receipt = session.services.receipts.find(number)
    if as_json:
        Output(as_json=True).value(receipt_json(receipt))
    else:
        _give_out(session, (receipt.payment_pk, receipt.refund_pk), form, paper, as_json=False)


@app.command("list")
def list_(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First business day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last business day.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List receipts in the order of their numbers; those of void payments stay in it."""
    session: Session = context.obj
    found = session.services.receipts.list(ReceiptQuery(days_given(session, first, last)))
    output = Output(as_json=as_json)
    output.rows(_COLUMNS, ((receipt_json(one), _cells(one)) for one in found))
    for one in session.services.receipts.skipped():
        output.line(f"Skipped: {one.label}. {one.reason}.")


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt. ``rows`` is what stands on it, as it was issued; ``printed`` how often it was given out."""
    sheet = receipt.sheet
    rows = [{"label": one.label, "value": one.value} for one in (*sheet.rows, sheet.total, *sheet.after)]
    return {
        "id": receipt.uid,
        "number": receipt.label,
        "kind": receipt.kind.value,
        "payment_id": receipt.payment_uid,
        "refund_id": receipt.refund_uid,
        "booking_reference": receipt.booking_reference,
        "guest": receipt.guest,
        "amount": receipt.amount,
        "currency": receipt.currency,
        "language": sheet.language,
        "title": sheet.title,
        "rows": rows,
        "notes": list(sheet.notes),
        "business_date": receipt.business_date.isoformat(),
        "issued_at": iso_utc(receipt.issued_at),
        "printed": receipt.printed,
        "void_on": None if receipt.void_on is None else receipt.void_on.isoformat(),
        "actor": receipt.actor,
        "desk": receipt.desk,
    }


def _give_out(session: Session, of: tuple[int, int | None], form: Form, paper: Paper | None, *, as_json: bool) -> None:
    services = session.services
    paper = paper or services.settings.get().receipt_paper
    medium = None if as_json else Medium(form.value)
    given = services.receipts.issue(ReceiptDraft(services.desk.ids.uid(), *of, medium, paper)).value
    if given.receipt is not None and as_json:
        Output(as_json=True).value(receipt_json(given.receipt))
    else:
        _print(session, given, form, paper)


def _print(session: Session, given: Given, form: Form, paper: Paper) -> None:
    """HTML as it is; lines without what a terminal would take for a command."""
    receipts = session.services.receipts
    if form is Form.HTML:
        sys.stdout.write(receipts.html(given.page, paper) + "\n")
    else:
        Output(as_json=False).line(receipts.text(given.page))


def _cells(receipt: Receipt) -> tuple[str, ...]:
    return (
        receipt.label,
        receipt.business_date.isoformat(),
        receipt.kind.value,
        receipt.guest,
        receipt.booking_reference or "",
        plain_decimal(Money(receipt.amount, receipt.currency)),
        receipt.currency.upper(),
        str(receipt.printed),
        "" if receipt.void_on is None else receipt.void_on.isoformat(),
        receipt.payment_uid,
    )
