"""``follow-ups list|done|reopen|note``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.accounts import told_apart
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.follow_ups import FollowUp
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.stripe_reasons import what_went_wrong

app = typer.Typer(help="What went wrong at Stripe and needs a person.", no_args_is_help=True)

_COLUMNS = ("Since", "What", "Booking", "Guest", "Amount", "Currency", "Status", "Until", "Reason", "Note", "Id")
ObjectId = Annotated[str, typer.Argument(help="Stripe's id, as the list tells it.")]


@app.callback()
def follow_ups() -> None:
    """What went wrong at Stripe and needs a person."""


@app.command("list")
def list_(
    context: typer.Context,
    done: Annotated[bool, typer.Option("--done", help="What is done, or has resolved by itself.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List failed payments, refunds and invoices, and disputes, the most urgent first."""
    session: Session = context.obj
    found, (column, told_of) = session.services.follow_ups.listed(done=done), told_apart(session)
    rows = ((follow_up_json(one), (*_cells(session, one), *told_of(one.account))) for one in found)
    Output(as_json=as_json).rows((*_COLUMNS, *column), rows)


@app.command("done")
def done_(
    context: typer.Context,
    object_id: ObjectId,
    as_json: JsonOption = False,
) -> None:
    """Mark one as done."""
    session: Session = context.obj
    service = session.services.follow_ups
    _tell(service.set_done(service.find(object_id)), f"{object_id} is done.", as_json=as_json)


@app.command("reopen")
def reopen(context: typer.Context, object_id: ObjectId, as_json: JsonOption = False) -> None:
    """It was not done after all."""
    session: Session = context.obj
    service = session.services.follow_ups
    _tell(service.set_open(service.find(object_id)), f"{object_id} is open again.", as_json=as_json)


@app.command("note")
def note(
    context: typer.Context,
    object_id: ObjectId,
    text: Annotated[str, typer.Argument(help="The note; an empty one takes it away.")],
    as_json: JsonOption = False,
) -> None:
    """Keep a note about one."""
    session: Session = context.obj
    service = session.services.follow_ups
    saved = service.write_note(service.find(object_id), text)
    _tell(saved, f"The note about {object_id} is kept.", as_json=as_json)


def follow_up_json(one: FollowUp) -> dict[str, Any]:
    """A follow-up. ``code`` and ``message`` are Stripe's, ``reason`` is ours; ``due_by`` is a dispute's deadline."""
    problem, care, home = one.problem, one.care, one.problem.home
    return {
        "id": problem.object_id,
        "stripe_account": one.account,
        "kind": problem.kind.value,
        "status": problem.status,
        "open": one.is_open,
        "at": iso_utc(problem.at),
        "amount": problem.amount,
        "currency": problem.currency,
        "code": problem.code,
        "message": problem.message,
        "reason": what_went_wrong(problem),
        "due_by": _time(problem.due_by),
        "attempts": problem.attempts,
        "next_attempt_at": _time(problem.next_attempt),
        "booking_reference": home.reference if home else None,
        "booking_balance": home.balance if home else None,
        "booking_currency": home.currency if home else None,
        "guest": problem.contact.name,
        "email": problem.contact.email,
        "phone": problem.contact.phone,
        "note": care.note,
        "done_at": _time(care.done_at) if one.is_done else None,
        "done_by": care.done_by if one.is_done else "",
    }


def _tell(saved: FollowUp, sentence: str, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    if as_json:
        output.value(follow_up_json(saved))
    output.line(sentence)


def _cells(session: Session, one: FollowUp) -> tuple[str, ...]:
    days, problem = session.services.settings.get().days, one.problem

    def local(at: int) -> str:
        return days.local(at).strftime("%Y-%m-%d %H:%M")

    until = problem.due_by or problem.next_attempt
    return (
        local(problem.at),
        problem.kind.value,
        problem.home.reference if problem.home else "",
        problem.contact.name,
        plain_decimal(Money(problem.amount, problem.currency)),
        problem.currency.upper(),
        problem.status,
        "" if until is None else local(until),
        what_went_wrong(problem),
        one.care.note,
        problem.object_id,
    )


def _time(moment: int | None) -> str | None:
    return None if moment is None else iso_utc(moment)
