"""Whether what stands here is what Stripe has: ids, and sums by currency."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Amounts = Mapping[str, tuple[str, int, *tuple[str, ...]]]
"""By Stripe's id: the currency, the minor units that count (0 for what failed or is under way), and, where that tells
more than the sum, the status.
"""
COMPARED = ("charges", "refunds", "transactions", "payouts", "subscriptions", "invoices")
"""The kinds that are compared, by their names in ``Agreement``."""


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
        return not self.differing

    @property
    def differing(self) -> tuple[str, ...]:
        """The ids of all that is not the same."""
        return (*self.missing, *self.extra, *self.different)


class Agreement(Struct, frozen=True):
    """What a check of some days found. ``repaired`` counts what the check itself put right.

    ``transactions`` are Stripe's balance transactions, their net in the settlement currency. ``payouts`` count what
    was not sent back, ``subscriptions`` what they cost a period while they run, ``invoices`` what was paid. A kind is
    None where it was not read, as where the key may not.

    ``unsettled`` counts charges and refunds whose money Stripe's balance does not show yet; ``lost`` are the sources
    of movements of the balance that are not here. Without the balance neither is known.
    """

    charges: Comparison | None
    refunds: Comparison | None
    transactions: Comparison | None
    payouts: Comparison | None
    subscriptions: Comparison | None
    invoices: Comparison | None
    unsettled: int | None
    lost: tuple[str, ...]
    repaired: int
    failed: int

    @property
    def compared(self) -> dict[str, Comparison]:
        """What was compared, by its name in ``COMPARED``."""
        every = {name: getattr(self, name) for name in COMPARED}
        return {name: one for name, one in every.items() if one is not None}

    @property
    def agrees(self) -> bool:
        """Whether nothing is left to put right."""
        return all(one.agrees for one in self.compared.values()) and not self.failed and not self.lost


class Check(Struct, frozen=True):
    """The latest check, when (UTC seconds), and of which time. ``found`` is None where it was put off: ``why``."""

    at: int
    start: int
    end: int
    found: Agreement | None
    why: str = ""


def compare(stripe: Amounts, here: Amounts) -> Comparison:
    """Both sides, id by id."""
    return Comparison(
        stripe=_totals(stripe),
        here=_totals(here),
        missing=tuple(sorted(key for key in stripe if key not in here)),
        extra=tuple(sorted(key for key in here if key not in stripe)),
        different=tuple(sorted(key for key, one in stripe.items() if here.get(key, one) != one)),
    )


def _totals(amounts: Amounts) -> dict[str, Total]:
    found: dict[str, Total] = {}
    for currency, amount, *_ in amounts.values():
        so_far = found.get(currency, Total())
        found[currency] = Total(so_far.count + 1, so_far.amount + amount)
    return found
