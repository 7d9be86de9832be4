"""Sums of what moved, added up by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import BigInteger, Select, cast, func, literal, select
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.payment import Source
from rentease_desk.domain.reporting import Basis, Grouping
from rentease_desk.domain.stretches import stretches
from rentease_desk.domain.takings import MoveKind, Sums
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.ordered import by_index
from rentease_desk.storage.report_answers import Question
from rentease_desk.storage.report_days import day_of, moment_number
from rentease_desk.storage.report_moves import Book, givens, within
from rentease_desk.storage.report_sources import SOURCES, SUCCEEDED, void_payments
from rentease_desk.storage.report_ways import rows_of, spread
from rentease_desk.storage.return_tables import SIGN
from rentease_desk.storage.tables import bookings, payment_transfers, payments

Key = tuple[Any, ...]
"""What a group is told apart by: its day (of takings by day), its group, and its currency."""
Keys = tuple[ColumnElement[Any], ...]
_MOVED = payment_transfers.c
_HOMES = by_index(bookings, "ix_bookings_channels", "homes")


class _Asked(Struct, frozen=True):
    """A question for rows of keys, currency, amount, rounding and count. ``told``: the group by keys and currency."""

    kind: MoveKind
    question: Question
    told: Callable[[Sequence[Any]], Key] = tuple


def takings_by_day(book: Book, days: DateRange, basis: Basis) -> dict[Key, Sums]:
    """By day, source, method and currency."""
    return _summed(book, (one for kind in MoveKind for one in _by_day(book, kind, days, basis)))


def takings_by_group(book: Book, days: DateRange, basis: Basis, by: Grouping) -> dict[Key, Sums]:
    """By source and method, by person, or by channel; and by currency.

    The channel is that of the booking that has the money: of a payment that is spread, each part counts for its own.
    None is the channel of money without a booking.
    """
    asked = [one for kind in MoveKind for one in _by_group(book, kind, days, basis, by)]
    if by is Grouping.CHANNEL:
        spread_ = ((kind, query, given) for kind, query in _parts(basis) for given in givens(book, kind, basis, days))
        asked += [_Asked(kind, Question(query, given)) for kind, query, given in spread_]
    return {key: sums for key, sums in _summed(book, asked).items() if sums != Sums()}


def _summed(book: Book, asked: Iterable[_Asked]) -> dict[Key, Sums]:
    found: dict[Key, Sums] = {}
    whole = list(asked)
    for one, rows in zip(whole, book.answers(each.question for each in whole), strict=True):
        for *keys, amount, rounding, count in rows:
            found.setdefault(one.told(keys), Sums()).add(_of_kind(one.kind, amount, rounding, count))
    return found


def _of_kind(kind: MoveKind, amount: int, rounding: int, count: int) -> Sums:
    if kind is MoveKind.PAYMENT:
        return Sums(amount, 0, 0, rounding, count)
    if kind is MoveKind.DISPUTE:
        return Sums(0, 0, amount, rounding, count)
    return Sums(0, amount, 0, rounding, count)


def _by_day(book: Book, kind: MoveKind, days: DateRange, basis: Basis) -> Iterator[_Asked]:
    """A day may come in several rows."""
    if kind is MoveKind.DISPUTE and basis is not Basis.PAYOUT:
        told = book.days.business_date if basis is Basis.BUSINESS else book.days.calendar_date
        for given in givens(book, kind, basis, days):
            yield _Asked(kind, Question(_disputes(basis), given), _with_day(told))
        return
    day_told = {Basis.BUSINESS: lambda day: day, Basis.OCCURRED: day_of, Basis.PAYOUT: book.arrivals.__getitem__}[basis]
    for part in _cut(book, kind, days, basis):
        for table in rows_of(kind, basis):
            query = _occurred(book, kind, part) if basis is Basis.OCCURRED else _dated(kind, basis, table)
            for given in givens(book, kind, basis, part):
                yield _Asked(kind, Question(query, given), _with_day(day_told))
    if _has_void(kind, basis):
        query = (
            _occurred(book, kind, days, void=True)
            if basis is Basis.OCCURRED
            else _dated(kind, basis, payments, void=True)
        )
        yield _Asked(kind, Question(query, book.given(days)), _with_day(day_told))


def _by_group(book: Book, kind: MoveKind, days: DateRange, basis: Basis, by: Grouping) -> Iterator[_Asked]:
    fine = kind is MoveKind.PAYMENT and basis is Basis.BUSINESS and by is not Grouping.CHANNEL
    for part in _cut(book, kind, days, basis):
        if fine:
            yield _Asked(kind, Question(_fine(by), book.given(part)), _FOLDED[by])
            continue
        for table in rows_of(kind, basis):
            for given in givens(book, kind, basis, part):
                yield _Asked(kind, Question(_grouped(kind, basis, by, table), given))
    if _has_void(kind, basis):
        yield _Asked(kind, Question(_grouped(kind, basis, by, payments, void=True), book.given(days)))


def _with_day(told: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Key]:
    return lambda keys: (told(keys[0]), *keys[1:])


def _cut(book: Book, kind: MoveKind, days: DateRange, basis: Basis) -> Iterator[DateRange]:
    """Of what there is little, and of what is looked up by itself, all is asked at once."""
    many = kind is MoveKind.PAYMENT or (kind is MoveKind.REFUND and basis is not Basis.PAYOUT)
    return book.parts(days) if many else iter((days,))


def _has_void(kind: MoveKind, basis: Basis) -> bool:
    """Void payments are taken off again, as to ask each payment whether it is void takes longer. Only what was entered
    by hand can be.
    """
    return kind is MoveKind.PAYMENT and basis is not Basis.PAYOUT


@cache
def _disputes(basis: Basis) -> Select[Any]:
    """One by one, by their instants: they are few, and have no stored business day."""
    source = SOURCES[MoveKind.DISPUTE]()
    keys = (source.occurred_at, *_method(MoveKind.DISPUTE), source.columns[11])
    one = literal(1, BigInteger)
    query = select(*keys, source.amount, literal(0, BigInteger), one).select_from(source.table)
    return query.where(source.condition, within(source, basis))


@cache
def _dated(kind: MoveKind, basis: Basis, table: FromClause, *, void: bool = False) -> Select[Any]:
    day = SOURCES[kind]().business_date if basis is Basis.BUSINESS else stripe_payout_lines.c.payout_id
    return _sum(kind, basis, table, (day, *_method(kind)), void=void)


def _occurred(book: Book, kind: MoveKind, days: DateRange, *, void: bool = False) -> Select[Any]:
    number = moment_number(SOURCES[kind]().occurred_at, stretches(book.days, days))
    return _sum(kind, Basis.OCCURRED, SOURCES[kind]().table, (number, *_method(kind)), void=void)


@cache
def _fine(by: Grouping) -> Select[Any]:
    """In groups as an index has them in order, so that nothing is sorted; ``_FOLDED`` puts them together."""
    table = payments.c
    person = (table.actor,) if by is Grouping.PERSON else ()
    return _sum(
        MoveKind.PAYMENT,
        Basis.BUSINESS,
        payments,
        (table.business_date, table.source, table.method, *person),
        void=False,
    )


_FOLDED: dict[Grouping, Callable[[Sequence[Any]], Key]] = {
    Grouping.METHOD: lambda keys: tuple(keys[1:]),
    Grouping.PERSON: lambda keys: tuple(keys[3:]),
}


@cache
def _grouped(kind: MoveKind, basis: Basis, by: Grouping, table: FromClause, *, void: bool = False) -> Select[Any]:
    if by is Grouping.METHOD:
        return _sum(kind, basis, table, _method(kind), void=void)
    if by is Grouping.PERSON:
        return _sum(kind, basis, table, (SOURCES[kind]().columns[8],), void=void)
    homes = table.outerjoin(_HOMES, _HOMES.c.pk == payments.c.booking_pk)
    return _sum(kind, basis, homes, (_HOMES.c.channel,), void=void)


def _method(kind: MoveKind) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """A dispute's payment may not be here; of the others an index has both, in order."""
    if kind is not MoveKind.DISPUTE:
        return payments.c.source, payments.c.method
    return func.coalesce(payments.c.source, Source.STRIPE.value), func.coalesce(payments.c.method, "card")


def _sum(kind: MoveKind, basis: Basis, table: FromClause, keys: Keys, *, void: bool) -> Select[Any]:
    """Sums of all, void payments among them; ``void``: those of void payments, negative."""
    source, sign = SOURCES[kind](), -1 if void else 1
    group = [one.label(f"k{at}") for at, one in enumerate((*keys, source.columns[11]))]
    told = (_whole(source.amount, sign), _whole(source.rounding, sign), func.count() * sign)
    names = [one.name for one in group]  # PostgreSQL takes no constant to group by, but its name
    counted = SUCCEEDED if kind is MoveKind.PAYMENT else source.condition
    query = select(*group, *told).select_from(table).where(within(source, basis), counted).group_by(*names)
    return query.where(payments.c.pk.in_(void_payments())) if void else query


def _whole(column: ColumnElement[int], sign: int) -> ColumnElement[int]:
    return cast(func.sum(column) * sign, BigInteger)


@cache
def _parts(basis: Basis) -> tuple[tuple[MoveKind, Select[Any]], ...]:
    """What of spread payments, or of their refunds, is another channel's than that of the payment's own booking."""
    kinds = (MoveKind.PAYMENT, MoveKind.REFUND, MoveKind.RETURN)
    homes = ((_MOVED.to_booking_pk, 1), (_MOVED.from_booking_pk, -1))
    return tuple(
        (kind, _part(kind, basis, table, home, sign))
        for kind in kinds
        for table in spread(kind, basis)
        for home, sign in homes
    )


def _part(kind: MoveKind, basis: Basis, table: FromClause, home: ColumnElement[Any], sign: int) -> Select[Any]:
    source = SOURCES[kind]()
    moved = _MOVED.amount * SIGN if kind is MoveKind.RETURN else _MOVED.amount
    amount = _whole(moved, -sign if kind is MoveKind.REFUND else sign)
    nothing = literal(0, BigInteger)
    query = select(_HOMES.c.channel.label("k0"), _MOVED.currency.label("k1"), amount, nothing, nothing)
    joined = table.join(_HOMES, _HOMES.c.pk == home)
    return query.select_from(joined).where(~_MOVED.whole, source.condition, within(source, basis)).group_by("k0", "k1")
