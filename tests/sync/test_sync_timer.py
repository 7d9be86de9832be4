"""What the timer reads: everything since the last run with an overlap, and what is under way from before."""

from __future__ import annotations

from datetime import date

import pytest

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.sync import RunOutcome, Trigger
from rentease_desk.services.sync.recorded import FIRST_TIMER_SPAN
from tests.tools.accounts import DAY
from tests.tools.practice import NOON
from tests.tools.stories import Happening
from tests.tools.syncing import HonestMonotonic, SyncDesk, check_truth
from tests.tools.truth import held_books

HOUR = 3600


def _back(at: SyncDesk, days: int) -> None:
    at.account.at(NOON - days * DAY)


def test_the_first_tick_reads_so_far_back_and_no_further(at: SyncDesk) -> None:
    days = FIRST_TIMER_SPAN // DAY
    _back(at, days + 1)
    old = Happening(at.account).all("pay")
    _back(at, days - 1)
    new = Happening(at.account).all("pay")
    _back(at, 0)
    assert at.tick().summary.new == 1
    assert set(held_books(at.desk).payments) == {new.intent}
    assert old.intent not in held_books(at.desk).payments


def test_ticks_follow_each_other_without_a_hole(at: SyncDesk) -> None:
    for hours in (0, 1, 30, 100, 500):
        at.account.advance(hours * HOUR)
        Happening(at.account).all("pay")
        at.account.advance(HOUR)
        assert at.tick().summary.new == 1
        assert at.service.covered_until() in range(NOON, NOON + 700 * HOUR)
    check_truth(at)


def test_what_stripe_shows_late_is_read_again(at: SyncDesk) -> None:
    """Made before the last poll, which did not see it."""
    at.tick()
    at.account.at(NOON - 540)
    Happening(at.account).all("pay")
    at.account.at(NOON + 300)
    assert at.tick().summary.new == 1
    check_truth(at)


def test_what_stripe_shows_hours_late_is_found_within_a_day(at: SyncDesk) -> None:
    at.tick()
    at.account.at(NOON - 3 * 3_600)
    Happening(at.account).all("pay")
    found = []
    for hours in range(1, 27):
        at.account.at(NOON + hours * 3_600)
        found.append(at.tick().summary.new)
    assert sum(found) == 1
    check_truth(at)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("create:debit process", "settle"),
        ("create:debit process", "fail-debit"),
        ("create:manual authorize", "capture"),
        ("create:manual authorize", "capture:2500"),
        ("create:manual authorize", "cancel"),
        ("create fail", "succeed"),
        ("create", "fail wait:60 succeed"),
        ("pay refund:pending", "update-refund:succeeded"),
        ("pay refund:pending", "update-refund:failed"),
        ("pay refund:requires_action", "update-refund:canceled"),
        ("pay", "refund"),
        ("charge", "refund:100 wait:5 refund:200"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_was_under_way_long_before_is_looked_at_again(at: SyncDesk, before: str, after: str) -> None:
    payment = Happening(at.account).all(before)
    at.tick()
    for _ in range(3):
        at.account.advance(3 * DAY)
        at.tick()
    payment.all(after)
    at.account.advance(HOUR)
    at.tick()
    check_truth(at)
    assert (at.tick().summary.new, at.tick().summary.updated) == (0, 0)


def test_a_refund_that_fails_after_the_overlap(at: SyncDesk) -> None:
    payment = Happening(at.account).all("pay refund")
    for _ in range(3):
        at.account.advance(3 * DAY)
        at.tick()
    payment.all("update-refund:failed")
    at.tick()
    check_truth(at)


def test_a_dispute_after_the_overlap(at: SyncDesk) -> None:
    payment = Happening(at.account).all("pay")
    for _ in range(3):
        at.account.advance(3 * DAY)
        at.tick()
    payment.all("dispute")
    at.tick()
    check_truth(at)


def test_a_capture_of_an_older_hold_comes_with_its_day(at: SyncDesk) -> None:
    """No list of payments or charges shows it; the balance, which moved on that day, does."""
    payment = Happening(at.account).all("create:manual authorize")
    at.run()
    at.account.advance(2 * DAY)
    payment.all("capture")
    day = date(2026, 11, 7)
    assert at.run(DateRange(day, day)).summary.updated == 1
    check_truth(at)
    at.tick()
    check_truth(at)


def test_a_past_range_leaves_no_hole_before_the_timer(at: SyncDesk) -> None:
    """A person reads October; the timer goes on from there, and not from a week ago."""
    _back(at, 20)
    Happening(at.account).all("pay")
    _back(at, 0)
    assert at.run(DateRange(date(2026, 10, 1), date(2026, 10, 10))).summary.fetched == 0
    assert at.tick().summary.new == 1
    check_truth(at)


def test_a_range_behind_a_hole_does_not_move_the_cursor(at: SyncDesk) -> None:
    at.run(DateRange(date(2026, 10, 1), date(2026, 10, 10)))
    covered = at.service.covered_until()
    at.run(DateRange(date(2026, 11, 1), date(2026, 11, 5)))
    assert at.service.covered_until() == covered
    at.run(DateRange(date(2026, 10, 9), date(2026, 11, 30)))
    assert at.service.covered_until() in range(NOON - 2, NOON + 3)


def test_a_run_that_failed_does_not_move_the_cursor(at: SyncDesk) -> None:
    at.account.fault("status", status=400, path="/v1/refunds", times=99)
    with pytest.raises(Exception, match="Stripe refused"):
        at.tick()
    assert at.service.covered_until() is None
    at.account.control.no_faults(at.account.name)
    at.tick()
    assert at.service.covered_until() is not None


@pytest.mark.parametrize("hours", [-72, -5, 5, 72])
def test_a_computer_whose_clock_is_wrong_by_hours(at: SyncDesk, hours: int) -> None:
    """Ranges and cursor follow Stripe's time; the range of a person follows the days that the person named."""
    clock = HonestMonotonic(NOON + hours * HOUR)
    at.changes["clock"] = clock
    at.desk.clock.at = clock.at  # type: ignore[attr-defined]
    payment = Happening(at.account).all("create:debit process")
    at.tick()
    assert at.service.covered_until() in range(NOON - 2, NOON + 3)
    check_truth(at)
    clock.at -= 2 * hours * HOUR  # and now it jumps to the other side
    at.desk.clock.at = clock.at  # type: ignore[attr-defined]
    payment.all("settle refund:100")
    at.tick()
    check_truth(at)
    run = at.service.recent()[0]
    assert (run.trigger, run.outcome, run.range_end) == (Trigger.TIMER, RunOutcome.DONE, run.range_end)
    assert run.range_end in range(NOON, NOON + 5)


def test_a_clock_that_jumps_in_the_middle_of_a_run(at: SyncDesk) -> None:
    clock = HonestMonotonic()
    at.changes["clock"] = clock
    payment = Happening(at.account).all("create")

    def report(_: object) -> None:
        clock.at += 9 * HOUR
        at.desk.clock.at -= 9 * HOUR  # type: ignore[attr-defined]

    at.run(report=report)
    payment.all("succeed")
    at.run(report=report)
    check_truth(at)
