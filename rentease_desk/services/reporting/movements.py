"""Takings row by row, and the rows that make two takings differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Source
from rentease_desk.domain.reporting import NAMES, Basis, Cell, Column, ColumnKind, ReportName
from rentease_desk.domain.takings import Move, MoveKind
from rentease_desk.services.reporting.context import Context, Found, beside_ids, moments
from rentease_desk.services.reporting.takings import as_totals, method_title, moved_totals, notes_of
from rentease_desk.storage.report_moves import day_by, moves

_Tell = Callable[[Move], tuple[Cell, ...]]
_DAY, _MONEY = ColumnKind.DAY, ColumnKind.MONEY
_WHAT = (
    Column("occurred_at", "Time", ColumnKind.MOMENT),
    Column("kind", "What", ColumnKind.CODE),
    Column("id", "Id", ColumnKind.CODE),
    Column("booking_reference", "Booking"),
    Column("guest", "Guest"),
    Column("method", "Method"),
    Column("method_code", "Code"),
    Column("person", "Person"),
    Column("desk", "Desk"),
    Column("channel", "Channel"),
    Column("payment_date", "Payment's day", _DAY),
    Column("stripe_id", "Stripe id"),
    Column("currency", "Currency", ColumnKind.CODE),
)
_SUMS = (
    Column("cash_rounding", "Cash rounding", _MONEY, True),
    Column("amount", "Amount", _MONEY, True),
)


def movements(context: Context) -> Found:
    """A row for each payment, refund and dispute that moved money, on its day."""
    sums = moved_totals(context, context.basis)
    count = sum(one.count for currency, one in sums.items() if context.ask.currency in {None, currency})
    day = Column(context.basis.value.replace("-", "_"), "Day", _DAY)
    columns, what = _teller(context)
    rows = (
        (move.day, *what(move), Money(move.rounding, move.currency), Money(move.amount, move.currency))
        for move in _moves(context, context.basis)
    )
    return Found((day, *columns, *_SUMS), rows, as_totals("amount", sums), count, notes_of(context.basis))


def differences(context: Context) -> Found:
    """The rows that count on one day by one basis, and on another, or on none, by the other.

    ``difference`` is what a row adds to takings of these days by the other basis: its amount where only that one counts
    it, the negative amount where only the first one does, 0 where both do, on different days. Its total is the
    difference of the two takings. Raises InputError ``report.same_basis``.
    """
    against = _against(context)
    first, second = moved_totals(context, context.basis), moved_totals(context, against)
    names = [one.value.replace("-", "_") for one in (context.basis, against)]
    what, tell = _teller(context)
    columns = (
        *(Column(name, name.replace("_", " ").capitalize(), _DAY) for name in names),
        *what,
        Column("amount", "Amount", _MONEY),
        Column("difference", "Difference", _MONEY, True),
    )
    totals = {
        one: {"difference": (second[one].takings if one in second else 0) - (first[one].takings if one in first else 0)}
        for one in sorted(first.keys() | second.keys())
    }
    notes = tuple(note for one in (context.basis, against) for note in notes_of(one))
    return Found(columns, _differing(context, against, tell), totals, notes=notes)


def _against(context: Context) -> Basis:
    bases = NAMES[ReportName.DIFFERENCES].bases
    against = context.ask.against or next(one for one in bases if one is not context.basis)
    if against is context.basis or against not in bases:
        raise InputError("report.same_basis", field="against", basis=context.basis.value)
    return against


def _differing(context: Context, against: Basis, what: _Tell) -> Iterator[tuple[Cell, ...]]:
    """Those of the first takings, then those that only the second ones hold."""
    days, asked = context.book.days, context.ask.days
    for move in _moves(context, context.basis, against):
        other = day_by(move, days, against)
        both = other is not None and asked.first <= other <= asked.last
        yield move.day, other, *what(move), *_difference(move, 0 if both else -move.amount)
    for move in _moves(context, against, context.basis):
        first = day_by(move, days, context.basis)
        if first is None or not asked.first <= first <= asked.last:
            yield first, move.day, *what(move), *_difference(move, move.amount)


def _difference(move: Move, minor: int) -> tuple[Money, Money]:
    return Money(move.amount, move.currency), Money(minor, move.currency)


def _moves(context: Context, basis: Basis, against: Basis | None = None) -> Iterator[Move]:
    if context.days is None:
        return iter(())
    return moves(context.book, context.days, basis, against, context.ask.currency)


def _teller(context: Context) -> tuple[tuple[Column, ...], _Tell]:
    """What is told of each, and what tells it. A file may have a million of them: what is the same for many is made
    once.
    """
    at, codes = moments(context), {kind: kind.value for kind in MoveKind}
    method, upper = cache(partial(_method, context)), cache(str.upper)
    columns, put = beside_ids(context, _WHAT)

    def tell(move: Move) -> tuple[Cell, ...]:
        row = (
            at(move.occurred_at),
            codes[move.kind],
            move.uid,
            move.booking_reference,
            move.guest,
            *method(move.source, move.method),
            move.actor,
            move.desk,
            move.channel,
            move.original_date,
            move.stripe_id,
            upper(move.currency),
        )
        return row if put is None else put(row, move.stripe_account)

    return columns, tell


def _method(context: Context, source: str, method: str) -> tuple[str, str]:
    """What a method is called, and its code."""
    code = f"{Source.STRIPE.value} {method}" if source == Source.STRIPE.value else method
    return method_title(context.settings, source, method), code
