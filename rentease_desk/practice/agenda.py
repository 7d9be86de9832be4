"""What will happen to an account by itself, each thing at its time: lines that arrive late, payouts that are paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count

Act = Callable[[int], object]
"""Something that happens; it is told when, in UTC seconds."""


class Agenda:
    """Plans in order of time; plans for one second in the order in which they were made."""

    def __init__(self) -> None:
        self._plans: list[tuple[int, int, Act]] = []
        self._numbers = count(1)

    def plan(self, at: int, act: Act) -> None:
        """Let something happen at ``at``, UTC seconds."""
        heappush(self._plans, (at, next(self._numbers), act))

    def due(self, now: int) -> Iterator[tuple[int, Act]]:
        """Take out what is due; an act may plan others meanwhile."""
        while self._plans and self._plans[0][0] <= now:
            at, _, act = heappop(self._plans)
            yield at, act
