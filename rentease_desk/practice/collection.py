"""All objects of one kind in an account, in a total and stable order: by second, then in the order of their making."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, Protocol, TypeVar


class Stored(Protocol):
    """What a collection needs to know of a record."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def seq(self) -> int:
        """Its number among all objects of the account."""

    @property
    def created(self) -> int:
        """UTC seconds."""


R = TypeVar("R", bound=Stored)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for: seconds from ``first`` to ``last`` (both included, None: open), a cursor
    (``after`` or ``before`` an object's place in the list, newest first), and how many at most."""

    first: int | None = None
    last: int | None = None
    after: Place | None = None
    before: Place | None = None
    limit: int = 10


def place(record: Stored) -> Place:
    """Where a record stands: later is newer."""
    return record.created, record.seq


class Collection(Generic[R]):
    """Records by id and in order. ``indexed`` names attributes that lists can be narrowed by; they must not change.

    ``note`` is told of every record that comes or changes: how it was before (None: not at all), and how it is now.
    """

    def __init__(self, *indexed: str, note: Callable[[R | None, R], None] | None = None) -> None:
        self._note = note
        self._by_id: dict[str, R] = {}
        self._ordered: list[R] = []
        self._getters: dict[str, Callable[[R], str | None]] = {name: attrgetter(name) for name in indexed}
        self._index: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in indexed}

    def __len__(self) -> int:
        return len(self._ordered)

    def __iter__(self) -> Iterator[R]:
        """From the oldest to the newest."""
        return iter(self._ordered)

    def get(self, id_: str) -> R | None:
        """The record as it stands now, or None."""
        return self._by_id.get(id_)

    def add(self, record: R) -> R:
        """Keep a new record; also one that is older than the newest."""
        self._by_id[record.id] = record
        if not self._ordered or place(self._ordered[-1]) < place(record):
            self._ordered.append(record)
        else:
            self._ordered.insert(bisect_left(self._ordered, place(record), key=place), record)
        for name, value_of in self._getters.items():
            value, index = value_of(record), self._index[name]
            if value is not None:
                index[value] = (*index.get(value, ()), record.id)
        if self._note is not None:
            self._note(None, record)
        return record

    def replace(self, record: R) -> R:
        """Keep a changed record in the place of the one with its id, which must be there."""
        newest = self._ordered[-1].id == record.id
        position = -1 if newest else bisect_left(self._ordered, place(record), key=place)
        assert self._ordered[position].id == record.id
        before = self._by_id[record.id]
        self._by_id[record.id] = self._ordered[position] = record
        if self._note is not None:
            self._note(before, record)
        return record

    def where(self, **filters: str) -> Sequence[R]:
        """From the oldest to the newest: all records, or those whose indexed attributes have these values."""
        if not filters:
            return self._ordered
        hits = [set(self._index[name].get(value, ())) for name, value in filters.items()]
        return sorted((self._by_id[one] for one in set.intersection(*hits)), key=place)

    def page(self, window: Window, **filters: str) -> tuple[list[R], bool]:
        """The records of a window, newest first, and whether there are more in the direction of travel."""
        records = self.where(**filters)
        low, high = _bounds(records, window)
        if window.before is not None:
            end = min(high, low + window.limit)
            return list(reversed(records[low:end])), end < high
        start = max(low, high - window.limit)
        return list(reversed(records[start:high])), start > low


def _bounds(records: Sequence[R], window: Window) -> tuple[int, int]:
    low, high = 0, len(records)
    if window.first is not None:
        low = bisect_left(records, (window.first, -1), key=place)
    if window.last is not None:
        high = bisect_left(records, (window.last + 1, -1), key=place)
    if window.after is not None:
        high = min(high, bisect_left(records, window.after, key=place))
    if window.before is not None:
        low = max(low, bisect_right(records, window.before, key=place))
    return low, max(low, high)
