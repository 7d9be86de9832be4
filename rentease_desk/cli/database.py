"""``db upgrade|downgrade|current|roles|move|show|use|password``: the database, its version, and what opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import DatabaseError

if TYPE_CHECKING:
    from rentease_desk.services.database_access import DatabaseAccess
    from rentease_desk.storage.moving import Moved

app = typer.Typer(help="The database and its version.", no_args_is_help=True)

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_BACKUP = "PostgreSQL migrates in one transaction. Is there a backup of this database (pg_dump)?"


@app.command()
def current(context: typer.Context, as_json: JsonOption = False) -> None:
    """Tell the version of the database, and the one this program needs."""
    from rentease_desk.storage.migrations import HEAD
    from rentease_desk.storage.opening import current_revision

    session: Session = context.obj
    Output(as_json=as_json).value({"current": session.access.connect(current_revision), "needed": HEAD})


@app.command()
def upgrade(context: typer.Context, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Bring the database to this program's version. Of a SQLite file a verified backup is made first."""
    from rentease_desk.storage.opening import current_revision
    from rentease_desk.storage.opening import upgrade as upgrade_database

    session: Session = context.obj
    access = session.access
    if not yes and not access.address.startswith("sqlite") and access.connect(current_revision) is not None:
        typer.confirm(_BACKUP, abort=True, err=True)
    copy = access.connect(upgrade_database)
    Output(as_json=as_json).value({"current": access.connect(current_revision), "copy": str(copy) if copy else None})


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
    copy = session.access.connect(lambda address: downgrade_database(address, revision))
    now = session.access.connect(current_revision)
    Output(as_json=as_json).value({"current": now, "copy": str(copy) if copy else None})


@app.command()
def roles(
    context: typer.Context,
    owner: Annotated[str, typer.Option(help="Who owns the tables and brings them up to date.")] = "rentease_owner",
    desk: Annotated[str, typer.Option(help="As whom the desks sign in.")] = "rentease_desk",
) -> None:
    """Print SQL for two roles on PostgreSQL: an owner, and desks, which cannot change tables or rewrite the past."""
    from rentease_desk.storage.opening import current_revision
    from rentease_desk.storage.privileges import roles_script

    access = context.obj.access
    if access.address.startswith("sqlite"):
        raise DatabaseError("database.no_roles", path=access.place)
    empty = access.connect(current_revision) is None
    Output(as_json=False).line(roles_script(owner, desk, empty=empty).rstrip())


@app.command()
def move(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Of an empty database: postgresql://user@host/name, sqlite:///path.")],
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take everything to another database, verify that it arrived, and work there from now on.

    On a server, the user is the owner of the tables. Here nothing is written any more afterwards.
    """
    from rentease_desk.storage.moving import move_database

    session: Session = context.obj
    access, output = session.access, Output(as_json=as_json)
    new = access.beside(address)
    if not yes:
        typer.confirm(f"Move everything from {access.place} to {new.place}?", abort=True, err=True)
    _sign_in(session, new)
    moved = access.connect(lambda source: new.connect(lambda target: move_database(source, target)))
    chosen = access.take_over(new)
    if as_json:
        output.value(_told(moved) | {"place": new.place, "chosen": chosen})
        return
    output.rows(("Table", "Rows"), [({}, (name, str(rows))) for name, rows in moved.rows.items() if rows])
    for name, sums in moved.sums.items():
        output.line(f"{name}: {', '.join(map(str, sums)) or '0'}")
    output.line(f"Journal: {moved.seq}:{moved.hash}")
    output.line(f"All of it is alike in both places. From now on the work goes on in {new.place}.")
    if not chosen:
        output.line("RENTEASE_DATABASE_URL says which database is used here: set it to the new address.")


@app.command()
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Tell which database this computer works on."""
    session: Session = context.obj
    Output(as_json=as_json).value({"place": session.access.place, "address": session.access.address})


@app.command()
def use(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="sqlite:///path or postgresql://user@host/name, without a password.")],
    as_json: JsonOption = False,
) -> None:
    """Work on this database from now on. It is not opened yet."""
    session: Session = context.obj
    session.access.choose(address)
    show(context, as_json)


@app.command()
def password(context: typer.Context) -> None:
    """Read the database's password from a prompt (or from standard input), try it, and keep it in the keyring."""
    session: Session = context.obj
    typed = session.secret(f"Password of {session.access.place}")
    session.access.try_for_session(typed)
    session.access.keep(typed)


@app.command("forget-password")
def forget_password(context: typer.Context) -> None:
    """Take the database's password out of the keyring."""
    session: Session = context.obj
    session.access.forget()


def _sign_in(session: Session, access: DatabaseAccess) -> None:
    """Ask for a password that is wanted and that the keyring does not have."""
    from rentease_desk.storage.opening import current_revision

    try:
        access.connect(current_revision)
    except DatabaseError as error:
        if error.code != "database.password":
            raise
        access.try_for_session(session.secret(f"Password of {access.place}"))


def _told(moved: Moved) -> dict[str, object]:
    sums = {name: {one.currency: one.minor for one in sums} for name, sums in moved.sums.items()}
    return {"rows": moved.rows, "sums": sums, "head": f"{moved.seq}:{moved.hash}"}
