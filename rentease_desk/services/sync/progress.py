"""How far a run is, told here at once and now and then to the other desks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.sync import Progress
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.storage.sync_state import note_progress

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
"""A transaction of one row, once a few dozen pages."""


class ProgressNotes:
    """For one run, in its thread. What takes no longer than that is never written."""

    def __init__(self, desk: Desk, lease: SyncLease, report: Callable[[Progress], None]) -> None:
        self._desk, self._lease, self._report = desk, lease, report
        self._noted = desk.clock.monotonic()

    def tell(self, run_pk: int, progress: Progress) -> None:
        """``run_pk`` 0 is no run: its progress is told here only. Raises ConflictError ``sync.lost_lease``."""
        self._report(progress)
        now = self._desk.clock.monotonic()
        if run_pk and now - self._noted >= EVERY_SECONDS:
            self._noted = now
            self._note(run_pk, progress)

    def _note(self, run_pk: int, progress: Progress) -> None:
        try:
            with self._desk.writing() as unit:
                self._lease.keep(unit)
                note_progress(unit, run_pk, progress)
                unit.changes |= Changes(asked=True)
        except DatabaseError as error:  # whether the run can go on its next page shows
            log.info("how far the sync is was not written down: %s", error)
