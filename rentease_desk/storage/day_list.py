"""A business day at the desk: who arrives, stays and leaves, and what else waits. Read in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, text
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import UNMATCHED_STATES, PaymentState, RefundStatus, Source
from rentease_desk.domain.stays import DayAtDesk, DayLine, Deed, Sums, sums
from rentease_desk.storage.bookings import load_bookings
from rentease_desk.storage.ignore_tables import is_ignored
from rentease_desk.storage.stay_tables import stay_changes
from rentease_desk.storage.sync_state import last_success
from rentease_desk.storage.tables import TO_COME, bookings, payments, refunds, room_nights, rooms

_MOST_LATE = 100
"""So many of those who have not come on earlier days are listed, the latest of them; the others are counted."""
_HERE, _GONE = BookingStatus.IN_HOUSE.value, BookingStatus.DEPARTED.value
_SUCCEEDED = PaymentState.SUCCEEDED.value


def read_day(connection: Connection, day: date) -> DayAtDesk:
    """The day as this moment shows it. Who arrived or left is told by the deed's day, or by the booking's own."""
    came, went = _on(day, Deed.CHECK_IN), _on(day, Deed.CHECK_OUT)
    here, table = bookings.c.status == _HERE, bookings.c
    new = or_(table.arrival == day, table.pk.in_(came))
    lists = {
        "arriving": and_(text(TO_COME), or_(table.arrival == day, table.pk.in_(_late(day)))),
        "arrived": and_(here, table.departure > day, new),
        "staying": and_(here, table.departure > day, ~new),
        "leaving": and_(here, table.departure <= day),
        "left": and_(table.status == _GONE, or_(table.pk.in_(went), and_(table.departure == day, ~_checked_out()))),
    }
    keys = {name: list(connection.scalars(select(table.pk).where(chosen))) for name, chosen in lists.items()}
    lines = {name: _lines(connection, pks, gone=name == "left") for name, pks in keys.items()}
    lines["arriving"] = _late_first(lines["arriving"], lambda one: one.booking.arrival)
    lines["leaving"] = _late_first(lines["leaving"], lambda one: one.booking.departure)
    late = connection.scalar(select(func.count()).where(text(TO_COME), table.arrival < day)) or 0
    last = last_success(connection)
    count, amounts, actors = _returned(connection, day)
    return DayAtDesk(
        day,
        **lines,
        older=max(0, late - _MOST_LATE),
        taken=connection.execute(
            select(func.count()).where(room_nights.c.night == day, room_nights.c.booking_pk.is_not(None))
        ).scalar_one(),
        rooms=connection.execute(select(func.count()).where(rooms.c.active)).scalar_one(),
        unmatched=_unmatched(connection),
        returned=sums(count, amounts),
        returned_by=actors,
        synced_at=last.ended_at if last is not None else None,
    )


def _late(day: date) -> Any:
    """Who was to come on an earlier day and of whom nothing has become: to be checked in, missed or cancelled."""
    late = select(bookings.c.pk).where(text(TO_COME), bookings.c.arrival < day)
    return late.order_by(bookings.c.arrival.desc(), bookings.c.pk.desc()).limit(_MOST_LATE)


def _stands() -> ColumnElement[bool]:
    """Of a change: nobody undid it."""
    undoing = stay_changes.alias("undoing")
    return ~select(undoing.c.pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()


def _checked_out() -> ColumnElement[bool]:
    """Of a booking: it is known when the guest was let go, be it before the day of departure."""
    out = (stay_changes.c.booking_pk == bookings.c.pk, stay_changes.c.deed == Deed.CHECK_OUT.value, _stands())
    return select(stay_changes.c.pk).where(*out).exists()


def _on(day: date, deed: Deed) -> Any:
    done = (stay_changes.c.business_date == day, stay_changes.c.deed == deed.value, _stands())
    return select(stay_changes.c.booking_pk).where(*done)


def _lines(connection: Connection, pks: Sequence[int], *, gone: bool) -> tuple[DayLine, ...]:
    """Where money is open first, then by room."""
    deed = Deed.CHECK_OUT if gone else Deed.CHECK_IN
    done = (stay_changes.c.booking_pk.in_(pks), stay_changes.c.deed == deed.value, _stands())
    times = select(stay_changes.c.booking_pk, func.max(stay_changes.c.created_at)).where(*done)
    at = {row[0]: row[1] for row in connection.execute(times.group_by(stay_changes.c.booking_pk))}
    found = sorted(load_bookings(connection, pks), key=lambda one: (not one.totals.balance, one.rooms, one.pk))
    return tuple(DayLine(one, at.get(one.pk)) for one in found)


def _late_first(lines: Iterable[DayLine], day: Callable[[DayLine], date]) -> tuple[DayLine, ...]:
    return tuple(sorted(lines, key=day))


def _unmatched(connection: Connection) -> Sums:
    """Card payments that wait for a booking, but for the ignored ones: what of them was not given back."""
    waits = and_(
        payments.c.booking_pk.is_(None),
        payments.c.source == Source.STRIPE.value,
        payments.c.state.in_([state.value for state in UNMATCHED_STATES]),
        ~is_ignored(),
    )
    paid = select(payments.c.currency, func.count(), func.sum(payments.c.amount)).where(waits)
    gone = case((refunds.c.status == RefundStatus.SUCCEEDED.value, refunds.c.amount), else_=0)
    back = (
        select(payments.c.currency, func.sum(-gone)).join(refunds, refunds.c.payment_pk == payments.c.pk).where(waits)
    )
    rows = connection.execute(paid.group_by(payments.c.currency)).all()
    returned = connection.execute(back.group_by(payments.c.currency)).all()
    count = sum(number for _, number, _ in rows)
    return sums(
        count, _money([*((code, minor) for code, _, minor in rows), *((code, minor) for code, minor in returned)])
    )


def _returned(connection: Connection, day: date) -> tuple[int, Iterable[Money], tuple[str, ...]]:
    """The day's refunds that succeeded, negative; how many, and who made them."""
    query = select(refunds.c.currency, refunds.c.amount, refunds.c.actor).join(
        payments, payments.c.pk == refunds.c.payment_pk
    )
    counts = (refunds.c.status == RefundStatus.SUCCEEDED.value, payments.c.state == _SUCCEEDED)
    rows = connection.execute(query.where(refunds.c.business_date == day, *counts).order_by(refunds.c.pk)).all()
    return len(rows), _money((code, -minor) for code, minor, _ in rows), tuple(dict.fromkeys(row.actor for row in rows))


def _money(amounts: Iterable[tuple[str, int]]) -> list[Money]:
    return [Money(int(minor), currency) for currency, minor in amounts]
