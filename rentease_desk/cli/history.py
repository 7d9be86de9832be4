"""``bookings history`` and ``payments history``: what happened, from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import Days, iso_utc
from rentease_desk.domain.history import Change, Hidden, HistoryLine, Told
from rentease_desk.domain.money import Money

_COLUMNS = ("When", "Who", "Desk", "What", "Details")
_ELSE = "another text"


def of_booking(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="The booking's reference.")],
    as_json: JsonOption = False,
) -> None:
    """Tell what happened to a booking, its charges and its payments, oldest first: who, when, what from, what to."""
    services = context.obj.services
    _print(context.obj, services.journal.history_of_booking(services.bookings.find(reference).pk), as_json=as_json)


def of_payment(
    context: typer.Context,
    uid: Annotated[str, typer.Argument(help="The payment's id, or Stripe's.")],
    as_json: JsonOption = False,
) -> None:
    """Tell what happened to a payment, oldest first: who, when, what from, what to."""
    services = context.obj.services
    _print(context.obj, services.journal.history_of_payment(services.matching.find(uid).pk), as_json=as_json)


def _print(session: Session, lines: Sequence[HistoryLine], *, as_json: bool) -> None:
    days = session.services.settings.get().days
    Output(as_json=as_json).rows(_COLUMNS, ((_json(line), _cells(line, days)) for line in lines))


def _cells(line: HistoryLine, days: Days) -> tuple[str, ...]:
    when = days.local(line.at).strftime("%Y-%m-%d %H:%M")
    return (when, line.actor, line.desk, line.what, "; ".join(_words(change) for change in line.changes))


def _words(change: Change) -> str:
    if change.is_new:
        return f"{change.name}: {_plain(change.after)}"
    if isinstance(change.before, Hidden) and isinstance(change.after, Hidden):
        return f"{change.name}: changed"
    return f"{change.name}: {_plain(change.before)} → {_plain(change.after)}"


def _plain(told: Told) -> str:
    if isinstance(told, Money):
        return str(told)
    if isinstance(told, date):
        return told.isoformat()
    return _ELSE if isinstance(told, Hidden) else told or "nothing"


def _json(line: HistoryLine) -> dict[str, Any]:
    changes = [{"name": one.name, "before": _value(one.before), "after": _value(one.after)} for one in line.changes]
    told = {"seq": line.seq, "at": iso_utc(line.at), "actor": line.actor, "desk": line.desk, "what": line.what}
    return told | {"changes": changes}


def _value(told: Told) -> object:
    """Amounts in minor units; of what only a digest is kept, that it is hidden."""
    if isinstance(told, Money):
        return {"amount": told.minor, "currency": told.currency}
    if isinstance(told, date):
        return told.isoformat()
    return {"hidden": True} if isinstance(told, Hidden) else told
