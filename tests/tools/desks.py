"""Desks that sync, opened in the middle of a test; and what a database says of Stripe, whenever it learnt it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, select

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.columns import metadata
from rentease_desk.storage.opening import open_database
from rentease_desk.storage.tables import payments
from tests.tools.accounts import Account
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.practice import NOON
from tests.tools.syncing import SyncDesk
from tests.tools.truth import Books, held_books

_HISTORY = frozenset({"observed_at", "received_at", "pk"})
"""Columns that tell when a row was read, and not what it says."""
_NOT_SHOWN = frozenset({"stripe_reads"})
"""Tables of the desk's own doings."""


@contextmanager
def sync_desk(address: str, account: Account) -> Iterator[SyncDesk]:
    """A desk on a database of the current schema, closed at the end."""
    db = open_database(address, SetClock(NOON), CountedIds())
    desk = Desk(db, SetClock(NOON), CountedIds(), Operator("Elena", "Desk 1"), ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(zone="Europe/Rome"))
    try:
        yield SyncDesk(desk, account)
    finally:
        db.close()


class Picture(NamedTuple):
    """The books, and every row of every kind of object that Stripe showed."""

    books: Books
    rows: dict[str, list[str]]


def picture(at: SyncDesk) -> Picture:
    """What the database says."""
    rows: dict[str, list[str]] = {}
    shown = [one for one in metadata.sorted_tables if one.name.startswith("stripe_") and one.name not in _NOT_SHOWN]
    with at.desk.db.reading() as connection:
        for table in shown:
            told = select(*(_told(column) for column in table.columns if column.name not in _HISTORY))
            rows[table.name] = sorted(str(tuple(row)) for row in connection.execute(told))
    return Picture(held_books(at.desk), rows)


def _told(column: Column[Any]) -> ColumnElement[Any]:
    """A payment's key is a database's own: the payment is named by Stripe's id."""
    if column.name != "payment_pk":
        return column
    return select(payments.c.stripe_payment_id).where(payments.c.pk == column).scalar_subquery()
