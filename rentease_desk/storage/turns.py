"""Who of one process writes next: what a person waits for goes before what the sync does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage.engine import BUSY_SECONDS


class WriteTurns:
    """SQLite has one writer at a time, and lets who comes next be found by asking again and again.

    A sync that writes one page after the other is then nearly always there first, and a payment waits for seconds.
    Here a payment waits for the page that is being written, and for no other.
    """

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._taken = False
        self._hurried = 0

    @contextmanager
    def turn(self, *, patient: bool) -> Iterator[None]:
        """Write alone. Who is ``patient`` lets all others go first. Raises DatabaseError ``database.locked``."""
        self._take(patient)
        try:
            yield
        finally:
            with self._free:
                self._taken = False
                self._free.notify_all()

    def _take(self, patient: bool) -> None:
        with self._free:
            self._hurried += not patient
            try:
                came = self._free.wait_for(lambda: self._is_free(patient), BUSY_SECONDS)
            finally:  # Ctrl+C must not hold up the others for good
                self._hurried -= not patient
                self._free.notify_all()
            self._taken = self._taken or came
        if not came:
            raise DatabaseError("database.locked", seconds=BUSY_SECONDS)

    def _is_free(self, patient: bool) -> bool:
        return not self._taken and not (patient and self._hurried)
