"""The poll: each event once, whatever is late, twice, old, unreadable or forbidden; and the books are Stripe's."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_events import MAX_ATTEMPTS, EventState, StoredEvent, pause_after
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.services.sync.events import LATE
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage.stripe_events import count_events, dismiss_event, list_events, revive_events
from rentease_desk.storage.stripe_tables import sync_lease
from rentease_desk.storage.sync_state import OBSERVED, move_cursor
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.transport import Transport
from tests.tools.accounts import DAY
from tests.tools.practice import NOON
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk, check_truth


def events(at: SyncDesk, state: EventState | None = None) -> list[StoredEvent]:
    with at.desk.db.reading() as connection:
        return list_events(connection, state, 1_000)


def counts(at: SyncDesk) -> dict[EventState, int]:
    with at.desk.db.reading() as connection:
        return count_events(connection)


@pytest.fixture
def polled(at: SyncDesk) -> SyncDesk:
    """A desk whose first poll is behind it."""
    at.tick()
    at.account.advance(300)
    return at


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_story_is_told_by_its_events(polled: SyncDesk, story: str) -> None:
    """Polled after every step: no list is read, and nothing is missed."""
    for _ in Happening(polled.account).tell(STORIES[story]):
        polled.tick()
    polled.account.advance(60)
    polled.tick()
    check_truth(polled)
    assert EventState.WAITING not in counts(polled)


def test_what_a_list_has_shown_since_is_not_asked_for_again(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first poll lists everything and reads two days of events: only what is as young as the list is fetched."""
    Happening(at.account).all("create fail succeed refund:100")
    at.account.advance(2 * LATE)
    young = Happening(at.account).all("pay")
    at.account.advance(LATE - 1)
    asked = _noted(monkeypatch, "fetch_intent", "fetch_charge", "fetch_refund", "fetch_customer")
    at.tick()
    check_truth(at)
    assert set(asked) == {young.intent}
    assert EventState.WAITING not in counts(at)


def test_no_event_is_taken_for_done_after_a_run_that_believed_it_was_tomorrow(polled: SyncDesk) -> None:
    """A proxy may have taken Stripe's clock away, and this computer's was wrong: all later pictures are dated by it."""
    identity = polled.desk.property().identity
    assert identity is not None
    with polled.desk.writing() as unit:
        move_cursor(unit, identity, OBSERVED, (NOON + DAY) * 1_000_000)
    payment = Happening(polled.account).all("create:manual authorize")
    polled.tick()
    polled.account.advance(60)
    payment.all("capture:2500 refund:100")
    polled.tick()
    check_truth(polled)


def _noted(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The ids that are fetched by themselves."""
    asked: list[str] = []
    for name in names:
        monkeypatch.setattr(StripeGateway, name, _noting(asked, getattr(StripeGateway, name)))
    return asked


def _noting(asked: list[str], real: Callable[..., Page]) -> Callable[..., Page]:
    def fetch(self: StripeGateway, id_: str, cancel: threading.Event) -> Page:
        asked.append(id_)
        return real(self, id_, cancel)

    return fetch


def test_events_of_one_payment_cost_one_request(polled: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _noted(monkeypatch, "fetch_intent")
    payment = Happening(polled.account).all("create succeed")
    polled.tick()
    assert asked == [payment.intent]
    assert counts(polled)[EventState.DONE] == 3


def test_a_poll_with_nothing_new_is_one_request(polled: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    service: SyncService = polled.service
    service.tick(polled.cancel)
    asked: list[str] = []
    monkeypatch.setattr(Transport, "get", _counting(asked))
    polled.account.advance(300)
    service.tick(polled.cancel)
    assert asked == ["/v1/events"]


def _counting(asked: list[str]) -> object:
    real = Transport.get

    def get(self: Transport, path: str, *rest: object, **more: object) -> object:
        asked.append(path)
        return real(self, path, *rest, **more)  # type: ignore[arg-type]

    return get


@pytest.mark.parametrize("seed", range(3))
def test_events_up_to_a_minute_late_are_never_missed(polled: SyncDesk, seed: int) -> None:
    """Polled every few seconds while payments and refunds go on."""
    rng = random.Random(seed)
    polled.account.control.operate("late-events", polled.account.name, seconds=60)
    open_: list[Happening] = []
    for _ in range(25):
        if open_ and rng.random() < 0.4:
            open_.pop(rng.randrange(len(open_))).all("refund:100 refund:200")
        else:
            open_.append(Happening(polled.account).all(rng.choice(["pay", "create fail succeed", "charge"])))
        polled.account.advance(rng.randint(1, 7))
        polled.tick()
    polled.account.advance(61)
    polled.tick()
    check_truth(polled)


def test_two_refunds_in_one_second_are_two(polled: SyncDesk) -> None:
    payment = Happening(polled.account).all("pay")
    polled.tick()
    polled.account.advance(DAY)
    payment.all("refund:1000 refund:1000")
    polled.tick()
    check_truth(polled)


def test_an_event_of_an_old_version_brings_the_same(polled: SyncDesk) -> None:
    polled.account.control.operate("event-version", polled.account.name, version="2020-08-27")
    Happening(polled.account).all("pay refund:100 dispute")
    polled.tick()
    check_truth(polled)
    assert {one.api_version for one in events(polled)} == {"2020-08-27"}


def test_the_same_events_again_change_nothing(polled: SyncDesk) -> None:
    Happening(polled.account).all("pay refund:100")
    polled.tick()
    length, before = polled.journal_length(), events(polled)
    for _ in range(3):
        summary = polled.tick().summary
        assert (summary.new, summary.updated, summary.fetched) == (0, 0, 0)
    assert (polled.journal_length(), events(polled)) == (length, before)


def test_what_cannot_be_read_is_tried_again_then_left_to_a_person(
    polled: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it keeps nothing else waiting."""
    bad = Happening(polled.account).all("pay")
    good = Happening(polled.account).all("pay")
    real = StripeGateway.fetch_intent

    def fetch(self: StripeGateway, intent_id: str, cancel: threading.Event) -> Page:
        page = real(self, intent_id, cancel)
        if intent_id != bad.intent:
            return page
        return replace(page, intents=(), charges=(), unreadable=(Unreadable("payment_intent", intent_id, "strange"),))

    with monkeypatch.context() as strange:
        strange.setattr(StripeGateway, "fetch_intent", fetch)
        strange.setattr(StripeGateway, "fetch_charge", lambda self, key, cancel: Page(1, unreadable=(
            Unreadable("charge", key, "strange"),)))  # fmt: skip
        for attempt in range(MAX_ATTEMPTS):
            result = polled.tick()
            assert result.summary.failed >= 1
            assert {one.attempts for one in events(polled, EventState.WAITING)} <= {attempt + 1}
            polled.account.advance(6 * 3_600 + 1)
        polled.tick()
    dead = events(polled, EventState.DEAD)
    assert {one.object_id for one in dead} == {bad.intent, bad.charge}
    assert {one.error for one in dead} == {"strange"}
    assert good.intent not in {one.object_id for one in dead}
    with polled.desk.writing() as unit:
        assert sorted(revive_events(unit, None)) == sorted(one.id for one in dead)
    polled.tick()
    check_truth(polled)
    assert events(polled, EventState.DEAD) == []


def test_a_dead_event_is_dismissed_with_a_reason(polled: SyncDesk) -> None:
    Happening(polled.account).all("create")
    polled.tick()
    done = events(polled)[0]
    with polled.desk.writing() as unit:
        assert not dismiss_event(unit, done.id, "it was handled")
        assert not dismiss_event(unit, "evt_unknown", "it is not there")
    assert events(polled)[0].state is EventState.DONE


def test_a_key_without_events_says_so_and_reads_what_it_may(polled: SyncDesk) -> None:
    Happening(polled.account).all("pay")
    polled.changes["key"] = polled.account.restricted("rak_payment_intent_read", "rak_charge_read", "rak_customer_read")
    with pytest.raises(StripeError, match="rak_event_read"):
        polled.tick()
    check_truth(polled)  # what can be listed is in all the same
    polled.changes.clear()
    assert polled.tick().summary.new == 0
    check_truth(polled)


def test_what_the_key_may_not_read_is_parked_and_named(polled: SyncDesk) -> None:
    payment = Happening(polled.account).all("pay")
    polled.tick()
    payment.all("refund:100")
    polled.changes["key"] = polled.account.restricted(
        "rak_payment_intent_read", "rak_customer_read", "rak_event_read", "rak_balance_transaction_source_read"
    )
    result = polled.tick()
    assert "rak_charge_read" in result.failures[0].reason
    parked = events(polled, EventState.WAITING)
    assert parked
    assert {one.attempts for one in parked} == {0}
    polled.changes.clear()
    polled.account.advance(3_601)
    polled.tick()
    check_truth(polled)


@pytest.mark.parametrize("kind", ["500", "reset", "html"])
def test_trouble_in_the_middle_costs_no_attempt(polled: SyncDesk, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Happening(polled.account).all("pay refund:100")

    def trouble(*_: object) -> Page:
        raise StripeError("stripe.unreachable", host=kind)

    with monkeypatch.context() as broken:
        broken.setattr(StripeGateway, "fetch_intent", trouble)
        with pytest.raises(StripeError):
            polled.tick()
    assert {one.attempts for one in events(polled, EventState.WAITING)} == {0}
    polled.tick()
    check_truth(polled)


@pytest.mark.parametrize("days", [10, 40])
def test_after_days_without_a_poll_nothing_is_missing(polled: SyncDesk, days: int) -> None:
    """Stripe keeps events for 30 days; after a longer gap objects are listed again."""
    held = Happening(polled.account).all("create:manual authorize")
    polled.tick()
    polled.account.advance(DAY)
    held.all("capture")
    for _ in range(3):
        polled.account.advance(days * DAY // 3)
        Happening(polled.account).all("pay refund:100")
    polled.desk.clock.at = polled.account.control.clock(polled.account.name)  # type: ignore[attr-defined]
    polled.tick()
    check_truth(polled)


def test_a_stop_at_any_moment_is_made_good_by_the_next_poll(polled: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception where the process could have been killed: at each write of a poll in turn."""
    for at_write in range(1, 12):
        Happening(polled.account).all("pay refund:100")
        writes = 0
        real = type(polled.desk).writing

        def writing(self: object, at_write: int = at_write, real: object = real) -> object:
            nonlocal writes
            writes += 1
            if writes == at_write:
                raise KeyboardInterrupt
            return real(self)  # type: ignore[operator]

        with monkeypatch.context() as killed:
            killed.setattr(type(polled.desk), "writing", writing)
            try:
                polled.tick()
            except KeyboardInterrupt:
                _bury(polled)
        polled.account.advance(30)
        polled.tick()
        check_truth(polled)


def _bury(at: SyncDesk) -> None:
    """What the next run does when it finds that the holder of the lease is dead; here it lives."""
    with at.desk.writing() as unit:
        unit.connection.execute(update(sync_lease).values(holder="", expires_at=0))


def test_pauses_grow_and_end() -> None:
    assert [pause_after(one, 0) for one in (1, 2, 3, 20)] == [30, 60, 120, 21_600]
    assert pause_after(1, 1) == 22
