"""A clock that tests set, and identities that repeat."""

from __future__ import annotations

import uuid
from itertools import count


class SetClock:
    """Stands still at ``at`` (UTC seconds) until it is moved."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        """UTC seconds."""
        return self.at

    def monotonic(self) -> float:
        """Moves with the clock."""
        return float(self.at)

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.at += seconds


class CountedIds:
    """The same identities in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def uid(self) -> str:
        """A UUID made of a running number."""
        return str(uuid.UUID(int=next(self._numbers)))

    def salt(self) -> str:
        """A running number."""
        return f"{next(self._numbers):032x}"
