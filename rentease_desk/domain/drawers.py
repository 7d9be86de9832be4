"""A cash drawer: its session at a desk, what should be in it, what was counted, and how both compare.

Amounts are minor units of the currency beside them, times UTC seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import MethodKind

CASH = "cash"
"""How what lies in the drawer is named among the methods that are counted."""
SLIPS = (MethodKind.CARD, MethodKind.CHEQUE, MethodKind.OTHER)
"""Kinds of methods that leave something at the desk to be counted: slips, cheques, vouchers."""


class MovementKind(StrEnum):
    """Why cash that is no guest's payment went in or out. ``HANDOVER`` is put away at the close, after the count."""

    FLOAT = "float"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"
    HANDOVER = "handover"


class Agreement(StrEnum):
    """How far a variance is from nothing."""

    AGREES = "agrees"
    INSIDE = "inside"
    OUTSIDE = "outside"


class OpenDraft(Struct, frozen=True):
    """A drawer about to be opened with a float of one or several currencies. ``uid``: kept for further tries.

    ``reason``: why the float is not what was handed over; else empty.
    """

    uid: str
    floats: tuple[Money, ...]
    reason: str = ""


class MovementDraft(Struct, frozen=True):
    """Cash about to be put in, taken out or dropped. ``uid``: kept for further tries."""

    uid: str
    kind: MovementKind
    amount: Money
    reason: str


class CountDraft(Struct, frozen=True):
    """What was counted. ``pieces``: currency, value and how many; ``sums``: what has no pieces, by method (``CASH`` for
    cash of a currency without listed notes and coins).
    """

    uid: str
    session_pk: int
    pieces: tuple[tuple[str, int, int], ...] = ()
    sums: tuple[tuple[str, Money], ...] = ()


class CloseDraft(Struct, frozen=True):
    """A drawer about to be closed on a count. ``seen``: what the person was shown, so that nothing moved unseen.

    ``drops``: what is put away now; the rest is the next float. ``accepted``: what lies outside of the tolerance was
    looked at and is accepted.
    """

    uid: str
    session_pk: int
    count_uid: str
    seen: tuple[Variance, ...]
    drops: tuple[Money, ...] = ()
    note: str = ""
    accepted: bool = False


class Movement(Struct, frozen=True):
    """One of them as it was written."""

    uid: str
    kind: MovementKind
    amount: int
    currency: str
    reason: str
    at: int
    actor: str

    @property
    def money(self) -> Money:
        """How much, positive."""
        return Money(self.amount, self.currency)


class CashSums(Struct, frozen=True):
    """What went through a drawer in one currency, each positive; ``rounding`` is signed, and in ``received`` already.

    ``received`` is what payers handed over, ``change`` what they got back. What was ``voided`` was given back too.
    """

    currency: str
    opening: int = 0
    received: int = 0
    change: int = 0
    refunds: int = 0
    voided: int = 0
    paid_in: int = 0
    paid_out: int = 0
    drops: int = 0
    rounding: int = 0
    payments: int = 0
    changes: int = 0
    given_back: int = 0
    voids: int = 0

    @property
    def expected(self) -> int:
        """What should be in it (money rule 10)."""
        taken = self.received - self.change - self.voided - self.refunds
        return self.opening + taken + self.paid_in - self.paid_out - self.drops


class MethodSum(Struct, frozen=True):
    """What was booked by another method, less what was voided or given back, and how many rows that are."""

    method: str
    label: str
    currency: str
    booked: int
    rows: int


class Variance(Struct, frozen=True):
    """What was counted beside what was expected. ``dropped``: what of it was put away at the close."""

    method: str
    currency: str
    expected: int
    counted: int
    dropped: int = 0

    @property
    def variance(self) -> int:
        """Negative: something is missing."""
        return self.counted - self.expected

    @property
    def money(self) -> Money:
        """The variance as money."""
        return Money(self.variance, self.currency)

    @property
    def left(self) -> Money:
        """What stays in the drawer."""
        return Money(self.counted - self.dropped, self.currency)

    def agreement(self, tolerance: Iterable[Money]) -> Agreement:
        """How far it is from nothing; a currency without a tolerance has none."""
        within = next((one.minor for one in tolerance if one.currency == self.currency), 0)
        if not self.variance:
            return Agreement.AGREES
        return Agreement.INSIDE if abs(self.variance) <= within else Agreement.OUTSIDE


class Count(Struct, frozen=True):
    """A count as it was written: it is never changed, only counted again."""

    pk: int
    uid: str
    ordinal: int
    pieces: tuple[tuple[str, int, int], ...]
    sums: tuple[tuple[str, Money], ...]
    at: int
    actor: str


class Closing(Struct, frozen=True):
    """How a session ended."""

    at: int
    actor: str
    note: str
    business_date: date
    variances: tuple[Variance, ...]


class DrawerSession(Struct, frozen=True):
    """A drawer from its opening to its close. ``number`` counts the sessions of the desk, and is its Z report's."""

    pk: int
    uid: str
    desk: str
    number: int
    business_date: date
    opened_at: int
    opened_by: str
    closing: Closing | None = None

    @property
    def is_open(self) -> bool:
        """Nobody has closed it."""
        return self.closing is None


class Figures(Struct, frozen=True):
    """A session, and what went through it. ``counts`` are all that were made, in their order."""

    session: DrawerSession
    cash: tuple[CashSums, ...]
    others: tuple[MethodSum, ...]
    movements: tuple[Movement, ...]
    counts: tuple[Count, ...] = ()

    def variances(self, count: Count) -> tuple[Variance, ...]:
        """A count beside what is expected, a line for each currency of cash and each other method, zeros included."""
        expected = {(CASH, one.currency): one.expected for one in self.cash}
        expected |= {(one.method, one.currency): one.booked for one in self.others}
        counted = {(method, money.currency): money.minor for method, money in count.sums}
        keys = sorted(expected.keys() | counted.keys(), key=lambda key: (key[0] != CASH, key))
        return tuple(Variance(*key, expected.get(key, 0), counted.get(key, 0)) for key in keys)


class ToCount(Struct, frozen=True):
    """What a count has to name, without a word of how much it should be."""

    currencies: tuple[str, ...]
    methods: tuple[tuple[str, str, str], ...]
    """Code, label and currency of each."""


class Uncounted(Struct, frozen=True):
    """Cash of a desk and a business day that no open drawer took: it is shown as not counted."""

    desk: str
    business_date: date
    cash: tuple[CashSums, ...]


class OpenDrawer(Struct, frozen=True):
    """The open session of a desk, as the strip of *Today* tells it."""

    session: DrawerSession | None
    handed_over: tuple[Money, ...] = ()
    """What the last close left in the drawer, where none is open."""
