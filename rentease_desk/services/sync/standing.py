"""How the sync stands between runs: who syncs just now, how far Stripe's events were read, and what comes next."""

from __future__ import annotations

from rentease_desk.domain.sync import Holder
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import is_gone
from rentease_desk.services.sync.recorded import GAP, SWEEP
from rentease_desk.storage.sync_state import EVENTS, SWEPT, current_lease, read_cursor


def holder_of(desk: Desk) -> Holder | None:
    """Who syncs just now; None if nobody does."""
    with desk.db.reading() as connection:
        lease = current_lease(connection)
    return None if lease is None else Holder(lease.holder.rsplit("|", 3)[0], lease.since)


def is_left(desk: Desk) -> bool:
    """Whether who syncs by the lease was a process of this computer that does not run any more."""
    with desk.db.reading() as connection:
        lease = current_lease(connection)
    return lease is not None and is_gone(lease.holder)


def gap_of(desk: Desk) -> int | None:
    """Since when (UTC seconds) events were not read, if that is so long that some may be gone; else None."""
    cursor = _cursor(desk, EVENTS)
    return cursor if cursor is not None and desk.clock.now() - cursor > GAP else None


def sweep_of(desk: Desk) -> int | None:
    """From when on (UTC seconds) a poll sweeps; before the first sweep the next poll does. None before any poll."""
    swept, cursor = _cursor(desk, SWEPT), _cursor(desk, EVENTS)
    return cursor if swept is None else swept + SWEEP


def _cursor(desk: Desk, kind: str) -> int | None:
    identity = desk.property().identity
    if identity is None:
        return None
    with desk.db.reading() as connection:
        return read_cursor(connection, identity, kind)
