"""``export payments``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.payments import days_given
from rentease_desk.cli.session import Session
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery

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
    """Payments and refunds by business day, oldest first."""
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
