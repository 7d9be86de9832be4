"""Whether a SQLite file is still the one that was opened.

SQLite does not look: into a file that was cut short, or taken away, it goes on writing what nobody will ever read.
"""

from __future__ import annotations

import os
from pathlib import Path

from rentease_desk.domain.errors import DatabaseError


class SameFile:
    """Remembers which file it is, and how long it was: nothing of this program ever makes it shorter."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _look(path)

    def require(self) -> None:
        """One look at the folder. Raises DatabaseError ``database.taken_away`` or ``.corrupt``."""
        before, now = self._seen, _look(self._path)
        if before is None:
            self._seen = now
            return
        if now is None or not os.path.samestat(before, now):
            raise DatabaseError("database.taken_away", path=self._path)
        if now.st_size < before.st_size:
            raise DatabaseError("database.corrupt", path=self._path)
        self._seen = now


def _look(path: Path) -> os.stat_result | None:
    """None where there is no such file, or nothing of it can be told."""
    try:
        return path.stat()
    except OSError:
        return None
