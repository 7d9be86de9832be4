"""Refunds of a stretch of days, those that moved money and those that did not, and those that came back; and payments
that failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, Select, and_, bindparam, case, func, literal, literal_column, null, or_, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.reporting import Basis
from rentease_desk.storage.observed import mine
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_pieces import in_time, read_ahead
from rentease_desk.storage.report_sources import SUCCEEDED, WENT_BACK, with_homes
from rentease_desk.storage.return_tables import CAME_BACK, SIGN, refund_returns
from rentease_desk.storage.stripe_tables import follow_ups, stripe_charges
from rentease_desk.storage.tables import bookings, guests, payments, refunds
from rentease_desk.storage.together import rows_together

_Row = Row[*tuple[Any, ...]]


class RefundLine(Struct, gc=False):
    """A refund, or that it came back, on its day. Amounts in minor units, times in UTC seconds.

    ``amount`` was asked for, ``counted`` is what counts, negative where money left. ``stripe_account``: Stripe's id of
    the account of its payment; None of manual money, and where there is but one.
    """

    pk: int
    business_date: date | None
    occurred_at: int
    uid: str
    reference: str | None
    guest: str | None
    source: str
    method: str
    actor: str
    desk: str
    status: str
    reason: str | None
    failure_reason: str | None
    stripe_refund_id: str | None
    currency: str
    amount: int
    counted: int
    rounding: int
    payment_date: date | None
    payment_amount: int
    stripe_account: str | None = None


def refund_rows(book: Book, days: DateRange, basis: Basis) -> Iterator[RefundLine]:
    """Refunds, and those that came back, in the order of their times. One that did not succeed has no business date: it
    stands on the day on which it was asked for. One that did is told as it was then.
    """
    for found in read_ahead(book.reader, days, lambda piece: _read(book, piece, basis)):
        yield from in_time([RefundLine(*row) for row in found])


def _read(book: Book, piece: DateRange, basis: Basis) -> list[Sequence[Any]]:
    given = book.given(piece)
    several = bool(book.others)
    queries = (_refunds(basis, several), _returns(basis, several))
    return [row for query in queries for row in rows_together(book.connection, query, given)]


def failed_rows(book: Book, days: DateRange) -> Iterator[_Row]:
    """Payments whose last attempt failed on these calendar days, and that have not succeeded since."""
    books = book.each()
    found = (row for one in books for row in book.connection.execute(_failed(), one.given(days)))
    yield from found if len(books) == 1 else sorted(found, key=attrgetter("at"))


@cache
def _refunds(basis: Basis, with_account: bool) -> Select[Any]:
    table = refunds.c
    counted = case((WENT_BACK, -table.amount), else_=0)
    rounding = case((WENT_BACK, -table.rounding), else_=0)
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    has_counted = table.business_date.is_not(None)
    status = case((has_counted, literal_column("'succeeded'")), else_=table.status)
    failure = case((has_counted, null()), else_=table.failure_reason)
    columns = (
        table.pk, table.business_date, table.occurred_at, table.uid, bookings.c.reference, guest.label("guest"),
        payments.c.source, payments.c.method, table.actor, table.desk, status.label("status"), table.reason,
        failure.label("failure_reason"), table.stripe_refund_id, table.currency, table.amount,
        counted.label("counted"), rounding.label("rounding"), payments.c.business_date.label("payment_date"),
        payments.c.amount.label("payment_amount"),
    )  # fmt: skip
    joined = refunds.join(payments, payments.c.pk == table.payment_pk)
    query = select(*columns, *_account(with_account)).select_from(with_homes(joined))
    made = and_(table.occurred_at >= bindparam("since"), table.occurred_at < bindparam("until"))
    if basis is Basis.BUSINESS:
        asked = and_(table.occurred_at >= bindparam("rolled"), table.occurred_at < bindparam("rolls"))
        dated = table.business_date.between(bindparam("first"), bindparam("last"))
        made = or_(dated, and_(table.business_date.is_(None), asked))
    return query.where(made)


@cache
def _returns(basis: Basis, with_account: bool) -> Select[Any]:
    """In the columns of refunds. Nothing is asked for by them."""
    table, back = refunds.c, refund_returns.c
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    counted, rounding = (case((SUCCEEDED, one * SIGN), else_=0) for one in (table.amount, table.rounding))
    status = case((CAME_BACK, literal("refund returned")), else_=literal("given after all"))
    columns: tuple[Any, ...] = (
        back.pk, back.business_date, back.occurred_at, back.uid, bookings.c.reference, guest.label("guest"),
        payments.c.source, payments.c.method, back.actor, back.desk, status.label("status"), table.reason,
        case((CAME_BACK, table.failure_reason)).label("failure_reason"), table.stripe_refund_id, table.currency,
        literal_column("0").label("amount"), counted.label("counted"), rounding.label("rounding"),
        payments.c.business_date.label("payment_date"), payments.c.amount.label("payment_amount"),
    )  # fmt: skip
    joined = refund_returns.join(refunds, table.pk == back.refund_pk).join(payments, payments.c.pk == table.payment_pk)
    made = and_(back.occurred_at >= bindparam("since"), back.occurred_at < bindparam("until"))
    if basis is Basis.BUSINESS:
        made = back.business_date.between(bindparam("first"), bindparam("last"))
    return select(*columns, *_account(with_account)).select_from(with_homes(joined)).where(made)


def _account(asked_for: bool) -> tuple[ColumnElement[Any], ...]:
    return (payments.c.stripe_account,) if asked_for else ()


@cache
def _failed() -> Select[Any]:
    """The index of failed payments is asked in its own words."""
    charge, care = stripe_charges, follow_ups
    at = func.coalesce(charge.c.created, payments.c.occurred_at)
    of_payment = and_(mine(care), care.c.kind == "payment", care.c.object_id == payments.c.stripe_payment_id)
    this_one = care.c.done_phase == func.coalesce(payments.c.stripe_charge_id, "")
    done = case((and_(care.c.done_at.is_not(None), this_one), care.c.done_by), else_="")
    table = payments.outerjoin(charge, and_(mine(charge), charge.c.id == payments.c.stripe_charge_id))
    columns = (
        at.label("at"), payments.c.stripe_payment_id, bookings.c.reference, guests.c.name, guests.c.email,
        guests.c.phone, payments.c.payer_name, payments.c.payer_email, payments.c.method, payments.c.brand,
        payments.c.last4, payments.c.currency, payments.c.amount, payments.c.failure_code,
        payments.c.failure_message, care.c.note, done.label("done_by"), payments.c.stripe_account,
    )  # fmt: skip
    query = select(*columns).select_from(with_homes(table).outerjoin(care, of_payment))
    failed = payments.c.state == literal_column("'failed'")
    within = and_(at >= bindparam("since"), at < bindparam("until"))
    return query.where(mine(payments), failed, within).order_by(at, payments.c.pk)
