"""Blocks from calendars: read from a file or an address, tried, and taken in. Never revenue, and never a guest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.dates import zone_info
from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.import_digests import content_identity
from rentease_desk.domain.imports import Change, Fate, Field, Row, Value, trouble_of
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.intake.calendars import Clock, Entry, read_calendar
from rentease_desk.intake.fetching import checked_address, fetched, read_file
from rentease_desk.keychain import Keychain
from rentease_desk.services.desk import Desk
from rentease_desk.services.importing.rows import Outcome
from rentease_desk.services.importing.spool import Spool
from rentease_desk.storage.blocks import (
    StoredBlock,
    add_block,
    blocks_of,
    free_block,
    hold_block,
    lock_for_blocks,
    move_block,
)
from rentease_desk.storage.database import Unit
from rentease_desk.storage.import_sources import CALENDAR, StoredSource, save_source, source_named, sources_of
from rentease_desk.storage.rooms import names_of, room_in_use
from rentease_desk.storage.settings import read_property


class KnownCalendar(Struct, frozen=True):
    """A calendar that was imported before, and the room that it is of."""

    name: str
    room: str


class Address:
    """Where a calendar is. It is a secret, and is never shown."""

    def __init__(self, text: str) -> None:
        self._text = checked_address(text)

    def __repr__(self) -> str:
        return "Address(…)"

    def reveal(self) -> str:
        """For whoever fetches it, or keeps it in the keyring."""
        return self._text


class CalendarImportService:
    """Takes in calendars, each of one room. What is not in a calendar any more is freed by its next import."""

    def __init__(self, desk: Desk, keychain: Keychain) -> None:
        self._desk, self._keychain = desk, keychain

    def sources(self) -> tuple[KnownCalendar, ...]:
        """The calendars that are known."""
        with self._desk.db.reading() as connection:
            return tuple(KnownCalendar(one.name, one.room) for one in sources_of(connection, CALENDAR))

    def read(self, origin: Path | Address) -> tuple[Entry, ...]:
        """The entries that are not over. From an address it may take half a minute.

        Raises KnownError ``calendar.…``, ``file.cannot_read`` or ``import.empty``.
        """
        content = fetched(origin.reveal()) if isinstance(origin, Address) else read_file(origin)
        settings = self._desk.property()
        today = settings.days.business_date(self._desk.clock.now())
        return read_calendar(content, Clock(zone_info(settings.zone), today))

    def preview(self, source: str, room: str, entries: Sequence[Entry]) -> Outcome:
        """What would become of each entry. All is done as it would be, and taken back.

        Raises InputError ``import.source`` or ``import.other_kind``, NotFoundError ``room.not_found``.
        """
        spool = Spool()
        with self._desk.trying() as unit:
            spool.add(_Import(unit, source, room).take_in(entries))
        return Outcome(spool)

    def run(self, source: str, room: str, entries: Sequence[Entry]) -> Outcome:
        """Block and free the nights, in one transaction. Raises as ``preview``."""
        spool = Spool()
        with self._desk.doing(Permission.IMPORT) as unit:
            rows = _Import(unit, source, room).take_in(entries, written=True)
        spool.add(rows)
        return Outcome(spool)

    # --- addresses

    def address(self, text: str) -> Address:
        """An address as somebody typed it. Raises InputError ``calendar.address``."""
        return Address(text)

    def kept_address(self, source: str) -> Address:
        """The address that is kept of a calendar. Raises KnownError ``calendar.no_address``, or KeychainError."""
        found = self._source(source)
        kept = None if found is None else self._keychain.get(_name(found))
        if kept is None:
            raise KnownError("calendar.no_address", source=source.strip())
        return Address(kept)

    def keep_address(self, source: str, address: Address) -> None:
        """Put a calendar's address into the keyring; it has to be imported first. Raises KeychainError."""
        self._desk.require(Permission.IMPORT)
        found = self._source(source)
        if found is None:
            raise InputError("import.source", field="source")
        self._keychain.set(_name(found), address.reveal())

    def forget_address(self, source: str) -> None:
        """Take it out again. Raises KeychainError."""
        self._desk.require(Permission.IMPORT)
        found = self._source(source)
        if found is not None:
            self._keychain.delete(_name(found))

    def _source(self, name: str) -> StoredSource | None:
        with self._desk.db.reading() as connection:
            return source_named(connection, name, CALENDAR)


def _name(source: StoredSource) -> str:
    return f"calendar {source.uid}"


class _Import:
    """One calendar, within one transaction."""

    def __init__(self, unit: Unit, source: str, room: str) -> None:
        self._unit = unit
        if not room.strip():
            raise InputError("calendar.no_room", field="room")
        self._room_pk, self._room = room_in_use(unit.connection, room)
        found = source_named(unit.connection, source, CALENDAR)
        self._source = save_source(unit, source, CALENDAR, found.settings if found else "{}", self._room_pk)
        self._told = msgspec.json.decode(self._source.settings, type=dict[str, str])
        self._refusals: dict[str, str] = {}
        self._blocks = blocks_of(unit.connection, self._source.pk)
        settings = read_property(unit.connection) or Property()
        self._today = settings.days.business_date(unit.now)
        lock_for_blocks(unit, {self._room_pk, *(one.room_pk for one in self._blocks.values())})

    def take_in(self, entries: Sequence[Entry], *, written: bool = False) -> list[Row]:
        """What is gone gives its nights back first: others may want them."""
        there = {entry.identity for entry in entries}
        unread = {entry.identity for entry in entries if entry.trouble is not None}
        gone = [
            one
            for one in self._blocks.values()
            if one.last > self._today and one.reference not in there and one.reference.partition("/")[0] not in unread
        ]
        freed = [self._free(one) for one in gone]
        rows = [*(self._row(entry) for entry in entries), *freed]
        self._keep_told()
        changed = [row for row in rows if row.fate in {Fate.NEW, Fate.CHANGED, Fate.FREED}]
        if changed:
            told = {fate.value: sum(row.fate is fate for row in changed) for fate in Fate}
            self._unit.record("import", "import_source", self._source.uid, None, dict(told))
        return [_marked(row, written=written) for row in rows]

    def _free(self, block: StoredBlock) -> Row:
        free_block(self._unit, self._source, block, self._today)
        room = ", ".join(names_of(self._unit.connection, [block.room_pk]))
        first = max(block.first, self._today)
        return Row(0, Fate.FREED, block.reference, "", room, first, block.last)

    def _row(self, entry: Entry) -> Row:
        row = Row(entry.number, Fate.BROKEN, entry.identity, entry.text, self._room, entry.first, entry.last)
        if entry.trouble is not None or entry.first is None or entry.last is None:
            return _broken(row, entry.trouble or InputError("calendar.no_dates", field="dates"))
        known = self._blocks.get(entry.identity)
        try:
            with self._unit.savepoint():
                fate, changes = self._settle(entry.identity, known, entry.first, entry.last)
        except ConflictError as error:
            return self._refused(row, error)
        except KnownError as error:
            return _broken(row, error)
        return replace(row, fate=fate, changes=changes)

    def _refused(self, row: Row, error: ConflictError) -> Row:
        """Somebody else has a night of it. That is told once: the calendar shows the entry until it is over."""
        refusal = _refusal(row, error)
        is_told = self._told.get(row.reference) == refusal
        self._refusals[row.reference] = refusal
        return replace(_broken(row, error), fate=Fate.SAME if is_told else Fate.BROKEN)

    def _keep_told(self) -> None:
        if self._refusals != self._told:
            settings = msgspec.json.encode(self._refusals, order="deterministic").decode()
            save_source(self._unit, self._source.name, CALENDAR, settings, self._room_pk)

    def _settle(
        self, identity: str, known: StoredBlock | None, first: date, last: date
    ) -> tuple[Fate, tuple[Change, ...]]:
        if known is None:
            add_block(self._unit, self._source, identity, self._room_pk, first, last)
            return Fate.NEW, ()
        if known.is_at(self._room_pk, first, last):
            hold_block(self._unit, known, self._today)
            return Fate.SAME, ()
        move_block(self._unit, self._source, known, self._room_pk, first, last)
        days = ((Field.ARRIVAL, known.first, first), (Field.DEPARTURE, known.last, last))
        changes = [Change(name, Value(day=old), Value(day=new)) for name, old, new in days if old != new]
        if known.room_pk != self._room_pk:
            old = ", ".join(names_of(self._unit.connection, [known.room_pk]))
            changes.append(Change(Field.ROOM, Value(old), Value(self._room)))
        return Fate.CHANGED, tuple(changes)


def _refusal(row: Row, error: ConflictError) -> str:
    """By what it is known again: other nights, another room, or another stay there are told anew. Names no guest."""
    holder = error.params.get("reference") or error.params.get("source")
    return content_identity((str(row.arrival), str(row.departure), row.room, str(holder)))


def _broken(row: Row, error: KnownError) -> Row:
    return replace(row, fate=Fate.BROKEN, trouble=trouble_of(error))


def _marked(row: Row, *, written: bool) -> Row:
    return replace(row, written=written and row.fate in {Fate.NEW, Fate.CHANGED, Fate.FREED})
