"""How the sync stands between runs: who syncs just now, and whether Stripe's events were left unread for too long."""

from __future__ import annotations

from rentease_desk.domain.sync import Holder
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.recorded import GAP
from rentease_desk.storage.sync_state import EVENTS, current_lease, read_cursor


def holder_of(desk: Desk) -> Holder | None:
    """Who syncs just now; None if nobody does."""
    with desk.db.reading() as connection:
        lease = current_lease(connection)
    return None if lease is None else Holder(lease.holder.rsplit("|", 3)[0], lease.since)


def gap_of(desk: Desk) -> int | None:
    """Since when (UTC seconds) events were not read, if that is so long that some may be gone; else None."""
    identity = desk.property().identity
    if identity is None:
        return None
    with desk.db.reading() as connection:
        cursor = read_cursor(connection, identity, EVENTS)
    return cursor if cursor is not None and desk.clock.now() - cursor > GAP else None
