"""A business day at the desk: who arrives, stays and leaves, and what else waits. Read in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select, text
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import UNMATCHED_STATES, PaymentState, RefundStatus, Source
from rentease_desk.domain.stays import DayAtDesk, DayLine, Deed, Sums, sums
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.bookings import load_bookings
from rentease_desk.storage.ignore_tables import is_ignored
from rentease_desk.storage.return_tables import SIGN, refund_returns
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.stay_tables import stay_changes
from rentease_desk.storage.sync_state import last_success
from rentease_desk.storage.tables import TO_COME, bookings, payments, refunds

_MOST_LATE = 100
"""So many of those who have not come on earlier days are listed, the latest of them; the others are counted."""
_HERE, _GONE = BookingStatus.IN_HOUSE.value, BookingStatus.DEPARTED.value
_SUCCEEDED = PaymentState.SUCCEEDED.value
_DAY: Any = bindparam("day")
_Question = Select[*tuple[Any, ...]]


def read_day(connection: Connection, day: date) -> DayAtDesk:
    """The day as this moment shows it. Who arrived or left is told by the deed's day, or by the booking's own."""
    given = {"day": day, "most": _MOST_LATE}
    keys = {name: list(connection.scalars(asked, given)) for name, asked in _lists().items()}
    lines = {name: _lines(connection, pks, gone=name == "left") for name, pks in keys.items()}
    lines["arriving"] = _late_first(lines["arriving"], lambda one: one.booking.arrival)
    lines["leaving"] = _late_first(lines["leaving"], lambda one: one.booking.departure)
    counts = {name: connection.execute(asked, {"day": day}).scalar_one() for name, asked in _counts().items()}
    last = last_success(connection)
    count, amounts, actors = _returned(connection, day)
    return DayAtDesk(
        day,
        **lines,
        older=max(0, counts["late"] - _MOST_LATE),
        taken=counts["taken"],
        rooms=counts["rooms"],
        unmatched=unmatched_sums(connection),
        returned=sums(count, amounts),
        returned_by=actors,
        synced_at=last.ended_at if last is not None else None,
    )


@cache
def _lists() -> dict[str, Select[int]]:
    """Questions are made once: the day is read anew after every write."""
    came, went = _on(Deed.CHECK_IN), _on(Deed.CHECK_OUT)
    here, table = bookings.c.status == _HERE, bookings.c
    new = or_(table.arrival == _DAY, table.pk.in_(came))
    gone = or_(table.pk.in_(went), and_(table.departure == _DAY, ~_checked_out()))
    lists = {
        "arriving": and_(text(TO_COME), or_(table.arrival == _DAY, table.pk.in_(_late()))),
        "arrived": and_(here, table.departure > _DAY, new),
        "staying": and_(here, table.departure > _DAY, ~new),
        "leaving": and_(here, table.departure <= _DAY),
        "left": and_(table.status == _GONE, gone),
    }
    return {name: select(table.pk).where(chosen) for name, chosen in lists.items()}


@cache
def _counts() -> dict[str, Select[int]]:
    chosen = {
        "late": (text(TO_COME), bookings.c.arrival < _DAY),
        "taken": (room_nights.c.night == _DAY, room_nights.c.booking_pk.is_not(None)),
        "rooms": (rooms.c.active,),
    }
    return {name: select(func.count()).where(*conditions) for name, conditions in chosen.items()}


def _late() -> Any:
    """Who was to come on an earlier day and of whom nothing has become: to be checked in, missed or cancelled."""
    late = select(bookings.c.pk).where(text(TO_COME), bookings.c.arrival < _DAY)
    return late.order_by(bookings.c.arrival.desc(), bookings.c.pk.desc()).limit(bindparam("most"))


def _stands() -> ColumnElement[bool]:
    """Of a change: nobody undid it."""
    undoing = stay_changes.alias("undoing")
    return ~select(undoing.c.pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()


def _checked_out() -> ColumnElement[bool]:
    """Of a booking: it is known when the guest was let go, be it before the day of departure."""
    out = (stay_changes.c.booking_pk == bookings.c.pk, stay_changes.c.deed == Deed.CHECK_OUT.value, _stands())
    return select(stay_changes.c.pk).where(*out).exists()


def _on(deed: Deed) -> Any:
    done = (stay_changes.c.business_date == _DAY, stay_changes.c.deed == deed.value, _stands())
    return select(stay_changes.c.booking_pk).where(*done)


def _lines(connection: Connection, pks: Sequence[int], *, gone: bool) -> tuple[DayLine, ...]:
    """Where money is open first, then by room."""
    if not pks:
        return ()
    deed = Deed.CHECK_OUT if gone else Deed.CHECK_IN
    at = {row[0]: row[1] for row in connection.execute(_times(), {"pks": pks, "deed": deed.value})}
    found = sorted(load_bookings(connection, pks), key=lambda one: (not one.totals.balance, one.rooms, one.pk))
    return tuple(DayLine(one, at.get(one.pk)) for one in found)


@cache
def _times() -> _Question:
    """When each of these bookings was last checked in, or out."""
    done = (among_keys(stay_changes.c.booking_pk, "pks"), stay_changes.c.deed == bindparam("deed"), _stands())
    times = select(stay_changes.c.booking_pk, func.max(stay_changes.c.created_at)).where(*done)
    return times.group_by(stay_changes.c.booking_pk)


def _late_first(lines: Iterable[DayLine], day: Callable[[DayLine], date]) -> tuple[DayLine, ...]:
    return tuple(sorted(lines, key=day))


def unmatched_sums(connection: Connection) -> Sums:
    """Card payments that wait for a booking, but for the ignored ones: what of them was not given back."""
    paid, back = _waiting()
    rows, returned = connection.execute(paid).all(), connection.execute(back).all()
    count = sum(number for _, number, _ in rows)
    return sums(
        count, _money([*((code, minor) for code, _, minor in rows), *((code, minor) for code, minor in returned)])
    )


@cache
def _waiting() -> tuple[_Question, _Question]:
    """How many wait and their sum, by currency; and what of them was given back, negative."""
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
    return paid.group_by(payments.c.currency), back.group_by(payments.c.currency)


def _returned(connection: Connection, day: date) -> tuple[int, Iterable[Money], tuple[str, ...]]:
    """The day's refunds that succeeded, negative, less what came back of some; how many went, and who made the rows."""
    went, came = (connection.execute(query, {"day": day}).all() for query in _gone_back())
    rows = [*went, *came]
    return len(went), _money((code, minor) for code, minor, _ in rows), tuple(dict.fromkeys(row.actor for row in rows))


@cache
def _gone_back() -> tuple[_Question, _Question]:
    """Refunds count on the day they were made, also if they failed later; then they came back on another day."""
    given = refunds.join(payments, payments.c.pk == refunds.c.payment_pk)
    back = given.join(refund_returns, refund_returns.c.refund_pk == refunds.c.pk)
    went = select(refunds.c.currency, -refunds.c.amount, refunds.c.actor).select_from(given)
    came = select(refunds.c.currency, refunds.c.amount * SIGN, refund_returns.c.actor).select_from(back)
    counts = payments.c.state == _SUCCEEDED
    return (
        went.where(refunds.c.business_date == _DAY, counts).order_by(refunds.c.pk),
        came.where(refund_returns.c.business_date == _DAY, counts).order_by(refund_returns.c.pk),
    )


def _money(amounts: Iterable[tuple[str, int]]) -> list[Money]:
    return [Money(int(minor), currency) for currency, minor in amounts]
