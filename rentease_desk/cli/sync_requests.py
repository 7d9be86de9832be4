"""``sync-requests list|withdraw``, and how ``sync`` asks another desk and waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output, error_json
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import agreement_json, summary_json
from rentease_desk.domain.dates import DateRange, iso_utc
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.sync import Progress, SyncRun
from rentease_desk.domain.sync_requests import NOBODY_SECONDS, AskState, SyncRequest

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services

app = typer.Typer(help="What one desk asks of the desk that syncs.", no_args_is_help=True)

_COLUMNS = ("Asked", "By", "Desk", "From", "To", "State", "Done by", "New", "Id")
_LOOK_SECONDS = 0.5
RequestId = Annotated[str, typer.Argument(help="The request's id, as the list tells it.")]


@app.callback()
def sync_requests() -> None:
    """What one desk asks of the desk that syncs."""


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the latest requests, the newest first."""
    session: Session = context.obj
    found = session.services.sync_requests.recent(100)
    Output(as_json=as_json).rows(_COLUMNS, ((request_json(one), _cells(session, one)) for one in found))


@app.command("withdraw")
def withdraw(context: typer.Context, uid: RequestId, as_json: JsonOption = False) -> None:
    """Take a request back; a desk that is at it stops after the page that it reads."""
    session: Session = context.obj
    with asking(session) as services:
        found = services.sync_requests.withdraw(uid).value
    output = Output(as_json=as_json)
    if as_json:
        output.value(request_json(found))
    output.line(f"{found.holder} is told to stop." if found.is_open else "The request is withdrawn.")


@contextmanager
def asking(session: Session) -> Iterator[Services]:
    """The services for whoever asks: who was named, or the one person of a property without staff; else the program."""
    if session.staff is None and session.services.staff.read().people:
        with session.by_itself() as services:
            yield services
    else:
        yield session.services


def ask_and_wait(
    session: Session,
    days: DateRange,
    kinds: Sequence[str],
    cancel: threading.Event,
    report: Callable[[Progress], None],
) -> SyncRequest:
    """Ask, and wait until it is over. ``cancel`` withdraws it.

    Raises KnownError ``sync.nobody``, or why it failed.
    """
    with asking(session) as services:
        request = services.sync_requests.ask(days, kinds).value
        Output(as_json=False).warn(f"Asked the desk that syncs, as {request.uid}. Ctrl+C withdraws it.")
        while request.is_open:
            _require_somebody(services, request)
            if request.run is not None and request.run.progress is not None:
                report(request.run.progress)
            if cancel.wait(_LOOK_SECONDS):
                _withdraw(services, request.uid)
                return services.sync_requests.get(request.uid)
            request = services.sync_requests.get(request.uid)
    if request.trouble is not None:
        raise request.trouble
    return request


def _require_somebody(services: Services, request: SyncRequest) -> None:
    if request.is_left_alone(services.sync.holder()):
        Output(as_json=False).warn(f"To take it back: rentease-desk sync-requests withdraw {request.uid}")
        raise KnownError("sync.nobody", seconds=NOBODY_SECONDS)


def _withdraw(services: Services, uid: str) -> None:
    try:
        services.sync_requests.withdraw(uid)
    except ConflictError as error:  # it has just come to its end
        Output(as_json=False).warn(str(error))


def request_json(one: SyncRequest) -> dict[str, Any]:
    """A request. ``desk`` asked, ``holder`` is the desk that does or did it."""
    return {
        "id": one.uid,
        "state": one.state.value,
        "stopping": one.stopping,
        "from": one.days.first.isoformat(),
        "to": one.days.last.isoformat(),
        "only": list(one.kinds),
        "actor": one.actor,
        "desk": one.desk,
        "asked_at": iso_utc(one.asked_at),
        "holder": one.holder or None,
        "ended_at": None if one.ended_at is None else iso_utc(one.ended_at),
        "progress": _progress(one.run),
        "error": None if one.trouble is None else error_json(one.trouble),
    }


def asked_json(one: SyncRequest) -> dict[str, Any]:
    """What came of a request, as ``sync`` tells what it did itself; of one that is open the request alone."""
    told: dict[str, Any] = {"request": request_json(one)}
    if one.state is not AskState.DONE or one.run is None:
        return told
    found = one.run.agreement
    told["limits"], told["agreement"] = list(one.limits), None if found is None else agreement_json(found)
    return summary_json(one.run.summary, one.run.failures) | told


def _progress(run: SyncRun | None) -> dict[str, Any] | None:
    if run is None or run.progress is None:
        return None
    return {"step": run.progress.step, "read": run.progress.read, "done": run.progress.done,
            "total": run.progress.total}  # fmt: skip


def _cells(session: Session, one: SyncRequest) -> tuple[str, ...]:
    when = session.services.settings.get().days.local(one.asked_at).strftime("%Y-%m-%d %H:%M:%S")
    new = "" if one.run is None else str(one.run.summary.new)
    days = one.days.first.isoformat(), one.days.last.isoformat()
    return (when, one.actor, one.desk, *days, one.state.value, one.holder, new, one.uid)
