"""The keys of the bookings that a payment is compared with, by five questions that each look at one thing.

A name with a slip is found by the halves of its words: one slip leaves one half of a word whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from rentease_desk.domain.likeness import name_words
from rentease_desk.domain.match_reasons import mailbox, texts_in
from rentease_desk.domain.match_values import PaymentFacts
from rentease_desk.domain.payment import PaymentState
from rentease_desk.domain.text import fold
from rentease_desk.storage.search import contains
from rentease_desk.storage.tables import booking_search, bookings, charge_lines, payment_transfers, payments

_BACK, _AHEAD = timedelta(days=120), timedelta(days=550)
"""A stay is paid for from a year and a half before it to some months after it."""
_NEAR = timedelta(days=7)
_DAY = 86_400
_ALIKE, _OF_AMOUNT, _BOOKED, _OF_DATE = 100, 60, 60, 15
_MOST_NIGHTS = 14
_PARTS = 10
"""How many parts of names and addresses are looked for at most."""


def candidate_keys(connection: Connection, payment: PaymentFacts, known: Sequence[int]) -> list[int]:
    """Some hundreds at most, each once. ``known``: bookings of who paid before."""
    found: dict[int, None] = dict.fromkeys(known)
    for query in _questions(payment):
        found |= dict.fromkeys(connection.scalars(query))
    return list(found)


def _questions(payment: PaymentFacts) -> Iterator[Select[Any]]:
    yield from _named(payment)
    yield from _alike(payment)
    yield _of_amount(payment)
    yield _owing_just_that(payment)
    yield _booked_then(payment)
    yield from _nearest(payment)


def _named(payment: PaymentFacts) -> Iterator[Select[Any]]:
    texts = sorted(texts_in(payment.description))[:200]
    if texts:
        yield select(bookings.c.pk).where(or_(bookings.c.reference_key.in_(texts), bookings.c.uid.in_(texts)))


def _alike(payment: PaymentFacts) -> Iterator[Select[Any]]:
    """Bookings whose search text holds parts of the names and addresses, those with the most of them first."""
    parts = dict(list(_parts(payment).items())[:_PARTS])
    if not parts:
        return
    text = booking_search.c.text
    hits: ColumnElement[int] = sum(
        (case((contains(text, one), weight), else_=0) for one, weight in parts.items()), start=_ZERO
    )
    rows = select(booking_search.c.booking_pk.label("pk"), booking_search.c.arrival, hits.label("hits"))
    rows_ = rows.where(_in_time(booking_search.c.arrival, payment.day)).subquery()
    chosen = select(rows_.c.pk).where(rows_.c.hits > 0)
    yield chosen.order_by(rows_.c.hits.desc(), rows_.c.arrival.desc(), rows_.c.pk.desc()).limit(_ALIKE)


_ZERO: Any = 0


def _parts(payment: PaymentFacts) -> dict[str, int]:
    """Parts of the search text to look for, with their weights; the most telling first."""
    parts: dict[str, int] = {}
    for email in payment.emails:
        name, _, home = mailbox(email).partition("@")
        parts |= {fold(email): 8, fold(f"{name}@{home}"): 8} if name else {}
    for word in dict.fromkeys(word for name in payment.names for word in name_words(name)):
        parts |= _of_word(word)
    for word in name_words(payment.description):
        if len(word) >= 5 and word.isalpha():
            parts.setdefault(word, 2)
    return dict(sorted(parts.items(), key=lambda part: -part[1]))


def _of_word(word: str) -> dict[str, int]:
    if len(word) < 3:
        return {}
    if len(word) < 6:
        return {word: 3}
    middle = len(word) // 2
    return {word: 2, word[:middle]: 1, word[middle:]: 1}


def _in_time(arrival: ColumnElement[date], day: date) -> ColumnElement[bool]:
    return arrival.between(day - _BACK, day + _AHEAD)


def _of_amount(payment: PaymentFacts) -> Select[Any]:
    """Bookings with a charge that the amount is the whole, a usual deposit, or one night of."""
    amount = payment.amount
    wholes = {amount * nights for nights in range(1, _MOST_NIGHTS + 1)}
    for percent in (10, 15, 20, 25, 30, 40, 50):
        wholes |= {amount * 100 // percent + slip for slip in (0, 1)}
    charged = charge_lines.c.amount + 0  # one look over the index of charges, not one for each booking and amount
    lines = select(charge_lines.c.booking_pk, func.min(case((charged == amount, 0), else_=1)).label("rank"))
    of = lines.where(charged.in_(sorted(wholes))).group_by(charge_lines.c.booking_pk).subquery()
    query = select(bookings.c.pk).join(of, of.c.booking_pk == bookings.c.pk)
    query = query.where(bookings.c.currency == payment.currency, _in_time(bookings.c.arrival, payment.day))
    return query.order_by(of.c.rank, *_nearest_first(payment.day)).limit(_OF_AMOUNT)


def _owing_just_that(payment: PaymentFacts) -> Select[Any]:
    """Stays about that day, or booked not long before, on which just this is owed, whatever was paid before."""
    charged = select(func.coalesce(func.sum(charge_lines.c.amount), 0)).where(
        charge_lines.c.booking_pk == bookings.c.pk
    )
    paid = select(func.coalesce(func.sum(payments.c.amount), 0)).where(
        payments.c.booking_pk == bookings.c.pk,
        payments.c.state == PaymentState.SUCCEEDED.value,
        payments.c.currency == bookings.c.currency,
    )
    moved = payment_transfers.c
    came = func.sum(case((moved.to_booking_pk == bookings.c.pk, moved.amount), else_=-moved.amount))
    parts = select(func.coalesce(came, 0)).where(
        or_(moved.to_booking_pk == bookings.c.pk, moved.from_booking_pk == bookings.c.pk),
        ~moved.whole,
        moved.refund_pk.is_(None),
    )
    owed = charged.scalar_subquery() - paid.scalar_subquery() - parts.scalar_subquery()
    near = bookings.c.arrival.between(payment.day - _NEAR, payment.day + _NEAR)
    made = bookings.c.created_at.between(payment.at - 14 * _DAY, payment.at + _DAY)
    query = select(bookings.c.pk).where(
        or_(near, made), bookings.c.currency == payment.currency, owed == payment.amount
    )
    return query.order_by(*_nearest_first(payment.day)).limit(_OF_AMOUNT)


def _booked_then(payment: PaymentFacts) -> Select[Any]:
    """Bookings that were made about then: many are paid for, in whole or in part, as they are made."""
    made, at = bookings.c.created_at, payment.at
    query = select(bookings.c.pk).where(made.between(at - 2 * _DAY, at + _DAY), bookings.c.currency == payment.currency)
    return query.order_by(func.abs(made - at), bookings.c.pk).limit(_BOOKED)


def _nearest(payment: PaymentFacts) -> Iterator[Select[Any]]:
    """Who arrives about that day: where nothing else is known, that is a beginning."""
    arrival, own = bookings.c.arrival, bookings.c.currency == payment.currency
    after, before = arrival >= payment.day, arrival < payment.day
    yield select(bookings.c.pk).where(own, after).order_by(arrival, bookings.c.pk).limit(_OF_DATE)
    yield select(bookings.c.pk).where(own, before).order_by(arrival.desc(), bookings.c.pk.desc()).limit(_OF_DATE)


def _nearest_first(day: date) -> tuple[ColumnElement[Any], ...]:
    """Stays to come before past ones, the nearest first; SQLite has no days between two dates."""
    arrival = bookings.c.arrival
    ahead, back = case((arrival >= day - timedelta(days=3), arrival)), case((arrival < day, arrival))
    return ahead.asc().nulls_last(), back.desc().nulls_last(), bookings.c.pk.asc()
