"""How much may be read from Stripe in 30 days, and how the timer holds back before that is used up.

Source: docs.stripe.com/rate-limits: 500 reads a transaction on a rolling 30 days, at least 10,000.
"""

from __future__ import annotations

from msgspec import Struct

WINDOW_DAYS = 30
LEAST_READS = 10_000
READS_A_TRANSACTION = 500
_STEPS = ((95, 4), (80, 2))
"""Above so many percent of the allocation, the interval is so many times as long."""


class Reads(Struct, frozen=True):
    """Requests in the last 30 days, how many Stripe allows, and how many times as long the timer's interval is."""

    used: int
    allowed: int
    stretch: int


def reads(used: int, transactions: int) -> Reads:
    """Where an account stands after so many requests and payments that succeeded, both in 30 days."""
    allowed = allocation(transactions)
    return Reads(used, allowed, stretch(used, allowed))


def allocation(transactions: int) -> int:
    """How many requests Stripe allows in 30 days with so many payments."""
    return max(LEAST_READS, READS_A_TRANSACTION * transactions)


def stretch(used: int, allowed: int) -> int:
    """1, or how many times as long the interval is near the end of the allocation."""
    return next((times for percent, times in _STEPS if used * 100 > allowed * percent), 1)


def stretched(minutes: int, used: int, allowed: int) -> int:
    """The timer's interval, in minutes; 0 stays off."""
    return minutes * stretch(used, allowed)


def is_due(minutes: int, times: int, since_last: int | None) -> bool:
    """Whether a tick of a timer of so many minutes is to poll, when every ``times``-th one is.

    ``since_last``: seconds since the last poll that succeeded. Half an interval is let go, as no tick is quite on
    time; a clock that was set back does not stop the polls.
    """
    if times == 1 or since_last is None or since_last < 0:
        return True
    return since_last >= (times - 0.5) * minutes * 60
