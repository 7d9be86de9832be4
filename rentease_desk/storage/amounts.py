"""What stands here of some days, to be compared with what Stripe's lists show of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from sys import intern
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, bindparam, case, exists, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.agreement import Amounts
from rentease_desk.domain.dates import Span
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.domain.stripe_billing import DELETED_INVOICE, ENDED_SUBSCRIPTIONS, RETURNED_PAYOUTS
from rentease_desk.domain.stripe_objects import CHARGED, RETURNED, Identity
from rentease_desk.storage.billing_tables import stripe_invoices, stripe_payouts, stripe_subscriptions
from rentease_desk.storage.observed import mine
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_transactions
from rentease_desk.storage.tables import payments, refunds
from rentease_desk.storage.whose import whose

_charge, _payout, _stay, _invoice = stripe_charges.c, stripe_payouts.c, stripe_subscriptions.c, stripe_invoices.c
_moved = stripe_transactions.c
_GONE_BACK = RefundStatus.SUCCEEDED.value


def amounts_here(connection: Connection, identity: Identity, span: Span) -> dict[str, Amounts]:
    """By kind (``COMPARED``) what was created in a span: currency, minor units that count, and status if it tells."""
    given = whose(identity, since=span.start, until=span.end)
    return {kind: _amounts(connection, query, given) for kind, query in _created().items()}


@cache
def _created() -> dict[str, Select[Any]]:
    """Made once: each check asks it several times."""
    return {
        "charges": _of(stripe_charges, _charged()),
        "refunds": _refunds(),
        "transactions": _of(stripe_transactions, _moved.net),
        "payouts": _of(stripe_payouts, _paid_out(), _payout.status),
        "subscriptions": _of(stripe_subscriptions, _by_period(), _stay.status),
        "invoices": _bills(),
    }


class Unsettled(Struct, frozen=True):
    """Charges and refunds, by id, that moved money which Stripe's balance does not show yet."""

    charges: tuple[str, ...]
    refunds: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.charges) + len(self.refunds)


def unsettled(connection: Connection, identity: Identity, span: Span) -> Unsettled:
    """Those that were created in a span. Of a hold that was let go nothing moves, and its refund moves nothing."""
    given = whose(identity, since=span.start, until=span.end)
    return Unsettled(*(tuple(connection.scalars(query, given)) for query in _unsettled()))


@cache
def _unsettled() -> tuple[Select[str], Select[Any]]:
    """Charges, and refunds."""
    moved = (
        mine(stripe_charges),
        _within(_charge.created),
        _charge.status == "succeeded",
        _charge.captured,
        _charge.amount_captured > 0,
        ~_is_moved(_charge.id, CHARGED),
    )
    back = (
        mine(refunds),
        _within(refunds.c.occurred_at),
        refunds.c.status == _GONE_BACK,
        refunds.c.stripe_refund_id.is_not(None),
        payments.c.state == PaymentState.SUCCEEDED.value,
        ~_is_moved(refunds.c.stripe_refund_id, RETURNED),
    )
    returned = select(refunds.c.stripe_refund_id).join(payments, payments.c.pk == refunds.c.payment_pk)
    return select(_charge.id).where(*moved), returned.where(*back)


def _amounts(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> Amounts:
    """Row by row, each currency once: a month of a large account is held beside what Stripe showed of it."""
    rows = connection.execute(query, given)
    return {key: (intern(currency), amount, *rest) for key, currency, amount, *rest in rows}


def _of(table: Any, *told: Any) -> Select[Any]:
    return select(table.c.id, table.c.currency, *told).where(mine(table), _within(table.c.created))


def _refunds() -> Select[Any]:
    table = refunds.c
    went_back = case((table.status == _GONE_BACK, table.amount), else_=0)
    query = select(table.stripe_refund_id, table.currency, went_back)
    return query.where(mine(refunds), table.stripe_refund_id.is_not(None), _within(table.occurred_at))


def _bills() -> Select[Any]:
    """Without drafts that were deleted: Stripe does not list them either."""
    bills = _of(stripe_invoices, _invoice.amount_paid, _invoice.status)
    return bills.where(_invoice.status != DELETED_INVOICE)


def _charged() -> ColumnElement[int]:
    return case((_charge.status == "succeeded", _charge.amount_captured), else_=0)


def _paid_out() -> ColumnElement[int]:
    return case((_payout.status.in_(RETURNED_PAYOUTS), 0), else_=_payout.amount)


def _by_period() -> ColumnElement[int]:
    """A subscription whose prices tell no amount counts nothing."""
    runs = and_(_stay.status.not_in(ENDED_SUBSCRIPTIONS), _stay.amount.is_not(None))
    return case((runs, _stay.amount), else_=0)


def _within(created: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(created >= bindparam("since"), created < bindparam("until"))


def _is_moved(source: ColumnElement[Any], types: tuple[str, ...]) -> ColumnElement[bool]:
    return exists().where(mine(stripe_transactions), _moved.source_id == source, _moved.type.in_(types))
