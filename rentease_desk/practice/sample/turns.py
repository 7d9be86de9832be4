"""What goes another way than planned: each turn changes one card payment, chosen where it can plausibly happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from rentease_desk.practice.sample.calendar import Calendar
from rentease_desk.practice.sample.model import (
    Booking,
    CardPayment,
    CardRefund,
    Line,
    LineKind,
    Outcome,
    Status,
)

_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
_STAYING: Final = frozenset({Status.CONFIRMED, Status.IN_HOUSE})
_STAYED: Final = frozenset({Status.DEPARTED})
_ANY: Final = frozenset({Status.CONFIRMED, Status.IN_HOUSE, Status.DEPARTED})

Change = Callable[[CardPayment, Booking, Calendar, Random], CardPayment]


@dataclass(frozen=True, slots=True)
class Turn:
    """``times`` payments of bookings in ``statuses``, asked for at least ``age`` seconds ago, change like this."""

    change: Change
    times: int
    statuses: frozenset[Status]
    age: int = _HOUR


def take_turns(bookings: list[Booking], calendar: Calendar, rng: Random) -> list[Booking]:
    """The bookings after every turn; no payment takes two."""
    changed = [_refund_cancelled(booking, calendar) for booking in bookings]
    free = {
        (index, number)
        for index, booking in enumerate(changed)
        for number, payment in enumerate(booking.card_payments)
        if not payment.refunds
    }
    for turn in _TURNS:
        fitting = sorted(spot for spot in free if _fits(turn, changed[spot[0]], spot[1], calendar))
        for spot in rng.sample(fitting, min(turn.times, len(fitting))):
            free.discard(spot)
            changed[spot[0]] = _turned(turn, changed[spot[0]], spot[1], calendar, rng)
    return changed


def _fits(turn: Turn, booking: Booking, number: int, calendar: Calendar) -> bool:
    payment = booking.card_payments[number]
    return booking.status in turn.statuses and payment.at <= calendar.now - turn.age and payment.amount >= 2_000


def _turned(turn: Turn, booking: Booking, number: int, calendar: Calendar, rng: Random) -> Booking:
    payments = list(booking.card_payments)
    payments[number] = turn.change(payments[number], booking, calendar, rng)
    goodwill = [
        Line(LineKind.DISCOUNT, "Goodwill, noise at night", -back.amount, 100_000, back.at)
        for back in payments[number].refunds
    ]
    return replace(booking, card_payments=tuple(payments), lines=(*booking.lines, *goodwill))


def _refund_cancelled(booking: Booking, calendar: Calendar) -> Booking:
    """A stay that was cancelled in time gets its deposit back."""
    if booking.status is not Status.CANCELLED or booking.lines:
        return booking
    back = [
        replace(payment, refunds=(CardRefund(payment.amount, "succeeded", _between(payment.at, calendar, 2 * _DAY)),))
        for payment in booking.card_payments
    ]
    return replace(booking, card_payments=tuple(back))


def _between(at: int, calendar: Calendar, later: int) -> int:
    """Some time after ``at``, but not after now."""
    return min(at + later, calendar.now)


def _lately(booking: Booking, calendar: Calendar, rng: Random) -> int:
    """Within the last days, but not before the booking was made."""
    return max(booking.created_at, calendar.now - rng.randint(_HOUR, 4 * _DAY))


def _unpaid(payment: CardPayment, outcome: Outcome) -> CardPayment:
    return replace(payment, outcome=outcome, captured_amount=0, moved_at=None)


def _unfinished(outcome: Outcome) -> Change:
    """Asked for lately, and still open."""

    def change(payment: CardPayment, booking: Booking, calendar: Calendar, rng: Random) -> CardPayment:
        return replace(_unpaid(payment, outcome), at=_lately(booking, calendar, rng))

    return change


def _lost(outcome: Outcome) -> Change:
    """It never came to money."""

    def change(payment: CardPayment, _booking: Booking, _calendar: Calendar, _rng: Random) -> CardPayment:
        return _unpaid(payment, outcome)

    return change


def _took(outcome: Outcome) -> Change:
    """Money moved, though not in the usual way."""

    def change(payment: CardPayment, _booking: Booking, _calendar: Calendar, _rng: Random) -> CardPayment:
        return replace(payment, outcome=outcome)

    return change


def _captured(outcome: Outcome, too_much: int) -> Change:
    """Authorised, ``too_much`` more than needed, and captured days later."""

    def change(payment: CardPayment, _booking: Booking, calendar: Calendar, rng: Random) -> CardPayment:
        moved_at = _between(payment.at, calendar, rng.randint(_DAY, 4 * _DAY))
        return replace(payment, outcome=outcome, amount=payment.amount + too_much, moved_at=moved_at)

    return change


def _refunded(status: str, percent: int) -> Change:
    """A part goes back, days later."""

    def change(payment: CardPayment, _booking: Booking, calendar: Calendar, rng: Random) -> CardPayment:
        at = (
            calendar.now - rng.randint(_HOUR, _DAY) if status == "pending" else _between(payment.at, calendar, 2 * _DAY)
        )
        back = CardRefund(payment.amount * percent // 100, status, max(at, payment.at))
        return replace(payment, refunds=(back,))

    return change


def _debited(payment: CardPayment, _booking: Booking, calendar: Calendar, _rng: Random) -> CardPayment:
    """A bank debit that took its days and arrived."""
    moved_at = _between(payment.at, calendar, 5 * _DAY)
    return replace(payment, method="sepa_debit", brand="", last4="3201", moved_at=moved_at)


def _debiting(payment: CardPayment, booking: Booking, calendar: Calendar, rng: Random) -> CardPayment:
    """A bank debit under way."""
    debit = replace(payment, method="sepa_debit", brand="", last4="3202", at=_lately(booking, calendar, rng))
    return _unpaid(debit, Outcome.PROCESSING)


def _abroad(currency: str, for_ten_euros: int) -> Change:
    """Paid in another currency; ``for_ten_euros`` is in its minor units."""

    def change(payment: CardPayment, _booking: Booking, _calendar: Calendar, _rng: Random) -> CardPayment:
        amount = payment.amount * for_ten_euros // 1_000
        return replace(payment, currency=currency, amount=amount, captured_amount=amount)

    return change


_TURNS: Final = (
    Turn(_took(Outcome.LEGACY), 1, _STAYED, 20 * _DAY),
    Turn(_took(Outcome.DISPUTED), 1, _STAYED, 12 * _DAY),
    Turn(_abroad("jpy", 1_640), 1, _ANY),
    Turn(_abroad("gbp", 870), 3, _ANY),
    Turn(_debiting, 3, _STAYING),
    Turn(_unfinished(Outcome.REQUIRES_CAPTURE), 4, _STAYING),
    Turn(_unfinished(Outcome.INCOMPLETE), 4, _STAYING),
    Turn(_lost(Outcome.CANCELED), 2, _STAYING),
    Turn(_lost(Outcome.RELEASED), 2, _STAYING),
    Turn(_lost(Outcome.FAILED), 7, _ANY),
    Turn(_debited, 3, _ANY, 8 * _DAY),
    Turn(_captured(Outcome.CAPTURED, 0), 4, _ANY, 6 * _DAY),
    Turn(_captured(Outcome.PARTLY_CAPTURED, 5_000), 2, _ANY, 6 * _DAY),
    Turn(_refunded("succeeded", 25), 5, _STAYED, 4 * _DAY),
    Turn(_refunded("pending", 15), 2, _STAYED, 2 * _DAY),
    Turn(_refunded("failed", 20), 2, _STAYED, 6 * _DAY),
    Turn(_took(Outcome.FAILED_THEN_SUCCEEDED), 7, _ANY),
)
