"""What a run has seen so far, each payment and refund counted once however often it was shown."""

from __future__ import annotations

from collections.abc import Iterable

from rentease_desk.domain.stripe_objects import Unreadable
from rentease_desk.domain.sync import Summary
from rentease_desk.storage.stripe_payments import Outcome


class Tally:
    """Sets of ids, of which the summary is counted."""

    def __init__(self) -> None:
        self._new: set[str] = set()
        self._updated: set[str] = set()
        self._unchanged: set[str] = set()
        self._matched: set[str] = set()
        self._unmatched: set[str] = set()
        self._failed: dict[str, Unreadable] = {}

    @property
    def seen(self) -> int:
        """How many payments and refunds were read."""
        return len(self._new) + len(self._updated) + len(self._unchanged)

    @property
    def fresh(self) -> int:
        """How many of them were new or had changed."""
        return len(self._new) + len(self._updated)

    def add(self, outcome: Outcome) -> None:
        """Take in what a page changed. What was new in this run stays new, whatever later pages say."""
        self._unchanged -= outcome.new | outcome.updated
        self._updated -= outcome.new
        self._new |= outcome.new
        self._updated |= outcome.updated - self._new
        self._unchanged |= {one for one in outcome.unchanged if one not in self._new and one not in self._updated}
        self._unmatched |= outcome.unmatched - outcome.matched - self._matched
        self._matched |= outcome.matched
        self._unmatched -= outcome.matched

    def fail(self, failures: Iterable[Unreadable]) -> list[Unreadable]:
        """Take in what could not be understood; returns those that are told for the first time."""
        fresh = [one for one in failures if one.id not in self._failed]
        self._failed |= {one.id: one for one in fresh}
        return fresh

    def failures(self) -> tuple[Unreadable, ...]:
        """What could not be understood."""
        return tuple(self._failed.values())

    def summary(self) -> Summary:
        """The counts. What was stored from one picture and could not be understood in another has failed."""
        failed = set(self._failed)
        return Summary(
            fetched=len(self._new | self._updated | self._unchanged | failed),
            new=len(self._new - failed),
            updated=len(self._updated - failed),
            unchanged=len(self._unchanged - failed),
            matched=len(self._matched),
            unmatched=len(self._unmatched),
            failed=len(self._failed),
        )
