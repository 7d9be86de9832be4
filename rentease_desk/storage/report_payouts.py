"""Payouts, when the money of each reached the bank, and what each was made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, bindparam, case, cast, exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.payout_sums import PaidLine, PayoutSums, bucket_of
from rentease_desk.domain.stretches import DAY_SECONDS
from rentease_desk.domain.stripe_billing import RETURNED_PAYOUTS
from rentease_desk.domain.stripe_objects import CHARGED, Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.observed import asked, mine
from rentease_desk.storage.ordered import in_order
from rentease_desk.storage.report_answers import Question
from rentease_desk.storage.report_days import day_of
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, guests, payments, refunds
from rentease_desk.storage.whose import whose

RETURNED_BY = ("payout_failure", "payout_cancel")
"""Types of the movements that bring the money of a payout back into the balance. Source:
docs.stripe.com/reports/balance-transaction-types."""
_moved, _line, _charge, _dispute = stripe_transactions, stripe_payout_lines, stripe_charges, stripe_disputes
_payout = stripe_payouts
_AT_ONCE = 30
"""Payouts whose lines are added up in one statement, as ``report_days.PART``."""


def arrivals(connection: Connection, identity: Identity | None) -> dict[str, date]:
    """By payout the day on which its money was to reach the bank; Stripe counts days from midnight UTC.

    What a bank sent back goes out again with a later payout: that one's day counts, and none while there is none.
    """
    if identity is None:
        return {}
    rows = connection.execute(_statuses(), whose(identity)).all()
    returned = {row.id for row in rows if row.status in RETURNED_PAYOUTS}
    days = {row.id: day_of(row.arrival_date // DAY_SECONDS) for row in rows if row.id not in returned}
    followed = _followed_by(connection, identity) if returned else {}
    late = {id_: days.get(_last_of(id_, followed)) for id_ in returned}
    return days | {id_: day for id_, day in late.items() if day is not None}


def payout_sums(book: Book, identity: Identity, days: DateRange) -> list[PayoutSums]:
    """The payouts that were to arrive on these days, oldest first, with the sums of their lines."""
    found = {one.id: one for one in _payouts(book.connection, identity, days)}
    ids = list(found)
    some = (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
    questions = (Question(_sums(), asked(identity, one)) for one in some)
    for id_, type_, disputed, *told, missing in chain.from_iterable(book.answers(questions)):
        found[id_].add(bucket_of(type_, disputed=bool(disputed)), *told)
        found[id_].missing += missing
    return list(found.values())


def paid_lines(connection: Connection, identity: Identity, found: Collection[PayoutSums]) -> Iterator[PaidLine]:
    """The lines of payouts, one payout at a time, oldest first."""
    for payout in found:
        for id_, type_, disputed, *told in connection.execute(_lines(), asked(identity, [payout.id])):
            yield PaidLine(payout.id, payout.day, id_, type_, bucket_of(type_, disputed=bool(disputed)), *told)


def _payouts(connection: Connection, identity: Identity, days: DateRange) -> Iterator[PayoutSums]:
    first, last = (_second(day) for day in (days.first, days.last))
    rows = connection.execute(_in_days(), whose(identity, first=first, last=last))
    for id_, arrival, amount, currency, status, automatic in rows:
        day, returned = day_of(arrival // DAY_SECONDS), status in RETURNED_PAYOUTS
        yield PayoutSums(id_, day, amount, currency, status, bool(automatic), returned, {})


def _second(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_SECONDS


@cache
def _statuses() -> Select[Any]:
    return select(_payout.c.id, _payout.c.arrival_date, _payout.c.status).where(mine(_payout))


@cache
def _in_days() -> Select[Any]:
    table = _payout.c
    columns = (table.id, table.arrival_date, table.amount, table.currency, table.status, table.automatic)
    within = and_(table.arrival_date >= bindparam("first"), table.arrival_date < bindparam("last") + DAY_SECONDS)
    return select(*columns).where(mine(_payout), within).order_by(table.arrival_date, table.created, table.id)


@cache
def _disputed() -> ColumnElement[bool]:
    about = exists().where(mine(_dispute), _dispute.c.id == _moved.c.source_id).correlate(_moved)
    return and_(_moved.c.type == "adjustment", about)


@cache
def _of_payouts() -> tuple[Any, ColumnElement[bool]]:
    """The lines of the payouts in ``ids`` with what moved, without the movement that is the payout itself."""
    joined = in_order(_line, ((_moved, and_(mine(_moved), _moved.c.id == _line.c.id)),))
    itself = or_(_moved.c.source_id.is_(None), _moved.c.source_id != _line.c.payout_id)
    return joined, and_(mine(_line), among(_line.c.payout_id, "ids"), itself)


@cache
def _sums() -> Select[Any]:
    """By payout, type and whether it is about a dispute; at last how many charges are not here: they were made before
    the days that were read.
    """
    joined, condition = _of_payouts()
    disputed = case((_disputed(), 1), else_=0).label("disputed")
    here = exists().where(mine(_charge), _charge.c.id == _moved.c.source_id).correlate(_moved)
    unknown = and_(_line.c.payment_pk.is_(None), _moved.c.type.in_(CHARGED), ~here)
    missing = case((unknown, 1), else_=0)
    sums = [cast(func.sum(column), BigInteger) for column in (_moved.c.amount, _moved.c.fee, _moved.c.net)]
    told = (*sums, func.count(), cast(func.sum(missing), BigInteger))
    query = select(_line.c.payout_id, _moved.c.type, disputed, *told).select_from(joined)
    return query.where(condition).group_by(_line.c.payout_id, _moved.c.type, "disputed")


@cache
def _lines() -> Select[Any]:
    joined, condition = _of_payouts()
    charge_of = and_(mine(_charge), _charge.c.id == _moved.c.source_id)
    refund_of = and_(mine(refunds), refunds.c.stripe_refund_id == _moved.c.source_id)
    dispute_of = and_(mine(_dispute), _dispute.c.id == _moved.c.source_id)
    key = func.coalesce(_charge.c.payment_intent_id, _charge.c.id, _dispute.c.payment_intent_id, _dispute.c.charge_id)
    charged = payments.alias("charged")
    same = (charged.c.stripe_account == bindparam("of_account"), charged.c.livemode == bindparam("of_livemode"))
    its_charges = select(charged.c.pk).where(*same, charged.c.stripe_payment_id == key).scalar_subquery()
    its_payment = payments.c.pk == func.coalesce(refunds.c.payment_pk, its_charges)
    joined = (
        joined.outerjoin(_charge, charge_of)
        .outerjoin(refunds, refund_of)
        .outerjoin(_dispute, dispute_of)
        .outerjoin(payments, its_payment)
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
    )
    went = func.coalesce(refunds.c.amount, _dispute.c.amount)
    paid = case((_charge.c.id.is_not(None), _charge.c.amount_captured), (_moved.c.amount < 0, -went), else_=went)
    its_currency = func.coalesce(_charge.c.currency, refunds.c.currency, _dispute.c.currency)
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    moved = [_moved.c[name] for name in ("created", "available_on", "amount", "fee", "net", "currency", "source_id")]
    disputed = case((_disputed(), 1), else_=0)
    query = select(_moved.c.id, _moved.c.type, disputed, *moved, bookings.c.reference, guest, paid, its_currency)
    when = _moved.c.created + 0  # an index of the whole account in this order is not what is wanted
    return query.select_from(joined).where(condition).order_by(when, _moved.c.id)


def _followed_by(connection: Connection, identity: Identity) -> Mapping[str, str]:
    """By payout that came back the one that took its money along."""
    query = (
        select(_moved.c.source_id, _line.c.payout_id)
        .join(_line, and_(mine(_line), _line.c.id == _moved.c.id))
        .where(mine(_moved), _moved.c.type.in_(RETURNED_BY), _moved.c.source_id.is_not(None))
    )
    return {str(source): payout for source, payout in connection.execute(query, whose(identity))}


def _last_of(id_: str, followed: Mapping[str, str]) -> str:
    """The last of a row of payouts, each of which came back and went out with the next."""
    seen: set[str] = set()
    while id_ in followed and id_ not in seen:
        seen.add(id_)
        id_ = followed[id_]
    return id_
