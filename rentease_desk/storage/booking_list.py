"""The bookings list: keys of what matches, in order."""

from __future__ import annotations

import re
from array import array
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy.sql import ColumnElement, Subquery

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.lists import BookingQuery, BookingSort, BookingView
from rentease_desk.domain.money import parse_local
from rentease_desk.domain.text import words
from rentease_desk.storage.keys import one_array, read_array, read_keys
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.search import contains, for_word
from rentease_desk.storage.tables import booking_search, bookings, charge_lines, guests, payments
from rentease_desk.storage.totals import spread_parts, totals_table

_STAYS = (BookingStatus.TENTATIVE.value, BookingStatus.CONFIRMED.value, BookingStatus.IN_HOUSE.value)
_LEFT = BookingStatus.DEPARTED.value
_WHOLE = (BookingView.ALL, BookingView.CURRENT)
"""Views in which a search looks through every booking."""
_MONEY_SORTS = {BookingSort.TOTAL: "charged", BookingSort.PAID: "paid"}


def booking_keys(connection: Connection, query: BookingQuery, currency: str, limit: int | None = None) -> array[int]:
    """The keys of the bookings asked for. An amount in the search is read in ``currency``.

    A plain search stops at ``limit`` keys; any other is sorted first, and gives all of them in the same time.
    """
    return read_array(connection, _asked(query, currency, limit, connection.dialect.name))


@lru_cache(maxsize=32)
def _asked(query: BookingQuery, currency: str, limit: int | None, dialect: str) -> Select[str | None]:
    """Kept for a while: a list is read anew after every write."""
    if _is_plain_search(query):
        return one_array(_plain_search(query, currency).limit(limit), dialect)
    chosen = select(bookings.c.pk)
    totals = totals_table() if _needs_totals(query) else None
    if totals is not None:
        chosen = chosen.outerjoin(totals, totals.c.booking_pk == bookings.c.pk)
    chosen = _viewed(_searched(chosen, dialect, query.text, currency), query, totals)
    return one_array(_ordered(chosen, query, totals), dialect)


def near_keys(connection: Connection, text: str, today: date, currency: str, limit: int) -> array[int]:
    """The keys of some bookings found by a text whose arrivals are the nearest to a day: up to ``limit`` twice.

    SQLite walks its one index from that day on, both ways, and stops; PostgreSQL looks through all texts once.
    """
    arrival, pk = booking_search.c.arrival, booking_search.c.booking_pk
    before = _plain_search(BookingQuery(today, text), currency)
    if connection.dialect.name == "postgresql":
        nearest = before.order_by(None).order_by(func.abs(arrival - today), pk)
        return read_keys(connection, nearest.limit(2 * limit))
    after = _plain_search(BookingQuery(today, text, descending=False), currency)
    found = read_keys(connection, before.where(arrival <= today).limit(limit))
    return found + read_keys(connection, after.where(arrival > today).limit(limit))


def _is_plain_search(query: BookingQuery) -> bool:
    """Whether words alone choose, in the list's own order: each key of a search as you type."""
    return query.sort is BookingSort.ARRIVAL and query.view in _WHOLE and bool(words(query.text))


def _plain_search(query: BookingQuery, currency: str) -> Select[Any]:
    """SQLite answers this from one index, read from end to end in order."""
    found = select(booking_search.c.booking_pk)
    for word in words(query.text):
        found = found.where(_has_word(word, currency))
    return found.order_by(*_order(query, booking_search.c.arrival, booking_search.c.booking_pk))


def _needs_totals(query: BookingQuery) -> bool:
    by_money = query.sort in {BookingSort.TOTAL, BookingSort.PAID, BookingSort.BALANCE}
    return by_money or query.view in {BookingView.DUE_TODAY, BookingView.OVERPAID, BookingView.NOTHING_PAID}


def _searched(chosen: Select[Any], dialect: str, text: str, currency: str) -> Select[Any]:
    found = words(text)
    if not found:
        return chosen
    chosen = chosen.join(booking_search, booking_search.c.booking_pk == bookings.c.pk)
    for word in found:
        chosen = chosen.where(for_word(dialect, word, _has_word(word, currency)))
    return chosen


def _has_word(word: str, currency: str) -> ColumnElement[bool]:
    return or_(contains(booking_search.c.text, word), *_by_figures(word, currency))


def _by_figures(word: str, currency: str) -> list[ColumnElement[bool]]:
    """What a word may mean besides text: the last four digits of a card, or an amount charged or paid."""
    conditions: list[ColumnElement[bool]] = []
    if re.fullmatch(r"\d{4}", word):
        conditions += _of_payments(payments.c.last4 == word)
    minor = _as_minor(word, currency)
    if minor is not None:
        parts = spread_parts()
        conditions += _of_payments(payments.c.amount == minor)
        conditions.append(booking_search.c.booking_pk.in_(select(parts.c.booking_pk).where(parts.c.gross == minor)))
        charged = select(charge_lines.c.booking_pk).group_by(charge_lines.c.booking_pk)
        conditions.append(booking_search.c.booking_pk.in_(charged.having(func.sum(charge_lines.c.amount) == minor)))
    return conditions


def _of_payments(named: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Bookings of payments, and those that have a part of one."""
    pk, parts = booking_search.c.booking_pk, spread_parts()
    spread = select(parts.c.booking_pk).join(payments, payments.c.pk == parts.c.payment_pk).where(named)
    return [pk.in_(select(payments.c.booking_pk).where(named)), pk.in_(spread)]


def _as_minor(word: str, currency: str) -> int | None:
    if not re.fullmatch(r"\d[\d.,]*[.,]\d+|\d{3,}", word):
        return None
    try:
        return parse_local(word, currency, ".", ",").minor
    except InputError:
        return None


def _viewed(chosen: Select[Any], query: BookingQuery, totals: Subquery | None) -> Select[Any]:
    if query.view is BookingView.UNCONFIRMED:
        return chosen.where(bookings.c.status == BookingStatus.TENTATIVE.value)
    if query.view is BookingView.CURRENT and not words(query.text):
        return chosen.where(bookings.c.departure >= query.today, bookings.c.status.in_((*_STAYS, _LEFT)))
    if query.view in _WHOLE or totals is None:
        return chosen
    balance = _balance(totals)
    if query.view is BookingView.OVERPAID:
        return chosen.where(balance < 0)
    if query.view is BookingView.DUE_TODAY:
        return chosen.where(balance > 0, bookings.c.arrival <= query.today, bookings.c.status.in_(_STAYS))
    return chosen.where(totals.c.charged > 0, totals.c.paid == 0, bookings.c.status.in_(_STAYS))


def _balance(totals: Subquery) -> ColumnElement[int]:
    balance: ColumnElement[int] = totals.c.charged - totals.c.paid + totals.c.refunded
    return balance


def _ordered(chosen: Select[Any], query: BookingQuery, totals: Subquery | None) -> Select[Any]:
    if query.sort is BookingSort.GUEST:
        chosen = chosen.join(guests, guests.c.pk == bookings.c.guest_pk)
    return chosen.order_by(*_order(query, _sort_column(query.sort, totals), bookings.c.pk))


def _order(query: BookingQuery, column: ColumnElement[Any], pk: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    if query.descending:
        return column.desc().nulls_last(), pk.desc()
    return column.asc().nulls_last(), pk.asc()


def _sort_column(sort: BookingSort, totals: Subquery | None) -> ColumnElement[Any]:
    if totals is not None and sort in _MONEY_SORTS:
        return func.coalesce(totals.c[_MONEY_SORTS[sort]], 0)
    if totals is not None and sort is BookingSort.BALANCE:
        return func.coalesce(_balance(totals), 0)
    columns: dict[BookingSort, ColumnElement[Any]] = {
        BookingSort.REFERENCE: bookings.c.reference_key,
        BookingSort.GUEST: guests.c.name_key,
        BookingSort.ROOM: _first_room(),
        BookingSort.DEPARTURE: bookings.c.departure,
        BookingSort.CHANNEL: bookings.c.channel,
        BookingSort.STATUS: bookings.c.status,
    }
    return columns.get(sort, bookings.c.arrival)


def _first_room() -> ColumnElement[Any]:
    return (
        select(func.min(rooms.c.name_key))
        .join(room_nights, room_nights.c.room_pk == rooms.c.pk)
        .where(room_nights.c.booking_pk == bookings.c.pk)
        .scalar_subquery()
    )
