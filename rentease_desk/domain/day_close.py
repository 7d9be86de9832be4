"""Closing a business day: what is still open before it, and how the day stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.lists import PaymentTotals
from rentease_desk.domain.money import Money


class OpenKind(StrEnum):
    """What may be open when a day is closed."""

    DRAWER = "drawer"
    NOT_COUNTED = "not_counted"
    UNMATCHED = "unmatched"
    REFUND = "refund"
    SYNC = "sync"
    EARLIER = "earlier"


class OpenThing(Struct, frozen=True):
    """One of them. ``names`` are desks or days, ``money`` sums a currency each; ``at`` UTC seconds, of the sync."""

    kind: OpenKind
    count: int = 1
    names: tuple[str, ...] = ()
    money: tuple[Money, ...] = ()
    at: int | None = None

    def __str__(self) -> str:
        sums = ", ".join(str(one) for one in self.money)
        return _WORDS[self.kind].format(count=self.count, names=", ".join(self.names), money=sums)


_WORDS = {
    OpenKind.DRAWER: "The drawer is open at {names}.",
    OpenKind.NOT_COUNTED: "Cash was taken without an open drawer, and is not counted, at {names}: {money}.",
    OpenKind.UNMATCHED: "Card payments without a booking: {count} ({money}).",
    OpenKind.REFUND: "Refunds that are still on their way: {count} ({money}).",
    OpenKind.SYNC: "Stripe was not read to the end of this day.",
    OpenKind.EARLIER: "Earlier days are open: {names}.",
}


class DayDeed(Struct, frozen=True):
    """A day was closed, or reopened for a reason."""

    uid: str
    closed: bool
    reason: str
    at: int
    actor: str
    desk: str


class DayDraft(Struct, frozen=True):
    """A day about to be closed or reopened. ``uid``: kept for further tries. ``told``: what the person was told is
    open; None where nobody was told.
    """

    uid: str
    day: date
    told: tuple[OpenThing, ...] | None = None
    reason: str = ""


class DayState(Struct, frozen=True):
    """A business day: whether it is closed, its sums, what is open, and who closed and reopened it.

    ``today`` is the business day of now; ``counts_on`` the one on which money counts that is taken now.
    """

    day: date
    closed: bool
    today: date
    counts_on: date
    totals: PaymentTotals
    open_things: tuple[OpenThing, ...]
    deeds: tuple[DayDeed, ...]


class SomethingOpenError(ConflictError):
    """Something is open that the person was not told of. Nothing was written."""

    def __init__(self, things: tuple[OpenThing, ...]) -> None:
        self.things = things
        super().__init__("day.something_open", what=" ".join(str(one) for one in things))
