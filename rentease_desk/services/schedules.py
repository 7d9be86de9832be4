"""Files that are written by themselves: each period of each schedule once, by whichever desk comes first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from rentease_desk.domain.errors import ConflictError, InputError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.schedules import (
    Period,
    Rhythm,
    Schedule,
    ScheduleDraft,
    ScheduleState,
    ask_of,
    check_schedule,
    due_periods,
    file_name,
)
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.reporting.files import ReportFile, decimals
from rentease_desk.services.reporting.presets import presets_of
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.storage import schedules as store
from rentease_desk.storage.settings import read_property

log = logging.getLogger(__name__)


class ScheduleService:
    """A period is written when it is over; what was missed while no desk ran is caught up. ``program``: who writes."""

    def __init__(self, desk: Desk, program: Desk) -> None:
        self._desk, self._program = desk, program
        self._reports = ReportService(program)

    def all(self) -> tuple[ScheduleState, ...]:
        """Those that stand, each with what became of it last."""
        with self._desk.db.reading() as connection:
            found = store.all_schedules(connection)
            last, trouble = store.last_done(connection), store.troubles(connection)
        return tuple(ScheduleState(one, last.get(one.pk), trouble.get(one.pk)) for one in found)

    def save(self, draft: ScheduleDraft) -> Saved[tuple[ScheduleState, ...]]:
        """A new one, or a changed one; returns all. What could not be written is tried again at once.

        Raises InputError ``schedule.…``, ``report.basis`` or ``report.preset``, ConflictError ``schedule.changed``.
        """
        check_schedule(draft)
        if draft.preset not in presets_of(draft.report):
            raise InputError("report.preset", field="preset", preset=draft.preset.value, report=draft.report.value)
        with self._desk.doing(Permission.SETTINGS) as unit:
            found = store.schedule_by_uid(unit.connection, draft.uid)
            if draft.replaces is None:
                settings = read_property(unit.connection) or Property()
                store.insert_schedule(unit, draft, settings.days.business_date(unit.now))
            elif found is None or found.version != draft.replaces:
                raise ConflictError("schedule.changed")
            else:
                store.change_schedule(unit, draft.uid, store.columns_of(draft))
                store.try_again(unit, found.pk)
        return Saved(self.all(), unit.changes)

    def end(self, uid: str, version: int) -> Saved[tuple[ScheduleState, ...]]:
        """Nothing more is written by it; what was, stays. Raises ConflictError ``schedule.changed``."""
        with self._desk.doing(Permission.SETTINGS) as unit:
            found = store.schedule_by_uid(unit.connection, uid)
            if found is None or found.version != version:
                raise ConflictError("schedule.changed")
            store.change_schedule(unit, uid, {"ended": True})
        return Saved(self.all(), unit.changes)

    def run(self, cancel: threading.Event) -> tuple[ReportFile, ...]:
        """Write what is due, oldest first, for nobody in particular. What cannot be written now is noted, and tried
        again later, before what came after it; other schedules have their turn. Returns what was written here.
        """
        with self._program.db.reading() as connection:
            standing = store.all_schedules(connection)
        return tuple(file for one in standing for file in self._write_due(one, cancel))

    def _write_due(self, schedule: Schedule, cancel: threading.Event) -> Iterator[ReportFile]:
        for period in self._due(schedule):
            if cancel.is_set():
                return
            with self._program.writing() as unit:
                claimed = store.claim_period(unit, schedule.pk, period)
            if claimed is not None:
                written = self._write(schedule, period, claimed)
                if not written:
                    return
                yield from written

    def _due(self, schedule: Schedule) -> Sequence[Period]:
        with self._program.db.reading() as connection:
            days = (read_property(connection) or Property()).days
            if schedule.rhythm is Rhythm.CLOSE:
                due = store.closed_periods(connection, schedule.since)
            else:
                due = list(due_periods(schedule, days, self._program.clock.now()))
            done = store.done_periods(connection, schedule.pk)
            if store.is_waiting(connection, schedule.pk, self._program.operator.desk, self._program.clock.now()):
                return ()
        return [one for one in due if one.key not in done]

    def _write(self, schedule: Schedule, period: Period, uid: str) -> tuple[ReportFile, ...]:
        """() where it cannot be written now."""
        path = Path(schedule.folder) / file_name(schedule, period.days)
        try:
            written = self._reports.deliver(ask_of(schedule, period.days), path)
        except KnownError as error:
            log.warning("a scheduled export cannot be written: %s", error)
            with self._program.writing() as unit:
                store.period_failed(unit, uid, error.code, str(error))
            return ()
        with self._program.writing() as unit:
            store.period_done(unit, uid, [_told(one) for one in written])
        return written


def _told(one: ReportFile) -> dict[str, object]:
    """What the journal keeps of a file."""
    control = one.control
    totals = decimals(control.totals)
    return {"file": one.path.name, "rows": control.rows, "totals": totals, "sha256": control.sha256}
