"""The rows of which takings are made, in the order of their days: payments, refunds and disputes that moved money.

Voids and failed money are none of them. Read a few days at a time, so that any number of them needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from datetime import date
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Select, bindparam, null, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.reporting import Basis
from rentease_desk.domain.stretches import stretches
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.takings import Move, MoveKind
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.report_answers import Question, Rows, answers
from rentease_desk.storage.report_days import day_number, moment_number
from rentease_desk.storage.report_pieces import PART, Pieces, read_ahead
from rentease_desk.storage.report_sources import SOURCES, MoveSource, with_homes
from rentease_desk.storage.together import rows_together
from rentease_desk.storage.whose import whose

_NOBODY = Identity("", False)
_BUSINESS_AT, _MOMENT_AT, _PAYOUT_AT, _CURRENCY_AT = 2, 3, 4, 11
"""Where in the rows the days are, where the payout comes in, and where a source has its currency."""
_LINE_PAYOUT = stripe_payout_lines.c.payout_id
_PK, _UID = attrgetter("pk"), attrgetter("uid")
_ORDER = (attrgetter("occurred_at"), attrgetter("day"))
"""From the last of the keys to the first; in one second payments come before refunds, and these before disputes."""


class Book(Struct, frozen=True):
    """One moment of the database, with what reading moves takes: the property's days, its Stripe account, and when each
    of its payouts arrived. ``reader`` reads ahead on the connection, and has ended when that is given back. ``beside``:
    the same moment for another thread. ``others``: its further accounts.
    """

    connection: Connection
    days: Days
    identity: Identity | None
    arrivals: Mapping[str, date]
    reader: Executor
    beside: Connection | None = None
    others: tuple[Identity, ...] = ()

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Its accounts; () while none is known."""
        return () if self.identity is None else (self.identity, *self.others)

    def each(self) -> tuple[Book, ...]:
        """The same for each account by itself; as it is where there is no other."""
        if not self.others:
            return (self,)
        return tuple(replace(self, identity=one, others=()) for one in self.identities)

    def answers(self, questions: Iterable[Question]) -> list[Rows]:
        """The rows of each question, in their order."""
        return answers(self.connection, self.beside, questions)

    def parts(self, days: DateRange) -> Iterator[DateRange]:
        """A range as it is added up: piece by piece where threads share the work."""
        return iter((days,)) if self.beside is None else iter(Pieces(days, PART))

    def given(self, days: DateRange) -> dict[str, Any]:
        """The parameters of a question about these days."""
        calendar, business = self.days.calendar_span(days), self.days.business_span(days)
        return whose(
            self.identity or _NOBODY,
            first=days.first,
            last=days.last,
            since=calendar.start,
            until=calendar.end,
            rolled=business.start,
            rolls=business.end,
            payouts=[id_ for id_, day in self.arrivals.items() if days.first <= day <= days.last],
        )


def givens(book: Book, kind: MoveKind, basis: Basis, days: DateRange) -> list[dict[str, Any]]:
    """The parameters of a question about a kind of moves, account by account where these are asked for by what is only
    Stripe's: its disputes, and the lines of its payouts.
    """
    apart = kind is MoveKind.DISPUTE or basis is Basis.PAYOUT
    return [one.given(days) for one in (book.each() if apart else (book,))]


def moves(
    book: Book,
    days: DateRange,
    basis: Basis,
    against: Basis | None = None,
    currency: str | None = None,
) -> Iterator[Move]:
    """What moved on these days by a basis, oldest first. ``against``: only what counts on another day by that one."""

    for piece in read_ahead(book.reader, days, lambda one: _read(book, one, basis, against, currency)):
        found = _in_order(book, piece, basis)
        yield from found if against is None else (one for one in found if day_by(one, book.days, against) != one.day)


def day_by(move: Move, days: Days, basis: Basis) -> date | None:
    """The day on which a move counts by a basis; None: it was not paid out, or Stripe does not say with what."""
    if basis is Basis.PAYOUT:
        return move.payout_day
    return move.business_date if basis is Basis.BUSINESS else days.calendar_date(move.occurred_at)


def within(source: MoveSource, basis: Basis) -> ColumnElement[bool]:
    """The condition for rows of the days that are asked for."""
    return {Basis.BUSINESS: source.business, Basis.OCCURRED: source.occurred, Basis.PAYOUT: source.by_payout}[basis]


class _Piece(Struct, frozen=True):
    """The rows of some days, by the kind of move."""

    rows: Mapping[MoveKind, Sequence[Sequence[Any]]]

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def _read(book: Book, days: DateRange, basis: Basis, against: Basis | None, currency: str | None) -> _Piece:
    found: dict[MoveKind, Sequence[Sequence[Any]]] = {}
    for kind in MoveKind:
        queries = _asked(book, kind, days, basis, against, in_one=currency is not None)
        given = [one | {"of_currency": currency} for one in givens(book, kind, basis, days)]
        asked = [rows_together(book.connection, query, one) for one in given for query in queries]
        found[kind] = asked[0] if len(asked) == 1 else list(chain.from_iterable(asked))
    return _Piece(found)


def _in_order(book: Book, piece: _Piece, basis: Basis) -> Sequence[Move]:
    found: list[Move] = []
    for kind, rows in piece.rows.items():
        made = _made(book, kind, basis, rows)
        made.sort(key=_UID if kind is MoveKind.DISPUTE else _PK)  # disputes have no key of ours
        found += made
    for key in _ORDER:  # one value at a time is sorted sooner than all of them together
        found.sort(key=key)
    return found


def _made(book: Book, kind: MoveKind, basis: Basis, rows: Iterable[Sequence[Any]]) -> list[Move]:
    """There may be a million rows: each goes into its move as it is, behind the days that it counts on."""
    arrived, local = book.arrivals.get, book.days.calendar_date
    if kind is MoveKind.DISPUTE:
        rows = [_with_business_date(row, book.days) for row in rows]
    if basis is Basis.BUSINESS:
        return [Move(kind, row[_BUSINESS_AT], arrived(row[_PAYOUT_AT]), *row) for row in rows]
    if basis is Basis.OCCURRED:
        return [Move(kind, local(row[_MOMENT_AT]), arrived(row[_PAYOUT_AT]), *row) for row in rows]
    paid = [(arrived(row[_PAYOUT_AT]), row) for row in rows]
    return [Move(kind, day or local(row[_MOMENT_AT]), day, *row) for day, row in paid]


def _with_business_date(row: Sequence[Any], days: Days) -> Sequence[Any]:
    """Of a dispute none is stored."""
    return (*row[:_BUSINESS_AT], days.business_date(row[_MOMENT_AT]), *row[_BUSINESS_AT + 1 :])


def _asked(
    book: Book, kind: MoveKind, days: DateRange, basis: Basis, against: Basis | None, *, in_one: bool
) -> Sequence[Select[Any]]:
    with_payout = Basis.PAYOUT in (basis, against)
    queries = _rows(kind, basis, with_payout, in_one, bool(book.others))
    if kind is MoveKind.DISPUTE or against is None or with_payout:
        return queries
    return [query.where(_elsewhere(book, SOURCES[kind](), days)) for query in queries]


def _elsewhere(book: Book, source: MoveSource, days: DateRange) -> ColumnElement[bool]:
    """Business day and calendar day are not the same: the database looks, so that only such rows come."""
    calendar = moment_number(source.occurred_at, stretches(book.days, days))
    before = source.occurred_at < book.days.calendar_span(days).start
    return before | (calendar != day_number(source.business_date, book.connection.dialect.name))


@cache
def _rows(kind: MoveKind, basis: Basis, with_payout: bool, in_one: bool, with_account: bool) -> Sequence[Select[Any]]:
    """``in_one``: of the currency ``of_currency`` only. ``with_account``: with the account that holds each."""
    source, columns = SOURCES[kind](), list(SOURCES[kind]().columns)
    by_payout = basis is Basis.PAYOUT
    payout = _LINE_PAYOUT if by_payout else source.payout if with_payout else null()
    columns.insert(_PAYOUT_AT, payout)
    if with_account:
        columns.append(source.account)
    labelled = [column.label(f"c{at}") for at, column in enumerate(columns)]
    where = [source.condition, within(source, basis)]
    if in_one:
        where.append(source.columns[_CURRENCY_AT] == bindparam("of_currency"))
    tables = source.paid_out if by_payout else (source.table,)
    return [select(*labelled).select_from(with_homes(table)).where(*where) for table in tables]
