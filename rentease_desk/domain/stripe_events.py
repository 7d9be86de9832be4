"""What Stripe says has happened. An event names the object that changed; its state is read from the object itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from rentease_desk.domain.errors import KnownError
    from rentease_desk.domain.stripe_objects import Unreadable

MAX_ATTEMPTS = 8
_FIRST_PAUSE, _LONGEST_PAUSE = 30, 6 * 60 * 60


class EventState(StrEnum):
    """How far an event is. ``waiting`` has still to be handled; only ``dead`` ones need a person."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"
    GONE = "gone"
    DEAD = "dead"
    DISMISSED = "dismissed"


UNSETTLED = frozenset({EventState.WAITING, EventState.DEAD})
"""What can be tried again, or dismissed."""


class StripeEvent(Struct, frozen=True):
    """An event as listed. ``payment_intent_id`` and ``charge_id``: what the event's object belongs to, if it says."""

    id: str
    type: str
    created: int
    api_version: str | None
    object_kind: str
    object_id: str
    payment_intent_id: str | None
    charge_id: str | None


class EventPage(Struct, frozen=True):
    """A page of the events list, newest first. ``observed_at``: when its request began, UTC microseconds."""

    observed_at: int
    events: tuple[StripeEvent, ...]
    unreadable: tuple[Unreadable, ...] = ()
    next_cursor: str | None = None


class StoredEvent(Struct, frozen=True):
    """An event as it stands here, and in which account it happened. Times in UTC seconds."""

    account: str
    id: str
    type: str
    object_kind: str
    object_id: str
    payment_intent_id: str | None
    charge_id: str | None
    created: int
    api_version: str | None
    state: EventState
    attempts: int
    next_attempt_at: int
    error: str | None
    reason: str | None
    received_at: int


class Retried(Struct, frozen=True):
    """How events are after they were tried again. ``error``: what stopped the run, or kept it from beginning."""

    events: tuple[StoredEvent, ...]
    error: KnownError | None = None

    @property
    def handled(self) -> tuple[StoredEvent, ...]:
        """Those with which there is nothing more to do."""
        return tuple(one for one in self.events if one.state not in UNSETTLED)

    @property
    def unsettled(self) -> tuple[StoredEvent, ...]:
        """Those that wait again, or still need a person."""
        return tuple(one for one in self.events if one.state in UNSETTLED)

    @property
    def is_kept_waiting(self) -> bool:
        """Whether another run was under way, so that nothing was tried."""
        return self.error is not None and self.error.code == "sync.running"


def pause_after(attempts: int, chance: float) -> int:
    """Seconds until the next try: 30 s doubled with each, at most six hours, up to a quarter less by ``chance`` 0–1."""
    whole = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** max(0, attempts - 1))
    return int(whole * (1 - chance / 4))
