"""Follow-ups: what went wrong (``problems``), together with what people wrote and did about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.follow_ups import (
    Care,
    FollowUp,
    FollowUpKind,
    Problem,
    latest_done_first,
    most_urgent_first,
)
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.observed import own
from rentease_desk.storage.problems import KINDS, decided_disputes, with_homes
from rentease_desk.storage.stripe_tables import follow_ups

Named = tuple[FollowUpKind, str]
"""A problem by its kind and Stripe's id."""

_AT_ONCE = 500
_NONE = {"note": "", "done_at": None, "done_by": "", "done_phase": ""}


def open_follow_ups(connection: Connection, identity: Identity, limit: int) -> list[FollowUp]:
    """What somebody has to look after, the most urgent first; of each kind so many at most, the newest."""
    found = [one for asked in KINDS.values() for one in asked.standing(connection, identity, limit)]
    return most_urgent_first(_cared_for(connection, identity, found))


def settled_follow_ups(connection: Connection, identity: Identity, limit: int) -> list[FollowUp]:
    """What people are done with, and what they wrote about or a bank decided and has resolved by itself."""
    names = last_touched(connection, identity, limit)
    found = {(one.kind, one.object_id): one for one in decided_disputes(connection, identity, limit)}
    for kind, asked in KINDS.items():
        ids = [object_id for its, object_id in names if its is kind]
        found |= {(kind, one.object_id): one for one in asked.named(connection, identity, ids)}
    settled = [one for one in _cared_for(connection, identity, list(found.values())) if not one.is_open]
    return latest_done_first(settled)[:limit]


def find_follow_up(connection: Connection, identity: Identity, object_id: str) -> FollowUp | None:
    """What went, or had gone, wrong with an object of Stripe's."""
    found = [one for asked in KINDS.values() for one in asked.named(connection, identity, [object_id])]
    return next((one for one in _cared_for(connection, identity, found) if _is_told(one)), None)


def account_of_follow_up(connection: Connection, identities: Sequence[Identity], object_id: str) -> Identity | None:
    """In which of these accounts it went wrong; where there is but one, in that."""
    if len(identities) == 1:
        return identities[0]
    return next((one for one in identities if find_follow_up(connection, one, object_id) is not None), None)


def _is_told(found: FollowUp) -> bool:
    """Whether anything ever was to be followed up: a payment that simply succeeded is not."""
    return found.is_open or found.care.version > 0 or found.problem.kind is FollowUpKind.DISPUTE


def _cared_for(connection: Connection, identity: Identity, found: list[Problem]) -> list[FollowUp]:
    known = cares(connection, identity, [(one.kind, one.object_id) for one in found])
    return [
        FollowUp(one, known.get((one.kind, one.object_id), Care()), identity.account)
        for one in with_homes(connection, found)
    ]


def cares(connection: Connection, identity: Identity, names: Collection[Named]) -> dict[Named, Care]:
    """What was done about these. (Stripe's ids of different kinds differ.)"""
    ids = [object_id for _, object_id in names]
    mine = select(follow_ups).where(own(follow_ups, identity))
    parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    rows = (row for some in parts for row in connection.execute(mine.where(follow_ups.c.object_id.in_(some))))
    return {(FollowUpKind(row.kind), row.object_id): _care(row) for row in rows}


def last_touched(connection: Connection, identity: Identity, limit: int) -> list[Named]:
    """What people wrote or did something about, the latest first."""
    query = select(follow_ups.c.kind, follow_ups.c.object_id).where(own(follow_ups, identity))
    rows = connection.execute(query.order_by(follow_ups.c.touched_at.desc(), follow_ups.c.pk.desc()).limit(limit))
    return [(FollowUpKind(row.kind), row.object_id) for row in rows]


def save_care(unit: Unit, identity: Identity, name: Named, version: int, action: str, values: dict[str, Any]) -> Care:
    """Write some of ``note``, ``done_at``, ``done_by`` and ``done_phase``, as they were read at ``version``.

    Raises ConflictError ``follow_up.changed`` if somebody else has written meanwhile.
    """
    stored = _locked(unit, identity, name)
    if (stored["version"] if stored else 0) != version:
        raise ConflictError("follow_up.changed")
    written = {**values, "version": version + 1, "touched_at": unit.now}
    written |= {"actor": unit.operator.actor, "desk": unit.operator.desk}
    before: dict[str, Any] = dict(stored) if stored else _insert(unit, identity, name, written)
    if stored:
        unit.connection.execute(update(follow_ups).where(follow_ups.c.pk == stored["pk"]).values(**written))
    told = {column: before[column] for column in _NONE} | {"salt": before["salt"]}
    unit.record(
        action,
        "follow_up",
        before["uid"],
        document("follow_up", told) if stored else None,
        document("follow_up", told | values) | ({} if stored else {"kind": name[0].value, "object": name[1]}),
    )
    unit.changes |= Changes(follow_ups=True)
    return next(iter(cares(unit.connection, identity, [name]).values()))


def _locked(unit: Unit, identity: Identity, name: Named) -> Any:
    kind, object_id = name
    query = select(follow_ups).where(
        own(follow_ups, identity), follow_ups.c.kind == kind.value, follow_ups.c.object_id == object_id
    )
    return unit.connection.execute(query.with_for_update()).mappings().first()


def _insert(unit: Unit, identity: Identity, name: Named, written: dict[str, Any]) -> dict[str, Any]:
    """The first word about a problem. Two desks may say it at once: the second is told."""
    row = {"uid": unit.ids.uid(), "salt": unit.ids.salt(), "account": identity.account, "livemode": identity.livemode}
    row |= {"kind": name[0].value, "object_id": name[1], **_NONE, **written}
    if insert_if_free(unit.connection, row, follow_ups.c.pk) is None:
        raise ConflictError("follow_up.changed")
    return row | _NONE


def _care(row: Row[*tuple[Any, ...]]) -> Care:
    return Care(row.note, row.done_at, row.done_by, row.done_phase, row.version)
