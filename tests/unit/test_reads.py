"""Stripe's read allocation, and how the timer's interval stretches near its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.reads import Reads, allocation, is_due, reads, stretch, stretched


@pytest.mark.parametrize(("transactions", "allowed"), [(0, 10_000), (20, 10_000), (21, 10_500), (4_000, 2_000_000)])
def test_five_hundred_a_transaction_and_ten_thousand_at_least(transactions: int, allowed: int) -> None:
    assert allocation(transactions) == allowed


@pytest.mark.parametrize(
    ("used", "minutes"),
    [(0, 5), (8_000, 5), (8_001, 10), (9_500, 10), (9_501, 20), (10_000, 20), (99_999, 20)],
)
def test_the_interval_stretches_above_80_and_95_percent(used: int, minutes: int) -> None:
    assert stretched(5, used, 10_000) == minutes
    assert reads(used, 0) == Reads(used, 10_000, minutes // 5)


def test_off_stays_off() -> None:
    assert stretched(0, 9_999, 10_000) == 0


@given(used=st.integers(0, 10**7), more=st.integers(0, 10**6), transactions=st.integers(0, 10**4))
def test_more_reads_never_shorten_and_more_payments_never_lengthen(used: int, more: int, transactions: int) -> None:
    allowed = allocation(transactions)
    assert stretch(used, allowed) <= stretch(used + more, allowed)
    assert stretch(used, allowed) >= stretch(used, allocation(transactions + 1))


@pytest.mark.parametrize(
    ("times", "since_last", "due"),
    [
        (1, 0, True), (1, 1, True), (2, None, True), (2, 301, False), (2, 598, True), (4, 600, False),
        (4, 900, False), (4, 1_199, True), (4, -7_200, True),
    ],
)  # fmt: skip
def test_every_second_or_fourth_tick_of_five_minutes_is_due(times: int, since_last: int | None, due: bool) -> None:
    assert is_due(5, times, since_last) is due


@pytest.mark.parametrize("times", [1, 2, 4])
def test_ticks_that_are_never_quite_on_time_keep_the_interval(times: int) -> None:
    """A timer of 5 minutes over a day; each tick up to 9 s late."""
    polls, last = [], None
    for number in range(288):
        now = number * 300 + number * 7 % 10
        if is_due(5, times, None if last is None else now - last):
            polls.append(now)
            last = now
    assert len(polls) == 288 // times
