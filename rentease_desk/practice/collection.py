"""All objects of one kind in an account, in a total and stable order: by second, then in the order of their making."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
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
Filters = Mapping[str, str | tuple[str, ...]]
"""Values of indexed attributes; of several values, one has to be there."""


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
    """Records by id and in order. ``indexed`` names attributes that lists can be narrowed by.

    ``note`` is told of every record that comes or changes: how it was before (None: not at all), and how it is now.
    """

    def __init__(self, *indexed: str, note: Callable[[R | None, R], None] | None = None) -> None:
        self._note = note
        self._by_id: dict[str, R] = {}
        self._ordered: list[str] = []
        self._getters: dict[str, Callable[[R], str | None]] = {name: attrgetter(name) for name in indexed}
        self._index: dict[str, dict[str, list[str]]] = {name: {} for name in indexed}

    def __len__(self) -> int:
        return len(self._ordered)

    def __iter__(self) -> Iterator[R]:
        """From the oldest to the newest."""
        return map(self._by_id.__getitem__, self._ordered)

    def get(self, id_: str) -> R | None:
        """The record as it stands now, or None."""
        return self._by_id.get(id_)

    def add(self, record: R) -> R:
        """Keep a new record; also one that is older than the newest."""
        self._by_id[record.id] = record
        self._insert(self._ordered, record)
        for name, value_of in self._getters.items():
            self._file(name, value_of(record), record)
        if self._note is not None:
            self._note(None, record)
        return record

    def replace(self, record: R) -> R:
        """Keep a changed record in the place of the one with its id, which must be there."""
        before = self._by_id[record.id]
        assert place(before) == place(record)
        self._by_id[record.id] = record
        for name, value_of in self._getters.items():
            old, new = value_of(before), value_of(record)
            if old != new:
                self._unfile(name, old, record)
                self._file(name, new, record)
        if self._note is not None:
            self._note(before, record)
        return record

    def count(self, name: str, value: str) -> int:
        """How many records have this value of an indexed attribute."""
        return len(self._index[name].get(value, ()))

    def values(self, name: str) -> KeysView[str]:
        """What an indexed attribute was ever found to be."""
        return self._index[name].keys()

    def where(self, **filters: str) -> Sequence[R]:
        """From the oldest to the newest: all records, or those whose indexed attributes have these values."""
        if not filters:
            return list(self)
        return [one for one in map(self._by_id.__getitem__, *self._narrowest(filters)) if self._fits(one, filters)]

    def page(
        self, window: Window, filters: Filters | None = None, keep: Callable[[R], bool] | None = None
    ) -> tuple[list[R], bool]:
        """The records of a window, newest first, and whether there are more in the direction of travel.

        ``keep`` decides about what no index knows: it is asked of one record after the other until the page is full.
        """
        wanted = filters or {}
        upward = window.before is not None
        walks = [self._walk(ids, window, upward=upward) for ids in self._narrowest(wanted)]
        records = walks[0] if len(walks) == 1 else merge(*walks, key=place, reverse=not upward)
        fitting = (one for one in records if self._fits(one, wanted) and (keep is None or keep(one)))
        found = list(islice(fitting, window.limit + 1))
        chosen = found[: window.limit]
        return chosen[::-1] if upward else chosen, len(found) > window.limit

    def _walk(self, ids: Sequence[str], window: Window, *, upward: bool) -> Iterator[R]:
        """The records of a window, from its end that a page begins at."""
        low, high = self._bounds(ids, window)
        walk = range(low, high) if upward else range(high - 1, low - 1, -1)
        return (self._by_id[ids[position]] for position in walk)

    def _narrowest(self, filters: Filters) -> list[list[str]]:
        """The ids to look through, each list from the oldest on: the fewest that one of the filters leaves."""
        found = [
            [self._index[name].get(value, []) for value in ((wanted,) if isinstance(wanted, str) else wanted)]
            for name, wanted in filters.items()
        ]
        return min(found, key=lambda lists: sum(map(len, lists)), default=[self._ordered])

    def _fits(self, record: R, filters: Filters) -> bool:
        for name, wanted in filters.items():
            value = self._getters[name](record)
            if value != wanted if isinstance(wanted, str) else value not in wanted:
                return False
        return True

    def _file(self, name: str, value: str | None, record: R) -> None:
        if value is not None:
            self._insert(self._index[name].setdefault(value, []), record)

    def _unfile(self, name: str, value: str | None, record: R) -> None:
        if value is not None:
            ids = self._index[name][value]
            del ids[bisect_left(ids, place(record), key=self._place)]

    def _insert(self, ids: list[str], record: R) -> None:
        if not ids or self._place(ids[-1]) < place(record):
            ids.append(record.id)
        else:
            ids.insert(bisect_left(ids, place(record), key=self._place), record.id)

    def _place(self, id_: str) -> Place:
        return place(self._by_id[id_])

    def _bounds(self, ids: Sequence[str], window: Window) -> tuple[int, int]:
        low, high = 0, len(ids)
        if window.first is not None:
            low = bisect_left(ids, (window.first, -1), key=self._place)
        if window.last is not None:
            high = bisect_left(ids, (window.last + 1, -1), key=self._place)
        if window.after is not None:
            high = min(high, bisect_left(ids, window.after, key=self._place))
        if window.before is not None:
            low = max(low, bisect_right(ids, window.before, key=self._place))
        return low, max(low, high)
