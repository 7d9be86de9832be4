"""What stands here of Stripe's balance, to be compared with it, and what comparisons have found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, bindparam, case, delete, func, insert, literal, or_, select
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.balance_check import MOST_APART, Apart, BalanceCheck, HeldMovement, Movement, Why
from rentease_desk.domain.dates import Span
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED, Identity, StripeTransaction
from rentease_desk.storage.among import among
from rentease_desk.storage.amounts import unsettled
from rentease_desk.storage.billing_tables import stripe_payouts
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import asked, mine
from rentease_desk.storage.stripe_tables import balance_checks, stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, payments, refunds
from rentease_desk.storage.whose import whose

_READER = json_reader(BalanceCheck)
_KEPT = 100
"""How many comparisons are kept, the latest."""
_moved, _charge, _dispute, _payout = stripe_transactions, stripe_charges, stripe_disputes, stripe_payouts
_FIELDS = StripeTransaction.__struct_fields__
_CAME_BACK = (RefundStatus.FAILED.value, RefundStatus.CANCELED.value)
_SUCCEEDED = PaymentState.SUCCEEDED.value


def held_movements(connection: Connection, identity: Identity, span: Span) -> dict[str, HeldMovement]:
    """The movements that stand here of a span, by their ids, each with what it is of."""
    given = whose(identity, since=span.start, until=span.end)
    rows = connection.execute(_held(), given).all()
    return {row[0]: HeldMovement(StripeTransaction(*row[: len(_FIELDS)]), *_own(*row[len(_FIELDS) :])) for row in rows}


def waiting_movements(connection: Connection, identity: Identity, span: Span) -> Iterator[Apart]:
    """Charges and refunds of a span that moved money and have no movement here. Their amounts are not told: they are
    in the guest's currency, and nobody knows yet what they settle to.
    """
    found = unsettled(connection, identity, span)
    for movement, query, ids in (
        (Movement.CHARGES, _charges(), found.charges),
        (Movement.REFUNDS, _refunds(), found.refunds),
    ):
        for id_, at, currency, amount, booking in connection.execute(query, asked(identity, ids[:MOST_APART])):
            yield Apart(Why.NOT_YET, movement, id_, None, at, currency, amount, None, booking or "")


def bookings_of(connection: Connection, identity: Identity, ids: Collection[str]) -> dict[str, str]:
    """By charge or refund (Stripe's ids) the reference of its booking, where it has one."""
    given = asked(identity, ids)
    return {row[0]: row[4] for query in (_charges(), _refunds()) for row in connection.execute(query, given) if row[4]}


def keep_balance_check(unit: Unit, identity: Identity, check: BalanceCheck) -> None:
    """Write down what was found, and forget the oldest."""
    row = {
        "account": identity.account,
        "livemode": identity.livemode,
        "at": check.at,
        "range_start": check.start,
        "range_end": check.end,
        "found": msgspec.json.encode(check).decode(),
        **unit.made,
    }
    unit.connection.execute(insert(balance_checks).values(row))
    latest = select(balance_checks.c.pk).order_by(balance_checks.c.pk.desc()).limit(_KEPT)
    unit.connection.execute(delete(balance_checks).where(balance_checks.c.pk.not_in(latest)))


def latest_balance_check(connection: Connection, identity: Identity, span: Span | None = None) -> BalanceCheck | None:
    """The latest comparison; of exactly a span, if one is named."""
    query = select(balance_checks.c.found).where(mine(balance_checks)).order_by(balance_checks.c.pk.desc()).limit(1)
    if span is not None:
        query = query.where(balance_checks.c.range_start == span.start, balance_checks.c.range_end == span.end)
    found = connection.scalar(query, whose(identity))
    return None if found is None else _READER.decode(found)


def _own(is_held: int, own: int | None, currency: str | None, booking: str | None) -> tuple[Any, ...]:
    return bool(is_held), own, currency, booking or ""


@cache
def _held() -> Select[Any]:
    """Made once: every part of a comparison asks it."""
    within = and_(_moved.c.created >= bindparam("since"), _moved.c.created < bindparam("until"))
    columns = [_moved.c[name] for name in _FIELDS]
    own = case(
        (_is(CHARGED), case((payments.c.state == _SUCCEEDED, payments.c.amount), else_=_charge.c.amount_captured)),
        (_is(RETURNED), -refunds.c.amount),
        (_is(REFUND_FAILED), refunds.c.amount),
        (_is(("payout",)), -_payout.c.amount),
    )
    currency = func.coalesce(_charge.c.currency, refunds.c.currency, _payout.c.currency)
    query = select(*columns, case((_is_held(), 1), else_=0), own, currency, bookings.c.reference)
    return query.select_from(_with_objects()).where(mine(_moved), within)


def _is_held() -> ColumnElement[bool]:
    """What has no object of its own is held as it stands. Of a failed refund the refund has to say so; one of a debit
    may name its charge instead.
    """
    source = _moved.c.source_id
    named = or_(source.startswith("re_", autoescape=True), source.startswith("pyr_", autoescape=True))
    disputed = or_(source.startswith("dp_", autoescape=True), source.startswith("du_", autoescape=True))
    return case(
        (_is(CHARGED), and_(_charge.c.captured, payments.c.pk.is_not(None))),
        (_is(RETURNED), refunds.c.pk.is_not(None)),
        (_is(REFUND_FAILED), or_(refunds.c.status.in_(_CAME_BACK), and_(refunds.c.pk.is_(None), ~named))),
        (and_(_is(("adjustment",)), disputed), _dispute.c.id.is_not(None)),
        (_is(("payout", "payout_failure", "payout_cancel")), _payout.c.id.is_not(None)),
        else_=literal(True),
    )


def _with_objects() -> FromClause:
    """Movements with whatever they are of, its payment and that one's booking."""
    key = func.coalesce(_charge.c.payment_intent_id, _charge.c.id, _dispute.c.payment_intent_id, _dispute.c.charge_id)
    own = and_(
        payments.c.stripe_account == bindparam("of_account"),
        payments.c.livemode == bindparam("of_livemode"),
        payments.c.stripe_payment_id == key,
    )
    charged = payments.alias("of_refund")
    home = func.coalesce(payments.c.booking_pk, charged.c.booking_pk)
    return (
        _moved.outerjoin(_charge, and_(mine(_charge), _charge.c.id == _moved.c.source_id))
        .outerjoin(_dispute, and_(mine(_dispute), _dispute.c.id == _moved.c.source_id))
        .outerjoin(_payout, and_(mine(_payout), _payout.c.id == _moved.c.source_id))
        .outerjoin(refunds, and_(mine(refunds), refunds.c.stripe_refund_id == _moved.c.source_id))
        .outerjoin(payments, own)
        .outerjoin(charged, charged.c.pk == refunds.c.payment_pk)
        .outerjoin(bookings, bookings.c.pk == home)
    )


def _is(types: tuple[str, ...]) -> ColumnElement[bool]:
    return _moved.c.type.in_(types)


@cache
def _charges() -> Select[Any]:
    """The charges in ``ids``: id, time, currency, amount and booking."""
    key = func.coalesce(_charge.c.payment_intent_id, _charge.c.id)
    own = and_(mine(payments), payments.c.stripe_payment_id == key)
    joined = _charge.outerjoin(payments, own).outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
    columns = (_charge.c.id, _charge.c.created, _charge.c.currency, _charge.c.amount_captured, bookings.c.reference)
    return select(*columns).select_from(joined).where(mine(_charge), among(_charge.c.id, "ids"))


@cache
def _refunds() -> Select[Any]:
    """The refunds in ``ids``, alike; what went is negative."""
    table = refunds.c
    joined = refunds.join(payments, payments.c.pk == table.payment_pk)
    joined = joined.outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
    columns = (table.stripe_refund_id, table.occurred_at, table.currency, -table.amount, bookings.c.reference)
    return select(*columns).select_from(joined).where(mine(refunds), among(table.stripe_refund_id, "ids"))
