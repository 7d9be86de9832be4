"""Which payment a line of a payout is about, kept beside it: ``stripe_payout_lines.payment_pk``.

It follows from the line's transaction, that one's charge and the intent of the charge: three lookups of long texts for
each line, of which takings by payout of a few years have a million. A line without it is looked up. Nothing of the way
changes at Stripe; where it does here, triggers of migration 0029 forget the payment in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Update, and_, bindparam, select, update
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.stripe_objects import CHARGED, Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.observed import asked, mine
from rentease_desk.storage.ordered import in_order
from rentease_desk.storage.report_sources import payment_of_charge
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_transactions
from rentease_desk.storage.tables import payments
from rentease_desk.storage.whose import whose

_moved, _charge, _line = stripe_transactions, stripe_charges, stripe_payout_lines


def link_payments(connection: Connection, identity: Identity, lines: Collection[str], charges: Collection[str]) -> None:
    """Keep the payments of lines, where both are here, of these lines and charges: of either something is new."""
    for ids, query in ((lines, _of_lines()), (charges, _of_charges())):
        if ids:
            _keep(connection, identity, query, asked(identity, ids))


def link_all(connection: Connection, identity: Identity) -> None:
    """The same of all lines that are here."""
    _keep(connection, identity, _way(_from_lines(), ~_IS_KNOWN), whose(identity))


def _keep(connection: Connection, identity: Identity, query: Select[Any], given: dict[str, Any]) -> None:
    found = [{"line": id_, "payment": pk, **whose(identity)} for id_, pk in connection.execute(query, given)]
    if found:
        connection.execute(_keeping(), found)


_IS_KNOWN = _line.c.payment_pk.is_not(None)


@cache
def _of_lines() -> Select[Any]:
    return _way(_from_lines(), among(_line.c.id, "ids"), ~_IS_KNOWN)


@cache
def _of_charges() -> Select[Any]:
    moved = and_(mine(_moved), _moved.c.source_id == _charge.c.id, _moved.c.type.in_(CHARGED))
    line = and_(mine(_line), _line.c.id == _moved.c.id)
    steps = ((_moved, moved), (_line, line), (payments, payment_of_charge()))
    return _way(in_order(_charge, steps), mine(_charge), among(_charge.c.id, "ids"), ~_IS_KNOWN)


def _from_lines() -> FromClause:
    moved = and_(mine(_line), mine(_moved), _moved.c.id == _line.c.id, _moved.c.type.in_(CHARGED))
    charge = and_(mine(_charge), _charge.c.id == _moved.c.source_id)
    return in_order(_line, ((_moved, moved), (_charge, charge), (payments, payment_of_charge())))


def _way(table: FromClause, *where: ColumnElement[bool]) -> Select[Any]:
    return select(_line.c.id, payments.c.pk).select_from(table).where(*where)


@cache
def _keeping() -> Update:
    return update(_line).where(mine(_line), _line.c.id == bindparam("line")).values(payment_pk=bindparam("payment"))
