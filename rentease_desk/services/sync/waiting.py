"""Pages that were read and are not written yet, because what they are understood by is still being listed.

Lists are read side by side, newest first. A page of payments is written when the balance of its days is here, a page of
charges when their payments are: else each would be fetched by itself, or a payment be written twice. Refunds and
disputes are written when all charges are here, as what they change may have been paid at any time before.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from msgspec import Struct

from rentease_desk.domain.dates import Span
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.storage.sync_ranges import OpenRange

_UNDERSTOOD_BY = {"payments": "balance", "charges": "payments", "refunds": "charges", "disputes": "charges"}
"""In this order: whoever waits stands behind those it waits for."""
_LONG = ("balance", "payments", "charges")
"""What each payment has one of."""
_SOON = 60 * 60
"""Seconds within which most of what belongs together is made: a payment before its charge, money moved after both. For
what is made later a page waits longer."""
_BEFORE_AND_AFTER = {"payments": (0, _SOON), "charges": (_SOON, 0)}
MANY = 12
"""How many pages of a kind may wait before no more of it is asked for."""


class Taken(Struct):
    """A page that was read, what is left of its range, and what is to be read of that beside it. ``lacked``: how many
    pages of the list it waits for were written when something was missing that the list may still show."""

    range: OpenRange
    page: Page
    left: Span | None
    split: Span | None
    lacked: int | None = None


class Cut(Struct, frozen=True):
    """A range of which a part is to be read beside it, what is left of it with all its pages that wait, and the part.
    ``at``: the page it was cut at.
    """

    range: OpenRange
    left: Span
    split: Span
    at: Taken


class WaitingPages:
    """The pages of each range in their order, and what is unread of all ranges."""

    def __init__(self, ranges: Iterable[OpenRange]) -> None:
        self._unread = {one.pk: one for one in ranges}
        self._pages: dict[int, deque[Taken]] = {}
        self._written: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return any(self._pages.values())

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are not listed to their end."""
        return frozenset(one.kind for one in self._unread.values())

    def open(self, ranges: Iterable[OpenRange]) -> None:
        """These are to be read as well."""
        self._unread |= {one.pk: one for one in ranges}

    def add(self, taken: Taken) -> None:
        """A page that was just read."""
        self._pages.setdefault(taken.range.pk, deque()).append(taken)

    def held(self) -> list[str]:
        """The kinds of which pages wait, those that others wait for before those that wait."""
        return sorted({pages[0].range.kind for pages in self._pages.values() if pages}, key=_depth)

    def of(self, kind: str) -> Iterator[list[Taken]]:
        """The pages of each range of a kind, in their order."""
        return (list(pages) for pages in self._of(kind))

    def is_due(self, taken: Taken) -> bool:
        """Whether nothing more is to come that it waits for."""
        return _UNDERSTOOD_BY.get(taken.range.kind) not in self.kinds

    def is_near(self, taken: Taken) -> bool:
        """Whether most of what it waits for is here."""
        kind, created = taken.range.kind, taken.page.created
        awaited = _UNDERSTOOD_BY.get(kind)
        if not created or kind not in _BEFORE_AND_AFTER:
            return self.is_due(taken)
        before, after = _BEFORE_AND_AFTER[kind]
        first, last = min(created) - before, max(created) + after
        spans = [one.span for one in self._unread.values() if one.kind == awaited]
        return not any(span.start <= last and first < span.end for span in spans)

    def had(self, taken: Taken) -> int:
        """How many pages of what it waits for were written."""
        return self._written[_UNDERSTOOD_BY.get(taken.range.kind, "")]

    def is_full(self, kind: str) -> bool:
        """Whether enough of this kind waits."""
        return sum(len(pages) for pages in self._of(kind)) >= MANY

    def splits(self, kind: str) -> int:
        """How many parts of this kind will be read beside the others when these pages are written."""
        return sum(one.split is not None for pages in self._of(kind) for one in pages)

    def cuts(self) -> list[Cut]:
        """The ranges that are to be cut, one part of each."""
        found = []
        for pk, pages in self._pages.items():
            taken = next((one for one in pages if one.split is not None), None)
            if taken is not None and taken.split is not None:
                left = Span(taken.split.end, self._unread[pk].span.end)
                found.append(Cut(self._unread[pk], left, taken.split, taken))
        return found

    def cut(self, one: Cut, part: OpenRange | None) -> None:
        """It is cut: the pages before that one leave no more of the range than it does."""
        pk, begin = one.range.pk, one.left.start
        self._unread[pk] = OpenRange(pk, one.range.kind, one.left)
        if part is not None:
            self._unread[part.pk] = part
        one.at.split = None
        for taken in self._pages[pk]:
            if taken is one.at:
                break
            if taken.left is not None:
                taken.left = Span(begin, taken.left.end)

    def written(self, taken: Taken, part: OpenRange | None) -> None:
        """The first page of its range is in the database, and ``part`` of that stands apart now."""
        one = taken.range
        self._written[one.kind] += 1
        self._pages[one.pk].popleft()
        if taken.left is None:
            del self._unread[one.pk]
        else:
            self._unread[one.pk] = OpenRange(one.pk, one.kind, taken.left)
        if part is not None:
            self._unread[part.pk] = part

    def drop(self, kind: str) -> None:
        """The key may not read this kind: nobody waits for it."""
        for pk in [pk for pk, one in self._unread.items() if one.kind == kind]:
            del self._unread[pk]
            self._pages.pop(pk, None)

    def stop(self, kind: str) -> frozenset[str]:
        """This kind will not be read to its end. Returns the kinds of which no more is to be read; what is here of
        those that wait for it is forgotten, and will be read again.
        """
        stopped = {kind}
        for waits, awaited in _UNDERSTOOD_BY.items():
            if awaited in stopped:
                stopped.add(waits)
        for waits in stopped - {kind}:
            self.forget(waits)
        return frozenset(stopped)

    def forget(self, kind: str) -> None:
        """What is here of this kind stays unread in the database."""
        for pk in [pk for pk, one in self._unread.items() if one.kind == kind]:
            self._pages.pop(pk, None)

    def _of(self, kind: str) -> list[deque[Taken]]:
        return [pages for pages in self._pages.values() if pages and pages[0].range.kind == kind]


def waits_for_all(kind: str) -> bool:
    """Whether pages of this kind are written only when all that they wait for is here."""
    return kind in _UNDERSTOOD_BY and kind not in _BEFORE_AND_AFTER


def cut_in(kind: str, span: Span) -> int:
    """Where a span of a kind is cut: near its middle, at the second that most powers of two divide. Lists that wait for
    each other are so cut at one moment, though none of them has come just as far as another; the balance a little
    later, or the newest page of an older part would wait for the oldest of a newer one.
    """
    quarter = (span.end - span.start) // 4
    low, high = span.start + quarter, span.end - quarter
    kept = max(0, (low ^ high).bit_length() - 1)
    return (high >> kept << kept) + (_SOON + 1 if kind == "balance" else 0)


def is_asked_later(kind: str) -> bool:
    """Whether a kind may be asked for after the longest lists: all requests together have a limit too."""
    return kind not in _LONG


def _depth(kind: str) -> int:
    return list(_UNDERSTOOD_BY).index(kind) + 1 if kind in _UNDERSTOOD_BY else 0
