"""Sync Now at a desk that cannot: it is asked of one that can, done once, and told at both."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import ConflictError, NotFoundError, StripeError
from rentease_desk.domain.sync import Holder, RunOutcome, Trigger
from rentease_desk.domain.sync_requests import MOST_ATTEMPTS, NOBODY_SECONDS, SECONDS, AskState, SyncRequest
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.lease import SECONDS as LEASE
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.services.sync.recorded import SyncResult
from rentease_desk.services.sync.requests import LATER_SECONDS, SOON_SECONDS, SyncRequestService
from rentease_desk.storage import sync_requests as store
from rentease_desk.storage.change_feed import changes_since, seen_now
from rentease_desk.storage.stripe_tables import sync_runs
from tests.services.conftest import journal_entries
from tests.tools.accounts import Accounts
from tests.tools.asking import elsewhere, let_pass, with_key, without_key
from tests.tools.clocks import SetClock
from tests.tools.databases import ENGINES
from tests.tools.stories import Happening
from tests.tools.syncing import ALL, SyncDesk, check_journal, check_truth

CANCEL = threading.Event()
WEEK = DateRange(date(2026, 10, 30), date(2026, 11, 5))
ELSEWHERE = "Desk 9|another computer|1|1.0"


@pytest.fixture
def bound(at: SyncDesk) -> SyncDesk:
    """A database whose account is known, and a payment that is not here yet."""
    at.tick()
    at.account.advance(60)
    Happening(at.account).all("pay")
    return at


def asked(service: SyncRequestService, days: DateRange = ALL) -> SyncRequest:
    found = service.now(days, CANCEL)
    assert isinstance(found, SyncRequest)
    return found


def take_elsewhere(desk: Desk) -> tuple[SyncLease, int]:
    """A desk of another computer takes the lease and what is asked for, and is silent from then on."""
    lease = SyncLease(elsewhere(desk, "Desk 9"))
    lease.take(desk.property().days)
    with desk.writing() as unit:
        assert store.claim(unit, ELSEWHERE, lease.fence)
    return lease, lease.fence


def runs(desk: Desk) -> int:
    with desk.db.reading() as connection:
        return len(connection.scalars(select(sync_runs.c.pk).where(sync_runs.c.trigger == "request")).all())


def steps(desk: Desk) -> list[str]:
    return [action for entity, action in journal_entries(desk) if entity == "sync_request"]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_desk_without_a_key_asks_and_one_with_a_key_does_it(bound: SyncDesk) -> None:
    front, back = without_key(bound), with_key(bound)
    one = asked(front)
    assert (one.state, one.actor, one.desk, one.holder, one.run) == (AskState.WAITING, "Paolo", "Desk 2", "", None)
    served = back.serve(CANCEL)
    (done,) = served.requests
    assert (done.uid, done.state, done.holder, served.again) == (one.uid, AskState.DONE, "Desk 1", None)
    assert done.run is not None
    assert (done.run.trigger, done.run.outcome) == (Trigger.REQUEST, RunOutcome.DONE)
    assert (done.run.actor, done.run.desk, done.run.summary.new) == ("Paolo", "Desk 1", 1)
    assert replace(front.get(one.uid), waited=done.waited) == done
    assert (back.serve(CANCEL).requests, runs(bound.desk), steps(bound.desk)) == ((), 1, ["ask", "take", "end"])
    check_truth(bound)


def test_a_desk_with_a_key_does_it_itself(bound: SyncDesk) -> None:
    found = with_key(bound).now(ALL, CANCEL)
    assert isinstance(found, SyncResult)
    assert (found.summary.new, with_key(bound).recent()) == (1, [])


def test_while_another_desk_syncs_it_is_asked_for_and_done_after_that(bound: SyncDesk) -> None:
    here, other = with_key(bound), SyncLease(elsewhere(bound.desk, "Desk 2"))
    other.take(bound.desk.property().days)
    one = asked(here)
    assert here.serve(CANCEL).again == SOON_SECONDS
    assert here.get(one.uid).state is AskState.WAITING
    other.drop()
    assert [done.state for done in here.serve(CANCEL).requests] == [AskState.DONE]


def test_a_desk_without_a_key_does_nothing_for_others(bound: SyncDesk) -> None:
    asked(without_key(bound))
    assert without_key(bound, "Desk 3").serve(CANCEL).again == LATER_SECONDS


def test_the_same_is_asked_once_and_done_with_one_run_for_all(bound: SyncDesk) -> None:
    first, second = without_key(bound), without_key(bound, "Desk 3", "Mara")
    one, again, other = asked(first), asked(first), asked(second)
    assert one.uid == again.uid != other.uid
    done = with_key(bound).serve(CANCEL).requests
    assert {(one.uid, one.state) for one in done} == {(one.uid, AskState.DONE), (other.uid, AskState.DONE)}
    assert runs(bound.desk) == 1
    assert asked(first).uid != one.uid  # what is done is asked anew


def test_other_days_are_another_run_in_the_order_of_asking(bound: SyncDesk) -> None:
    front = without_key(bound)
    uids = [asked(front, days).uid for days in (ALL, WEEK)]
    assert [one.uid for one in with_key(bound).serve(CANCEL).requests] == uids
    assert runs(bound.desk) == 2


def test_some_kinds_only_are_asked_for(bound: SyncDesk) -> None:
    one = without_key(bound).ask(ALL, ("refunds", "payouts")).value
    assert one.kinds == ("refunds", "payouts")
    (done,) = with_key(bound).serve(CANCEL).requests
    assert done.run is not None
    assert (done.state, done.run.summary.new) == (AskState.DONE, 0)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_two_desks_with_a_key_do_it_once(bound: SyncDesk) -> None:
    one, desks = asked(without_key(bound)), [with_key(bound, name) for name in ("Desk 1", "Desk 3")]
    together = threading.Barrier(2)

    def serve(service: SyncRequestService) -> int:
        together.wait(30)
        return len(service.serve(CANCEL).requests)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(serve, desks)) == 1
    assert (runs(bound.desk), desks[0].get(one.uid).state) == (1, AskState.DONE)
    check_journal(bound.desk)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_what_a_desk_that_died_had_taken_another_does_and_the_late_one_writes_nothing(bound: SyncDesk) -> None:
    one = asked(without_key(bound))
    lease, fence = take_elsewhere(bound.desk)
    back = with_key(bound)
    assert (back.get(one.uid).state, back.get(one.uid).holder) == (AskState.TAKEN, "Desk 9")
    assert back.serve(CANCEL).again == LATER_SECONDS
    let_pass(bound.desk, LEASE)
    assert (back.get(one.uid).state, back.get(one.uid).holder) == (AskState.WAITING, "")
    (done,) = back.serve(CANCEL).requests
    assert (done.state, done.holder) == (AskState.DONE, "Desk 1")
    with pytest.raises(ConflictError) as caught, bound.desk.writing() as unit:
        lease.keep(unit)
    assert caught.value.code == "sync.lost_lease"
    with bound.desk.writing() as unit:
        store.end(unit, [one.uid], fence, AskState.FAILED)
        store.put_back(unit, [one.uid], fence)
    assert replace(back.get(one.uid), waited=done.waited) == done


def test_what_brings_down_every_desk_is_given_up(bound: SyncDesk) -> None:
    one = asked(without_key(bound))
    for _ in range(MOST_ATTEMPTS):
        take_elsewhere(bound.desk)
        let_pass(bound.desk, LEASE)
    back = with_key(bound)
    assert back.serve(CANCEL).requests == ()
    found = back.get(one.uid)
    assert found.trouble is not None
    assert (found.state, found.trouble.code) == (AskState.FAILED, "sync.request_given_up")


def test_a_request_is_withdrawn_while_it_waits(bound: SyncDesk) -> None:
    front = without_key(bound)
    one = asked(front)
    assert front.withdraw(one.uid).value.state is AskState.WITHDRAWN
    assert with_key(bound).serve(CANCEL).requests == ()
    with pytest.raises(ConflictError) as over:
        front.withdraw(one.uid)
    with pytest.raises(NotFoundError) as unknown:
        front.withdraw("nobody's")
    assert (over.value.code, unknown.value.code) == ("sync.request_over", "sync.request_not_found")
    assert steps(bound.desk) == ["ask", "withdraw"]


def when_it_runs(back: SyncRequestService, act: Callable[[SyncRequest], object]) -> None:
    """Do something as soon as the run names itself."""
    done: list[SyncRequest] = []

    def hear(_: Changes) -> None:
        found = back.recent(1)
        if not done and found and found[0].run is not None:
            done.append(found[0])
            act(found[0])

    back._desk.feed.subscribe(hear)


def test_a_desk_that_is_at_it_is_told_to_stop(bound: SyncDesk) -> None:
    front, back = without_key(bound), with_key(bound)
    one = asked(front)

    def stop(_: SyncRequest) -> None:
        assert front.withdraw(one.uid).value.stopping
        back.hear(Changes(asked=True))  # by the news of the other desk

    when_it_runs(back, stop)
    (found,) = back.serve(CANCEL).requests
    assert found.run is not None
    assert (found.state, found.run.outcome) == (AskState.WITHDRAWN, RunOutcome.CANCELLED)
    assert steps(bound.desk) == ["ask", "take", "stop", "end"]
    bound.tick()
    check_truth(bound)


def test_a_desk_that_ends_leaves_it_to_others(bound: SyncDesk) -> None:
    one, back, ending = asked(without_key(bound)), with_key(bound), threading.Event()
    when_it_runs(back, lambda _: ending.set())
    assert [found.state for found in back.serve(ending).requests] == [AskState.WAITING]
    (done,) = with_key(bound, "Desk 3").serve(CANCEL).requests
    assert (done.uid, done.state, done.holder) == (one.uid, AskState.DONE, "Desk 3")
    check_truth(bound)


def test_what_stripe_refuses_is_told_to_whoever_asked(bound: SyncDesk) -> None:
    one = asked(without_key(bound))
    bound.account.fault("status", status=400, path="/v1/refunds", times=99)
    with_key(bound).serve(CANCEL)
    found = without_key(bound).get(one.uid)
    assert (found.state, found.is_open) == (AskState.FAILED, False)
    assert found.trouble is not None
    assert "Stripe refused" in str(found.trouble)


def test_a_key_of_another_account_takes_nothing(bound: SyncDesk, accounts: Accounts) -> None:
    one, other = asked(without_key(bound)), with_key(SyncDesk(bound.desk, accounts.open()), "Desk 3")
    with pytest.raises(StripeError) as caught:
        other.serve(CANCEL)
    assert caught.value.code == "stripe.other_account"
    assert other.get(one.uid).state is AskState.WAITING
    assert [done.state for done in with_key(bound).serve(CANCEL).requests] == [AskState.DONE]


def test_that_nobody_comes_is_known_after_some_seconds(bound: SyncDesk) -> None:
    front = without_key(bound)
    one, syncing = asked(front), Holder("Desk 1", 0)
    assert not one.is_left_alone(None)
    let_pass(bound.desk, NOBODY_SECONDS)
    one = front.get(one.uid)
    assert (one.is_left_alone(None), one.is_left_alone(syncing)) == (True, False)


def test_a_request_of_yesterday_is_done_no_more(bound: SyncDesk) -> None:
    front = without_key(bound)
    one = asked(front)
    let_pass(bound.desk, SECONDS)
    assert (front.get(one.uid).state, with_key(bound).serve(CANCEL).requests) == (AskState.EXPIRED, ())
    with pytest.raises(ConflictError):
        front.withdraw(one.uid)
    assert asked(front).uid != one.uid


def test_where_no_desk_has_ever_synced_there_is_nobody_to_ask(at: SyncDesk) -> None:
    with pytest.raises(StripeError) as caught:
        without_key(at).now(ALL, CANCEL)
    assert (caught.value.code, with_key(at).recent()) == ("stripe.no_key", [])


@pytest.mark.parametrize("engine_name", ENGINES)
def test_how_far_a_run_is_other_desks_are_told_now_and_then(bound: SyncDesk) -> None:
    told: list[tuple[int, bool]] = []
    clock = bound.desk.clock

    def look(_: object) -> None:
        with bound.desk.db.reading() as connection:
            own = range(seen_now(connection).seq + 1)
            changes, now = changes_since(connection, seen[-1], own)
            seen.append(now)
        told.append((bound.service.recent(1)[0].progress is not None, changes.asked))
        clock.at += 1  # type: ignore[attr-defined]

    with bound.desk.db.reading() as connection:
        seen = [seen_now(connection)]
    bound.run(report=look)
    assert told[:3] == [(False, False), (False, False), (True, True)]
    assert 0 < sum(asked for _, asked in told) <= len(told) / 2
    progress = bound.service.recent(1)[0].progress
    assert progress is not None
    assert 0 < progress.done <= progress.total


def test_a_quick_run_writes_nothing_of_its_progress(bound: SyncDesk) -> None:
    bound.run()
    assert bound.service.recent(1)[0].progress is None


def test_a_fault_of_the_program_is_told_and_does_not_come_again(
    bound: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, back = asked(without_key(bound)), with_key(bound)
    monkeypatch.setattr("rentease_desk.services.sync.recorded.RecordedRun.read_range", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        back.serve(CANCEL)
    found = back.get(one.uid)
    assert found.trouble is not None
    assert (found.state, found.trouble.params["reason"]) == (AskState.FAILED, "ZeroDivisionError")
    assert back.serve(CANCEL).requests == ()


def test_what_was_to_be_stopped_when_its_desk_died_is_withdrawn(bound: SyncDesk) -> None:
    front = without_key(bound)
    one = asked(front)
    take_elsewhere(bound.desk)
    assert front.withdraw(one.uid).value.state is AskState.TAKEN
    let_pass(bound.desk, LEASE)
    assert front.get(one.uid).state is AskState.WITHDRAWN
    assert with_key(bound).serve(CANCEL).requests == ()


def test_the_days_are_the_propertys_wherever_the_clock_of_a_desk_stands(bound: SyncDesk) -> None:
    late = replace(bound.desk, clock=SetClock(bound.desk.clock.now() - 36_000))
    one = asked(without_key(SyncDesk(late, bound.account)), WEEK)
    (done,) = with_key(bound).serve(CANCEL).requests
    assert done.run is not None
    span = bound.desk.property().days.calendar_span(WEEK)
    assert (one.waited < 60, done.run.range_start, done.run.range_end) == (True, span.start, span.end)
