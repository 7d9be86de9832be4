"""What would become of each row: new, the same, changed, or broken. Reads only; a dry run is nothing but this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingDraft, reference_key, room_key
from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.imports import Change, ColumnMap, Fate, Field, Row, trouble_of
from rentease_desk.domain.money import Money
from rentease_desk.services.importing.comparing import as_given, changes_of, is_changed
from rentease_desk.services.importing.parsing import Parsed
from rentease_desk.storage.bookings import load_bookings
from rentease_desk.storage.charges import standing_accommodation
from rentease_desk.storage.import_bulk import WITHOUT_ROOM
from rentease_desk.storage.import_rows import KnownRow, known_rows, room_keys, taken_nights, taken_references
from rentease_desk.storage.rooms import why_taken

Connection = Any
"""A connection of the storage's; services hand it on."""


class Planned(Struct, frozen=True):
    """A row and its fate; ``draft`` is what the booking gets."""

    row: Row
    parsed: Parsed | None = None
    draft: BookingDraft | None = None
    known: KnownRow | None = None


class Planner:
    """Made once a pass. ``claims``: what earlier rows of the same file would take is remembered, as in a dry run."""

    def __init__(self, source_pk: int | None, mapped: ColumnMap, today: date, *, claims: bool) -> None:
        self._source_pk, self._mapped, self._today = source_pk, mapped, today
        self._claims: dict[tuple[str, int], int] | None = {} if claims else None

    def plan(self, connection: Connection, rows: Sequence[Parsed | Row]) -> list[Planned]:
        """The fates of a piece of the file."""
        parsed = [one for one in rows if isinstance(one, Parsed)]
        known = known_rows(connection, self._source_pk, [one.identity for one in parsed])
        refused = self._refused(connection, [one for one in parsed if one.identity not in known])
        return [
            Planned(one) if isinstance(one, Row) else self._planned(connection, one, known.get(one.identity), refused)
            for one in rows
        ]

    def _planned(
        self, connection: Connection, one: Parsed, known: KnownRow | None, refused: Mapping[int, KnownError]
    ) -> Planned:
        draft = as_given(one.read.draft, self._mapped, self._today)
        if known is None:
            error = refused.get(one.line)
            fate = Fate.NEW if error is None else Fate.BROKEN
            return Planned(told(one, draft, fate, error), one, draft)
        changes = _changes(connection, one, known) if is_changed(known, one.read.given) else ()
        fate = Fate.CHANGED if changes else Fate.SAME
        return Planned(told(one, draft, fate, changes=changes), one, draft, known)

    def _refused(self, connection: Connection, new: Sequence[Parsed]) -> Mapping[int, KnownError]:
        """Why new rows cannot go in, by their lines, as far as that can be seen before it is tried."""
        named = [one for one in new if one.read.reference]
        taken = taken_references(connection, [reference_key(one.read.reference) for one in named])
        found: dict[int, KnownError] = {
            one.line: InputError("booking.reference_taken", field=Field.REFERENCE, reference=one.read.reference)
            for one in named
            if reference_key(one.read.reference) in taken
        }
        housed = [
            one
            for one in new
            if one.read.draft.room and one.read.draft.status not in WITHOUT_ROOM and one.line not in found
        ]
        return found | self._unhoused(connection, housed)

    def _unhoused(self, connection: Connection, housed: Sequence[Parsed]) -> dict[int, KnownError]:
        """Why rooms cannot be given. All are asked for at once: a question each would take as long as all the rest."""
        rooms = room_keys(connection) if housed else {}
        known = [one for one in housed if room_key(one.read.draft.room) in rooms]
        stays = [(rooms[room_key(one.room)], one.arrival, one.departure) for one in (row.read.draft for row in known)]
        taken = {known[at].line: (stays[at][0], night) for at, night in taken_nights(connection, stays).items()}
        found = {}
        for one in housed:
            error = self._room_trouble(connection, one, rooms, taken.get(one.line))
            if error is not None:
                found[one.line] = error
        return found

    def _room_trouble(
        self, connection: Connection, one: Parsed, rooms: Mapping[str, int], taken: tuple[int, date] | None
    ) -> KnownError | None:
        """``taken``: the room's key and the first night on which somebody has it."""
        key = room_key(one.read.draft.room)
        if key not in rooms and not self._mapped.new_rooms:
            return InputError("import.room_unknown", field=Field.ROOM, room=one.read.draft.room)
        return self._claimed(one, key) if taken is None else why_taken(connection, *taken)

    def _claimed(self, one: Parsed, key: str) -> KnownError | None:
        """Whether an earlier row of the file takes a night of it; if none does, this one does."""
        if self._claims is None:
            return None
        draft = one.read.draft
        nights = range(draft.arrival.toordinal(), draft.departure.toordinal())
        night = next((night for night in nights if (key, night) in self._claims), None)
        if night is not None:
            day = draft.arrival + timedelta(days=night - nights.start)
            return ConflictError("import.room_twice", room=draft.room, first=self._claims[key, night], night=day)
        self._claims.update({(key, night): one.line for night in nights})
        return None


def told(
    one: Parsed,
    draft: BookingDraft,
    fate: Fate,
    error: KnownError | None = None,
    *,
    changes: tuple[Change, ...] = (),
) -> Row:
    """A row for the report."""
    return Row(
        one.line,
        fate,
        draft.reference,
        draft.guest.name,
        draft.room,
        draft.arrival,
        draft.departure,
        draft.total,
        draft.status.value,
        changes,
        None if error is None else trouble_of(error),
    )


def failed(row: Row, error: KnownError, *, fate: Fate = Fate.BROKEN) -> Row:
    """A row that could not go in after all."""
    return replace(row, fate=fate, trouble=trouble_of(error))


def _changes(connection: Connection, one: Parsed, known: KnownRow) -> tuple[Change, ...]:
    booking = load_bookings(connection, [known.booking_pk])[0]
    standing = standing_accommodation(connection, booking.pk)
    price = Money(sum(line.amount for line in standing), booking.currency)
    return changes_of(booking, price, known, one.read.given, one.read.draft)


Report = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""
