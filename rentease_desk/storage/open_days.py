"""Which business days are open, held until a transaction ends: nobody closes one meanwhile.

The order of locks is: this one, the drawer's, then payments and bookings, the journal's head last. On PostgreSQL who
came after one who waits to close would else wait for him, and he for a third who waits for the first.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from rentease_desk.domain.dates import Days
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.storage.database import Unit
from rentease_desk.storage.day_tables import CLOSED_DAYS, day_lock

_SHARED = select(day_lock.c.version).with_for_update(read=True)
_ALONE = select(day_lock.c.version).with_for_update()
"""Statements are made once: they are asked with every payment, and with every page of a sync."""


def open_days(unit: Unit, days: Days) -> OpenDays:
    """The days as they stay until the transaction ends. Call it before anything else is locked.

    What is closed is read anew only when that has changed: a page of a sync costs one small read.
    """
    if unit.open_days is None:
        unit.open_days = OpenDays(days, _closed(unit))
    return unit.open_days


def counting_day(unit: Unit) -> date:
    """The day on which money counts that is written now. The days are held."""
    assert unit.open_days is not None
    return unit.open_days.day(unit.now)


def close_alone(unit: Unit) -> frozenset[date]:
    """The closed days, while nobody else writes money or closes a day; that they change is told to all readers."""
    version: int = unit.connection.execute(_ALONE).scalar_one()
    unit.connection.execute(update(day_lock).values(version=version + 1))
    return frozenset(unit.connection.scalars(CLOSED_DAYS))


def _closed(unit: Unit) -> frozenset[date]:
    version: int = unit.connection.execute(_SHARED).scalar_one()
    known = unit.known_closed.at(version)
    if known is None:
        known = frozenset(unit.connection.scalars(CLOSED_DAYS))
        unit.known_closed.keep(version, known)
    return known
