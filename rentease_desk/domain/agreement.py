"""Whether what stands here is what Stripe has: ids, and sums by currency."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Amounts = Mapping[str, tuple[str, int]]
"""By Stripe's id: the currency, and the minor units that count (0 for what failed or is under way)."""


class Total(Struct, frozen=True):
    """How many objects of a currency, and what of them counts, minor units."""

    count: int = 0
    amount: int = 0


class Comparison(Struct, frozen=True):
    """One kind of object on both sides. ``missing``: only Stripe has it; ``extra``: only we; ``different`` amounts."""

    stripe: Mapping[str, Total]
    here: Mapping[str, Total]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same."""
        return not (self.missing or self.extra or self.different)


class Agreement(Struct, frozen=True):
    """What a check of some days found. ``repaired`` counts payments and refunds that the check itself put right.

    ``transactions`` are Stripe's balance transactions, their net in the settlement currency; ``unsettled`` counts
    charges whose money Stripe's balance does not show yet. Both are None where the key may not read the balance.
    """

    charges: Comparison
    refunds: Comparison
    transactions: Comparison | None
    unsettled: int | None
    repaired: int
    failed: int

    @property
    def agrees(self) -> bool:
        """Whether nothing is left to put right."""
        compared = (self.charges, self.refunds, self.transactions)
        return all(one.agrees for one in compared if one is not None) and not self.failed


def compare(stripe: Amounts, here: Amounts) -> Comparison:
    """Both sides, id by id."""
    both = stripe.keys() & here.keys()
    return Comparison(
        stripe=_totals(stripe),
        here=_totals(here),
        missing=tuple(sorted(stripe.keys() - here.keys())),
        extra=tuple(sorted(here.keys() - stripe.keys())),
        different=tuple(sorted(key for key in both if stripe[key] != here[key])),
    )


def _totals(amounts: Amounts) -> dict[str, Total]:
    found: dict[str, Total] = {}
    for currency, amount in amounts.values():
        so_far = found.get(currency, Total())
        found[currency] = Total(so_far.count + 1, so_far.amount + amount)
    return found
