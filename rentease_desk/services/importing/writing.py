"""Rows taken in: new ones many at a time, changes one by one. What cannot go in is told, and the rest goes in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, reference_key, room_key
from rentease_desk.domain.errors import InputError, KnownError, NotFoundError
from rentease_desk.domain.import_digests import Digests, digests
from rentease_desk.domain.imports import Change, Fate, Field, Row
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import place_of
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stays import Deed, require_allowed
from rentease_desk.services.bookings import edit_booking
from rentease_desk.services.importing.comparing import changes_of, digests_of
from rentease_desk.services.importing.planning import Planned, failed
from rentease_desk.services.prices import price_of
from rentease_desk.storage.bookings import load_booking, lock_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.import_bulk import WITHOUT_ROOM, Charged, NewRow, TakenError, free_references, insert_rows
from rentease_desk.storage.import_rows import known_rows, remember, room_keys, taken_nights, taken_references
from rentease_desk.storage.import_sources import StoredSource
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.rooms import why_taken
from rentease_desk.storage.stays import write_deed

_Outcome = KnownError | bool
"""Why a row is not in; True: it is in, False: it was already."""
_DEEDS = {BookingStatus.CANCELLED: Deed.CANCEL, BookingStatus.NO_SHOW: Deed.NO_SHOW}


class Writer:
    """Writes within one transaction."""

    def __init__(self, unit: Unit, source: StoredSource, settings: Property) -> None:
        self._unit, self._source, self._settings = unit, source, settings
        self._today = settings.days.business_date(unit.now)
        self._counts_on = open_days(unit, settings.days).day(unit.now)

    def write(self, planned: Sequence[Planned], *, apply_changes: bool) -> list[Row]:
        """The rows with what became of them, in their order."""
        new = [one for one in planned if one.row.fate is Fate.NEW]
        found = self._insert(self._new_rows(new))
        done = {one.row.line: _after(one.row, outcome) for one, outcome in zip(new, found, strict=True)}
        if apply_changes:
            done |= {one.row.line: self._apply(one) for one in planned if one.row.fate is Fate.CHANGED}
        rows = [done.get(one.row.line, one.row) for one in planned]
        self._journal(rows)
        return rows

    def _journal(self, rows: Sequence[Row]) -> None:
        written = [row for row in rows if row.written]
        if written:
            new = sum(row.fate is Fate.NEW for row in written)
            told = {"new": new, "changed": len(written) - new, "lines": [rows[0].line, rows[-1].line]}
            self._unit.record("import", "import_source", self._source.uid, None, told)

    # --- new ones

    def _new_rows(self, new: Sequence[Planned]) -> list[NewRow]:
        nameless = sum(not one.draft.reference for one in new if one.draft is not None)
        numbers = iter(free_references(self._unit, self._settings.reference_prefix, nameless))
        rows = []
        for one in new:
            assert one.parsed is not None
            assert one.draft is not None
            draft = one.draft if one.draft.reference else replace(one.draft, reference=next(numbers))
            salt = self._unit.ids.salt()
            kept = digests_of(salt, one.parsed.read.given, draft)
            rows.append(NewRow(self._unit.ids.uid(), one.parsed.identity, draft, salt, kept))
        return rows

    def _insert(self, rows: Sequence[NewRow]) -> list[_Outcome]:
        """What became of each. Half by half, until the one is found that cannot go in."""
        if not rows:
            return []
        charged = Charged(self._counts_on, self._settings.room_tax_ppm)
        try:
            insert_rows(self._unit, self._source, rows, charged)
        except TakenError as error:
            if len(rows) == 1:
                return [self._why(rows[0], error)]
            half = len(rows) // 2
            return [*self._insert(rows[:half]), *self._insert(rows[half:])]
        return [True] * len(rows)

    def _why(self, row: NewRow, error: TakenError) -> _Outcome:
        connection, draft = self._unit.connection, row.draft
        if known_rows(connection, self._source.pk, [row.identity]):
            return False
        if taken_references(connection, [reference_key(draft.reference)]):
            return InputError("booking.reference_taken", field=Field.REFERENCE, reference=draft.reference)
        room = room_keys(connection).get(room_key(draft.room))
        nights = taken_nights(connection, [(room, draft.arrival, draft.departure)]) if room is not None else {}
        if room is None or not nights:
            raise error
        return why_taken(connection, room, nights[0])

    # --- changed ones

    def _apply(self, one: Planned) -> Row:
        try:
            with self._unit.savepoint():
                applied = self._changed(one)
        except KnownError as error:
            return failed(one.row, error, fate=Fate.CHANGED)
        return replace(one.row, written=applied)

    def _changed(self, one: Planned) -> bool:
        """Whether anything was changed. What was edited here meanwhile stays."""
        assert one.parsed is not None
        assert one.known is not None
        pk, read = one.known.booking_pk, one.parsed.read
        lock_booking(self._unit.connection, pk, None)
        booking = load_booking(self._unit.connection, pk)
        if booking is None:
            raise NotFoundError("booking.not_found", reference=read.reference)
        price = price_of(self._unit, pk, booking.currency)
        changes = changes_of(booking, price, one.known, read.given, read.draft)
        wanted = {change.field for change in changes if not change.kept}
        if not wanted:
            return False
        edit_booking(self._unit, pk, booking.version, _edited(booking, read.draft, wanted), self._settings)
        if Field.STATUS in wanted and read.draft.status in _DEEDS:
            self._end(pk, _DEEDS[read.draft.status])
        self._remember(one, changes)
        return True

    def _end(self, pk: int, deed: Deed) -> None:
        """Cancelled or missed, with all that goes with it."""
        booking = load_booking(self._unit.connection, pk)
        assert booking is not None
        require_allowed(deed, booking, self._today)
        write_deed(self._unit, booking, deed, self._today)

    def _remember(self, one: Planned, changes: Sequence[Change]) -> None:
        """Of what stays as it is here, the source's old word is kept: it is shown again the next time."""
        assert one.parsed is not None
        assert one.known is not None
        salt, kept, read = one.known.salt, one.known.read(), one.parsed.read
        stays = {change.field for change in changes if change.kept}
        said = {field: value for field, value in read.given.items() if field not in stays}
        given = digests_of(salt, read.given, read.draft)
        here = {field: value for field, value in kept.here.items() if field in stays}
        here |= {field: value for field, value in given.here.items() if field not in stays}
        remember(self._unit, self._source.pk, one.parsed.identity, Digests(kept.said | digests(salt, said), here))


def _edited(booking: Booking, draft: BookingDraft, wanted: set[Field]) -> BookingDraft:
    """The booking as it is, with what is wanted of the source's."""
    now = booking.guest
    guest = replace(
        now,
        name=draft.guest.name if Field.GUEST in wanted else now.name,
        email=draft.guest.email if Field.EMAIL in wanted else now.email,
        phone=draft.guest.phone if Field.PHONE in wanted else now.phone,
    )
    names = ("arrival", "departure", "adults", "children", "channel", "note")
    plain = {name: getattr(draft if name in wanted else booking, name) for name in names}
    becomes = Field.STATUS in wanted and draft.status not in WITHOUT_ROOM
    return BookingDraft(
        guest=guest,
        reference=booking.reference,
        room=draft.room if Field.ROOM in wanted else place_of(booking).room,
        currency=draft.currency if Field.TOTAL in wanted else booking.currency,
        total=(draft.total or Money(0, draft.currency)) if Field.TOTAL in wanted else None,
        status=draft.status if becomes else booking.status,
        **plain,
    )


def _after(row: Row, outcome: _Outcome) -> Row:
    if isinstance(outcome, KnownError):
        return failed(row, outcome)
    return replace(row, written=True) if outcome else replace(row, fate=Fate.SAME)
