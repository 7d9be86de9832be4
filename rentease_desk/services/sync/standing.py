"""How the sync stands between runs: who syncs just now, how far Stripe's events were read, and what comes next."""

from __future__ import annotations

from rentease_desk.domain.sync import Holder
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import is_gone
from rentease_desk.services.sync.recorded import GAP, SWEEP
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, SWEPT, current_lease, read_cursor


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
    cursor = min((one for one in _cursors(desk, EVENTS) if one is not None), default=None)
    return cursor if cursor is not None and desk.clock.now() - cursor > GAP else None


def sweep_of(desk: Desk) -> int | None:
    """From when on (UTC seconds) a poll sweeps; before the first sweep the next poll does. None before any poll."""
    swept, polled = _cursors(desk, SWEPT), _cursors(desk, EVENTS)
    nexts = (cursor if last is None else last + SWEEP for last, cursor in zip(swept, polled, strict=True))
    return min((one for one in nexts if one is not None), default=None)


def covered_of(desk: Desk) -> int | None:
    """Up to when (UTC seconds) everything was read of each account; None while there is one of which nothing was."""
    cursors = _cursors(desk, PAYMENTS)
    known = [one for one in cursors if one is not None]
    return min(known) if known and len(known) == len(cursors) else None


def _cursors(desk: Desk, kind: str) -> list[int | None]:
    """Of each account that is asked, where it stands."""
    accounts = desk.property().asked_accounts
    if not accounts:
        return []
    with desk.db.reading() as connection:
        return [read_cursor(connection, one.identity, kind) for one in accounts]
