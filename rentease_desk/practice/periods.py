"""Calendar periods of subscriptions, in UTC: docs.stripe.com/billing/subscriptions/billing-cycle."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def later(at: int, interval: str, count: int) -> int:
    """``count`` intervals (day, week, month, year) after ``at``. The 31st becomes the last day of a shorter month."""
    moment = datetime.fromtimestamp(at, UTC)
    if interval in _DAYS:
        return int((moment + timedelta(days=_DAYS[interval] * count)).timestamp())
    months = moment.year * 12 + moment.month - 1 + _MONTHS[interval] * count
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())
