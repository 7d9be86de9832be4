"""``doctor``: what is configured, what is reachable, what is missing."""

from __future__ import annotations

import platform
import threading

import typer

from rentease_desk import __version__
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import KnownError


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """Look at everything the desk stands on, each Stripe account too. Ends with status 1 if something is wrong."""
    from rentease_desk.services.doctor import Finding, State

    session: Session = context.obj
    python = f"Rentease Desk {__version__}, Python {platform.python_version()}, {platform.system()}"
    findings = [Finding("program", State.OK, python), Finding("data", State.OK, str(session.config.data_dir))]
    findings += session.services.doctor.look(threading.Event())
    rows = (
        (
            {"name": one.name, "account": one.whose or None, "state": one.state.value, "text": one.text},
            (f"{one.whose}: {one.name}" if one.whose else one.name, one.state.value, one.text),
        )
        for one in findings
    )
    Output(as_json=as_json).rows(("What", "State", "Finding"), rows)
    if any(one.state is State.WRONG for one in findings):
        raise typer.Exit(1)


def diagnostics(context: typer.Context) -> None:
    """Print what a technician needs to know: versions, counts, the last runs, settings and log, without secrets."""
    from rentease_desk.logs import read_log
    from rentease_desk.services.diagnosis import closed_report

    session: Session = context.obj
    log = read_log(session.config.log_dir)
    try:
        told = session.services.diagnosis.report(log)
    except KnownError as error:
        told = closed_report(log, {"Not opened": str(error)})
    typer.echo(told, nl=False)
