"""Where payments, refunds and disputes that moved money stand, and by which of their dates they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, bindparam, case, func, literal, null, select, union
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.payment import PaymentState, Source
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED
from rentease_desk.domain.takings import MoveKind
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.observed import mine
from rentease_desk.storage.ordered import in_order
from rentease_desk.storage.pair_tables import payment_pairs, stands
from rentease_desk.storage.return_tables import CAME_BACK, SIGN, refund_returns
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import bookings, guests, payment_voids, payments, refunds

DISPUTED = "adjustment"
"""The type of the movement by which Stripe takes the money of a dispute, or gives it back; an inquiry has none.
Source: docs.stripe.com/reports/balance-transaction-types."""
SUCCEEDED = payments.c.state == PaymentState.SUCCEEDED.value
WENT_BACK = and_(refunds.c.business_date.is_not(None), SUCCEEDED)
"""Of a refund: it counts on the day it was made, also where it failed later: what came back is a row of its own."""
_moved, _dispute, _charge, _line = stripe_transactions, stripe_disputes, stripe_charges, stripe_payout_lines
_OF_THESE_PAYOUTS = and_(mine(_line), among(_line.c.payout_id, "payouts"))


class MoveSource(Struct, frozen=True):
    """A kind of move. ``table`` holds the rows by themselves; each of ``paid_out`` has a part of them, by the lines of
    payouts. ``account``: Stripe's id of the account that holds one.

    The parameters: ``first`` and ``last`` (days), ``since`` and ``until`` (calendar days, UTC seconds), ``rolled``
    and ``rolls`` (business days), ``payouts`` (ids), and those of ``mine``.
    """

    columns: Sequence[ColumnElement[Any]]
    condition: ColumnElement[bool]
    table: FromClause
    business: ColumnElement[bool]
    occurred: ColumnElement[bool]
    paid_out: tuple[FromClause, ...]
    payout: ColumnElement[Any]
    amount: ColumnElement[int]
    rounding: ColumnElement[int]
    business_date: ColumnElement[Any]
    occurred_at: ColumnElement[int]
    account: ColumnElement[Any] = payments.c.stripe_account
    by_payout: ColumnElement[bool] = _OF_THESE_PAYOUTS


@cache
def void_payments() -> Any:
    """The keys of payments that were voided, or turned out to be one of Stripe's."""
    merged = select(payment_pairs.c.manual_pk).where(payment_pairs.c.verdict == "same", stands())
    return union(select(payment_voids.c.payment_pk), merged)


@cache
def _payments() -> MoveSource:
    table = payments.c
    guest = func.coalesce(guests.c.name, table.payer_name)
    return MoveSource(
        columns=(table.pk, table.uid, table.business_date, table.occurred_at, *_home(guest), table.actor, table.desk,
                 bookings.c.channel, table.currency, table.amount, table.rounding, null(), table.stripe_payment_id),
        condition=and_(SUCCEEDED, payments.c.pk.not_in(void_payments())),
        table=payments,
        business=table.business_date.between(bindparam("first"), bindparam("last")),
        occurred=_between(table.occurred_at, "since", "until"),
        paid_out=(_known_charges(), _other_charges()),
        payout=_payout_of(table.stripe_charge_id, CHARGED),
        amount=table.amount,
        rounding=table.rounding,
        business_date=table.business_date,
        occurred_at=table.occurred_at,
    )  # fmt: skip


@cache
def _refunds() -> MoveSource:
    table = refunds.c
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    its_payment = payments.c.pk == table.payment_pk
    its_line = and_(mine(refunds), table.stripe_refund_id == _moved.c.source_id)
    return MoveSource(
        columns=(table.pk, table.uid, table.business_date, table.occurred_at, *_home(guest), table.actor, table.desk,
                 bookings.c.channel, table.currency, -table.amount, -table.rounding, payments.c.business_date,
                 table.stripe_refund_id),
        condition=WENT_BACK,
        table=refunds.join(payments, its_payment),
        business=table.business_date.between(bindparam("first"), bindparam("last")),
        occurred=_between(table.occurred_at, "since", "until"),
        paid_out=(_lines(_moved.c.type.in_(RETURNED)).join(refunds, its_line).join(payments, its_payment),),
        payout=_payout_of(table.stripe_refund_id, RETURNED),
        amount=-table.amount,
        rounding=-table.rounding,
        business_date=table.business_date,
        occurred_at=table.occurred_at,
    )  # fmt: skip


@cache
def _returns() -> MoveSource:
    """Refunds that failed after they had counted. Of each line of a payout its refund has one first row."""
    table, amount = refund_returns.c, refunds.c.amount * SIGN
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    its_refund, its_payment = refunds.c.pk == table.refund_pk, payments.c.pk == refunds.c.payment_pk
    its_line = and_(mine(refunds), refunds.c.stripe_refund_id == _moved.c.source_id)
    its_first = and_(its_refund, table.ordinal == 1)
    lines = _lines(_moved.c.type.in_(REFUND_FAILED)).join(refunds, its_line).join(refund_returns, its_first)
    return MoveSource(
        columns=(table.pk, table.uid, table.business_date, table.occurred_at, *_home(guest), table.actor, table.desk,
                 bookings.c.channel, refunds.c.currency, amount, refunds.c.rounding * SIGN, payments.c.business_date,
                 refunds.c.stripe_refund_id),
        condition=SUCCEEDED,
        table=refund_returns.join(refunds, its_refund).join(payments, its_payment),
        business=table.business_date.between(bindparam("first"), bindparam("last")),
        occurred=_between(table.occurred_at, "since", "until"),
        paid_out=(lines.join(payments, its_payment),),
        payout=case((CAME_BACK, _payout_of(refunds.c.stripe_refund_id, REFUND_FAILED))),
        amount=amount,
        rounding=refunds.c.rounding * SIGN,
        business_date=table.business_date,
        occurred_at=table.occurred_at,
    )  # fmt: skip


@cache
def _disputes() -> MoveSource:
    """In the currency of the payment: where Stripe settles in another one, what was disputed went, or came back."""
    same, disputed = _moved.c.currency == _dispute.c.currency, _dispute.c.amount
    amount = case((same, _moved.c.amount), (_moved.c.amount < 0, -disputed), else_=disputed)
    its_move = and_(mine(_moved), _moved.c.source_id == _dispute.c.id, _moved.c.type == DISPUTED)
    guest = func.coalesce(guests.c.name, payments.c.payer_name)
    nothing = literal(0)
    when = _moved.c.created + 0  # what is few is asked for by its own, and not by an index of all that moved in time
    return MoveSource(
        columns=(nothing, _moved.c.id, null(), _moved.c.created, *_home(guest), literal("Stripe"), literal(""),
                 bookings.c.channel, _dispute.c.currency, amount, nothing, payments.c.business_date, _dispute.c.id),
        condition=mine(_dispute),
        table=with_payment(in_order(_dispute, ((_moved, its_move),))),
        business=_between(when, "rolled", "rolls"),
        occurred=_between(when, "since", "until"),
        paid_out=(with_payment(_lines(_moved.c.type == DISPUTED).join(_dispute, _is(_dispute, _moved.c.source_id))),),
        payout=select(_line.c.payout_id).where(_is(_line, _moved.c.id)).limit(1).scalar_subquery(),
        amount=amount,
        rounding=nothing,
        business_date=null(),
        occurred_at=_moved.c.created,
        account=_dispute.c.account,
    )  # fmt: skip


SOURCES: Mapping[MoveKind, Callable[[], MoveSource]] = {
    MoveKind.PAYMENT: _payments,
    MoveKind.REFUND: _refunds,
    MoveKind.RETURN: _returns,
    MoveKind.DISPUTE: _disputes,
}


def with_homes(table: FromClause) -> FromClause:
    """Rows with the booking of their payment and its guest."""
    homes = table.outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
    return homes.outerjoin(guests, guests.c.pk == bookings.c.guest_pk)


def _home(guest: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    source = func.coalesce(payments.c.source, Source.STRIPE.value)
    return bookings.c.reference, guest, source, func.coalesce(payments.c.method, "card")


def _between(column: ColumnElement[int], start: str, end: str) -> ColumnElement[bool]:
    return and_(column >= bindparam(start), column < bindparam(end))


def _is(table: Any, id_: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(mine(table), table.c.id == id_)


def _lines(kind: ColumnElement[bool]) -> FromClause:
    return _line.join(_moved, and_(_is(_moved, _line.c.id), kind))


def _known_charges() -> FromClause:
    return in_order(_line, ((payments, payments.c.pk == _line.c.payment_pk),))


def _other_charges() -> FromClause:
    """Of lines whose payment was not there yet when they came."""
    unknown = _line.c.payment_pk.is_(None)
    moved = (_moved, and_(unknown, _is(_moved, _line.c.id), _moved.c.type.in_(CHARGED)))
    return in_order(_line, (moved, (_charge, _is(_charge, _moved.c.source_id)), (payments, payment_of_charge())))


def payment_of_charge() -> ColumnElement[bool]:
    """The condition that joins a charge with its payment."""
    key = func.coalesce(_charge.c.payment_intent_id, _charge.c.id)
    return and_(mine(payments), payments.c.stripe_payment_id == key)


def with_payment(table: FromClause) -> FromClause:
    """Disputes with their payments, where these are here."""
    key = func.coalesce(_dispute.c.payment_intent_id, _charge.c.payment_intent_id, _dispute.c.charge_id)
    its_payment = and_(mine(payments), payments.c.stripe_payment_id == key)
    return table.outerjoin(_charge, _is(_charge, _dispute.c.charge_id)).outerjoin(payments, its_payment)


def _payout_of(source: ColumnElement[Any], types: tuple[str, ...]) -> ColumnElement[Any]:
    """In the account of the payment, as payments of several may be asked for at once."""
    moved = and_(_of_payment(_moved), _moved.c.source_id == source, _moved.c.type.in_(types))
    its_line = _line.join(_moved, and_(_of_payment(_moved), _moved.c.id == _line.c.id))
    query = select(_line.c.payout_id).select_from(its_line).where(_of_payment(_line), moved)
    return query.correlate(payments, refunds).limit(1).scalar_subquery()


def _of_payment(table: Any) -> ColumnElement[bool]:
    return and_(table.c.account == payments.c.stripe_account, table.c.livemode == payments.c.livemode)
