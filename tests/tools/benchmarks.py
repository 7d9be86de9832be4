"""A desk to measure."""

from __future__ import annotations

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.opening import open_database
from tests.tools.clocks import SetClock
from tests.tools.practice import NOON


def open_desk(address: str) -> Desk:
    """A desk on a migrated database, with real identities: they cost something too."""
    clock, ids = SetClock(NOON), RandomIds()
    desk = Desk(open_database(address, clock, ids), clock, ids, Operator("Elena", "Desk 1"), ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(name="Hotel Lanterna", zone="Europe/Rome"))
    return desk
