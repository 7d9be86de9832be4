"""``drawer open|show|list|in|out|drop|close|z-report``."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.drawers import (
    CASH,
    CashSums,
    CloseDraft,
    CountDraft,
    DrawerSession,
    Movement,
    MovementDraft,
    MovementKind,
    OpenDraft,
    Variance,
)
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.money import Money, parse_plain, plain_decimal
from rentease_desk.domain.paper import Paper

app = typer.Typer(help="The cash drawer of this desk: open, count, close.", no_args_is_help=True)

_CODE = re.compile(r"([A-Za-z]{3})?\s*([^A-Za-z]*?)\s*([A-Za-z]{3})?")
_COLUMNS = ("Session", "Desk", "Business day", "Opened (UTC)", "By", "Closed (UTC)", "Closed by", "Variance")
_LINES = ("Line", "Amount", "Currency", "Reason", "By")


class Form(StrEnum):
    """How a Z report is printed."""

    TEXT = "text"
    HTML = "html"


ReasonOption = Annotated[str, typer.Option(help="Why.")]
AmountArgument = Annotated[str, typer.Argument(help="As 20.00, or 20.00 CHF.")]


@app.callback()
def drawer() -> None:
    """The cash drawer of this desk."""


@app.command("open")
def open_(
    context: typer.Context,
    floats: Annotated[
        list[str] | None,
        typer.Option("--float", help="What lies in it, as 200.00 or 200.00 CHF; what was handed over if left out."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is not what was handed over.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Open the drawer with a float."""
    session: Session = context.obj
    services = session.services
    currency = services.settings.get().currency
    given = tuple(money_given(one, currency) for one in floats or ())
    handed = services.drawers.current().handed_over
    draft = OpenDraft(services.desk.ids.uid(), given or handed or (Money(0, currency),), reason)
    Output(as_json=as_json).value(session_json(services.drawers.open(draft).value))


@app.command()
def show(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="The session's number; the open one if left out.")] = None,
    desk: Annotated[str | None, typer.Option(help="Of which desk; this one if left out.")] = None,
    expected: Annotated[
        bool, typer.Option("--expected", help="Tell what should be in it before it is counted.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="How a Z report is printed.")] = Form.TEXT,
    csv: Annotated[Path | None, typer.Option(help="Write the Z report to this file, too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the open drawer, or the Z report of a closed one. What should be in it is not told, so that counts are
    blind.
    """
    session: Session = context.obj
    services, output = session.services, Output(as_json=as_json)
    current = services.drawers.current()
    found = current.session if number is None else services.drawers.find(number, desk)
    if found is None:
        output.value({"open": False, "handed_over": [_money_json(one) for one in current.handed_over]})
        return
    figures = services.drawers.figures(found.pk)
    told = session_json(found) | {"movements": [_movement_json(one) for one in figures.movements]}
    if expected or not found.is_open:
        told |= {"cash": [_cash_json(one) for one in figures.cash]}
    if csv is not None:
        services.z_reports.csv(services.z_reports.report(found.pk), csv)
    if as_json:
        output.value(told)
    elif found.is_open:
        _print_open(output, found, figures.movements, figures.cash if expected else ())
    else:
        _print_report(session, found, form)


@app.command("z-report")
def z_report(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(help="The session's number; the last closed one of the desk if left out.")
    ] = None,
    desk: Annotated[str | None, typer.Option(help="Of which desk; this one if left out.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How it is printed.")] = Form.TEXT,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write it to this PDF instead.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write it to this file of rows instead.")] = None,
) -> None:
    """Print the Z report of a closed drawer, or write it as PDF or CSV."""
    session: Session = context.obj
    services, output = session.services, Output(as_json=False)
    found = _closed(session, desk) if number is None else services.drawers.find(number, desk)
    report = services.z_reports.report(found.pk)
    if pdf is not None:
        from rentease_desk.cli.pdf import write_pdf

        write_pdf(services.z_reports.html(report), Paper.A4, pdf, f"{report.title}, {report.desk}")
        output.line(f"Written: {pdf}")
    if csv is not None:
        services.z_reports.csv(report, csv)
        output.line(f"Written: {csv}")
    if pdf is None and csv is None:
        _print_report(session, found, form)


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the sessions of all desks, the latest first."""
    session: Session = context.obj
    found = session.services.drawers.latest()
    Output(as_json=as_json).rows(_COLUMNS, ((session_json(one), _cells(one)) for one in found))


@app.command("in")
def in_(context: typer.Context, amount: AmountArgument, reason: ReasonOption = "", as_json: JsonOption = False) -> None:
    """Put cash into the drawer that no guest has paid, as coins from the safe."""
    _move(context.obj, MovementKind.PAID_IN, amount, reason, as_json=as_json)


@app.command()
def out(context: typer.Context, amount: AmountArgument, reason: ReasonOption = "", as_json: JsonOption = False) -> None:
    """Take cash out that is no refund, as for flowers."""
    _move(context.obj, MovementKind.PAID_OUT, amount, reason, as_json=as_json)


@app.command()
def drop(
    context: typer.Context, amount: AmountArgument, reason: ReasonOption = "", as_json: JsonOption = False
) -> None:
    """Put cash away into the safe."""
    _move(context.obj, MovementKind.DROP, amount, reason, as_json=as_json)


@app.command()
def close(
    context: typer.Context,
    pieces: Annotated[
        list[str] | None,
        typer.Option("--count", help="Notes and coins as 100=2,50=4,0.20=3; of another currency as CHF 100=2."),
    ] = None,
    others: Annotated[
        list[str] | None, typer.Option("--other", help="What was counted of another method, as card=86.50.")
    ] = None,
    drops: Annotated[list[str] | None, typer.Option("--drop", help="What is put away now, as 241.60.")] = None,
    note: Annotated[str, typer.Option(help="Needed where the count differs from what is expected.")] = "",
    accept: Annotated[
        bool,
        typer.Option(
            "--accept-variance",
            help="Close though it differs by more than the tolerance; who may not say so alone adds --approved-by.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Count the drawer and close it. The count is kept, also where the drawer then stays open."""
    session: Session = context.obj
    services = session.services
    currency, uid = services.settings.get().currency, services.desk.ids.uid
    found = services.drawers.current().session
    if found is None:
        raise KnownError("drawer.not_open", desk=services.desk.operator.desk)
    counted = [one for text in pieces or () for one in pieces_given(text, currency)]
    sums = [_other_given(text, currency) for text in others or ()]
    sums += [(CASH, Money(0, code)) for code, _, _ in counted if not any(one[0] == code and one[2] for one in counted)]
    shown = services.drawers.count(CountDraft(uid(), found.pk, tuple(counted), tuple(sums))).value
    put_away = tuple(money_given(text, currency) for text in drops or ())
    draft = CloseDraft(uid(), found.pk, shown.count.uid, shown.variances, put_away, note, accept)
    closed = session.approved(lambda given: services.drawers.close(draft, given)).value
    if as_json:
        Output(as_json=True).value(session_json(closed))
    else:
        _print_report(session, closed, Form.TEXT)


def money_given(text: str, currency: str) -> Money:
    """``20``, ``20.00 CHF`` or ``CHF 20``: of the property's currency if none is named. Raises InputError."""
    match = _CODE.fullmatch(text.strip())
    if match is None or (match[1] and match[3]):
        raise InputError("amount.not_a_number", field="amount", text=text.strip()[:40])
    return parse_plain(match[2], (match[1] or match[3] or currency).lower())


def pieces_given(text: str, currency: str) -> list[tuple[str, int, int]]:
    """``CHF 100=2,50=4`` as currency, value in minor units, and how many. Raises InputError."""
    head, _, rest = text.strip().partition(" ")
    code, listed = (head.lower(), rest) if head.isalpha() and rest else (currency, text)
    found = []
    for part in (one.strip() for one in listed.split(",") if one.strip()):
        value, mark, pieces = part.partition("=")
        if not mark or not pieces.strip().isdecimal() or len(pieces.strip()) > 6:
            raise InputError("drawer.count_unreadable", field="pieces", text=part[:40])
        found.append((code, parse_plain(value, code).minor, int(pieces)))
    return found


def session_json(found: DrawerSession) -> dict[str, Any]:
    """A session. ``variances``: counted beside expected, a line for each currency of cash and each other method."""
    ended = found.closing
    return {
        "id": found.uid,
        "number": found.number,
        "desk": found.desk,
        "open": found.is_open,
        "business_date": found.business_date.isoformat(),
        "opened_at": iso_utc(found.opened_at),
        "opened_by": found.opened_by,
        "closed_at": None if ended is None else iso_utc(ended.at),
        "closed_by": None if ended is None else ended.actor,
        "note": "" if ended is None else ended.note,
        "variances": [] if ended is None else [_variance_json(one) for one in ended.variances],
    }


def _move(session: Session, kind: MovementKind, text: str, reason: str, *, as_json: bool) -> None:
    services = session.services
    money = money_given(text, services.settings.get().currency)
    draft = MovementDraft(services.desk.ids.uid(), kind, money, reason)
    moved = services.drawers.move(draft).value.movements[-1]
    Output(as_json=as_json).value(_movement_json(moved))


def _other_given(text: str, currency: str) -> tuple[str, Money]:
    method, _, amount = text.partition("=")
    return method.strip().lower(), money_given(amount, currency)


def _print_open(
    output: Output, found: DrawerSession, movements: tuple[Movement, ...], cash: tuple[CashSums, ...]
) -> None:
    output.line(f"Session {found.number} of {found.desk}, opened {iso_utc(found.opened_at)} by {found.opened_by}.")
    rows = [(_movement_json(one), _movement_cells(one)) for one in movements]
    rows += [
        (_cash_json(one), ("expected", plain_decimal(Money(one.expected, one.currency)), one.currency.upper(), "", ""))
        for one in cash
    ]
    output.rows(_LINES, rows)


def _closed(session: Session, desk: str | None) -> DrawerSession:
    """The last closed session of a desk. Raises KnownError ``drawer.none_closed``."""
    services = session.services
    name = desk or services.desk.operator.desk
    found = next((one for one in services.drawers.latest() if one.desk == name and not one.is_open), None)
    if found is None:
        raise KnownError("drawer.none_closed", desk=name)
    return found


def _print_report(session: Session, found: DrawerSession, form: Form) -> None:
    reports = session.services.z_reports
    report = reports.report(found.pk)
    if form is Form.HTML:
        sys.stdout.write(reports.html(report) + "\n")
    else:
        Output(as_json=False).line(reports.text(report))


def _cells(one: DrawerSession) -> tuple[str, ...]:
    ended = one.closing
    off = [] if ended is None else [str(line.money) for line in ended.variances if line.variance]
    times = ("", "") if ended is None else (iso_utc(ended.at), ended.actor)
    opened = (iso_utc(one.opened_at), one.opened_by)
    state = "open" if ended is None else ", ".join(off) or "0"
    return (str(one.number), one.desk, one.business_date.isoformat(), *opened, *times, state)


def _money_json(money: Money) -> dict[str, Any]:
    return {"amount": money.minor, "currency": money.currency}


def _movement_json(one: Movement) -> dict[str, Any]:
    return {"id": one.uid, "kind": one.kind.value, "amount": one.amount, "currency": one.currency,
            "reason": one.reason, "at": iso_utc(one.at), "actor": one.actor}  # fmt: skip


def _movement_cells(one: Movement) -> tuple[str, ...]:
    return (one.kind.value, plain_decimal(one.money), one.currency.upper(), one.reason, one.actor)


def _cash_json(one: CashSums) -> dict[str, Any]:
    return {
        "currency": one.currency, "float": one.opening, "received": one.received, "change": one.change,
        "refunds": one.refunds, "voided": one.voided, "paid_in": one.paid_in, "paid_out": one.paid_out,
        "drops": one.drops, "rounding": one.rounding, "expected": one.expected,
    }  # fmt: skip


def _variance_json(one: Variance) -> dict[str, Any]:
    return {"method": one.method, "currency": one.currency, "expected": one.expected, "counted": one.counted,
            "variance": one.variance, "dropped": one.dropped, "left": one.left.minor}  # fmt: skip
