"""What other desks and processes write to the same database, told like what this one writes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from msgspec.structs import replace

from rentease_desk.domain.changes import Changes
from rentease_desk.services.desk import Desk
from rentease_desk.storage.change_feed import Seen, asking, changes_since, seen_now
from rentease_desk.storage.news import Told


class OtherDesks:
    """Looks when it is asked to, in any thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: Seen | None = None
        self._own: set[int] = set()
        """This process's own journal rows behind those that were read."""
        self._looking = threading.Lock()

    def look(self) -> None:
        """Tell the feed what others have written since the last look.

        Raises DatabaseError; ``database.newer`` or ``.moved`` where the tables are not this program's any more.
        """
        with self._looking:
            found = self._look()
        if found:
            self._desk.feed.publish(found, of_others=True)

    def hear(self, told: Sequence[Told]) -> bool:
        """Tell the feed what news tell, in their order; the database is asked only if something before them is not
        known, or they do not say all. Returns whether anything was told. Raises DatabaseError.
        """
        with self._looking:
            found = self._follow(told)
            if found is None:
                found = self._look()
        if found:
            self._desk.feed.publish(found, of_others=True)
        return bool(found)

    def _follow(self, told: Sequence[Told]) -> Changes | None:
        if self._seen is None:
            return None
        seq, found = self._seen.seq, Changes()
        for one in told:
            if 0 < one.last <= seq:
                continue
            if one.changes is None or (one.last and one.first != seq + 1):
                return None
            seq, found = max(seq, one.last), found | one.changes
        self._seen = replace(self._seen, seq=seq)
        self._own = {written for written in self._own | self._desk.feed.take_own() if written > seq}
        return found

    def _look(self) -> Changes | None:
        self._own |= self._desk.feed.take_own()
        with asking(self._desk.db) as connection:
            if self._seen is None:
                self._seen, found = seen_now(connection), None
            else:
                found, self._seen = changes_since(connection, self._seen, self._own)
        self._own = {written for written in self._own if written > self._seen.seq}
        return found
