"""Notes and coins: what a guest may hand over, and how change is put together.

Denominations in circulation, in minor units: European Central Bank, Bank of England, Swiss National Bank, US Currency
Education Program, Bank of Japan. A currency that is not listed has no breakdown.
"""

from __future__ import annotations

from msgspec import Struct

from rentease_desk.domain.money import digits

_NOTES = {
    "eur": (20000, 10000, 5000, 2000, 1000, 500),
    "gbp": (5000, 2000, 1000, 500),
    "chf": (20000, 10000, 5000, 2000, 1000),
    "usd": (10000, 5000, 2000, 1000, 500, 100),
    "jpy": (10000, 5000, 1000),
}
_COINS = {
    "eur": (200, 100, 50, 20, 10, 5, 2, 1),
    "gbp": (200, 100, 50, 20, 10, 5, 2, 1),
    "chf": (500, 200, 100, 50, 20, 10, 5),
    "usd": (25, 10, 5, 1),
    "jpy": (500, 100, 50, 10, 5, 1),
}
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
    found, rest = [], minor
    for is_note, values in ((True, _NOTES.get(currency, ())), (False, _COINS.get(currency, ()))):
        for value in values:
            count, rest = divmod(rest, value)
            if count:
                found.append(Pieces(count, value, is_note))
    return tuple(found) if rest == 0 else ()


def likely_tenders(minor: int, currency: str, most: int = 3) -> tuple[int, ...]:
    """Round amounts above a price that a guest is likely to hand over, the nearest first (minor units)."""
    unit = 10 ** digits(currency) if digits(currency) else 100
    rounded = {-(-minor // (step * unit)) * step * unit for step in _STEPS}
    return tuple(sorted(one for one in rounded if one > minor)[:most])
