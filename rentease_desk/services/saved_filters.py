"""Filters of lists that are saved by a name, for all desks of the property."""

from __future__ import annotations

from rentease_desk.domain.errors import ConflictError, InputError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.saved_filters import MAX_NAME, FilterDraft, SavedFilter
from rentease_desk.domain.text import clean_text, has_card_number
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import filters as store
from rentease_desk.storage.database import Unit


class SavedFilterService:
    """What is in a filter is its page's matter. Names are one page's own, whatever case they are written in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> tuple[SavedFilter, ...]:
        """Of every page, each in the order of its numbers."""
        with self._desk.db.reading() as connection:
            return store.all_filters(connection)

    def save(self, draft: FilterDraft) -> Saved[SavedFilter]:
        """Save one, or replace the one of its name; the same draft again, by its ``uid``, changes nothing.

        Raises InputError ``filter.no_name`` or ``text.…``, ConflictError ``filter.name_taken`` or ``filter.changed``.
        """
        name = _checked(draft.name)
        if has_card_number(draft.content):
            raise InputError("text.card_number", field="name")
        with self._desk.doing(Permission.SAVE_FILTER) as unit:
            store.lock_filters(unit)
            pk = self._write(unit, draft, name)
            value = _seen(unit, pk)
        return Saved(value, unit.changes)

    def rename(self, pk: int, version: int, name: str) -> Saved[SavedFilter]:
        """Give it another name. Raises as ``save``."""
        cleaned = _checked(name)
        with self._desk.doing(Permission.SAVE_FILTER) as unit:
            store.lock_filters(unit)
            found = _seen(unit, pk, version)
            other = store.filter_named(unit.connection, found.page, cleaned)
            if other is not None and other.pk != pk:
                raise ConflictError("filter.name_taken", name=other.name)
            store.change_filter(unit, pk, {"name": cleaned})
            value = _seen(unit, pk)
        return Saved(value, unit.changes)

    def delete(self, pk: int, version: int) -> Saved[SavedFilter]:
        """Take it from all desks; returns what it was. Raises ConflictError ``filter.changed``."""
        with self._desk.doing(Permission.SAVE_FILTER) as unit:
            store.lock_filters(unit)
            value = _seen(unit, pk, version)
            store.delete_filter(unit, pk)
        return Saved(value, unit.changes)

    def _write(self, unit: Unit, draft: FilterDraft, name: str) -> int:
        known = store.filter_by_uid(unit.connection, draft.uid)
        if known is not None:
            return known.pk
        found = store.filter_named(unit.connection, draft.page, name)
        if found is None and draft.replaces is None:
            return store.insert_filter(unit, draft, name)
        if found is not None and draft.replaces is None:
            raise ConflictError("filter.name_taken", name=found.name)
        if found is None or found.version != draft.replaces:
            raise ConflictError("filter.changed")
        store.change_filter(unit, found.pk, {"name": name, "content": draft.content})
        return found.pk


def _checked(name: str) -> str:
    cleaned = " ".join(clean_text(name, "name", MAX_NAME).split())
    if not cleaned:
        raise InputError("filter.no_name", field="name")
    return cleaned


def _seen(unit: Unit, pk: int, version: int | None = None) -> SavedFilter:
    """The filter, as it was seen at ``version``."""
    found = store.filter_by_key(unit.connection, pk)
    if found is None or version not in {None, found.version}:
        raise ConflictError("filter.changed")
    return found
