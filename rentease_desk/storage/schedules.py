"""Reading and writing schedules of files, and the periods that were written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import Basis, ReportName
from rentease_desk.domain.schedules import Delivery, Period, Rhythm, Schedule, ScheduleDraft
from rentease_desk.storage.database import Unit
from rentease_desk.storage.day_tables import day_closes
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.schedule_tables import export_runs, export_schedules

_s, _r = export_schedules.c, export_runs.c
_TOLD = ("report", "preset", "rhythm", "hour", "folder", "basis", "currency", "since", "ended")
LEASE = 30 * 60
"""Seconds after which somebody who said that they write a period is taken to have stopped."""
AGAIN = 10 * 60
"""Seconds after which a desk tries again what it could not write; another desk, which may reach the folder, at once."""


def all_schedules(connection: Connection) -> list[Schedule]:
    """Those that stand, as they were made."""
    return [_schedule(row) for row in connection.execute(select(export_schedules).where(~_s.ended).order_by(_s.pk))]


def schedule_by_uid(connection: Connection, uid: str) -> Schedule | None:
    """The one with this identity, if it stands."""
    row = connection.execute(select(export_schedules).where(_s.uid == uid, ~_s.ended)).first()
    return None if row is None else _schedule(row)


def insert_schedule(unit: Unit, draft: ScheduleDraft, since: date) -> None:
    """A new one. The same draft again changes nothing."""
    row = {**columns_of(draft), "uid": draft.uid, "since": since, "ended": False, "version": 1, **unit.made}
    if insert_if_free(unit.connection, row, _s.pk, "uid") is not None:
        unit.record("add", "export_schedule", draft.uid, None, _told(row))
        unit.changes |= Changes(exports=True)


def change_schedule(unit: Unit, uid: str, values: dict[str, Any]) -> None:
    """Other columns, from the next period on."""
    before = dict(unit.connection.execute(select(export_schedules).where(_s.uid == uid)).mappings().one())
    if all(before[name] == value for name, value in values.items()):
        return
    unit.connection.execute(update(export_schedules).where(_s.uid == uid).values(**values, version=_s.version + 1))
    unit.record("edit", "export_schedule", uid, _told(before), _told(before | values))
    unit.changes |= Changes(exports=True)


def try_again(unit: Unit, schedule_pk: int) -> None:
    """What could not be written waits no more."""
    failed = update(export_runs).where(_r.schedule_pk == schedule_pk, _r.state == "failed")
    unit.connection.execute(failed.values(at=0))


def columns_of(draft: ScheduleDraft) -> dict[str, Any]:
    """The columns that a draft says."""
    return {
        "report": draft.report.value,
        "preset": draft.preset.value,
        "rhythm": draft.rhythm.value,
        "hour": draft.hour,
        "folder": draft.folder.strip(),
        "basis": draft.basis.value if draft.basis else None,
        "currency": draft.currency,
    }


def closed_periods(connection: Connection, since: date) -> list[Period]:
    """Days that are closed now, from one on, in their order. One that was closed again is a period of its own."""
    last = func.max(day_closes.c.ordinal)
    query = select(day_closes.c.business_date, last).where(day_closes.c.business_date >= since)
    query = query.group_by(day_closes.c.business_date).having(last % 2 == 1).order_by(day_closes.c.business_date)
    return [
        Period(day.isoformat() if ordinal == 1 else f"{day.isoformat()}/{ordinal}", DateRange(day, day))
        for day, ordinal in connection.execute(query)
    ]


def done_periods(connection: Connection, schedule_pk: int) -> set[str]:
    """Those whose files are there."""
    return set(connection.scalars(select(_r.period).where(_r.schedule_pk == schedule_pk, _r.state == "done")))


def is_waiting(connection: Connection, schedule_pk: int, desk: str, now: int) -> bool:
    """Whether this desk could not write a period just now: it does not try one after the other, but this one again."""
    failed = and_(_r.state == "failed", _r.desk == desk, _r.at > now - AGAIN)
    return connection.scalar(select(_r.pk).where(_r.schedule_pk == schedule_pk, failed).limit(1)) is not None


def claim_period(unit: Unit, schedule_pk: int, period: Period) -> str | None:
    """The uid of a run that is this desk's to do now; None: it is done, somebody does it, or it is too soon."""
    uid, desk = unit.ids.uid(), unit.operator.desk
    row = {"uid": uid, "schedule_pk": schedule_pk, "period": period.key, "first": period.days.first,
           "last": period.days.last, "state": "running", "at": unit.now, "attempts": 1, "desk": desk, "files": "[]",
           "error_code": "", "error": ""}  # fmt: skip
    if insert_if_free(unit.connection, row, _r.pk) is not None:
        return uid
    stopped = and_(_r.state == "running", _r.at <= unit.now - LEASE)
    failed = and_(_r.state == "failed", or_(_r.desk != desk, _r.at <= unit.now - AGAIN))
    taken = update(export_runs).where(_r.schedule_pk == schedule_pk, _r.period == period.key, or_(stopped, failed))
    values = {"state": "running", "at": unit.now, "desk": desk, "attempts": _r.attempts + 1}
    found: str | None = unit.connection.scalar(taken.values(values).returning(_r.uid))
    return found


def period_done(unit: Unit, uid: str, files: Sequence[Mapping[str, Any]]) -> None:
    """Its files are there, journalled with their checksums. Another desk that has written the same changes nothing."""
    values = {"state": "done", "at": unit.now, "files": json.dumps(list(files)), "error_code": "", "error": ""}
    query = update(export_runs).where(_r.uid == uid, _r.state != "done").values(values)
    row = unit.connection.execute(query.returning(_r.period, _r.schedule_pk)).first()
    if row is None:
        return
    schedule = unit.connection.scalar(select(_s.uid).where(_s.pk == row.schedule_pk))
    unit.record("export", "export_run", uid, None, {"schedule": schedule, "period": row.period, "files": list(files)})
    unit.changes |= Changes(exports=True)


def period_failed(unit: Unit, uid: str, code: str, error: str) -> None:
    """It could not be written, and will be tried again."""
    values = {"state": "failed", "at": unit.now, "error_code": code, "error": error}
    unit.connection.execute(update(export_runs).where(_r.uid == uid, _r.state == "running").values(values))
    unit.changes |= Changes(exports=True)


def last_done(connection: Connection) -> dict[int, Delivery]:
    """By schedule the last period that was written."""
    latest = select(func.max(_r.pk)).where(_r.state == "done").group_by(_r.schedule_pk)
    rows = connection.execute(select(export_runs).where(_r.pk.in_(latest)))
    return {row.schedule_pk: _delivery(row) for row in rows}


def troubles(connection: Connection) -> dict[int, Delivery]:
    """By schedule that stands the first period that cannot be written, also while it is being tried again."""
    query = select(export_runs).join(export_schedules, _s.pk == _r.schedule_pk)
    query = query.where(~_s.ended, _r.state != "done", _r.error_code != "").order_by(_r.pk.desc())
    return {row.schedule_pk: _delivery(row) for row in connection.execute(query)}


def _told(row: Mapping[str, Any]) -> dict[str, object]:
    told = {name: row[name] for name in _TOLD}
    return told | {"since": row["since"].isoformat()}


def _schedule(row: Row[*tuple[Any, ...]]) -> Schedule:
    return Schedule(
        row.pk,
        row.uid,
        ReportName(row.report),
        Preset(row.preset),
        Rhythm(row.rhythm),
        row.hour,
        row.folder,
        Basis(row.basis) if row.basis else None,
        row.currency,
        row.since,
        row.version,
    )


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    files = tuple(str(one["file"]) for one in json.loads(row.files))
    return Delivery(
        row.schedule_pk, row.period, row.state == "done", row.at, row.desk, files, row.error_code, row.error
    )
