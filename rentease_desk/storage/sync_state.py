"""The sync's own rows: the lease, the runs with their failures, and the cursors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    bindparam,
    cast,
    func,
    insert,
    select,
    update,
)

from rentease_desk.domain.agreement import Agreement
from rentease_desk.domain.dates import Span
from rentease_desk.domain.stripe_objects import Identity, Unreadable
from rentease_desk.domain.sync import Lease, Progress, RunOutcome, Summary, SyncRun, Trigger
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.inserting import insert_or_raise
from rentease_desk.storage.journal import VERSION, require_version
from rentease_desk.storage.observed import mine
from rentease_desk.storage.stripe_tables import sync_cursors, sync_failures, sync_lease, sync_runs
from rentease_desk.storage.sync_checks import agreements_of
from rentease_desk.storage.whose import whose

PAYMENTS = "payments"
"""The cursor up to which (UTC seconds) everything that was created was read."""
OPENED = "opened"
"""The cursor up to which (UTC seconds) everything was read, or stands in ``sync_ranges`` to be read."""
EVENTS = "events"
"""The cursor up to which (UTC seconds, Stripe's) the events were read; the next poll reads a little before it again."""
SWEPT = "swept"
"""When (UTC seconds) a poll last read a whole day of events again."""
CHECKED = "checked"
"""When (UTC seconds, Stripe's) the last days were last compared with Stripe."""
CHECK_AFTER = "check_after"
"""Until when (UTC seconds, Stripe's) a comparison is put off that Stripe did not allow."""
OBSERVED = "observed"
"""The ``observed_at`` (UTC microseconds) of the newest picture written: what a later run shows is newer."""
_COUNTS = ("fetched", "new", "updated", "unchanged", "matched", "unmatched", "failed")

_OURS = (sync_lease.c.fence == bindparam("of_fence")) & (sync_lease.c.holder == bindparam("of_holder"))
_LEASE = select(sync_lease)
_TAKEN = select(sync_lease, VERSION).with_for_update()
_FREED = update(sync_lease).where(_OURS).values(holder="", expires_at=0)
_BEGUN = insert(sync_runs).returning(sync_runs.c.pk)
_OF_RUN = update(sync_runs).where(sync_runs.c.pk == bindparam("of_pk"))
_STOPPED = (
    update(sync_runs)
    .where(sync_runs.c.outcome == RunOutcome.RUNNING.value)
    .values(outcome=RunOutcome.FAILED.value, error_text="The program was stopped.")
)
"""Statements are made once: they are asked with every run."""


def database_now(connection: Connection) -> int:
    """The database's own clock, UTC seconds: the one clock that all desks share."""
    return connection.execute(_asking(connection.dialect.name)).scalar_one()


@cache
def _asking(dialect: str) -> Select[int]:
    return select(_now(dialect))


@cache
def _keeping(dialect: str) -> Update:
    """Made once: it is asked with every page."""
    return update(sync_lease).where(_OURS).values(expires_at=_now(dialect) + bindparam("seconds", type_=BigInteger))


def _now(dialect: str) -> ColumnElement[int]:
    if dialect == "sqlite":
        return cast(func.strftime("%s", "now"), BigInteger)
    return cast(func.extract("epoch", func.clock_timestamp()), BigInteger)


def take_lease(unit: Unit, holder: str, seconds: int) -> Lease | None:
    """The lease for a new run; None while another holder's is alive.

    A run begins with rows that no journal tells of: here it is asked whether this program knows the tables. Raises
    DatabaseError ``database.newer|moved``.
    """
    now = database_now(unit.connection)
    row = unit.connection.execute(_TAKEN).one()
    require_version(row.version)
    if row.holder and row.expires_at > now:
        return None
    lease = Lease(holder, now, now + seconds, row.fence + 1)
    _write_lease(unit.connection, lease)
    return lease


def keep_lease(unit: Unit, lease: Lease, seconds: int) -> bool:
    """Prolong the lease inside a transaction that writes under it; False if somebody else has it by now."""
    kept = {"of_fence": lease.fence, "of_holder": lease.holder, "seconds": seconds}
    return unit.connection.execute(_keeping(unit.connection.dialect.name), kept).rowcount == 1


def drop_lease(unit: Unit, lease: Lease) -> None:
    """Give the lease back, if it is still ours."""
    unit.connection.execute(_FREED, {"of_fence": lease.fence, "of_holder": lease.holder})


def current_lease(connection: Connection) -> Lease | None:
    """Who syncs now, if anybody."""
    row = connection.execute(_LEASE).one()
    alive = row.holder and row.expires_at > database_now(connection)
    return Lease(row.holder, row.since, row.expires_at, row.fence) if alive else None


def begin_run(unit: Unit, uid: str, trigger: Trigger, identity: Identity | None = None, by: str = "") -> int:
    """Write a run that has begun; returns its key. ``identity``: of which account, if that is known before Stripe is
    asked. ``by``: who asked for it, if that is not who writes. Runs that ended without a word are marked failed.
    """
    unit.connection.execute(_STOPPED)
    row = {
        "uid": uid,
        "trigger": trigger.value,
        "started_at": unit.now,
        "range_start": 0,
        "range_end": 0,
        "account": identity.account if identity else None,
        "livemode": identity.livemode if identity else None,
        "outcome": RunOutcome.RUNNING.value,
        "actor": by or unit.operator.actor,
        "desk": unit.operator.desk,
        **dict.fromkeys(_COUNTS, 0),
    }
    return int(unit.connection.execute(_BEGUN, row).scalar_one())


def set_range(unit: Unit, run_pk: int, identity: Identity, span: Span) -> None:
    """Write what the run is about to read, and of whom."""
    told = {"account": identity.account, "livemode": identity.livemode, "range_start": span.start}
    unit.connection.execute(_OF_RUN, {"of_pk": run_pk, "range_end": span.end, **told})


def note_progress(unit: Unit, run_pk: int, progress: Progress) -> None:
    """Write how far a run is, for whoever looks from another desk."""
    told: dict[str, Any] = {f"progress_{name}": getattr(progress, name) for name in progress.__struct_fields__}
    unit.connection.execute(_OF_RUN, {"of_pk": run_pk, **told})


def end_run(unit: Unit, run_pk: int, outcome: RunOutcome, summary: Summary, error: tuple[str, str] | None) -> None:
    """Write how a run ended. ``error`` is a code and an English text."""
    values: dict[str, Any] = {name: getattr(summary, name) for name in _COUNTS}
    values |= {"outcome": outcome.value, "ended_at": unit.now}
    values |= {"error_code": error[0], "error_text": error[1]} if error else {}
    unit.connection.execute(_OF_RUN, {"of_pk": run_pk, **values})


def add_failures(unit: Unit, run_pk: int, failures: Sequence[Unreadable]) -> None:
    """Keep what a run could not understand: the object's id, and why."""
    rows = [{"run_pk": run_pk, "kind": one.kind, "object_id": one.id, "reason": one.reason[:500]} for one in failures]
    if rows:
        unit.connection.execute(insert(sync_failures), rows)


def recent_runs(connection: Connection, limit: int) -> list[SyncRun]:
    """The latest runs, newest first, with what each could not understand."""
    rows = connection.execute(_latest_runs(), {"most": limit}).all()
    failures = _failures(connection, [row.pk for row in rows])
    agreements = agreements_of(connection, [row.pk for row in rows])
    return [_run(row, tuple(failures.get(row.pk, ())), agreements.get(row.pk)) for row in rows]


def runs_of(connection: Connection, pks: Sequence[int]) -> dict[int, SyncRun]:
    """Runs by their keys, with what each could not understand."""
    if not pks:
        return {}
    rows = connection.execute(_runs_named(), {"pks": list(pks)}).all()
    failures, agreements = _failures(connection, pks), agreements_of(connection, pks)
    return {row.pk: _run(row, tuple(failures.get(row.pk, ())), agreements.get(row.pk)) for row in rows}


def last_success(connection: Connection, trigger: Trigger | None = None) -> SyncRun | None:
    """The latest run that came to its end; with a ``trigger``, of those it began."""
    row = connection.execute(_last_done(trigger)).first()
    return None if row is None else _run(row, ())


@cache
def _latest_runs() -> Select[*tuple[Any, ...]]:
    """Made once, as all that the sync's page asks whenever anything was synced."""
    query = select(sync_runs).order_by(sync_runs.c.started_at.desc(), sync_runs.c.pk.desc())
    return query.limit(bindparam("most"))


@cache
def _runs_named() -> Select[*tuple[Any, ...]]:
    return select(sync_runs).where(among_keys(sync_runs.c.pk, "pks"))


@cache
def _last_done(trigger: Trigger | None) -> Select[*tuple[Any, ...]]:
    done = select(sync_runs).where(sync_runs.c.outcome == RunOutcome.DONE.value)
    if trigger is not None:
        done = done.where(sync_runs.c.trigger == trigger.value)
    return done.order_by(sync_runs.c.ended_at.desc(), sync_runs.c.pk.desc()).limit(1)


def read_cursor(connection: Connection, identity: Identity, kind: str) -> int | None:
    """Where a cursor stands, in its own unit; None if it was never moved."""
    return connection.scalar(_position(), whose(identity, of_kind=kind))


def move_cursor(unit: Unit, identity: Identity, kind: str, position: int) -> None:
    """Move a cursor forward; it never goes back."""
    row = {"account": identity.account, "livemode": identity.livemode, "kind": kind, "position": position}
    insert_or_raise(unit.connection, row, sync_cursors.c.position)


@cache
def _position() -> Select[int]:
    return select(sync_cursors.c.position).where(mine(sync_cursors), sync_cursors.c.kind == bindparam("of_kind"))


def _write_lease(connection: Connection, lease: Lease) -> None:
    values = {"holder": lease.holder, "since": lease.since, "expires_at": lease.expires_at, "fence": lease.fence}
    connection.execute(update(sync_lease).values(values))


@cache
def _failed() -> Select[*tuple[Any, ...]]:
    return select(sync_failures).where(among_keys(sync_failures.c.run_pk, "pks")).order_by(sync_failures.c.pk)


def _failures(connection: Connection, run_pks: Sequence[int]) -> dict[int, list[Unreadable]]:
    found: dict[int, list[Unreadable]] = {}
    for row in connection.execute(_failed(), {"pks": list(run_pks)}):
        found.setdefault(row.run_pk, []).append(Unreadable(row.kind, row.object_id, row.reason))
    return found


def _run(row: Row[*tuple[Any, ...]], failures: tuple[Unreadable, ...], agreement: Agreement | None = None) -> SyncRun:
    return SyncRun(
        pk=row.pk,
        trigger=Trigger(row.trigger),
        started_at=row.started_at,
        ended_at=row.ended_at,
        range_start=row.range_start,
        range_end=row.range_end,
        outcome=RunOutcome(row.outcome),
        summary=Summary(*(getattr(row, name) for name in _COUNTS)),
        error_code=row.error_code,
        error_text=row.error_text,
        failures=failures,
        actor=row.actor,
        desk=row.desk,
        agreement=agreement,
        account=row.account,
        progress=_progress(row),
    )


def _progress(row: Row[*tuple[Any, ...]]) -> Progress | None:
    if row.progress_step is None:
        return None
    return Progress(row.progress_step, row.progress_read, row.progress_done, row.progress_total)
