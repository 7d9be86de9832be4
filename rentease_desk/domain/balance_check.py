"""Whether what counts here is what Stripe's balance says, movement by movement: each side's counts and sums by the
currency of the settlement, and the objects in which the two differ. Minor units of that currency throughout.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.agreement import Total
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED, StripeTransaction

MOST_APART = 1_000
"""Objects that differ and are told one by one; of more, only how many there are."""


class Movement(StrEnum):
    """What a movement of the balance is. Source of the types: docs.stripe.com/reports/balance-transaction-types.

    ``FEES``: what Stripe kept of each of the others; no movement of its own, but a sum beside theirs.
    """

    CHARGES = "charges"
    REFUNDS = "refunds"
    RETURNS = "refunds_returned"
    ADJUSTMENTS = "adjustments"
    PAYOUTS = "payouts"
    ACCOUNT_FEES = "account_fees"
    OTHER = "other"
    FEES = "fees"


MOVEMENT_NAMES: Mapping[Movement, str] = {
    Movement.CHARGES: "Payments",
    Movement.REFUNDS: "Refunds",
    Movement.RETURNS: "Refunds returned",
    Movement.ADJUSTMENTS: "Disputes and adjustments",
    Movement.PAYOUTS: "Payouts",
    Movement.ACCOUNT_FEES: "Account fees",
    Movement.OTHER: "Other",
    Movement.FEES: "Fees kept",
}
_TYPES = {
    **dict.fromkeys(CHARGED, Movement.CHARGES),
    **dict.fromkeys(RETURNED, Movement.REFUNDS),
    **dict.fromkeys(REFUND_FAILED, Movement.RETURNS),
    "adjustment": Movement.ADJUSTMENTS,
    **dict.fromkeys(("payout", "payout_cancel", "payout_failure"), Movement.PAYOUTS),
    **dict.fromkeys(
        ("stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost", "application_fee"), Movement.ACCOUNT_FEES
    ),
}


def movement_of(type_: str) -> Movement:
    """What a balance transaction of this type is."""
    return _TYPES.get(type_, Movement.OTHER)


class Why(StrEnum):
    """How an object differs. ``NOT_YET``: it moved money here, and neither side has its movement of the balance."""

    MISSING_HERE = "missing here"
    MISSING_THERE = "missing at Stripe"
    AMOUNT = "different amount"
    FEE = "different fee"
    NOT_YET = "not in Stripe's balance yet"


class HeldMovement(Struct, frozen=True, gc=False):
    """A movement as it stands here. ``is_held``: the payment, refund, dispute or payout that it is of is here, too, and
    says the same. ``own``: what that one comes to by itself, of ``own_currency``; None where it has no amount.
    ``booking``: the reference, "" without one.
    """

    moved: StripeTransaction
    is_held: bool
    own: int | None
    own_currency: str | None
    booking: str

    @property
    def amount(self) -> int:
        """What counts here. An amount in the guest's currency is never converted: then Stripe's figure stands."""
        return self.moved.amount if self.own is None or self.own_currency != self.moved.currency else self.own


class Apart(Struct, frozen=True):
    """An object in which the two sides differ. ``id`` is Stripe's of the object, ``transaction`` of its movement.

    ``at``: when it was made, UTC seconds. ``here`` and ``stripe``: what either side has; None: nothing. Of what waits
    for its movement, ``here`` is in the guest's currency, as nobody knows yet what it settles to.
    """

    why: Why
    movement: Movement
    id: str
    transaction: str | None
    at: int
    currency: str
    here: int | None
    stripe: int | None
    booking: str = ""

    @property
    def difference(self) -> int:
        """What is here and not at Stripe."""
        return (self.here or 0) - (self.stripe or 0)


class Compared(Struct, frozen=True):
    """What one kind of movement of one currency comes to on both sides."""

    movement: Movement
    currency: str
    here: Total
    stripe: Total

    @property
    def difference(self) -> int:
        """What is here and not at Stripe."""
        return self.here.amount - self.stripe.amount


class BalanceCheck(Struct, frozen=True):
    """What a comparison found: ``at`` (UTC seconds), of the time from ``start`` until ``end``, as far as it had passed.

    ``more``: how many differ beside those in ``apart``. ``repaired``: how many of an earlier comparison's objects were
    put right by fetching them; None: nothing was fetched. ``skipped``: sentences on what could not be compared.
    ``account``: Stripe's id of the account whose balance it is; "" of one that was kept before there were several.
    """

    at: int
    start: int
    end: int
    lines: tuple[Compared, ...]
    apart: tuple[Apart, ...]
    more: int = 0
    repaired: int | None = None
    skipped: tuple[str, ...] = ()
    actor: str = ""
    account: str = ""

    @property
    def differing(self) -> tuple[Apart, ...]:
        """Those in which the sides differ; what the balance does not have yet is no difference."""
        return tuple(one for one in self.apart if one.why is not Why.NOT_YET)

    @property
    def waiting(self) -> tuple[Apart, ...]:
        """What Stripe's balance does not have yet."""
        return tuple(one for one in self.apart if one.why is Why.NOT_YET)

    @property
    def count(self) -> int:
        """How many objects differ."""
        return len(self.differing) + self.more

    @property
    def agrees(self) -> bool:
        """Whether every movement is on both sides, and the same."""
        return not self.count


def gravest_balance(checks: Sequence[BalanceCheck]) -> BalanceCheck | None:
    """Of several accounts' comparisons the one to look at: the first that does not agree, else the oldest."""
    differing = (one for one in checks if not one.agrees)
    return next(differing, None) or min(checks, key=lambda one: one.at, default=None)


class BalanceTally:
    """Adds up both sides, a part of the time after the other; no more than a part is held."""

    def __init__(self, unread: Collection[Movement] = ()) -> None:
        """``unread``: kinds whose objects the key may not read; their movements alone are compared."""
        self._unread = frozenset(unread)
        self._sums: dict[tuple[Movement, str], list[int]] = {}
        self.apart: list[Apart] = []
        self.more = 0

    def add(self, stripe: Mapping[str, StripeTransaction], here: Mapping[str, HeldMovement]) -> None:
        """Compare the movements of a part of the time, by their ids."""
        for one in stripe.values():
            self._count(2, one, one.amount)
            self._compare(one, here.get(one.id))
        for held in here.values():
            if self._is_here(held):
                self._count(0, held.moved, held.amount)
            if held.moved.id not in stripe:
                self._note(_told(Why.MISSING_THERE, held.moved, held.amount, None, held.booking))

    def wait_for(self, waiting: Iterable[Apart]) -> None:
        """Take in what has no movement here, unless Stripe has shown it to be missing."""
        missing = {one.id for one in self.apart}
        for one in waiting:
            if one.id not in missing:
                self._note(one)

    def lines(self) -> tuple[Compared, ...]:
        """The sums, by currency and kind."""
        order = list(Movement)
        keys = sorted(self._sums, key=lambda key: (key[1], order.index(key[0])))
        return tuple(Compared(*key, Total(*self._sums[key][:2]), Total(*self._sums[key][2:])) for key in keys)

    def _compare(self, one: StripeTransaction, held: HeldMovement | None) -> None:
        if held is None or not self._is_here(held):
            self._note(_told(Why.MISSING_HERE, one, None, one.amount, held.booking if held else ""))
        elif (held.amount, held.moved.currency) != (one.amount, one.currency):
            self._note(_told(Why.AMOUNT, one, held.amount, one.amount, held.booking))
        elif (held.moved.fee, held.moved.net) != (one.fee, one.net):
            self._note(_told(Why.FEE, one, -held.moved.fee, -one.fee, held.booking))

    def _is_here(self, held: HeldMovement) -> bool:
        return held.is_held or movement_of(held.moved.type) in self._unread

    def _count(self, side: int, one: StripeTransaction, amount: int) -> None:
        """``side`` 0: here, 2: Stripe."""
        told = [(movement_of(one.type), amount)] + ([(Movement.FEES, -one.fee)] if one.fee else [])
        for movement, minor in told:
            sums = self._sums.setdefault((movement, one.currency), [0, 0, 0, 0])
            sums[side] += 1
            sums[side + 1] += minor

    def _note(self, one: Apart) -> None:
        if len(self.apart) < MOST_APART:
            self.apart.append(one)
        elif one.why is not Why.NOT_YET:
            self.more += 1


def with_bookings(apart: Sequence[Apart], bookings: Mapping[str, str]) -> tuple[Apart, ...]:
    """Those without a booking get the one that their object has here; the oldest first."""
    from msgspec.structs import replace

    told = (one if one.booking else replace(one, booking=bookings.get(one.id, "")) for one in apart)
    return tuple(sorted(told, key=lambda one: (one.why is Why.NOT_YET, one.at, one.id)))


def repaired(before: Sequence[Apart], after: Sequence[Apart]) -> int:
    """How many of the objects do not differ any more."""
    left = {one.id for one in after}
    return len({one.id for one in before} - left)


def _told(why: Why, one: StripeTransaction, here: int | None, stripe: int | None, booking: str) -> Apart:
    return Apart(
        why, movement_of(one.type), one.source_id or one.id, one.id, one.created, one.currency, here, stripe, booking
    )
