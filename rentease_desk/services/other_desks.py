"""What other desks and processes write to the same database, told like what this one writes."""

from __future__ import annotations

import threading

from rentease_desk.domain.changes import Changes
from rentease_desk.services.desk import Desk
from rentease_desk.storage.change_feed import Seen, changes_between, seen_now


class OtherDesks:
    """Looks when it is asked to, in any thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: Seen | None = None
        self._looking = threading.Lock()

    def look(self) -> None:
        """Tell the feed what others have written since the last look.

        Raises DatabaseError; ``database.newer`` or ``.moved`` where the tables are not this program's any more.
        """
        with self._looking:
            found = self._look()
        if found:
            self._desk.feed.publish(found)

    def _look(self) -> Changes | None:
        own = self._desk.feed.take_own()
        with self._desk.db.reading() as connection:
            before, now = self._seen, seen_now(connection)
            found = None if before is None else changes_between(connection, before, now, own)
        self._seen = now
        return found
