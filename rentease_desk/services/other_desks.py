"""What other desks and processes write to the same database, told like what this one writes."""

from __future__ import annotations

from rentease_desk.services.desk import Desk
from rentease_desk.storage.change_feed import Seen, changes_between, seen_now


class OtherDesks:
    """Looks when it is asked to. For one thread at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: Seen | None = None

    def look(self) -> None:
        """Tell the feed what others have written since the last look. Raises DatabaseError."""
        own = self._desk.feed.take_own()
        with self._desk.db.reading() as connection:
            before, now = self._seen, seen_now(connection)
            found = None if before is None else changes_between(connection, before, now, own)
        self._seen = now
        if found:
            self._desk.feed.publish(found)
