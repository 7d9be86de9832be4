"""Which booking a card payment may be for: every reason that speaks for a booking or against it, with its weight.

Nothing here decides anything. A payment is put on a booking by itself only where its metadata names the booking's id or
reference; what is found here is a suggestion that a person accepts, however strong it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.match_reasons import (
    amount_reasons,
    contact_reasons,
    date_reasons,
    known_reasons,
    name_reasons,
    reference_reasons,
    status_reasons,
)
from rentease_desk.domain.match_values import BookingFacts, Evidence, PaymentFacts, Reason
from rentease_desk.domain.payment import Payment

SUGGESTED = 5
"""How many bookings are suggested: as many as there are number keys for."""
STRONG = 58
"""From so many points on a suggestion is called strong: two independent things speak for it."""
_CLOSE = 15
"""A strong one that is further behind the strongest is not told as such: there is a better one."""
_LEAST = -4
"""Below, or where nothing at all speaks for it, a booking is not worth looking at."""


class Strength(StrEnum):
    """How sure a suggestion is. None of them is acted upon."""

    STRONG = "strong"
    POSSIBLE = "possible"


class Scored(Struct, frozen=True):
    """A booking with everything that speaks for it (positive points), the weightiest first, then against it."""

    booking_pk: int
    score: int
    reasons: tuple[Reason, ...]

    @property
    def kinds(self) -> int:
        """How many kinds of evidence (of ``len(Evidence)``) speak for it."""
        return len({one.kind for one in self.reasons if one.points > 0})

    @property
    def strength(self) -> Strength:
        """Whether it is strong."""
        return Strength.STRONG if self.score >= STRONG else Strength.POSSIBLE


class Candidate(Struct, frozen=True):
    """A booking as it is now, and why it is suggested."""

    booking: Booking
    scored: Scored


class Suggestions(Struct, frozen=True):
    """What is suggested for a payment, the strongest first.

    ``has_currency``: whether there is any booking in the payment's currency; only such a booking can be paid by it.
    """

    payment: Payment
    candidates: tuple[Candidate, ...]
    has_currency: bool = True

    @property
    def strong(self) -> int:
        """How many of them are strong, and not far behind the strongest."""
        best = max((one.scored.score for one in self.candidates), default=0)
        scores = (one.scored.score for one in self.candidates if one.scored.strength is Strength.STRONG)
        return sum(score >= best - _CLOSE for score in scores)


def score(payment: PaymentFacts, booking: BookingFacts) -> Scored:
    """What speaks for a booking and against it. The same facts give the same answer."""
    found = (
        *reference_reasons(payment, booking),
        *contact_reasons(payment, booking),
        *known_reasons(payment, booking),
        *name_reasons(payment, booking),
        *amount_reasons(payment, booking),
        *date_reasons(payment, booking),
        *status_reasons(booking),
    )
    order = list(Evidence)
    reasons = tuple(sorted(found, key=lambda one: (-max(one.points, 0), order.index(one.kind), one.code)))
    return Scored(booking.pk, sum(one.points for one in found), reasons)


def ranked(payment: PaymentFacts, bookings: Iterable[BookingFacts], limit: int = SUGGESTED) -> list[Scored]:
    """The bookings that are worth a look, the strongest first; of two alike the nearer stay, then the older row."""
    own = [one for one in bookings if one.currency == payment.currency]
    found = [(score(payment, one), one) for one in own]
    found = [(scored, one) for scored, one in found if scored.kinds and scored.score >= _LEAST]
    found.sort(key=lambda pair: (-pair[0].score, _days_away(payment.day, pair[1]), pair[1].pk))
    return [scored for scored, _ in found[:limit]]


def scored_all(payment: PaymentFacts, bookings: Iterable[BookingFacts], limit: int = SUGGESTED) -> list[Scored]:
    """As ``ranked``, of bookings that a person looked for: those that little speaks for too."""
    found = [(score(payment, one), one) for one in bookings if one.currency == payment.currency]
    found.sort(key=lambda pair: (-pair[0].score, _days_away(payment.day, pair[1]), pair[1].pk))
    return [scored for scored, _ in found[:limit]]


def _days_away(day: date, booking: BookingFacts) -> int:
    if booking.arrival <= day <= booking.departure:
        return 0
    return min(abs((booking.arrival - day).days), abs((booking.departure - day).days))
