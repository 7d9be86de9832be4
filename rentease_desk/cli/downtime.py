"""``downtime-sheet``: who arrives, stays and leaves, and what each owes, for paper."""

from __future__ import annotations

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.pdf import write_pdf
from rentease_desk.cli.session import Session
from rentease_desk.domain.paper import Paper


def downtime_sheet(context: typer.Context, as_json: JsonOption = False) -> None:
    """Save the downtime sheet as PDF, where the window saves it each hour."""
    session: Session = context.obj
    downtime = session.services.downtime
    path = downtime.path("pdf")
    write_pdf(downtime.html(), Paper.A4, path, "Downtime sheet")
    Output(as_json=as_json).value({"file": str(path)})
