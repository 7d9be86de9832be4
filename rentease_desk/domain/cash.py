"""Notes and coins: what a guest may hand over, and how change is put together. A currency without a list of notes and
coins (``domain/denominations.py``) has no breakdown.
"""

from __future__ import annotations

from msgspec import Struct

from rentease_desk.domain.denominations import DENOMINATIONS
from rentease_desk.domain.money import digits

_STEPS = (5, 10, 20, 50, 100, 200, 500)


class Pieces(Struct, frozen=True):
    """So many notes or coins of one value (minor units)."""

    count: int
    value: int
    is_note: bool


def rounded(minor: int, step: int) -> int:
    """An amount as cash can be paid where ``step`` is the smallest coin (both in minor units); a tie is rounded up."""
    return (2 * minor + step) // (2 * step) * step


def change_pieces(minor: int, currency: str) -> tuple[Pieces, ...]:
    """The fewest notes and coins that make an amount; none where it cannot be made, or the currency is not listed."""
    listed, found, rest = DENOMINATIONS.get(currency), [], minor
    if listed is None:
        return ()
    for value in listed.values:
        count, rest = divmod(rest, value) if value not in listed.rare else (0, rest)
        if count:
            found.append(Pieces(count, value, value in listed.notes))
    return tuple(found) if rest == 0 else ()


def likely_tenders(minor: int, currency: str, most: int = 3) -> tuple[int, ...]:
    """Round amounts above a price that a guest is likely to hand over, the nearest first (minor units)."""
    unit = 10 ** digits(currency) if digits(currency) else 100
    rounded = {-(-minor // (step * unit)) * step * unit for step in _STEPS}
    return tuple(sorted(one for one in rounded if one > minor)[:most])
