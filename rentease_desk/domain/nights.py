"""What a stay earns, night by night: an amount is spread over its nights so that they sum to it exactly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct


class ChargedNights(Struct, frozen=True, gc=False):
    """A line of a folio for nights, minor units. ``tax`` is contained in ``amount``.

    ``first`` to ``end`` (not included) are the nights that it is for; where they are the same day, it is for that one.
    ``left``: the day on which the guest was checked out, None while nobody has been: nights from it on were not slept.
    """

    kind: str
    currency: str
    amount: int
    tax: int
    first: date
    end: date
    left: date | None

    def by_night(self) -> Iterator[tuple[date, int, int]]:
        """Night, its part of the amount, and of the tax. A line and the one that takes it back have the same parts."""
        count = max(1, (self.end - self.first).days)
        for at in range(count):
            yield self.first + timedelta(days=at), part(self.amount, at, count), part(self.tax, at, count)

    def is_slept(self, night: date) -> bool:
        """Whether the guest was still here in a night."""
        return self.left is None or night < self.left or self.end <= self.first


def part(minor: int, at: int, count: int) -> int:
    """One of ``count`` parts of an amount, as equal as whole minor units allow; all of them sum to it."""
    sign, whole = (-1, -minor) if minor < 0 else (1, minor)
    return sign * (whole * (at + 1) // count - whole * at // count)
