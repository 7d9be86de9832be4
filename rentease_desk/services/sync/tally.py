"""What a run has seen so far, each payment and refund counted once however often it was shown."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from zlib import crc32

from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import Summary
from rentease_desk.storage.stripe_payments import Outcome

_UNCHANGED, _UPDATED, _NEW = 1, 2, 3
"""What became of a payment or refund. What was new in a run stays new, whatever later pages say."""
_UNMATCHED, _MATCHED = 1 << 2, 2 << 2
_BECAME, _FOUND = 0b11, 0b1100
_ALL_BITS = 2**64 - 1
_FULL = 0.75
"""How much of the table may be taken before it grows."""


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
    """A mark for each id, in 13 bytes a place: sets of half a million ids would take 80 MB.

    An id is known by 96 bits of its hash and its check sum. Two ids that share them, one chance in 10**17 for half a
    million, would be counted as one: nothing but the counts hangs on them.
    """

    def __init__(self) -> None:
        self.counts = [0] * (_FOUND + 1)
        """How many ids have a mark, by what became of them and by whether they found their booking."""
        self._taken = 0
        self._make(1 << 10)

    def raise_to(self, id_: str, mark: int) -> None:
        """Raise both parts of an id's mark to at least these."""
        code, check = hash(id_) & _ALL_BITS, crc32(id_.encode())
        at = self._place(code, check)
        before = self._marks[at]
        after = max(before & _BECAME, mark & _BECAME) | max(before & _FOUND, mark & _FOUND) if before else mark
        if after == before:
            return
        self._codes[at], self._checks[at], self._marks[at] = code, check, after
        self._count(before, after)
        if not before:
            self._taken += 1
            if self._taken > _FULL * self._size:
                self._grow()

    def of(self, id_: str) -> int:
        """The mark of an id, 0 if it has none."""
        return self._marks[self._place(hash(id_) & _ALL_BITS, crc32(id_.encode()))]

    def _place(self, code: int, check: int) -> int:
        """Where it stands, or would."""
        marks, codes, checks, last = self._marks, self._codes, self._checks, self._size - 1
        at = code & last
        while marks[at] and (codes[at] != code or checks[at] != check):
            at = (at + 1) & last
        return at

    def _count(self, before: int, after: int) -> None:
        counts = self.counts
        if before & _BECAME != after & _BECAME:
            counts[before & _BECAME] -= 1
            counts[after & _BECAME] += 1
        if before & _FOUND != after & _FOUND:
            counts[before & _FOUND] -= 1
            counts[after & _FOUND] += 1

    def _make(self, size: int) -> None:
        self._size, self._marks = size, bytearray(size)
        self._codes, self._checks = array("Q", bytes(8 * size)), array("I", bytes(4 * size))

    def _grow(self) -> None:
        old = zip(self._codes, self._checks, self._marks, strict=True)
        self._make(2 * self._size)
        for code, check, mark in old:
            if mark:
                at = self._place(code, check)
                self._codes[at], self._checks[at], self._marks[at] = code, check, mark
