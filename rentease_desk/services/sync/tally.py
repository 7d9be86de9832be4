"""What a run has seen so far, each payment and refund counted once however often it was shown."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import Summary
from rentease_desk.storage.stripe_payments import Outcome

_UNCHANGED, _UPDATED, _NEW = 1, 2, 3
"""What became of a payment or refund. What was new in a run stays new, whatever later pages say."""
_UNMATCHED, _MATCHED = 1 << 2, 2 << 2
_BECAME, _FOUND = 0b11, 0b1100
_MARK = _BECAME | _FOUND
_CODE = 2**64 - 1 - _MARK
_TABLES = 64
_SHIFT = 10
"""Behind the bits of the mark, and those by which the table was chosen."""
_SMALLEST = 32
_FULL = 0.75
"""How much of a table may be taken before it grows."""


class Tally:
    """Counts payments and refunds by what became of them."""

    def __init__(self) -> None:
        self._marks = _Marks()
        self._failed: dict[str, Unreadable] = {}

    @property
    def seen(self) -> int:
        """How many payments and refunds were read."""
        return sum(self._marks.counts[one] for one in (_UNCHANGED, _UPDATED, _NEW))

    @property
    def fresh(self) -> int:
        """How many of them were new or had changed."""
        return self._marks.counts[_NEW] + self._marks.counts[_UPDATED]

    def add(self, outcome: Outcome) -> None:
        """Take in what a page changed."""
        marks = dict.fromkeys(outcome.unchanged, _UNCHANGED)
        marks |= dict.fromkeys(outcome.updated, _UPDATED)
        marks |= dict.fromkeys(outcome.new, _NEW)
        for one in outcome.unmatched:
            marks[one] = marks.get(one, 0) | _UNMATCHED
        for one in outcome.matched:
            marks[one] = marks.get(one, 0) & _BECAME | _MATCHED
        for one, mark in marks.items():
            self._marks.raise_to(one, mark)

    def fail(self, failures: Iterable[Unreadable]) -> list[Unreadable]:
        """Take in what could not be understood; returns those that are told for the first time, each once: two pages
        that are written together may show the same one.
        """
        fresh: dict[str, Unreadable] = {}
        for one in failures:
            if one.id not in self._failed:
                fresh.setdefault(one.id, one)
        self._failed |= fresh
        return list(fresh.values())

    def failures(self) -> tuple[Unreadable, ...]:
        """What could not be understood."""
        return tuple(self._failed.values())

    def summary(self) -> Summary:
        """The counts. What was stored from one picture and could not be understood in another has failed."""
        counts, failed = self._marks.counts, [self._marks.of(one) & _BECAME for one in self._failed]
        return Summary(
            fetched=self.seen + failed.count(0),
            new=counts[_NEW] - failed.count(_NEW),
            updated=counts[_UPDATED] - failed.count(_UPDATED),
            unchanged=counts[_UNCHANGED] - failed.count(_UNCHANGED),
            matched=counts[_MATCHED],
            unmatched=counts[_UNMATCHED],
            failed=len(self._failed),
        )


class _Marks:
    """A mark for each id, in some 14 bytes an id: sets of half a million ids would take 80 MB.

    An id is known by its hash, of which its table holds but the last four bits; its mark stands there instead. Two ids
    that share a hash, one chance in 150 million for half a million, would be counted as one: nothing but the counts
    hangs on them. Many small tables, as the old and the new one of what grows are held at once.
    """

    def __init__(self) -> None:
        self.counts = [0] * (_FOUND + 1)
        """How many ids have a mark, by what became of them and by whether they found their booking."""
        self._tables = [_Table() for _ in range(_TABLES)]

    def raise_to(self, id_: str, mark: int) -> None:
        """Raise both parts of an id's mark to at least these."""
        code = hash(id_)
        table = self._tables[code % _TABLES]
        before = table.mark(code)
        after = max(before & _BECAME, mark & _BECAME) | max(before & _FOUND, mark & _FOUND) if before else mark
        if after != before:
            table.put(code, after)
            self._count(before, after)

    def of(self, id_: str) -> int:
        """The mark of an id, 0 if it has none."""
        code = hash(id_)
        return self._tables[code % _TABLES].mark(code)

    def _count(self, before: int, after: int) -> None:
        counts = self.counts
        if before & _BECAME != after & _BECAME:
            counts[before & _BECAME] -= 1
            counts[after & _BECAME] += 1
        if before & _FOUND != after & _FOUND:
            counts[before & _FOUND] -= 1
            counts[after & _FOUND] += 1


class _Table:
    """Marks by the codes of their ids, each in the first free place from the one its code names."""

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * _SMALLEST))
        self._taken = 0

    def mark(self, code: int) -> int:
        """0 if there is none."""
        return self._places[self._place(code)] & _MARK

    def put(self, code: int, mark: int) -> None:
        """In the place of the one it had."""
        at = self._place(code)
        self._taken += not self._places[at]
        self._places[at] = code & _CODE | mark
        if self._taken > _FULL * len(self._places):
            self._grow()

    def _place(self, code: int) -> int:
        """Where it stands, or would."""
        places, last, code = self._places, len(self._places) - 1, code & _CODE
        at = (code >> _SHIFT) & last
        while (here := places[at]) and here & _CODE != code:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        old = self._places
        self._places = array("Q", bytes(16 * len(old)))
        for one in old:
            if one:
                self._places[self._place(one)] = one
