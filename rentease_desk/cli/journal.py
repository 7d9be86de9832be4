"""``journal verify|head|export``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.sync import stoppable
from rentease_desk.domain.dates import parse_day
from rentease_desk.domain.verification import Head, Verification, misfit_told, parse_head

app = typer.Typer(
    help="The journal: whether all is as it was written, its head on a day, a copy.", no_args_is_help=True
)

DayOption = Annotated[str | None, typer.Option("--date", help="The business day, as 2026-11-05; today if left out.")]


@app.command()
def verify(
    context: typer.Context,
    head: Annotated[str, typer.Option(help="A head that was written down: row number, colon, hash.")] = "",
    head_file: Annotated[Path | None, typer.Option(help="A file in which one was saved.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Walk the journal and the ledger. Status 1 if a row does not fit: the first one is named."""
    from rentease_desk.services.journal import read_head_file

    session: Session = context.obj
    known = read_head_file(head_file) if head_file is not None else parse_head(head) if head else None
    cancel, output = threading.Event(), Output(as_json=as_json)
    with stoppable(cancel), _progress() as report:
        found = session.services.journal.verify(cancel, report, known)
    output.value(_verified(found, known))
    if found.cancelled:
        output.warn("Stopped. What was looked at fits; the rest was not looked at.")
    if found.cancelled or found.misfit is not None:
        raise typer.Exit(1)


@app.command()
def head(
    context: typer.Context,
    day: DayOption = None,
    out: Annotated[Path | None, typer.Option(help="A file to write it to.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the journal's head at the end of a business day. Keep it: by it, missing rows are found later."""
    from rentease_desk.services.journal import head_json

    journal = context.obj.services.journal
    wanted = None if day is None else parse_day(day)
    found = journal.head(wanted) if out is None else journal.save_head(out, wanted)
    told = head_json(found)
    Output(as_json=as_json).value(told if as_json else told | {"head": str(found.head)})


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    as_json: JsonOption = False,
) -> None:
    """Write the whole journal to a file, a JSON object a line. verify_journal.py checks it without the desk."""
    session: Session = context.obj
    cancel = threading.Event()
    with stoppable(cancel), _progress() as report:
        done = session.services.journal.export(out, cancel, report)
    if done is None:
        Output(as_json=as_json).warn("Stopped. Nothing was written.")
        raise typer.Exit(1)
    Output(as_json=as_json).value({"file": str(done.path), "rows": done.rows, "head": str(done.head)})


def _verified(found: Verification, known: Head | None) -> dict[str, object]:
    misfit = found.misfit
    told: dict[str, object] = {"journal": str(found.head), "compared with": None if known is None else str(known)}
    told |= {"rows looked at": found.looked, "fits": misfit is None and not found.cancelled}
    if misfit is None:
        return told
    first = {"what": misfit.what.value, "seq": misfit.seq, "entity": misfit.entity or None, "id": misfit.uid or None}
    return told | {"first": misfit_told(misfit)} | first


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where somebody looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Rows", total=1)
        yield lambda done, total: bar.update(task, completed=done, total=total)
