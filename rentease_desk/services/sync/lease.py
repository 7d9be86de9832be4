"""One sync at a time, over all processes and desks that share the database."""

from __future__ import annotations

import os
import platform

import psutil

from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.sync import Lease
from rentease_desk.services.desk import Desk
from rentease_desk.storage.database import Unit
from rentease_desk.storage.sync_state import current_lease, drop_lease, keep_lease, take_lease

SECONDS = 300
"""How long a holder may be silent; longer than the slowest page with all its retries."""


def lease_seconds(minutes: int) -> int:
    """How long a holder may be silent where the timer rings every so many minutes (0: never).

    No longer than from one ring to the next: so another desk follows who dies at its second ring at the latest.
    A holder that was slower goes on unless another has begun meanwhile.
    """
    return min(SECONDS, 60 * minutes) if minutes else SECONDS


class SyncLease:
    """The lease as one process uses it. A holder is named ``desk|computer|process|start of the process``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._held: Lease | None = None
        self._seconds = SECONDS

    @property
    def fence(self) -> int:
        """The number of the lease; 0 without one."""
        return 0 if self._held is None else self._held.fence

    def take(self, days: Days, seconds: int = SECONDS) -> None:
        """For so many seconds, from each transaction of the run on. Raises ConflictError ``sync.running`` while
        somebody else syncs.
        """
        self._seconds = seconds
        with self._desk.writing() as unit:
            current = current_lease(unit.connection)
            if current is not None and is_gone(current.holder):
                drop_lease(unit, current)  # a process of this computer that was killed in the middle
            self._held = take_lease(unit, self._name(), seconds)
        if self._held is None:
            raise _running(current, days)

    def keep(self, unit: Unit) -> None:
        """Within a page's transaction: go on only while the lease is ours. Raises ConflictError ``sync.lost_lease``."""
        if self._held is None or not keep_lease(unit, self._held, self._seconds):
            raise ConflictError("sync.lost_lease")

    def drop(self) -> None:
        """Give it back."""
        if self._held is not None:
            with self._desk.writing() as unit:
                drop_lease(unit, self._held)
            self._held = None

    def running(self, days: Days) -> ConflictError:
        """That somebody syncs just now."""
        with self._desk.db.reading() as connection:
            return _running(current_lease(connection), days)

    def _name(self) -> str:
        return process_name(self._desk)


def process_name(desk: Desk) -> str:
    """This process, as its leases name it."""
    return "|".join((desk.operator.desk, platform.node(), str(os.getpid()), _born(psutil.Process())))


def _running(current: Lease | None, days: Days) -> ConflictError:
    holder = current.holder.rsplit("|", 3)[0] if current else "Another desk"
    since = days.local(current.since).strftime("%H:%M") if current else "this moment"
    return ConflictError("sync.running", holder=holder, since=since)


def is_gone(holder: str) -> bool:
    """Whether the holder of a lease was a process of this computer that does not run any more."""
    parts = holder.rsplit("|", 3)  # a desk may be called “Bar | Terrace”
    if len(parts) != 4 or parts[1] != platform.node():
        return False
    try:
        return _born(psutil.Process(int(parts[2]))) != parts[3]
    except (psutil.NoSuchProcess, ValueError):
        return True


def _born(process: psutil.Process) -> str:
    """When a process began, told alike by every process, also after the computer's clock was set right.

    Linux counts from the boot, whose time psutil adds by the clock as it stands.
    """
    since = psutil.boot_time() if psutil.LINUX else 0.0
    return f"{process.create_time() - since:.2f}"
