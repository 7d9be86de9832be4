"""``day show|close|reopen``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc, parse_day
from rentease_desk.domain.day_close import DayDraft, DayState, OpenThing

app = typer.Typer(help="Business days: what is open, close, reopen.", no_args_is_help=True)

DayArgument = Annotated[
    str | None, typer.Argument(metavar="DAY", help="As 2026-11-05; the next one to be closed if left out.")
]


@app.callback()
def day() -> None:
    """Business days."""


@app.command()
def show(context: typer.Context, of: DayArgument = None, as_json: JsonOption = False) -> None:
    """Show how a business day stands, its sums, and what is open before it is closed."""
    session: Session = context.obj
    _tell(_state(session, of), as_json=as_json)


@app.command()
def close(
    context: typer.Context,
    of: DayArgument = None,
    despite: Annotated[bool, typer.Option("--despite-open", help="Close it though something is open.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Close a business day: nothing of it changes any more, and what comes later counts on the next open day."""
    session: Session = context.obj
    services, state = session.services, _state(session, of)
    told = state.open_things if despite else ()
    services.days.close(DayDraft(services.desk.ids.uid(), state.day, told))
    _tell(services.days.state(state.day), as_json=as_json)


@app.command()
def reopen(
    context: typer.Context,
    of: Annotated[str, typer.Argument(metavar="DAY", help="As 2026-11-05.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Open a closed business day again. What fell on later days meanwhile stays there."""
    session: Session = context.obj
    services, wanted = session.services, parse_day(of)
    draft = DayDraft(services.desk.ids.uid(), wanted, reason=reason)
    session.approved(lambda given: services.days.reopen(draft, given))
    _tell(services.days.state(wanted), as_json=as_json)


def _state(session: Session, of: str | None) -> DayState:
    return session.services.days.state(None if of is None else parse_day(of))


def _tell(state: DayState, *, as_json: bool) -> None:
    output = Output(as_json=as_json)
    if as_json:
        output.value(day_json(state))
        return
    told: dict[str, Any] = {"day": state.day.isoformat(), "state": "closed" if state.closed else "open"}
    told |= {"today": state.today.isoformat(), "counts on": state.counts_on.isoformat()}
    for one in state.deeds:
        word = "closed" if one.closed else f"reopened: {one.reason}"
        told[iso_utc(one.at)] = f"{word} ({one.actor}, {one.desk})"
    output.value(told)
    for line in ("still open:", *map(str, state.open_things)) if state.open_things and not state.closed else ():
        output.line(line)


def day_json(state: DayState) -> dict[str, Any]:
    """A business day. ``counts_on``: the day on which money counts that is taken now."""
    return {
        "day": state.day.isoformat(),
        "closed": state.closed,
        "today": state.today.isoformat(),
        "counts_on": state.counts_on.isoformat(),
        "totals": [
            {"source": one.source.value, "method": one.method, "currency": one.currency, "rows": one.rows,
             "received": one.received, "returned": one.returned, "rounding": one.rounding}
            for one in state.totals.counted
        ],
        "open": [_thing_json(one) for one in state.open_things],
        "deeds": [
            {"id": one.uid, "closed": one.closed, "reason": one.reason, "at": iso_utc(one.at), "actor": one.actor,
             "desk": one.desk}
            for one in state.deeds
        ],
    }  # fmt: skip


def _thing_json(one: OpenThing) -> dict[str, Any]:
    sums = [{"amount": money.minor, "currency": money.currency} for money in one.money]
    return {"kind": one.kind.value, "count": one.count, "names": list(one.names), "sums": sums, "text": str(one)}
