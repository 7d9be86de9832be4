"""Notes and coins in circulation, by currency: what a count asks for, and what change is made of.

Maintained by hand; ``source`` names the issuer, whose own list is to be looked at before a line is changed. A currency
that is not here is counted as one sum. To add one: its notes and coins in minor units (ISO 4217's digits), the greatest
first, and who says so.
"""

from __future__ import annotations

from msgspec import Struct


class Denominations(Struct, frozen=True):
    """Values in minor units, the greatest first. ``rare`` ones are counted, and never proposed as change."""

    notes: tuple[int, ...]
    coins: tuple[int, ...]
    source: str
    rare: frozenset[int] = frozenset()

    @property
    def values(self) -> tuple[int, ...]:
        """All of them."""
        return self.notes + self.coins


DENOMINATIONS: dict[str, Denominations] = {
    "aud": Denominations((10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5), "Reserve Bank of Australia"),
    "cad": Denominations((10000, 5000, 2000, 1000, 500), (200, 100, 25, 10, 5), "Bank of Canada; Royal Canadian Mint"),
    "chf": Denominations(
        (100000, 20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10, 5), "Swiss National Bank; Swissmint",
        frozenset({100000}),
    ),
    "czk": Denominations(
        (500000, 200000, 100000, 50000, 20000, 10000), (5000, 2000, 1000, 500, 200, 100), "Czech National Bank"
    ),
    "dkk": Denominations((50000, 20000, 10000, 5000), (2000, 1000, 500, 200, 100, 50), "Danmarks Nationalbank"),
    "eur": Denominations(
        (50000, 20000, 10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1), "European Central Bank",
        frozenset({50000}),
    ),
    "gbp": Denominations((5000, 2000, 1000, 500), (200, 100, 50, 20, 10, 5, 2, 1), "Bank of England; Royal Mint"),
    "huf": Denominations(
        (2000000, 1000000, 500000, 200000, 100000, 50000), (20000, 10000, 5000, 2000, 1000, 500), "Magyar Nemzeti Bank"
    ),
    "isk": Denominations((10000, 5000, 2000, 1000, 500), (100, 50, 10, 5, 1), "Central Bank of Iceland",
                         frozenset({2000})),
    "jpy": Denominations((10000, 5000, 2000, 1000), (500, 100, 50, 10, 5, 1), "Bank of Japan; Japan Mint",
                         frozenset({2000})),
    "kwd": Denominations((20000, 10000, 5000, 1000, 500, 250), (100, 50, 20, 10, 5), "Central Bank of Kuwait"),
    "nok": Denominations((100000, 50000, 20000, 10000, 5000), (2000, 1000, 500, 100), "Norges Bank"),
    "nzd": Denominations((10000, 5000, 2000, 1000, 500), (200, 100, 50, 20, 10), "Reserve Bank of New Zealand"),
    "pln": Denominations(
        (50000, 20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10, 5, 2, 1), "Narodowy Bank Polski"
    ),
    "ron": Denominations(
        (50000, 20000, 10000, 5000, 2000, 1000, 500, 100), (50, 10, 5, 1), "National Bank of Romania"
    ),
    "sek": Denominations((100000, 50000, 20000, 10000, 5000, 2000), (1000, 500, 200, 100), "Sveriges Riksbank"),
    "usd": Denominations(
        (10000, 5000, 2000, 1000, 500, 200, 100), (50, 25, 10, 5, 1),
        "US Currency Education Program; US Mint. Dollar coins are counted with dollar notes",
        frozenset({200, 50}),
    ),
}  # fmt: skip
