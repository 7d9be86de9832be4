"""The tape chart's rooms and stays: the piece that is looked at, and a margin around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QObject, Signal

from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.tape import TapeBlock, TapeChart, TapeQuery, TapeRoom, TapeStay
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

_DAYS, _ROWS = 7, 12
"""How far around what is seen is read at most."""


class TapeModel(QObject):
    """Rows are counted from 0; above them, −1 and less, stand those without a room, as many as lie beside each other.

    ``changed``: another moment, or another piece. ``failed`` carries a KnownError.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._chart: TapeChart | None = None
        self._seen: TapeQuery | None = None
        self._asked: TapeQuery | None = None
        self._by_room: dict[int, list[TapeStay]] = {}
        self._blocks: dict[int, list[TapeBlock]] = {}
        self._lanes: list[list[TapeStay]] = []

    @property
    def rooms(self) -> Sequence[TapeRoom]:
        """All rooms."""
        return self._chart.rooms if self._chart else ()

    @property
    def is_read(self) -> bool:
        """Whether anything was read yet."""
        return self._chart is not None

    @property
    def lanes(self) -> int:
        """How many rows those without a room take."""
        return len(self._lanes)

    @property
    def roomless(self) -> Sequence[TapeStay]:
        """Who has no room, of those who come in the days that are looked at."""
        seen = self._seen
        found = self._chart.roomless if self._chart else ()
        return [one for one in found if seen is not None and one.first < seen.last and one.last > seen.first]

    def look_at(self, seen: TapeQuery) -> None:
        """This is seen now; what of it is not there is read."""
        self._seen = seen
        if not self._covers(self._asked, seen):
            self.reload()

    def reload(self) -> None:
        """Read it anew."""
        if self._seen is None or not self._context.is_ready:
            return
        tape, query = self._context.services.tape, _with_margin(self._seen)
        self._asked = query
        self._context.tasks.run(Lane.READ, self, lambda: tape.chart(query), self._show, self._fail, channel="tape")

    def forget(self) -> None:
        """The database is another one."""
        self._chart, self._asked = None, None
        self._by_room, self._blocks, self._lanes = {}, {}, []

    def row_of_room(self, name: str) -> int | None:
        """Where a room stands."""
        return next((row for row, room in enumerate(self.rooms) if room.name == name), None)

    def room_at(self, row: int) -> TapeRoom | None:
        """The room of a row."""
        return self.rooms[row] if 0 <= row < len(self.rooms) else None

    def stays_in(self, row: int) -> Sequence[TapeStay]:
        """Who stands in a row, the first ones first."""
        if row < 0:
            return self._lanes[row] if -row <= len(self._lanes) else ()
        room = self.room_at(row)
        return self._by_room.get(room.pk, ()) if room else ()

    def stay_at(self, row: int, night: date) -> TapeStay | None:
        """Who has a row on a night."""
        return next((one for one in self.stays_in(row) if one.first <= night < one.last), None)

    def blocks_in(self, row: int) -> Sequence[TapeBlock]:
        """Which calendars hold nights of a row."""
        room = self.room_at(row)
        return self._blocks.get(room.pk, ()) if room else ()

    def block_at(self, row: int, night: date) -> TapeBlock | None:
        """The block that holds a night of a row."""
        return next((one for one in self.blocks_in(row) if one.first <= night < one.last), None)

    def is_free(self, row: int, night: date) -> bool:
        """Whether it was read that nobody has a row on a night."""
        if self._chart is None or self.stay_at(row, night) is not None or self.block_at(row, night) is not None:
            return False
        query = self._chart.query
        return query.first <= night < query.last and (row < 0 or query.row <= row < query.row + query.rows)

    def places_of(self, pk: int) -> list[tuple[int, TapeStay]]:
        """Where a booking stands, and in which rows; the last room last."""
        found = [
            (row, one)
            for row in range(-len(self._lanes), len(self.rooms))
            for one in self.stays_in(row)
            if one.booking.pk == pk
        ]
        return sorted(found, key=lambda place: place[1].first)

    def taken(self, row: int, first: date, last: date, but: int) -> KnownError | None:
        """Why the nights of a room cannot be given to the booking ``but``, as far as is known here."""
        room = self.room_at(row)
        for one in self.stays_in(row) if room else ():
            if one.booking.pk != but and one.first < last and one.last > first:
                night, booking = max(first, one.first), one.booking
                told = {"guest": booking.guest.name, "reference": booking.reference}
                return ConflictError("room.taken", room=room.name if room else "", night=night, **told)
        return self._blocked(row, first, last)

    def _blocked(self, row: int, first: date, last: date) -> KnownError | None:
        room = self.room_at(row)
        block = next((one for one in self.blocks_in(row) if one.first < last and one.last > first), None)
        if room is None or block is None:
            return None
        return ConflictError("room.blocked", room=room.name, source=block.source, night=max(first, block.first))

    def free(self, night: date) -> int | None:
        """How many rooms nobody has; None where that was not read."""
        if self._chart is None:
            return None
        at = (night - self._chart.query.first).days
        return self._chart.free[at] if 0 <= at < len(self._chart.free) else None

    def _covers(self, read: TapeQuery | None, seen: TapeQuery) -> bool:
        if read is None or read.first > seen.first or read.last < seen.last:
            return False
        count = len(self.rooms) if self._chart else seen.row + seen.rows
        return read.row <= seen.row and read.row + read.rows >= min(seen.row + seen.rows, count)

    def _show(self, chart: TapeChart) -> None:
        self._chart = chart
        by_room: defaultdict[int, list[TapeStay]] = defaultdict(list)
        for one in sorted(chart.stays, key=lambda stay: stay.first):
            by_room[one.room_pk or 0].append(one)
        self._by_room, self._lanes = dict(by_room), _lanes(chart.roomless)
        blocks: defaultdict[int, list[TapeBlock]] = defaultdict(list)
        for block in chart.blocks:
            blocks[block.room_pk].append(block)
        self._blocks = dict(blocks)
        self.changed.emit()

    def _fail(self, error: KnownError) -> None:
        self._asked = None
        self.failed.emit(error)


def _with_margin(seen: TapeQuery) -> TapeQuery:
    days, row = min(seen.days, _DAYS), max(0, seen.row - _ROWS)
    return TapeQuery(seen.first - timedelta(days=days), seen.days + 2 * days, row, seen.row - row + seen.rows + _ROWS)


def _lanes(stays: Sequence[TapeStay]) -> list[list[TapeStay]]:
    """Each into the first row that is free by then."""
    lanes: list[list[TapeStay]] = []
    for one in stays:
        lane = next((row for row in lanes if row[-1].last <= one.first), None)
        if lane is None:
            lanes.append([one])
        else:
            lane.append(one)
    return lanes
