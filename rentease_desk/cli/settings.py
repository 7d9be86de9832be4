"""``settings show|set``."""

from __future__ import annotations

from typing import Annotated

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session

app = typer.Typer(help="The property's settings.", no_args_is_help=True)


@app.command()
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show every setting."""
    session: Session = context.obj
    Output(as_json=as_json).value(dict(session.services.settings.shown()))


@app.command("set")
def set_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="name, zone, currency, day_roll, language, methods, …")],
    value: Annotated[str, typer.Argument(help="As “settings show” prints it.")],
    as_json: JsonOption = False,
) -> None:
    """Change a setting."""
    session: Session = context.obj
    session.services.settings.set({name: value})
    Output(as_json=as_json).value(dict(session.services.settings.shown()))
