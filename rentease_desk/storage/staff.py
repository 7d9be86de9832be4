"""Reading and writing the people at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, exists, insert, literal, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.permissions import Permission, Role, may
from rentease_desk.domain.staff import ANYBODY, Approval, Authority, ForbiddenError, Sitter, StaffMember
from rentease_desk.domain.text import name_key
from rentease_desk.storage.database import Unit
from rentease_desk.storage.staff_tables import staff
from rentease_desk.storage.tables import property_settings

_s = staff.c
_TOLD = ("name", "role", "active")
_ROLE = select(_s.role).where(_s.uid == bindparam("uid"), _s.active)
_ANYBODY = select(exists(select(literal(1)).select_from(staff)))
_MANAGER = select(exists(select(literal(1)).where(_s.role == Role.MANAGER.value, _s.active)))
"""Statements are made once: the first two are asked with every write."""


class Secret(NamedTuple):
    """What a PIN is held against, and the wrong ones before: how many in a row, the last when (UTC seconds)."""

    member: StaffMember
    pin_hash: str
    wrong: int
    wrong_at: int


def has_staff(connection: Connection) -> bool:
    """Whether the property has set up staff, active or not."""
    return bool(connection.execute(_ANYBODY).scalar_one())


def role_now(connection: Connection, uid: str) -> Role | None:
    """What somebody may act as at this moment; None if they may not act any more."""
    role = connection.execute(_ROLE, {"uid": uid}).scalar_one_or_none()
    return None if role is None else Role(role)


def authority(
    connection: Connection, sitter: Sitter | None, permission: Permission, given: Approval | None = None
) -> Authority:
    """By what right ``sitter`` does something now; an approval counts if who gave it may still do it themselves.

    Raises ForbiddenError where nobody is at the desk of a property with staff, or somebody who is not on it any more.
    """
    if sitter is None:
        if has_staff(connection):
            raise ForbiddenError("staff.nobody", permission)
        return ANYBODY
    if sitter.is_system:
        return Authority(sitter.name, Role.SYSTEM)
    role = role_now(connection, sitter.uid)
    if role is None:
        raise ForbiddenError("staff.inactive", permission, name=sitter.name)
    word = None if given is None else role_now(connection, given.by_uid)
    held = given is not None and word is not None and may(word, given.permission)
    return Authority(sitter.name, role, given if held else None)


def all_staff(connection: Connection) -> tuple[StaffMember, ...]:
    """Everybody who is or was on the staff, by name."""
    return tuple(_member(row) for row in connection.execute(select(staff).order_by(_s.name_key)))


def lock_staff(unit: Unit) -> None:
    """Let no other desk change the staff before this transaction ends: there has to be a manager afterwards."""
    unit.connection.execute(select(property_settings.c.id).with_for_update()).all()


def member_by_uid(connection: Connection, uid: str) -> StaffMember | None:
    """Somebody by their identity."""
    row = connection.execute(select(staff).where(_s.uid == uid)).first()
    return None if row is None else _member(row)


def member_named(connection: Connection, name: str) -> StaffMember | None:
    """Somebody by their name, however it is written."""
    row = connection.execute(select(staff).where(_s.name_key == name_key(name))).first()
    return None if row is None else _member(row)


def has_manager(connection: Connection) -> bool:
    """Whether there is a manager who may come to the desk."""
    return bool(connection.execute(_MANAGER).scalar_one())


def locked_secret(unit: Unit, uid: str) -> Secret | None:
    """What somebody's PIN is held against, locked: one PIN of theirs is looked at after the other."""
    row = unit.connection.execute(select(staff).where(_s.uid == uid).with_for_update()).first()
    return None if row is None else Secret(_member(row), row.pin_hash, row.wrong_pins, row.wrong_at or 0)


def insert_member(unit: Unit, uid: str, name: str, role: Role, pin_hash: str) -> None:
    """Write a new person, active."""
    row = {"uid": uid, "name": name, "name_key": name_key(name), "role": role.value, "pin_hash": pin_hash,
           "active": True, "wrong_pins": 0, "version": 1, **unit.made}  # fmt: skip
    unit.connection.execute(insert(staff).values(row))
    unit.record("add", "staff", uid, None, _told(row))
    unit.changes |= Changes(staff=True)


def change_member(unit: Unit, member: StaffMember, action: str, values: Mapping[str, Any]) -> None:
    """Another ``role`` or ``active``; the same as before writes nothing."""
    before = {"name": member.name, "role": member.role.value, "active": member.active}
    if all(before[name] == value for name, value in values.items()):
        return
    _update(unit, member.pk, {**values, "version": _s.version + 1})
    unit.record(action, "staff", member.uid, before, before | dict(values))


def change_pin(unit: Unit, member: StaffMember, pin_hash: str) -> None:
    """Another PIN; the wrong ones before are forgotten. The journal tells that it was changed, and not to what."""
    values = {"pin_hash": pin_hash, "wrong_pins": 0, "wrong_at": None, "version": _s.version + 1}
    _update(unit, member.pk, values)
    unit.record("new_pin", "staff", member.uid, {"version": member.version}, {"version": member.version + 1})


def note_wrong_pin(unit: Unit, secret: Secret, wait: int) -> None:
    """One more wrong PIN; ``wait``: for how long (seconds) no other one is looked at."""
    wrong = secret.wrong + 1
    values = {"wrong_pins": wrong, "wrong_at": unit.now}
    unit.connection.execute(update(staff).where(_s.pk == secret.member.pk).values(values))
    action = "locked_out" if wait else "wrong_pin"
    unit.record(action, "staff", secret.member.uid, {"wrong_pins": secret.wrong}, {"wrong_pins": wrong, "wait": wait})


def forget_wrong_pins(unit: Unit, secret: Secret) -> None:
    """The PIN was right."""
    if secret.wrong:
        unit.connection.execute(update(staff).where(_s.pk == secret.member.pk).values(wrong_pins=0, wrong_at=None))
        unit.record("right_pin", "staff", secret.member.uid, {"wrong_pins": secret.wrong}, {"wrong_pins": 0})


def _update(unit: Unit, pk: int, values: Mapping[str, Any]) -> None:
    unit.connection.execute(update(staff).where(_s.pk == pk).values(**values))
    unit.changes |= Changes(staff=True)


def _told(row: Mapping[str, Any]) -> dict[str, object]:
    return {name: row[name] for name in _TOLD}


def _member(row: Row[*tuple[Any, ...]]) -> StaffMember:
    return StaffMember(row.pk, row.uid, row.name, Role(row.role), row.active, row.version)
