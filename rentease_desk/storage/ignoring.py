"""Rows that say that a payment is ignored, or is not any more. Whoever writes one has locked the payment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from rentease_desk.domain.changes import Changes
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.ignore_tables import ignoring, payment_ignores
from rentease_desk.storage.tables import payments

_i = payment_ignores.c
_NOW = (
    select(_i.uid, _i.payment_pk, _i.ordinal, _i.reason, _i.actor, payments.c.uid.label("payment"))
    .select_from(payment_ignores.join(payments, ignoring()))
    .where(among_keys(_i.payment_pk, "pks"))
    .order_by(_i.payment_pk)
)
"""Made once: it is asked with each page of a sync by which a payment finds its booking."""


def ignored_now(connection: Connection, payment_pks: Collection[int]) -> list[Row[*tuple[Any, ...]]]:
    """The rows by which these payments are ignored."""
    return list(connection.execute(_NOW, {"pks": list(payment_pks)}))


def last_ordinal(connection: Connection, payment_pk: int) -> int:
    """The number of a payment's last row; 0: nobody has ignored it yet."""
    query = select(_i.ordinal).where(_i.payment_pk == payment_pk)
    return connection.scalar(query.order_by(_i.ordinal.desc()).limit(1)) or 0


def payment_of(connection: Connection, uid: str) -> int | None:
    """The key of the payment that a row with this ``uid`` is about."""
    found: int | None = connection.scalar(select(_i.payment_pk).where(_i.uid == uid))
    return found


def add_row(unit: Unit, uid: str, payment: tuple[int, str], ordinal: int, reason: str) -> None:
    """Append a row, journalled. ``payment``: its key and its uid."""
    pk, name = payment
    row = {"uid": uid, "payment_pk": pk, "ordinal": ordinal, "reason": reason, **unit.made}
    unit.connection.execute(insert(payment_ignores).values(row))
    action = "ignore" if ordinal % 2 else "unignore"
    unit.record(action, "ignore", uid, None, {"payment": name, "ordinal": ordinal, "reason": reason})
    unit.changes |= Changes(payments=frozenset({pk}))


def end_ignoring(unit: Unit, payment_pks: Collection[int]) -> None:
    """These payments get a booking: those among them that were ignored are not any more."""
    if payment_pks:
        for row in ignored_now(unit.connection, payment_pks):
            add_row(unit, unit.ids.uid(), (row.payment_pk, row.payment), row.ordinal + 1, "")
