"""The log of Stripe's events: each id once, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rentease_desk.domain.stripe_events import UNSETTLED, EventState, StoredEvent, StripeEvent
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import of, own
from rentease_desk.storage.stripe_tables import stripe_events

_WAITING = EventState.WAITING.value
_UNSETTLED = stripe_events.c.state.in_([one.value for one in UNSETTLED])


def keep_events(unit: Unit, identity: Identity, events: Sequence[StripeEvent], handled_kinds: Collection[str]) -> int:
    """Keep the events that are not here yet; those about other kinds of object are marked ignored. Returns how many."""
    if not events:
        return 0
    rows = [_row(unit, identity, one, handled_kinds) for one in events]
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(stripe_events).on_conflict_do_nothing().returning(stripe_events.c.id)
    return len(unit.connection.execute(statement, rows).all())


def waiting_events(connection: Connection, identity: Identity, now: int) -> list[StoredEvent]:
    """The events whose turn it is, oldest first. ``now`` in UTC seconds."""
    due = (stripe_events.c.state == _WAITING, stripe_events.c.next_attempt_at <= now)
    query = (
        select(stripe_events)
        .where(own(stripe_events, identity), *due)
        .order_by(stripe_events.c.created, stripe_events.c.id)
    )
    return [_stored(row) for row in connection.execute(query).mappings()]


def settle_events(unit: Unit, identity: Identity, ids: Iterable[str], state: EventState) -> None:
    """Mark events as handled."""
    changed = update(stripe_events).where(of(stripe_events, identity, list(ids)), stripe_events.c.state == _WAITING)
    unit.connection.execute(changed.values(state=state.value, error=None))


def postpone_event(unit: Unit, identity: Identity, event: StoredEvent, state: EventState, at: int, error: str) -> None:
    """An event could not be handled: try again ``at`` (UTC seconds), or not at all if it is ``dead`` now.

    One that a person has dismissed meanwhile stays so.
    """
    changed = update(stripe_events).where(of(stripe_events, identity, [event.id]), stripe_events.c.state == _WAITING)
    values = {"attempts": event.attempts + 1, "state": state.value, "next_attempt_at": at, "error": error[:500]}
    unit.connection.execute(changed.values(values))


def park_events(unit: Unit, identity: Identity, ids: Sequence[str], at: int, error: str) -> None:
    """Look at events again ``at`` (UTC seconds); this was no attempt."""
    changed = update(stripe_events).where(of(stripe_events, identity, list(ids)), stripe_events.c.state == _WAITING)
    unit.connection.execute(changed.values(next_attempt_at=at, error=error[:500]))


def list_events(connection: Connection, state: EventState | None, limit: int) -> list[StoredEvent]:
    """The latest events, newest first."""
    query = select(stripe_events).order_by(stripe_events.c.created.desc(), stripe_events.c.id).limit(limit)
    if state is not None:
        query = query.where(stripe_events.c.state == state.value)
    return [_stored(row) for row in connection.execute(query).mappings()]


def count_events(connection: Connection) -> dict[EventState, int]:
    """How many there are of each state."""
    query = select(stripe_events.c.state, func.count()).group_by(stripe_events.c.state)
    return {EventState(state): count for state, count in connection.execute(query)}


def find_events(connection: Connection, ids: Sequence[str]) -> list[StoredEvent]:
    """Some events, newest first."""
    query = select(stripe_events).where(among(stripe_events.c.id, ids))
    found = connection.execute(query.order_by(stripe_events.c.created.desc(), stripe_events.c.id)).mappings()
    return [_stored(row) for row in found]


def revive_events(unit: Unit, ids: Sequence[str] | None) -> list[str]:
    """Let dead and waiting events (None: all of them) be tried at once, as if for the first time. Returns their ids."""
    chosen = update(stripe_events).where(_UNSETTLED, *(() if ids is None else (among(stripe_events.c.id, ids),)))
    revived = chosen.values(state=_WAITING, attempts=0, next_attempt_at=0).returning(stripe_events.c.id)
    return list(unit.connection.execute(revived).scalars())


def dismiss_event(unit: Unit, event_id: str, reason: str) -> bool:
    """Give an event up, with a reason. False if it is not there, or was handled."""
    chosen = update(stripe_events).where(stripe_events.c.id == event_id, _UNSETTLED)
    return unit.connection.execute(chosen.values(state=EventState.DISMISSED.value, reason=reason)).rowcount > 0


def _row(unit: Unit, identity: Identity, event: StripeEvent, handled_kinds: Collection[str]) -> dict[str, Any]:
    state = EventState.WAITING if event.object_kind in handled_kinds else EventState.IGNORED
    return {
        "account": identity.account,
        "livemode": identity.livemode,
        "id": event.id,
        "type": event.type,
        "created": event.created,
        "api_version": event.api_version,
        "object_kind": event.object_kind,
        "object_id": event.object_id,
        "payment_intent_id": event.payment_intent_id,
        "charge_id": event.charge_id,
        "state": state.value,
        "attempts": 0,
        "next_attempt_at": 0,
        "received_at": unit.now,
    }


def _stored(row: Mapping[Any, Any]) -> StoredEvent:
    return StoredEvent(
        account=row["account"],
        id=row["id"],
        type=row["type"],
        object_kind=row["object_kind"],
        object_id=row["object_id"],
        payment_intent_id=row["payment_intent_id"],
        charge_id=row["charge_id"],
        created=row["created"],
        api_version=row["api_version"],
        state=EventState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        error=row["error"],
        reason=row["reason"],
        received_at=row["received_at"],
    )
