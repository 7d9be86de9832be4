"""``backup now|list|verify|restore|second|pg-dump``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rentease_desk.cli.database import YesOption
from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import DatabaseError, KnownError

if TYPE_CHECKING:
    from rentease_desk.domain.backups import Backup, Held

app = typer.Typer(help="Backups of the property's database file.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="A name that “backup list” shows, or any file.")]
_ASK = (
    "It holds {bookings} bookings and {payments} payments, the last of {last_written}. Put it in the place of the "
    "database? What is there now is backed up first."
)


@app.command()
def now(context: typer.Context, as_json: JsonOption = False) -> None:
    """Make a backup and verify it."""
    session: Session = context.obj
    made = session.services.backups.make()
    output = Output(as_json=as_json)
    output.value(_backup_json(made.backup) | {"second": None if made.copy is None else str(made.copy)})
    if made.trouble:
        output.warn(made.trouble)


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show the backups there are, the newest first."""
    session: Session = context.obj
    rows = (
        (_backup_json(one), (one.path.name, iso_utc(one.taken_at), one.reason.value, str(one.size)))
        for one in session.services.backups.listed()
    )
    Output(as_json=as_json).rows(("Name", "Made", "Why", "Bytes"), rows)


@app.command()
def verify(context: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Read all of a backup: whether it is whole, and what it holds."""
    from rentease_desk.storage.backups import verify as verify_file

    path = _path(context.obj, name)
    Output(as_json=as_json).value({"file": str(path), "whole": True} | _held_json(verify_file(path)))


@app.command()
def restore(context: typer.Context, name: NameArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Put a backup in the place of the database, which is backed up first, or set aside if it cannot be read.

    No window may be open on it. A database that cannot be opened has no staff to ask: then nobody is asked for a PIN.
    """
    from rentease_desk.services.restoring import put_back
    from rentease_desk.storage.backups import verify as verify_file

    session: Session = context.obj
    path, database, by = _path(session, name), _database(session), _allowed(session)
    held, output = _held_json(verify_file(path)), Output(as_json=as_json)
    if not yes:
        typer.confirm(_ASK.format(**held), abort=True, err=True)
    session.close()
    done = put_back(database, path, _now(), by)
    output.value({"restored": str(path), "kept": None if done.kept is None else str(done.kept)} | held)


@app.command()
def second(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="A folder on another disk; left out: show it.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Have no second folder any more.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show or choose a second folder, which gets each backup too."""
    session: Session = context.obj
    service = session.services.backups
    found = service.choose_second(folder) if folder is not None or off else service.second()
    good = None if found.good_at is None else iso_utc(found.good_at)
    Output(as_json=as_json).value({"folder": found.folder or None, "last": good, "trouble": found.trouble or None})


@app.command("pg-dump")
def pg_dump(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; what has this name is replaced when it is whole.")],
    as_json: JsonOption = False,
) -> None:
    """Have PostgreSQL's pg_dump write a backup of a PostgreSQL property."""
    from rentease_desk.domain.permissions import Permission
    from rentease_desk.storage.pg_dump import dump

    session: Session = context.obj
    session.services.desk.require(Permission.BACKUP)
    written = dump(session.config.database_url, file, os.environ)
    Output(as_json=as_json).value({"file": str(written), "bytes": written.stat().st_size})


def _path(session: Session, name: str) -> Path:
    """Where a backup lies: also while the database cannot be opened."""
    from rentease_desk.storage.backups import folder_of

    folder = folder_of(_database(session))
    found = next((one for one in (folder / name, Path(name)) if one.is_file()), None)
    return found if found is not None else session.services.backups.named(name)


def _database(session: Session) -> Path:
    """The file that a backup would replace. Raises KnownError ``backup.postgresql``."""
    from rentease_desk.storage.engine import parse_url, place, sqlite_path

    url = parse_url(session.config.database_url)
    path = sqlite_path(url)
    if path is None:
        raise KnownError("backup.postgresql", place=place(url))
    return path


def _now() -> int:
    from rentease_desk.domain.clock import SystemClock

    return SystemClock().now()


def _allowed(session: Session) -> str:
    """Who wants it. Whoever may not is refused; of a file that cannot be opened nobody can be asked.

    Raises ForbiddenError.
    """
    try:
        session.services.backups.allow_restore()
    except DatabaseError as error:
        Output(as_json=False).warn(str(error))
        return session.staff or session.config.actor
    return session.services.desk.acting.actor


def _backup_json(one: Backup) -> dict[str, Any]:
    return {"name": one.path.name, "file": str(one.path), "made": iso_utc(one.taken_at), "why": one.reason.value,
            "bytes": one.size}  # fmt: skip


def _held_json(held: Held) -> dict[str, Any]:
    written = None if held.written_at is None else iso_utc(held.written_at)
    return {"version": held.revision, "bookings": held.bookings, "payments": held.payments,
            "journal": str(held.head), "last_written": written}  # fmt: skip
