"""Money that moved: the rows of which takings are made, and their sums. Minor units, UTC seconds."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct


class MoveKind(StrEnum):
    """Takings are received payments less refunds less what banks took back; a refund that fails later is returned."""

    PAYMENT = "payment"
    REFUND = "refund"
    RETURN = "refund returned"
    DISPUTE = "dispute"


class Move(Struct, frozen=True, gc=False):
    """A payment, a refund, a refund's return or a dispute that moved money. ``amount`` is negative where money left.

    ``day``: the day it counts on by the basis that was asked for. ``rounding`` (what cash was rounded by) stands beside
    the amount. ``original_date``: the business date of the payment behind what is none. ``payout_id`` and
    ``payout_day``: with which payout it reached the bank, and when; None where Stripe does not say, or nobody asked.
    ``stripe_account``: Stripe's id of the account that holds it; None of manual money, and where there is but one.
    """

    kind: MoveKind
    day: date
    payout_day: date | None
    pk: int
    uid: str
    business_date: date
    occurred_at: int
    payout_id: str | None
    booking_reference: str | None
    guest: str | None
    source: str
    method: str
    actor: str
    desk: str
    channel: str | None
    currency: str
    amount: int
    rounding: int
    original_date: date | None
    stripe_id: str | None
    stripe_account: str | None = None


class Sums(Struct):
    """What a group took. ``returned`` (refunds) and ``disputed`` are more than 0 where more came back than went: of
    refunds that failed later, of won disputes.
    """

    received: int = 0
    returned: int = 0
    disputed: int = 0
    rounding: int = 0
    count: int = 0

    @property
    def takings(self) -> int:
        """Money received less money returned; what cash was rounded by is not in it."""
        return self.received + self.returned + self.disputed

    def add(self, other: Sums) -> None:
        """Add sums of the same currency to these."""
        self.received += other.received
        self.returned += other.returned
        self.disputed += other.disputed
        self.rounding += other.rounding
        self.count += other.count
