"""``staff list|add|role|pin|deactivate|activate``: the people at the desk. A PIN is never an argument."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.domain.errors import NotFoundError
from rentease_desk.domain.permissions import ROLE_NAMES, STAFF_ROLES, Role
from rentease_desk.domain.staff import StaffDraft, StaffMember
from rentease_desk.domain.text import name_key

app = typer.Typer(help="The people at the desk, their roles and PINs.", no_args_is_help=True)

_COLUMNS = ("Name", "Role", "Active")
Name = Annotated[str, typer.Argument(help="The person's name.")]
RoleName = StrEnum("RoleName", {role.name: role.value for role in STAFF_ROLES})  # type: ignore[misc]


@app.command("list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List everybody who is or was on the staff. Without anybody, the desk asks nobody for a PIN."""
    session: Session = context.obj
    people = session.services.staff.read().people
    output = Output(as_json=as_json)
    output.rows(_COLUMNS, ((staff_json(one), _cells(one)) for one in people))
    if not people:
        output.warn("Nobody is on the staff: whoever is at the desk may do everything.")


@app.command()
def add(
    context: typer.Context,
    name: Name,
    role: Annotated[RoleName, typer.Option(help="What the person is.")],
    as_json: JsonOption = False,
) -> None:
    """Add somebody, the first one as a manager. The PIN is asked for, or read from standard input."""
    session: Session = context.obj
    services = session.services
    draft = StaffDraft(services.desk.ids.uid(), name, Role(role.value), session.new_pin(name))
    _tell(services.staff.add(draft).value, as_json=as_json)


@app.command("role")
def role_(context: typer.Context, name: Name, role: RoleName, as_json: JsonOption = False) -> None:
    """Make somebody something else."""
    session: Session = context.obj
    found = _named(session, name)
    _tell(session.services.staff.set_role(found.uid, found.version, Role(role.value)).value, as_json=as_json)


@app.command()
def pin(context: typer.Context, name: Name, as_json: JsonOption = False) -> None:
    """Give somebody a new PIN; everybody may change their own. It is asked for, or read from standard input."""
    session: Session = context.obj
    found = _named(session, name)
    _tell(session.services.staff.set_pin(found.uid, session.new_pin(found.name)).value, as_json=as_json)


@app.command()
def deactivate(context: typer.Context, name: Name, as_json: JsonOption = False) -> None:
    """Let somebody come to the desk no more. Nobody is ever deleted."""
    _set_active(context, name, active=False, as_json=as_json)


@app.command()
def activate(context: typer.Context, name: Name, as_json: JsonOption = False) -> None:
    """Let somebody come to the desk again, with the PIN they had."""
    _set_active(context, name, active=True, as_json=as_json)


def staff_json(member: StaffMember) -> dict[str, Any]:
    """Somebody of the staff."""
    return {"name": member.name, "role": member.role.value, "active": member.active, "uid": member.uid}


def _set_active(context: typer.Context, name: str, *, active: bool, as_json: bool) -> None:
    session: Session = context.obj
    found = _named(session, name)
    _tell(session.services.staff.set_active(found.uid, found.version, active=active).value, as_json=as_json)


def _named(session: Session, name: str) -> StaffMember:
    people = session.services.staff.read().people
    found = next((one for one in people if name_key(one.name) == name_key(name)), None)
    if found is None:
        raise NotFoundError("staff.not_found", name=name)
    return found


def _tell(member: StaffMember, *, as_json: bool) -> None:
    Output(as_json=as_json).value(staff_json(member))


def _cells(member: StaffMember) -> tuple[str, ...]:
    return member.name, ROLE_NAMES[member.role], "yes" if member.active else "no"
