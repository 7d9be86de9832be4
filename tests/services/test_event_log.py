"""The log of events on both engines: what may be tried again or given up, and who hears of it."""

from __future__ import annotations

import json

import pytest

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import InputError, NotFoundError
from rentease_desk.domain.stripe_events import UNSETTLED, EventState, StoredEvent, StripeEvent
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.event_log import EventLogService
from rentease_desk.storage.stripe_events import keep_events, postpone_event

ACCOUNT = Identity("acct_log", livemode=False)
KINDS = frozenset({"payment_intent"})


@pytest.fixture
def log(desk: Desk) -> EventLogService:
    return EventLogService(desk)


@pytest.fixture
def heard(desk: Desk) -> list[Changes]:
    found: list[Changes] = []
    desk.feed.subscribe(found.append)
    return found


def keep(desk: Desk, *ids: str, kind: str = "payment_intent") -> None:
    events = [StripeEvent(one, f"{kind}.x", at, None, kind, f"o_{one}", None, None) for at, one in enumerate(ids)]
    with desk.writing() as unit:
        keep_events(unit, ACCOUNT, events, KINDS)


def fail(desk: Desk, event: StoredEvent, state: EventState = EventState.DEAD, error: str = "strange") -> None:
    with desk.writing() as unit:
        postpone_event(unit, ACCOUNT, event, state, 5_000, error)


def one(log: EventLogService, event_id: str) -> StoredEvent:
    return next(event for event in log.latest() if event.id == event_id)


def test_a_dead_event_is_tried_again_at_once_and_everybody_hears(
    desk: Desk, log: EventLogService, heard: list[Changes]
) -> None:
    keep(desk, "evt_a", "evt_b")
    fail(desk, one(log, "evt_a"))
    assert log.counts() == {EventState.DEAD: 1, EventState.WAITING: 1}
    heard.clear()
    assert log.retry(["evt_a"]) == ["evt_a"]
    again = one(log, "evt_a")
    assert (again.state, again.attempts, again.next_attempt_at) == (EventState.WAITING, 0, 0)
    assert heard == [Changes(syncs=True)]


def test_a_dismissed_event_has_a_reason_and_everybody_hears(
    desk: Desk, log: EventLogService, heard: list[Changes]
) -> None:
    keep(desk, "evt_a")
    with pytest.raises(InputError, match="reason"):
        log.dismiss("evt_a", " \n ")
    with pytest.raises(InputError, match="card number"):
        log.dismiss("evt_a", "4242 4242 4242 4242")
    assert heard == []
    log.dismiss("evt_a", " seen ")
    assert (one(log, "evt_a").state, one(log, "evt_a").reason) == (EventState.DISMISSED, "seen")
    assert heard == [Changes(syncs=True)]


def test_what_is_settled_is_left_alone_and_nobody_hears(desk: Desk, log: EventLogService, heard: list[Changes]) -> None:
    keep(desk, "evt_a", kind="payout")
    assert one(log, "evt_a").state not in UNSETTLED
    with pytest.raises(NotFoundError, match="handled meanwhile"):
        log.retry(["evt_a"])
    with pytest.raises(NotFoundError):
        log.dismiss("evt_a", "seen")
    assert log.retry() == []
    assert heard == []


def test_an_event_that_is_dismissed_while_it_is_handled_stays_so(desk: Desk, log: EventLogService) -> None:
    keep(desk, "evt_a")
    handled = one(log, "evt_a")
    log.dismiss("evt_a", "seen")
    fail(desk, handled, EventState.WAITING)
    assert one(log, "evt_a").state is EventState.DISMISSED


def test_what_is_shared_holds_no_key_no_address_and_no_persons_words(desk: Desk, log: EventLogService) -> None:
    keep(desk, "evt_a")
    fail(desk, one(log, "evt_a"), EventState.WAITING, "ana.b+c@hotel.example sent sk_test_" + "abcd1234, so x is 1")
    shared = json.loads(log.shareable(one(log, "evt_a")))
    assert shared["error"] == "… sent sk_test_…, so x is 1"
    assert (shared["state"], shared["attempts"], shared["next_attempt_at"]) == ("waiting", 1, "1970-01-01T01:23:20Z")
    log.dismiss("evt_a", "Noor said so")
    text = log.shareable(one(log, "evt_a"))
    assert "Noor" not in text
    assert json.loads(text)["next_attempt_at"] is None
