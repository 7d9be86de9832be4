"""Refunds that had counted and whose money came back, as they failed or were cancelled later. Append-only.

The rows of a refund are numbered: by an odd one its money came back, by the even one after it went again after all. The
refund itself goes on counting on the day it was made; these rows count on days of their own.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.sql import ColumnElement

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key
from rentease_desk.storage.tables import payments, refunds

# The number's unique key is what keeps two syncs from counting it twice.
refund_returns = Table(
    "refund_returns",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("refund_pk", Key, ForeignKey("refunds.pk"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("business_date", Date, nullable=False, index=True),
    Column("late_of", Date),
    *made_columns(),
    CheckConstraint("ordinal > 0", name="numbered"),
    UniqueConstraint("refund_pk", "ordinal"),
)

CAME_BACK: ColumnElement[bool] = refund_returns.c.ordinal % 2 == 1
SIGN: ColumnElement[int] = case((CAME_BACK, 1), else_=-1)
"""By which the refund's amount is multiplied: money that comes back is more than zero."""


@cache
def returned_by() -> ColumnElement[int]:
    """Of a payment, what was given back by the business day in the parameter ``evening``, less what had come back."""
    table, back = refunds.c, refund_returns.c
    its = table.payment_pk == payments.c.pk
    given = select(func.coalesce(func.sum(table.amount), 0)).where(its, table.business_date <= bindparam("evening"))
    came = select(func.coalesce(func.sum(table.amount * SIGN), 0)).select_from(
        refunds.join(refund_returns, back.refund_pk == table.pk)
    )
    came = came.where(its, back.business_date <= bindparam("evening"))
    left = given.correlate(payments).scalar_subquery() - came.correlate(payments).scalar_subquery()
    return cast(left, BigInteger)  # PostgreSQL sums up to a decimal number
