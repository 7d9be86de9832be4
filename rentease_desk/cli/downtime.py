"""``downtime-sheet``: who arrives, stays and leaves, and what each owes, for paper."""

from __future__ import annotations

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session


def downtime_sheet(context: typer.Context, as_json: JsonOption = False) -> None:
    """Save the downtime sheet as a page that any browser prints. The window saves it as PDF, each hour."""
    session: Session = context.obj
    Output(as_json=as_json).value({"file": str(session.services.downtime.save_html())})
