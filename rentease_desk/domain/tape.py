"""The tape chart: rooms by days, and who is where."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.money import Money


class TapeQuery(Struct, frozen=True):
    """A piece of the chart: ``days`` nights from ``first``, ``rows`` rooms from the ``row``-th one (0 is the first)."""

    first: date
    days: int
    row: int
    rows: int

    @property
    def last(self) -> date:
        """The day after its last night."""
        return self.first + timedelta(days=self.days)


class TapeRoom(Struct, frozen=True):
    """A room or bed; ``kind`` may be empty."""

    pk: int
    name: str
    kind: str


class TapeStay(Struct, frozen=True):
    """A booking in one room (None: none yet) from ``first`` until the morning of ``last``; ``price``: of the stay.

    A guest who changed rooms has one of these for each.
    """

    booking: Booking
    room_pk: int | None
    first: date
    last: date
    price: Money


class TapeBlock(Struct, frozen=True):
    """Nights of a room that a calendar holds, from ``first`` until the morning of ``last``; ``source`` is its name."""

    pk: int
    room_pk: int
    first: date
    last: date
    source: str


class TapeChart(Struct, frozen=True):
    """What one moment showed of a piece of the chart. ``rooms`` are all there are, in their order.

    ``stays`` sleep in the rooms asked for, ``blocks`` keep others out; ``roomless`` have no room yet; ``free`` rooms
    each night.
    """

    query: TapeQuery
    rooms: tuple[TapeRoom, ...]
    stays: tuple[TapeStay, ...]
    roomless: tuple[TapeStay, ...]
    free: tuple[int, ...]
    blocks: tuple[TapeBlock, ...] = ()
