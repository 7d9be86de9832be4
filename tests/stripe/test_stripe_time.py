"""Stripe's clock as its replies tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.stripe_gateway.stripe_time import StripeTime
from tests.tools.practice import NOON


class Watch:
    """A monotonic clock that a test moves."""

    def __init__(self, at: float = 50.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def test_nothing_is_known_before_the_first_reply() -> None:
    time = StripeTime(Watch())
    assert not time.known
    with pytest.raises(RuntimeError):
        time.now()
    with pytest.raises(RuntimeError):
        time.microseconds(1.0)


@given(
    offset=st.integers(-(10**9), 10**9),
    steps=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 0.3), st.floats(0, 0.3)), min_size=1, max_size=20),
)
def test_the_estimate_is_within_a_second_and_never_runs_back(
    offset: int, steps: list[tuple[float, float, float]]
) -> None:
    """``Date`` is truncated to whole seconds and written somewhere between sending and receiving."""
    watch, told = Watch(), []
    time = StripeTime(watch)
    for pause, out, back in steps:
        watch.at += pause
        sent = watch.at
        date = int(watch.at + out + offset + NOON)
        watch.at += out + back
        time.observe(sent, watch.at, date)
        told.append(time.microseconds(sent))
        assert abs(told[-1] / 1e6 - (sent + offset + NOON)) < 1.7
        assert abs(time.now() - (watch.at + offset + NOON)) < 2.7
    assert told == sorted(set(told))


def test_a_clock_of_stripes_that_stands_or_jumps_back_keeps_the_order() -> None:
    watch = Watch()
    time = StripeTime(watch)
    told = []
    for date in (NOON, NOON, NOON, NOON, NOON - 3600, NOON - 3600, NOON + 7200):
        watch.at += 0.7
        time.observe(watch.at - 0.1, watch.at, date)
        told.append(time.microseconds(watch.at - 0.1))
    assert told == sorted(set(told))
    assert abs(time.now() - NOON - 7200) <= 1


def test_a_later_run_begins_after_an_earlier_one() -> None:
    """Also when the earlier one believed that it was tomorrow: nothing may be refused as old for a day."""
    watch = Watch()
    time = StripeTime(watch)
    time.observe(watch.at, watch.at, NOON)
    tomorrow = (NOON + 86_400) * 1_000_000
    time.begin_after(tomorrow)
    assert time.microseconds(watch.at) > tomorrow
    watch.at += 5
    assert time.microseconds(watch.at) > tomorrow + 4_999_999
    assert time.now() in range(NOON + 4, NOON + 7)  # ranges and cursors follow the estimate


def test_an_older_moment_asked_for_later_is_older() -> None:
    watch = Watch()
    time = StripeTime(watch)
    time.observe(watch.at, watch.at, NOON)
    late = time.microseconds(watch.at + 2)
    early = time.microseconds(watch.at + 1)
    assert early < late < time.microseconds(watch.at + 3)


def test_of_two_requests_side_by_side_the_slower_one_is_not_older_than_the_run_before() -> None:
    """Its picture would be refused, and what it alone shows would be missing."""
    watch = Watch()
    time = StripeTime(watch)
    time.observe(watch.at, watch.at, NOON)
    tomorrow = (NOON + 86_400) * 1_000_000
    time.begin_after(tomorrow)
    slow, quick = watch.at + 1, watch.at + 2
    after = time.microseconds(quick)
    assert tomorrow < time.microseconds(slow) < after


def test_the_slower_of_two_requests_is_later_than_what_was_told_before_both() -> None:
    """The estimate fell meanwhile: what the run lists is all the same newer than its begin."""
    watch = Watch()
    time = StripeTime(watch)
    time.observe(watch.at, watch.at + 2, NOON + 2)
    begun = time.microseconds(watch.at)
    time.observe(watch.at + 0.5, watch.at + 0.6, NOON)
    quick = time.microseconds(watch.at + 0.2)
    assert begun < time.microseconds(watch.at + 0.1) < quick


@pytest.mark.parametrize("before", [0, (NOON - 30 * 86_400) * 1_000_000], ids=["first run", "a month ago"])
def test_of_two_requests_side_by_side_the_slower_one_is_of_today(before: int) -> None:
    """What it shows captured without a balance transaction was captured just now, not when the run before ended."""
    watch = Watch()
    time = StripeTime(watch)
    time.observe(watch.at, watch.at, NOON)
    time.begin_after(before)
    quick, slow = time.microseconds(watch.at + 2), time.microseconds(watch.at + 1)
    assert slow < quick
    assert abs(slow / 1e6 - NOON - 1) < 1


@given(
    asked=st.lists(st.tuples(st.floats(0, 100), st.integers(-5, 5)), min_size=2, max_size=40),
    begins=st.integers(0, 39),
)
def test_moments_keep_their_order_whatever_is_learnt_between(asked: list[tuple[float, int]], begins: int) -> None:
    watch = Watch()
    time = StripeTime(watch)
    told: list[tuple[float, int]] = []
    for number, (after, date) in enumerate(asked):
        moment = watch.at + after
        time.observe(moment, moment + 0.2, int(NOON + after) + date)
        if number == begins:
            watch.at += 101  # what is asked from now on is later than all before
            moment = watch.at + after
            time.begin_after(max([one for _, one in told], default=0) + 3_600_000_000)
        told.append((moment, time.microseconds(moment)))
    in_order = sorted(told)
    assert [one for _, one in in_order] == sorted(one for _, one in told)
