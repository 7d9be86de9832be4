"""Business days that are closed and reopened, and what is open before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, insert, select

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.day_close import DayDeed, DayDraft, OpenKind, OpenThing
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.storage.database import Unit
from rentease_desk.storage.day_list import unmatched_sums
from rentease_desk.storage.day_tables import CLOSED_DAYS, day_closes
from rentease_desk.storage.drawer_sums import open_sessions, uncounted
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, read_cursor
from rentease_desk.storage.tables import refunds

_d = day_closes.c
_MOST_DAYS = 60
"""So many earlier days are looked at, and no more: a desk that closes none for months is not told of each."""


def deeds_of(connection: Connection, day: date) -> tuple[DayDeed, ...]:
    """Who closed and reopened a day, in order."""
    rows = connection.execute(select(day_closes).where(_d.business_date == day).order_by(_d.ordinal))
    return tuple(
        DayDeed(row.uid, row.ordinal % 2 == 1, row.reason, row.created_at, row.actor, row.desk) for row in rows
    )


def closed_days(connection: Connection) -> frozenset[date]:
    """The days that are closed now."""
    return frozenset(connection.scalars(CLOSED_DAYS))


def day_of(connection: Connection, uid: str) -> date | None:
    """The day that was closed or reopened under this identity."""
    found: date | None = connection.scalar(select(_d.business_date).where(_d.uid == uid))
    return found


def add_deed(unit: Unit, draft: DayDraft, reason: str) -> None:
    """Close a day, or reopen a closed one, journalled. The days are this transaction's alone."""
    last = unit.connection.scalar(select(func.max(_d.ordinal)).where(_d.business_date == draft.day)) or 0
    row = {"uid": draft.uid, "business_date": draft.day, "ordinal": last + 1, "reason": reason, **unit.made}
    unit.connection.execute(insert(day_closes).values(row))
    told = {"business_date": draft.day.isoformat(), "ordinal": last + 1, "reason": reason}
    unit.record("reopen" if last % 2 else "close", "day", draft.uid, None, told)
    unit.changes |= Changes(days=True)


def open_things(connection: Connection, day: date, days: Days) -> tuple[OpenThing, ...]:
    """What is open before a day is closed: nothing of it keeps the day open by itself."""
    found = (_drawers(connection), _uncounted(connection, day), _unmatched(connection), _refunds(connection),
             _sync(connection, day, days), _earlier(connection, day))  # fmt: skip
    return tuple(one for one in found if one is not None)


def _drawers(connection: Connection) -> OpenThing | None:
    names = tuple(sorted(one.desk for one in open_sessions(connection)))
    return OpenThing(OpenKind.DRAWER, len(names), names) if names else None


def _uncounted(connection: Connection, day: date) -> OpenThing | None:
    found = uncounted(connection, DateRange(day, day))
    if not found:
        return None
    sums: dict[str, int] = {}
    for one in (cash for some in found for cash in some.cash):
        sums[one.currency] = sums.get(one.currency, 0) + one.expected
    money = tuple(Money(sums[code], code) for code in sorted(sums))
    return OpenThing(OpenKind.NOT_COUNTED, len(found), tuple(one.desk for one in found), money)


def _unmatched(connection: Connection) -> OpenThing | None:
    found = unmatched_sums(connection)
    return OpenThing(OpenKind.UNMATCHED, found.count, (), found.amounts) if found.count else None


def _refunds(connection: Connection) -> OpenThing | None:
    r = refunds.c
    waiting = r.status.in_([RefundStatus.PENDING.value, RefundStatus.REQUIRES_ACTION.value])
    query = (
        select(r.currency, func.count(), func.sum(r.amount)).where(waiting).group_by(r.currency).order_by(r.currency)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    money = tuple(Money(int(minor), code) for code, _, minor in rows)
    return OpenThing(OpenKind.REFUND, sum(count for _, count, _ in rows), (), money)


def _sync(connection: Connection, day: date, days: Days) -> OpenThing | None:
    """Nothing is said where there is no Stripe account."""
    settings = read_property(connection)
    if settings is None or settings.identity is None:
        return None
    ends = days.business_span(DateRange(day, day)).end
    accounts = [one.identity for one in settings.asked_accounts]
    read = [read_cursor(connection, one, kind) for one in accounts for kind in (EVENTS, PAYMENTS)]
    until = min(one or 0 for one in read)
    return None if until >= ends else OpenThing(OpenKind.SYNC, at=until or None)


def _earlier(connection: Connection, day: date) -> OpenThing | None:
    """Days since the first close that nobody closed."""
    closed = closed_days(connection)
    if not closed:
        return None
    first = max(min(closed).toordinal(), day.toordinal() - _MOST_DAYS)
    names = [date.fromordinal(one) for one in range(first, day.toordinal())]
    left = tuple(one.isoformat() for one in names if one not in closed)
    return OpenThing(OpenKind.EARLIER, len(left), left) if left else None
