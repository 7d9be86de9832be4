"""The log of events, for people who look after what could not be handled."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import iso_utc
from rentease_desk.domain.errors import InputError, NotFoundError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stripe_events import EventState, StoredEvent
from rentease_desk.domain.text import clean_text
from rentease_desk.logs import redact
from rentease_desk.services.desk import Desk
from rentease_desk.storage.stripe_events import count_events, dismiss_event, list_events, revive_events

MAX_LISTED = 1_000
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class EventLogService:
    """Reads the log, and lets events be tried again or given up."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def latest(self, state: EventState | None = None, limit: int = MAX_LISTED) -> list[StoredEvent]:
        """The latest events, newest first."""
        with self._desk.db.reading() as connection:
            return list_events(connection, state, limit)

    def counts(self) -> dict[EventState, int]:
        """How many there are of each state; states without any are left out."""
        with self._desk.db.reading() as connection:
            return count_events(connection)

    def retry(self, ids: Sequence[str] | None = None) -> list[str]:
        """Let these (None: all) that wait or were given up be due at once. Returns the ids of those that were.

        The next run handles them, whoever begins it; ``SyncService.retry`` begins one.
        Raises NotFoundError ``event.not_found`` if none of the ids is one of them.
        """
        with self._desk.doing(Permission.FOLLOW_UP) as unit:
            revived = revive_events(unit, ids)
            unit.changes |= Changes(syncs=bool(revived))
        if ids and not revived:
            raise NotFoundError("event.not_found", id=", ".join(ids))
        return revived

    def dismiss(self, event_id: str, reason: str) -> None:
        """Give an event up. Raises InputError ``event.reason_missing``, NotFoundError ``event.not_found``."""
        reason = clean_text(reason, "reason", 200)
        if not reason:
            raise InputError("event.reason_missing", field="reason")
        with self._desk.doing(Permission.FOLLOW_UP) as unit:
            found = dismiss_event(unit, event_id, reason)
            unit.changes |= Changes(syncs=found)
        if not found:
            raise NotFoundError("event.not_found", id=event_id)

    @staticmethod
    def shareable(event: StoredEvent) -> str:
        """An event as JSON that may be sent to somebody: no key, no address, and not the reason that a person wrote."""
        error = None if event.error is None else _ADDRESS.sub("…", redact(event.error))
        waits = event.state is EventState.WAITING
        told = {
            "id": event.id,
            "type": event.type,
            "object": event.object_kind,
            "object_id": event.object_id,
            "payment_intent_id": event.payment_intent_id,
            "charge_id": event.charge_id,
            "api_version": event.api_version,
            "created": iso_utc(event.created),
            "received_at": iso_utc(event.received_at),
            "state": event.state.value,
            "attempts": event.attempts,
            "next_attempt_at": iso_utc(event.next_attempt_at) if waits and event.next_attempt_at else None,
            "error": error,
        }
        return json.dumps(told, indent=2, ensure_ascii=False)
