"""``export payments|schedules|schedule|unschedule|run-scheduled``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.payments import days_given
from rentease_desk.cli.session import Session
from rentease_desk.cli.shapes import delivery_json, schedule_json
from rentease_desk.cli.sync import stoppable
from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import digits
from rentease_desk.domain.reporting import Basis, ReportName
from rentease_desk.domain.schedules import Rhythm, ScheduleDraft, ScheduleState

if TYPE_CHECKING:
    from rentease_desk.services.reporting.files import ReportFile

app = typer.Typer(help="Files for accountants.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Files for accountants."""


@app.command()
def payments(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to write; its control figures go beside it.")],
    first: Annotated[str | None, typer.Option("--from", help="First business day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last business day.")] = None,
    preset: Annotated[Preset, typer.Option(help="How the file is written: iso or excel.")] = Preset.ISO,
    as_json: JsonOption = False,
) -> None:
    """Payments and refunds by business day, oldest first, with their status on the evening of the last day (without
    days: now); see also: report payments.
    """
    session: Session = context.obj
    query = PaymentQuery(days=days_given(session, first, last), descending=False)
    done = session.services.exports.payments(query, out, preset)
    told = {
        "file": str(done.path),
        "control": str(done.sidecar),
        "rows": done.written.rows,
        "totals": dict(done.written.totals),
        "sha256": done.written.sha256,
    }
    Output(as_json=as_json).value(told)


@app.command()
def schedules(context: typer.Context, as_json: JsonOption = False) -> None:
    """What is written by itself, and what became of it last."""
    session: Session = context.obj
    _tell(Output(as_json=as_json), session.services.schedules.all())


@app.command()
def schedule(
    context: typer.Context,
    name: Annotated[ReportName, typer.Argument(help="The report, as in: report NAME.")],
    folder: Annotated[str, typer.Option(help="The whole path of a folder that is there.")],
    every: Annotated[Rhythm, typer.Option(help="close: whenever a day has been closed, of that day.")] = Rhythm.DAILY,
    hour: Annotated[int, typer.Option(help="Of the property's clock; nothing is written before the day rolls.")] = 6,
    preset: Annotated[Preset, typer.Option(help="How the file is written.")] = Preset.ISO,
    basis: Annotated[Basis | None, typer.Option(help="By which of its dates a row counts.")] = None,
    currency: Annotated[str | None, typer.Option(help="Only this currency.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Have a report written by itself from today on. A manager's matter."""
    session: Session = context.obj
    if currency is not None:
        digits(currency)
        currency = currency.lower()
    uid = session.services.desk.ids.uid()
    draft = ScheduleDraft(uid, name, preset, every, hour, folder, basis, currency)
    _tell(Output(as_json=as_json), session.services.schedules.save(draft).value)


@app.command()
def unschedule(
    context: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="ID", help="As “export schedules” tells it.")],
    as_json: JsonOption = False,
) -> None:
    """Write it no more. The files stay."""
    session: Session = context.obj
    service = session.services.schedules
    found = next((one.schedule for one in service.all() if one.schedule.uid == uid), None)
    if found is None:
        raise ConflictError("schedule.changed")
    _tell(Output(as_json=as_json), service.end(uid, found.version).value)


@app.command("run-scheduled")
def run_scheduled(context: typer.Context, as_json: JsonOption = False) -> None:
    """Write what is due, for a server without a window. Status 1 where something cannot be written; nobody is asked."""
    session: Session = context.obj
    output, cancel = Output(as_json=as_json), threading.Event()
    with session.by_itself() as services, stoppable(cancel):
        written = services.schedules.run(cancel)
        stuck = [one.trouble for one in services.schedules.all() if one.trouble is not None]
    output.rows(("File", "Rows", "SHA-256"), map(_written, written))
    for one in stuck:
        output.warn(one.error)
    if stuck:
        raise typer.Exit(1)


def _written(one: ReportFile) -> tuple[dict[str, Any], list[str]]:
    path, control = str(one.path), one.control
    told = {"file": path, "control": str(one.sidecar), "rows": control.rows, "sha256": control.sha256}
    return told, [path, str(control.rows), control.sha256]


def _tell(output: Output, found: tuple[ScheduleState, ...]) -> None:
    rows = ((schedule_json(one), _cells(one)) for one in found)
    output.rows(("Report", "File", "Every", "Hour", "By", "Currency", "Folder", "Last", "Not written", "Id"), rows)


def _cells(state: ScheduleState) -> list[str]:
    told: dict[str, Any] = schedule_json(state)
    last, trouble = (delivery_json(one) or {} for one in (state.last, state.trouble))
    named = [told[name] for name in ("report", "preset", "every", "hour", "basis", "currency", "folder")]
    return [*("" if one is None else str(one) for one in named), last.get("period", ""), trouble.get("error", ""),
            state.schedule.uid]  # fmt: skip
