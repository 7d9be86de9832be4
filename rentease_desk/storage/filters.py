"""Reading and writing filters that were saved by a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.saved_filters import SLOTS, FilterDraft, SavedFilter
from rentease_desk.domain.text import fold
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.filter_tables import saved_filters
from rentease_desk.storage.tables import property_settings

_f = saved_filters.c
_TOLD = ("salt", "page", "name", "slot", "content")


def all_filters(connection: Connection) -> tuple[SavedFilter, ...]:
    """Of every page, each in the order of its numbers; those without one last, by name."""
    query = select(saved_filters).order_by(_f.page, _f.slot.asc().nulls_last(), _f.name_key)
    return tuple(_filter(row) for row in connection.execute(query))


def lock_filters(unit: Unit) -> None:
    """Let no other desk save a filter before this transaction ends: names and numbers are given once."""
    unit.connection.execute(select(property_settings.c.id).with_for_update()).all()


def filter_by_key(connection: Connection, pk: int) -> SavedFilter | None:
    """The filter with this key."""
    row = connection.execute(select(saved_filters).where(_f.pk == pk)).first()
    return None if row is None else _filter(row)


def filter_by_uid(connection: Connection, uid: str) -> SavedFilter | None:
    """The filter with this identity."""
    row = connection.execute(select(saved_filters).where(_f.uid == uid)).first()
    return None if row is None else _filter(row)


def filter_named(connection: Connection, page: str, name: str) -> SavedFilter | None:
    """The filter of a page with this name, in any case."""
    row = connection.execute(select(saved_filters).where(_f.page == page, _f.name_key == fold(name))).first()
    return None if row is None else _filter(row)


def insert_filter(unit: Unit, draft: FilterDraft, name: str) -> int:
    """Write a new one; it gets the number it asks for, or the first that is free."""
    taken = set(unit.connection.scalars(select(_f.slot).where(_f.page == draft.page)))
    wanted = [draft.slot] if draft.slot in SLOTS else []
    slot = next((one for one in (*wanted, *SLOTS) if one not in taken), None)
    row = {"uid": draft.uid, "salt": unit.ids.salt(), "page": draft.page, "name": name, "name_key": fold(name),
           "slot": slot, "content": draft.content, "version": 1, **unit.made}  # fmt: skip
    pk = unit.connection.execute(insert(saved_filters).values(row).returning(_f.pk)).scalar_one()
    unit.record("add", "saved_filter", draft.uid, None, _told(row))
    unit.changes |= Changes(filters=True)
    return int(pk)


def change_filter(unit: Unit, pk: int, values: dict[str, Any]) -> None:
    """Another ``name`` or ``content``; the same as before writes nothing."""
    before = dict(unit.connection.execute(select(saved_filters).where(_f.pk == pk)).mappings().one())
    if all(before[name] == value for name, value in values.items()):
        return
    if "name" in values:
        values = values | {"name_key": fold(values["name"])}
    changed = update(saved_filters).where(_f.pk == pk).values(**values, version=_f.version + 1)
    unit.connection.execute(changed)
    unit.record("edit", "saved_filter", before["uid"], _told(before), _told(before | values))
    unit.changes |= Changes(filters=True)


def delete_filter(unit: Unit, pk: int) -> None:
    """It is gone from all desks."""
    gone = delete(saved_filters).where(_f.pk == pk).returning(saved_filters)
    row = dict(unit.connection.execute(gone).mappings().one())
    unit.record("delete", "saved_filter", row["uid"], _told(row), None)
    unit.changes |= Changes(filters=True)


def _told(row: Mapping[str, Any]) -> dict[str, object]:
    return document("saved_filter", {name: row[name] for name in _TOLD})


def _filter(row: Row[*tuple[Any, ...]]) -> SavedFilter:
    return SavedFilter(row.pk, row.uid, row.page, row.name, row.slot, row.content, row.version)
