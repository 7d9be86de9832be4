"""What desks ask of the one that can sync: each step is one transaction, and journalled.

A request is taken, gone on with and ended only under the lease whose number it carries. Whoever has a later lease finds
what an earlier holder had taken and not ended, and takes it over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import ConflictError, KnownError, NotFoundError
from rentease_desk.domain.sync import Lease, SyncRun
from rentease_desk.domain.sync_requests import MOST_ATTEMPTS, SECONDS, AskState, SyncRequest
from rentease_desk.storage.database import Unit
from rentease_desk.storage.requests import params_of, trouble_from
from rentease_desk.storage.sync_request_tables import sync_requests
from rentease_desk.storage.sync_state import current_lease, database_now, runs_of

_r = sync_requests.c
_WAITING, _TAKEN = AskState.WAITING.value, AskState.TAKEN.value
_UNSERVED = {"state": _WAITING, "holder": "", "fence": 0}


def ask(unit: Unit, days: DateRange, kinds: Sequence[str]) -> str:
    """Write a request; returns its uid. One of the same desk for the same that waits already stands for it."""
    told = ",".join(kinds)
    same = (_r.desk == unit.operator.desk, _r.first == days.first, _r.last == days.last, _r.kinds == told)
    now = database_now(unit.connection)
    waits = select(_r.uid).where(*same, _r.state == _WAITING, _r.asked_at > now - SECONDS)
    found: str | None = unit.connection.scalar(waits.limit(1))
    if found is not None:
        return found
    uid = unit.ids.uid()
    row = {"uid": uid, "first": days.first, "last": days.last, "kinds": told, "asked_at": now, "attempts": 0,
           "stop": False, "limits": "", **_UNSERVED, **unit.made}  # fmt: skip
    unit.connection.execute(sync_requests.insert().values(row))
    about = {"first": days.first.isoformat(), "last": days.last.isoformat(), "kinds": told, "state": _WAITING}
    _record(unit, "ask", uid, None, about)
    return uid


def claim(unit: Unit, holder: str, fence: int) -> tuple[SyncRequest, ...]:
    """Take the oldest request that nobody else is at, with all others for the same; () if there is none.

    ``holder`` has the lease of this number. What has brought down its holders again and again is given up.
    """
    now = database_now(unit.connection)
    free = and_(_may_be_taken(fence), _r.asked_at > now - SECONDS)
    _give_up(unit, free)
    oldest = unit.connection.execute(select(sync_requests).where(free).order_by(_r.pk).limit(1)).first()
    if oldest is None:
        return ()
    same = (_r.first == oldest.first, _r.last == oldest.last, _r.kinds == oldest.kinds)
    values = {"state": _TAKEN, "holder": holder, "fence": fence, "attempts": _r.attempts + 1, "run_pk": None}
    taken = unit.connection.execute(update(sync_requests).where(free, *same).values(values).returning(_r.uid))
    uids = set(taken.scalars())
    for uid in sorted(uids):
        _record(unit, "take", uid, {"state": _WAITING}, {"state": _TAKEN, "fence": fence})
    return tuple(one for one in open_requests(unit.connection) if one.uid in uids)


def name_run(unit: Unit, uids: Sequence[str], fence: int, run_pk: int) -> None:
    """This run serves them."""
    unit.connection.execute(_held(uids, fence).values(run_pk=run_pk))
    unit.changes |= Changes(asked=True)


def end(
    unit: Unit,
    uids: Sequence[str],
    fence: int,
    state: AskState,
    trouble: KnownError | None = None,
    limits: Sequence[str] = (),
) -> None:
    """Write how requests ended. Of what was taken over meanwhile nothing is written."""
    values: dict[str, Any] = {"state": state.value, "ended_at": database_now(unit.connection)}
    values["limits"] = "\n".join(limits)
    if trouble is not None:
        values |= {"error_code": trouble.code, "error": params_of(trouble)}
    for uid in unit.connection.execute(_held(uids, fence).values(values).returning(_r.uid)).scalars().all():
        told = {"state": state.value} | ({} if trouble is None else {"error": trouble.code})
        _record(unit, "end", uid, {"state": _TAKEN}, told)


def put_back(unit: Unit, uids: Sequence[str], fence: int) -> None:
    """Their desk stops before it has done them: another one may. What somebody wanted stopped is withdrawn."""
    end(unit, _stopped_of(unit, uids), fence, AskState.WITHDRAWN)
    values = {**_UNSERVED, "attempts": _r.attempts - 1, "run_pk": None}
    for uid in unit.connection.execute(_held(uids, fence).values(values).returning(_r.uid)).scalars().all():
        _record(unit, "put back", uid, {"state": _TAKEN}, {"state": _WAITING})


def withdraw(unit: Unit, uid: str) -> None:
    """Nobody shall do it any more; who is at it is told to stop.

    Raises NotFoundError ``sync.request_not_found``, ConflictError ``sync.request_over``.
    """
    row = unit.connection.execute(select(sync_requests).where(_r.uid == uid).with_for_update()).first()
    if row is None:
        raise NotFoundError("sync.request_not_found", id=uid)
    now, lease = database_now(unit.connection), current_lease(unit.connection)
    state = _state(row, now, lease)
    if state is AskState.TAKEN:
        unit.connection.execute(update(sync_requests).where(_r.uid == uid).values(stop=True))
        _record(unit, "stop", uid, {"stop": row.stop}, {"stop": True})
    elif state is AskState.WAITING:
        ended = {"state": AskState.WITHDRAWN.value, "ended_at": now}
        unit.connection.execute(update(sync_requests).where(_r.uid == uid).values(ended))
        _record(unit, "withdraw", uid, {"state": row.state}, {"state": AskState.WITHDRAWN.value})
    else:
        raise ConflictError("sync.request_over")


def is_stopped(connection: Connection, uids: Sequence[str]) -> bool:
    """Whether nobody wants any of them any more."""
    wanted = select(_r.pk).where(_r.uid.in_(uids), _r.state == _TAKEN, ~_r.stop).limit(1)
    return connection.scalar(wanted) is None


def open_requests(connection: Connection) -> list[SyncRequest]:
    """Those of which something may still come, oldest first."""
    rows = connection.execute(select(sync_requests).where(_r.state.in_((_WAITING, _TAKEN))).order_by(_r.pk))
    return [one for one in _requests(connection, rows.all()) if one.is_open]


def recent_requests(connection: Connection, limit: int) -> list[SyncRequest]:
    """The latest, newest first."""
    return _requests(connection, connection.execute(select(sync_requests).order_by(_r.pk.desc()).limit(limit)).all())


def find_request(connection: Connection, uid: str) -> SyncRequest | None:
    """The one with this identity."""
    found = _requests(connection, connection.execute(select(sync_requests).where(_r.uid == uid)).all())
    return found[0] if found else None


def _may_be_taken(fence: int) -> ColumnElement[bool]:
    """Whoever has the lease knows that no holder of an earlier one is at anything."""
    return and_(or_(_r.state == _WAITING, and_(_r.state == _TAKEN, _r.fence < fence)), ~_r.stop)


def _give_up(unit: Unit, free: ColumnElement[bool]) -> None:
    trouble = KnownError("sync.request_given_up", count=MOST_ATTEMPTS)
    values = {"state": AskState.FAILED.value, "ended_at": database_now(unit.connection), "error_code": trouble.code,
              "error": params_of(trouble)}  # fmt: skip
    given = update(sync_requests).where(free, _r.attempts >= MOST_ATTEMPTS).values(values).returning(_r.uid)
    for uid in unit.connection.execute(given).scalars().all():
        _record(unit, "end", uid, {"state": _TAKEN}, {"state": AskState.FAILED.value, "error": trouble.code})


def _stopped_of(unit: Unit, uids: Sequence[str]) -> list[str]:
    return list(unit.connection.scalars(select(_r.uid).where(_r.uid.in_(uids), _r.stop)))


def _held(uids: Sequence[str], fence: int) -> Any:
    return update(sync_requests).where(_r.uid.in_(uids), _r.state == _TAKEN, _r.fence == fence)


def _record(
    unit: Unit, action: str, uid: str, before: Mapping[str, object] | None, after: Mapping[str, object]
) -> None:
    unit.record(action, "sync_request", uid, before, after, always=True)
    unit.changes |= Changes(asked=True)


def _requests(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[SyncRequest]:
    if not rows:
        return []
    runs = runs_of(connection, [row.run_pk for row in rows if row.run_pk is not None])
    now, lease = database_now(connection), current_lease(connection)
    return [_request(row, now, lease, runs) for row in rows]


def _state(row: Row[*tuple[Any, ...]], now: int, lease: Lease | None) -> AskState:
    """What is taken is so while that lease is alive. Nothing is written when time passes: it is read so."""
    state = AskState(row.state)
    if state not in {AskState.WAITING, AskState.TAKEN}:
        return state
    if state is AskState.TAKEN and lease is not None and lease.fence == row.fence:
        return state
    if row.stop:
        return AskState.WITHDRAWN
    return AskState.EXPIRED if row.asked_at <= now - SECONDS else AskState.WAITING


def _request(row: Row[*tuple[Any, ...]], now: int, lease: Lease | None, runs: Mapping[int, SyncRun]) -> SyncRequest:
    state = _state(row, now, lease)
    is_free = state is AskState.WAITING
    return SyncRequest(
        uid=row.uid,
        days=DateRange(row.first, row.last),
        kinds=tuple(row.kinds.split(",")) if row.kinds else (),
        state=state,
        actor=row.actor,
        desk=row.desk,
        asked_at=row.asked_at,
        waited=max(0, now - row.asked_at),
        holder="" if is_free else row.holder.rsplit("|", 3)[0],
        ended_at=row.ended_at,
        run=None if is_free else runs.get(row.run_pk),
        stopping=row.stop and state is AskState.TAKEN,
        trouble=trouble_from(row.error_code, row.error),
        limits=tuple(row.limits.split("\n")) if row.limits else (),
    )
