"""``poll``, ``watch`` and ``events list|retry|dismiss``."""

from __future__ import annotations

import re
import signal
import threading
import time
from typing import Annotated, Any

import typer

from rentease_desk.cli.accounts import told_apart
from rentease_desk.cli.output import JsonOption, Output, error_json
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import event_json, summary_json
from rentease_desk.cli.sync import agreement_told, stoppable, told
from rentease_desk.cli.watching import Watch, dead_events
from rentease_desk.domain.stripe_events import EventState, Retried, StoredEvent

app = typer.Typer(help="What Stripe says has happened.", no_args_is_help=True)

_COLUMNS = ("Created", "Type", "About", "State", "Attempts", "Error", "Id")
_PATIENCE = 60.0
"""Seconds to wait for a sync that is under way elsewhere."""
_UNITS = {"s": 1, "m": 60, "h": 3_600}


def poll(context: typer.Context, as_json: JsonOption = False) -> None:
    """Read what has happened in Stripe since the last poll, as the window does every few minutes."""
    session: Session = context.obj
    cancel = threading.Event()
    with session.by_itself() as services, stoppable(cancel):
        resume_all(session, cancel)
        asked = len(services.sync_requests.serve(cancel).requests)
        result = services.sync.tick(cancel)
    output = Output(as_json=as_json)
    shown = told(result.summary) | agreement_told(result.check)
    if as_json:
        shown = summary_json(result.summary, result.failures, result.limits, result.check)
    waiting = session.services.events.counts()
    shown |= {"events_waiting": waiting.get(EventState.WAITING, 0), "events_dead": dead_events(session)}
    output.value(shown | {"requests": asked})
    for limit in result.limits:
        output.warn(str(limit))
    for failure in () if as_json else result.failures:
        output.warn(f"{failure.kind} {failure.id}: {failure.reason}")


def watch(
    context: typer.Context,
    every: Annotated[str, typer.Option("--every", help="How often: 30s, 5m, 1h.")] = "5m",
) -> None:
    """Poll again and again, one line each, until Ctrl+C or a signal to end; do what other desks ask for at once."""
    session: Session = context.obj
    watching = Watch(session, _seconds(every), Output(as_json=False))
    signal.signal(signal.SIGTERM, lambda *_: watching.cancel.set())
    with session.by_itself(), stoppable(watching.cancel):
        watching.run()


def resume_all(session: Session, cancel: threading.Event) -> None:
    """Settle what refunds and payment links left over."""
    session.services.refunds.resume(cancel)
    session.services.links.resume(cancel)


@app.callback()
def events() -> None:
    """What Stripe says has happened."""


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[EventState | None, typer.Option("--state", help="Only these.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the latest events, the newest first."""
    session: Session = context.obj
    found, (column, told_of) = session.services.events.latest(state), told_apart(session)
    rows = ((event_json(one), (*_cells(session, one), *told_of(one.account))) for one in found)
    Output(as_json=as_json).rows((*_COLUMNS, *column), rows)


@app.command("retry")
def retry(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of events; all that wait if left out.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Try events again now. Status 1 if one of them still cannot be handled."""
    session: Session = context.obj
    output, cancel = Output(as_json=as_json), threading.Event()
    chosen = session.services.events.retry(ids or None)
    with stoppable(cancel):
        retried = _tried(session, chosen, cancel, output) if chosen else Retried(())
    output.value(_retried_json(retried) if as_json else _counts(retried))
    for one in () if as_json else retried.unsettled:
        output.warn(f"{one.id}: {one.error or 'not handled yet'}")
    if retried.error is not None:
        output.warn(str(retried.error))
    if retried.unsettled or retried.error is not None:
        raise typer.Exit(1)


@app.command("dismiss")
def dismiss(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why nothing has to be done.")],
) -> None:
    """Give an event up that cannot be handled."""
    session: Session = context.obj
    session.services.events.dismiss(event_id, reason)
    Output(as_json=False).line(f"{event_id} is dismissed.")


def _tried(session: Session, ids: list[str], cancel: threading.Event, output: Output) -> Retried:
    """Try them, once whoever syncs just now has ended; after a while that is given up, and the next poll tries them."""
    until, is_told = time.monotonic() + _PATIENCE, False
    while True:
        retried = session.services.sync.retry(ids, cancel)
        if not retried.is_kept_waiting or time.monotonic() > until or cancel.is_set():
            return retried
        if not is_told:
            is_told = True
            output.warn(str(retried.error))
        cancel.wait(1)


def _counts(retried: Retried) -> dict[str, object]:
    """How many there were, and what became of them."""
    return {"retried": len(retried.events), "handled": len(retried.handled), "waiting": len(retried.unsettled)}


def _retried_json(retried: Retried) -> dict[str, Any]:
    error = None if retried.error is None else error_json(retried.error)
    return _counts(retried) | {"error": error, "events": [event_json(one) for one in retried.events]}


def _cells(session: Session, event: StoredEvent) -> tuple[str, ...]:
    when = session.services.settings.get().days.local(event.created).strftime("%Y-%m-%d %H:%M:%S")
    about = event.object_id
    return when, event.type, about, event.state.value, str(event.attempts), event.error or "", event.id


def _seconds(text: str) -> int:
    match = re.fullmatch(r"(\d{1,5})([smh])", text.strip())
    if match is None or int(match[1]) == 0:
        raise typer.BadParameter("Say how often as 30s, 5m or 1h.", param_hint="--every")
    return int(match[1]) * _UNITS[match[2]]
