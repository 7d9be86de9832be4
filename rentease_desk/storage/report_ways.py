"""Ways to what was paid out, and to what of it is spread over bookings, from the end where there are few rows.

Most lines of payouts are charges: refunds, disputes and parts are sooner looked up by themselves.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import and_
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.reporting import Basis
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED
from rentease_desk.domain.takings import MoveKind
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.observed import mine
from rentease_desk.storage.ordered import Step, in_order
from rentease_desk.storage.report_sources import DISPUTED, SOURCES, with_payment
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import payment_transfers, payments, refunds

_moved, _dispute, _charge, _line = stripe_transactions, stripe_disputes, stripe_charges, stripe_payout_lines
_transfer = payment_transfers.c
_ITS_PAYMENT: Step = (payments, payments.c.pk == refunds.c.payment_pk)
_ITS_LINE: Step = (_line, and_(mine(_line), _line.c.id == _moved.c.id))


@cache
def rows_of(kind: MoveKind, basis: Basis) -> tuple[FromClause, ...]:
    """The rows of a kind by a basis; each has a part of them."""
    if basis is not Basis.PAYOUT:
        return (SOURCES[kind]().table,)
    if kind is MoveKind.PAYMENT:
        return SOURCES[kind]().paid_out
    if kind is MoveKind.REFUND:
        return (in_order(refunds, (*_refunded(RETURNED), _ITS_PAYMENT)),)
    if kind is MoveKind.RETURN:
        return (in_order(refund_returns, (_its_refund(), *_refunded(REFUND_FAILED), _ITS_PAYMENT)),)
    return (with_payment(in_order(_dispute, (_disputed(), _ITS_LINE))),)


@cache
def spread(kind: MoveKind, basis: Basis) -> tuple[FromClause, ...]:
    """The same with the transfers of what of them is another booking's than the payment's; each has a part of them."""
    by_payout = basis is Basis.PAYOUT
    if kind is MoveKind.PAYMENT:
        its: Step = (payments, and_(payments.c.pk == _transfer.payment_pk, _transfer.refund_pk.is_(None)))
        ways = _charges_of_payment() if by_payout else ((),)
        return tuple(in_order(payment_transfers, (its, *way)) for way in ways)
    steps: list[Step] = [(refunds, refunds.c.pk == _transfer.refund_pk)]
    if kind is MoveKind.RETURN:
        steps.append(_its_return(by_payout))
    if by_payout:
        steps += _refunded(RETURNED if kind is MoveKind.REFUND else REFUND_FAILED)
    return (in_order(payment_transfers, (*steps, _ITS_PAYMENT)),)


def _charges_of_payment() -> tuple[tuple[Step, ...], ...]:
    """A payment is called by its intent, or by its only charge where it has none."""
    key = payments.c.stripe_payment_id
    by_intent: ColumnElement[bool] = _charge.c.payment_intent_id == key
    alone = and_(_charge.c.payment_intent_id.is_(None), _charge.c.id == key)
    moved = (_moved, and_(mine(_moved), _moved.c.source_id == _charge.c.id, _moved.c.type.in_(CHARGED)))
    return tuple(
        ((_charge, and_(mine(payments), mine(_charge), named)), moved, _ITS_LINE) for named in (by_intent, alone)
    )


def _refunded(types: tuple[str, ...]) -> tuple[Step, Step]:
    named = _moved.c.source_id == refunds.c.stripe_refund_id
    return (_moved, and_(mine(refunds), mine(_moved), named, _moved.c.type.in_(types))), _ITS_LINE


def _disputed() -> Step:
    return _moved, and_(mine(_dispute), mine(_moved), _moved.c.source_id == _dispute.c.id, _moved.c.type == DISPUTED)


def _its_refund() -> Step:
    return refunds, and_(refunds.c.pk == refund_returns.c.refund_pk, refund_returns.c.ordinal == 1)


def _its_return(by_payout: bool) -> Step:
    """Of each line of a payout its refund has one first row."""
    its = refund_returns.c.refund_pk == refunds.c.pk
    return refund_returns, and_(its, refund_returns.c.ordinal == 1) if by_payout else its
