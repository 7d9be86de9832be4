"""``settings show|set|export|import``."""

from __future__ import annotations

from pathlib import Path
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


@app.command("export")
def export(
    context: typer.Context, out: Annotated[Path, typer.Option(help="The file to write. No key or password is in it.")]
) -> None:
    """Write all settings into a file for another computer or property."""
    session: Session = context.obj
    session.services.settings.export(out)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What “settings export” has written.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take over the settings of a file, all or none; tell what changed."""
    session: Session = context.obj
    service = session.services.settings
    found = service.compare(file) if dry_run else service.adopt(file).value
    rows = (
        ({"name": one.name, "before": one.before, "after": one.after}, (one.name, one.before, one.after))
        for one in found
    )
    Output(as_json=as_json).rows(("Setting", "Before", "After"), rows)
