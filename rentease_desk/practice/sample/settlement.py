"""Who pays how much and when, before cards begin to fail: deposits, prepayment, the bill at check-out."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from rentease_desk.practice.sample.calendar import Calendar
from rentease_desk.practice.sample.model import Booking, LineKind, Status

_PLANS: Final = {
    Status.DEPARTED: (
        *("card",) * 14,
        *("desk",) * 9,
        *("deposit, desk",) * 5,
        *("deposit, card",) * 3,
        "deposit",
        "none",
    ),
    Status.IN_HOUSE: ("prepaid", "prepaid", "deposit", "deposit", "deposit", "none"),
    Status.CONFIRMED: ("prepaid", "deposit", "deposit", "none", "none", "none"),
    Status.TENTATIVE: ("none",),
    Status.NO_SHOW: ("card",),
    Status.CANCELLED: ("card", "card", "none"),
}
_QUARTER_HOUR: Final = 900
TIP: Final = 5_000
"""What the guest who overpays gives too much."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bill, minor units, paid at ``at`` by card through Stripe or over the counter."""

    amount: int
    at: int
    by_card: bool


def pieces(booking: Booking, calendar: Calendar, rng: Random, *, leave_open: bool) -> list[Piece]:
    """The parts of one booking's bill. ``leave_open``: the guest pays no more than a deposit."""
    soon = min(booking.created_at + _QUARTER_HOUR, calendar.now)
    if not booking.lines:  # cancelled in time: the deposit will go back
        return [Piece(_rounded(rng.randint(4_000, 12_000)), soon, by_card=True)]
    plan = "deposit" if leave_open else rng.choice(_PLANS[booking.status])
    stay = sum(line.amount for line in booking.lines if line.kind in {LineKind.ACCOMMODATION, LineKind.DISCOUNT})
    deposit = Piece(_rounded(stay * 3 // 10), soon, by_card=True)
    return _parts(plan, booking.charged, stay, deposit, _billed_at(booking, calendar, rng))


def _billed_at(booking: Booking, calendar: Calendar, rng: Random) -> int:
    """When the rest is paid: on the morning of departure, or right after the fee of a stay that did not happen."""
    last_line = max(line.occurred_at for line in booking.lines)
    if booking.status in {Status.NO_SHOW, Status.CANCELLED}:
        return min(last_line + _QUARTER_HOUR, calendar.now)
    return max(last_line, calendar.at(booking.departure, 9, rng.randrange(60)))


def overpaid(booking: Booking, calendar: Calendar) -> Piece:
    """Something too much, over the counter, on the day of departure."""
    return Piece(booking.charged + TIP, calendar.at(booking.departure, 10), by_card=False)


def _parts(plan: str, bill: int, stay: int, deposit: Piece, bill_at: int) -> list[Piece]:
    match plan:
        case "card":
            return [Piece(bill, bill_at, by_card=True)]
        case "desk":
            return [Piece(bill, bill_at, by_card=False)]
        case "prepaid":
            return [Piece(stay, deposit.at, by_card=True)]
        case "deposit":
            return [deposit]
        case "deposit, card":
            return [deposit, Piece(bill - deposit.amount, bill_at, by_card=True)]
        case "deposit, desk":
            return [deposit, Piece(bill - deposit.amount, bill_at, by_card=False)]
    return []


def _rounded(amount: int) -> int:
    """Deposits are whole tens of euros, at least one ten."""
    return max(amount // 1_000 * 1_000, 1_000)
