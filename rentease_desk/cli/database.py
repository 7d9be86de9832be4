"""``db upgrade|downgrade|current``."""

from __future__ import annotations

from typing import Annotated

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session

app = typer.Typer(help="The database and its version.", no_args_is_help=True)

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_BACKUP = "PostgreSQL migrates in one transaction. Is there a backup of this database (pg_dump)?"


@app.command()
def current(context: typer.Context, as_json: JsonOption = False) -> None:
    """Tell the version of the database, and the one this program needs."""
    from rentease_desk.storage.migrations import HEAD
    from rentease_desk.storage.opening import current_revision

    session: Session = context.obj
    Output(as_json=as_json).value({"current": current_revision(session.config.database_url), "needed": HEAD})


@app.command()
def upgrade(context: typer.Context, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Bring the database to this program's version. Of a SQLite file a verified backup is made first."""
    from rentease_desk.storage.opening import current_revision
    from rentease_desk.storage.opening import upgrade as upgrade_database

    session: Session = context.obj
    url = session.config.database_url
    if not yes and not url.startswith("sqlite") and current_revision(url) is not None:
        typer.confirm(_BACKUP, abort=True, err=True)
    copy = upgrade_database(url)
    Output(as_json=as_json).value({"current": current_revision(url), "copy": str(copy) if copy else None})


@app.command()
def downgrade(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(help="A revision such as 0002, or base for no tables.")],
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take the database back to a version. What only the newer one can hold is lost; of a SQLite file a verified
    backup is made first.
    """
    from rentease_desk.storage.opening import current_revision
    from rentease_desk.storage.opening import downgrade as downgrade_database

    session: Session = context.obj
    if not yes:
        typer.confirm(f"Take the database back to {revision}, and lose what it cannot hold?", abort=True, err=True)
    copy = downgrade_database(session.config.database_url, revision)
    now = current_revision(session.config.database_url)
    Output(as_json=as_json).value({"current": now, "copy": str(copy) if copy else None})
