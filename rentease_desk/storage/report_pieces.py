"""A range of days read some days at a time, so that any number of rows needs no memory."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sized
from concurrent.futures import Executor, wait
from datetime import timedelta
from operator import attrgetter
from typing import TypeVar

from rentease_desk.domain.dates import DateRange

T = TypeVar("T", bound=Sized)
Line = TypeVar("Line")

PIECE = 7
"""So many days are read at once, or fewer where these hold many rows: they are sorted in memory."""
_AT_ONCE = 2_000
PART = 30
"""So many are added up at once, that two threads have enough to share, and the engine little to sort."""
_BY_TIME = (attrgetter("pk"), attrgetter("occurred_at"))
"""From the last of the keys to the first: one value at a time is sorted sooner than both together."""


class Pieces:
    """A range, some days at a time: ``length``, or, where whoever reads them tells what each has ``held``, as many as
    come to some ``_AT_ONCE`` rows if days hold what those before them held.
    """

    def __init__(self, days: DateRange, length: int = 1) -> None:
        self._days = days
        self._length = length

    def __iter__(self) -> Iterator[DateRange]:
        first = self._days.first
        while first <= self._days.last:
            last = min(self._days.last, first + timedelta(days=self._length - 1))
            yield DateRange(first, last)
            first = last + timedelta(days=1)

    def held(self, rows: int) -> None:
        """So many rows were in the last piece."""
        self._length = min(max(self._length * _AT_ONCE // max(rows, 1), 1), PIECE)


def read_ahead(reader: Executor, days: DateRange, read: Callable[[DateRange], T]) -> Generator[T, None, None]:
    """What is read of each piece of a range. While whoever asked works on it, the reader's thread reads the next one: a
    database needs no Python for most of its time. Nobody else uses its connection before all is read, or this is
    closed. Who fails over a piece leaves this open as long as the error is kept: the connection is given back when the
    reader has ended, and not before.
    """
    pieces = Pieces(days)
    pending = iter(pieces)

    def step() -> T | None:
        piece = next(pending, None)
        if piece is None:
            return None
        found = read(piece)
        pieces.held(len(found))
        return found

    coming = reader.submit(step)
    try:
        while (found := coming.result()) is not None:
            coming = reader.submit(step)
            yield found
    finally:
        if not coming.cancel():
            wait((coming,))


def in_time(lines: list[Line]) -> list[Line]:
    """Lines in the order of their times, those of one second in that of their keys."""
    for key in _BY_TIME:
        lines.sort(key=key)
    return lines
