"""Events that a person has tried again at once: what becomes of them, and what may come between."""

from __future__ import annotations

import threading

import pytest

from rentease_desk.domain.stripe_events import MAX_ATTEMPTS, EventState, StoredEvent
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.domain.sync import RunOutcome, Trigger
from rentease_desk.services.sync.event_log import EventLogService
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.storage.stripe_events import find_events, postpone_event, revive_events
from rentease_desk.storage.sync_state import recent_runs
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, check_truth


def events(at: SyncDesk, state: EventState) -> list[StoredEvent]:
    return EventLogService(at.desk).latest(state)


@pytest.fixture
def dead(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> list[StoredEvent]:
    """A desk that gave the events of a payment up, and another account of the same that can be read now."""
    at.tick()
    at.account.advance(300)
    Happening(at.account).all("create succeed")
    with monkeypatch.context() as strange:
        blind(strange)
        for _ in range(MAX_ATTEMPTS):
            at.tick()
            at.account.advance(6 * 3_600 + 1)
    return events(at, EventState.DEAD)


def blind(strange: pytest.MonkeyPatch) -> None:
    """Nothing of Stripe's can be understood."""
    for kind, name in (("payment_intent", "fetch_intent"), ("charge", "fetch_charge")):

        def fetch(_: StripeGateway, key: str, _cancel: threading.Event, kind: str = kind) -> Page:
            return Page(1, unreadable=(Unreadable(kind, key, "strange"),))

        strange.setattr(StripeGateway, name, fetch)


def test_what_can_be_read_now_is_handled_at_once(at: SyncDesk, dead: list[StoredEvent]) -> None:
    assert len(dead) > 1
    retried = at.service.retry([one.id for one in dead], at.cancel)
    assert (retried.error, retried.unsettled) == (None, ())
    assert {one.id for one in retried.handled} == {one.id for one in dead}
    assert {one.state for one in retried.events} == {EventState.DONE}
    check_truth(at)


def test_only_what_was_asked_for_is_tried(at: SyncDesk, dead: list[StoredEvent]) -> None:
    first, *others = dead
    retried = at.service.retry([first.id], at.cancel)
    assert [one.id for one in retried.events] == [first.id]
    assert {one.id for one in events(at, EventState.DEAD)} == {one.id for one in others}


def test_the_run_is_a_persons_and_brings_what_else_has_happened(at: SyncDesk, dead: list[StoredEvent]) -> None:
    Happening(at.account).all("pay")
    at.service.retry([one.id for one in dead], at.cancel)
    check_truth(at)
    with at.desk.db.reading() as connection:
        run = recent_runs(connection, 1)[0]
    assert (run.trigger, run.outcome) == (Trigger.PERSON, RunOutcome.DONE)


def test_what_fails_again_says_why_and_waits(
    at: SyncDesk, dead: list[StoredEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    blind(monkeypatch)
    retried = at.service.retry([dead[0].id], at.cancel)
    (left,) = retried.unsettled
    assert (left.state, left.attempts, left.error) == (EventState.WAITING, 1, "strange")
    assert left.next_attempt_at > 0


def test_stripe_that_is_away_is_told_and_the_events_are_due(at: SyncDesk, dead: list[StoredEvent]) -> None:
    at.account.fault("status", status=401)
    retried = at.service.retry([dead[0].id], at.cancel)
    assert retried.error is not None
    at.tick()
    assert find(at, dead[0].id).state is EventState.DONE


def test_while_another_desk_syncs_nothing_is_tried(at: SyncDesk, dead: list[StoredEvent]) -> None:
    other = SyncLease(at.desk)
    other.take(at.desk.property().days)
    retried = at.service.retry([dead[0].id], at.cancel)
    assert retried.is_kept_waiting
    assert find(at, dead[0].id).state is EventState.DEAD
    other.drop()
    assert at.service.retry([dead[0].id], at.cancel).unsettled == ()


def test_what_the_other_run_has_put_off_meanwhile_is_due_all_the_same(at: SyncDesk, dead: list[StoredEvent]) -> None:
    """It had read what was due before a person asked."""
    with at.desk.writing() as unit:
        revive_events(unit, [dead[0].id])
        identity = at.desk.property().identity
        assert identity is not None
        postpone_event(unit, identity, dead[0], EventState.WAITING, 2**40, "strange")
    assert at.service.retry([dead[0].id], at.cancel).unsettled == ()


def test_a_run_that_is_stopped_leaves_the_events_due(at: SyncDesk, dead: list[StoredEvent]) -> None:
    stopped = threading.Event()
    stopped.set()
    retried = at.service.retry([dead[0].id], stopped)
    assert [one.id for one in retried.unsettled] == [dead[0].id]
    at.tick()
    assert find(at, dead[0].id).state is EventState.DONE


def test_more_events_than_a_statement_takes(at: SyncDesk, dead: list[StoredEvent]) -> None:
    ids = [*(f"evt_{number}" for number in range(70_000)), dead[0].id]
    with at.desk.writing() as unit:
        assert revive_events(unit, ids) == [dead[0].id]
    with at.desk.db.reading() as connection:
        assert [one.id for one in find_events(connection, ids)] == [dead[0].id]


def find(at: SyncDesk, event_id: str) -> StoredEvent:
    with at.desk.db.reading() as connection:
        return find_events(connection, [event_id])[0]
