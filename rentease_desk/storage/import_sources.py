"""Sources that bookings and blocks are imported from, and how their rows are read."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, update

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.text import clean_text, name_key
from rentease_desk.storage.database import Unit
from rentease_desk.storage.import_tables import import_sources
from rentease_desk.storage.room_tables import rooms

ROWS, CALENDAR = "rows", "calendar"
_KINDS = {ROWS: "file of bookings", CALENDAR: "calendar"}


class StoredSource(Struct, frozen=True):
    """A source. ``settings`` is JSON; ``room`` the name of the one that a calendar is of."""

    pk: int
    uid: str
    name: str
    kind: str
    settings: str
    room: str = ""


def source_named(connection: Connection, name: str, kind: str) -> StoredSource | None:
    """The source of this name, in any case; None if there is none.

    Raises InputError ``import.source`` for no name, or ``import.other_kind``.
    """
    cleaned = clean_text(name, "source", 60)
    if not cleaned:
        raise InputError("import.source", field="source")
    row = connection.execute(_query().where(import_sources.c.name_key == name_key(cleaned))).first()
    if row is not None and row.kind != kind:
        raise InputError("import.other_kind", field="source", source=row.name, kind=_KINDS[row.kind])
    return None if row is None else _source(row)


def sources_of(connection: Connection, kind: str) -> tuple[StoredSource, ...]:
    """All of a kind, by name."""
    query = _query().where(import_sources.c.kind == kind).order_by(import_sources.c.name_key)
    return tuple(_source(row) for row in connection.execute(query))


def save_source(unit: Unit, name: str, kind: str, settings: str, room_pk: int | None = None) -> StoredSource:
    """Make a source, or remember how it is read now. Raises as ``source_named``."""
    found = source_named(unit.connection, name, kind)
    if found is None:
        _insert(unit, clean_text(name, "source", 60), kind, settings, room_pk)
    else:
        _update(unit, found, settings, room_pk)
    saved = source_named(unit.connection, name, kind)
    assert saved is not None
    return saved


def _insert(unit: Unit, name: str, kind: str, settings: str, room_pk: int | None) -> None:
    uid = unit.ids.uid()
    row = {"uid": uid, "name": name, "name_key": name_key(name), "kind": kind, "settings": settings, "room_pk": room_pk,
           "version": 1, **unit.made}  # fmt: skip
    unit.connection.execute(insert(import_sources).values(row))
    unit.record("add", "import_source", uid, None, {"name": name, "kind": kind, "settings": settings})


def _update(unit: Unit, source: StoredSource, settings: str, room_pk: int | None) -> None:
    if source.settings == settings and _room_of(unit.connection, source.pk) == room_pk:
        return
    values = {"settings": settings, "room_pk": room_pk, "version": import_sources.c.version + 1}
    unit.connection.execute(update(import_sources).where(import_sources.c.pk == source.pk).values(values))
    before, after = {"settings": source.settings}, {"settings": settings}
    unit.record("edit", "import_source", source.uid, before, after)


def _room_of(connection: Connection, pk: int) -> int | None:
    found: int | None = connection.scalar(select(import_sources.c.room_pk).where(import_sources.c.pk == pk))
    return found


def _query() -> Any:
    query = select(import_sources, rooms.c.name.label("room"))
    return query.outerjoin(rooms, rooms.c.pk == import_sources.c.room_pk)


def _source(row: Row[*tuple[Any, ...]]) -> StoredSource:
    return StoredSource(row.pk, row.uid, row.name, row.kind, row.settings, row.room or "")
