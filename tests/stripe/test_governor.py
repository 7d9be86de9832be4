"""Turns that keep below Stripe's rates, whatever threads and 429s do; with clocks that tests move."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rentease_desk.config import Config
from rentease_desk.domain.dates import Span
from rentease_desk.stripe_gateway.governor import (
    LIVE,
    LOOK_AGAIN,
    SANDBOX,
    CancelledError,
    Governor,
    Governors,
    Rates,
)
from rentease_desk.wiring import build
from tests.tools.accounts import DAY, Account
from tests.tools.databases import SqliteMaker
from tests.tools.practice import NOON
from tests.tools.syncing import Impatient, open_gateway

WIDE = Span(0, NOON + 10 * DAY)
A, B, C = "/v1/charges", "/v1/refunds", "/v1/events"
REASONS = ["", "global-rate", "global-concurrency", "endpoint-rate", "endpoint-concurrency", "resource-specific"]
NEAR = 1e-6
FIRST_DAY = date(2026, 11, 5)


class Passing(threading.Event):
    """A cancel flag on a clock of its own: waiting for a turn moves the clock, and nothing else does."""

    def __init__(self, at: float = 50.0) -> None:
        super().__init__()
        self.at = at
        self.meanwhile: Callable[[], None] = lambda: None

    def clock(self) -> float:
        """Monotonic seconds."""
        return self.at

    def wait(self, timeout: float | None = None) -> bool:
        """Time passes, and something happens in it."""
        self.meanwhile()
        self.at += timeout or 0.0
        return self.is_set()


def _begin(governor: Governor, endpoint: str, cancel: threading.Event) -> float:
    with governor.turn(endpoint, cancel) as begun:
        return begun


def _gaps(moments: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(sorted(moments))]


def _gap(governor: Governor, endpoint: str, cancel: Passing) -> float:
    """Seconds between two turns of an endpoint from now on."""
    return -_begin(governor, endpoint, cancel) + _begin(governor, endpoint, cancel)


@pytest.mark.parametrize(("rates", "endpoint", "total"), [(LIVE, 20, 40), (SANDBOX, 15, 15)])
def test_stripes_defaults(rates: Rates, endpoint: int, total: int) -> None:
    assert (rates.endpoint, rates.total, rates.at_once) == (endpoint, total, 8)
    cancel = Passing()
    governor = Governor(cancel.clock, rates)
    assert _gap(governor, A, cancel) == pytest.approx(1 / endpoint)
    cancel.at += 10
    moments = [_begin(governor, f"/v1/{number}", cancel) for number in range(20)]
    assert _gaps(moments) == pytest.approx([1 / total] * 19)


@given(
    endpoints=st.lists(st.sampled_from([A, B, C]), min_size=2, max_size=40),
    each=st.floats(1, 50),
    total=st.floats(1, 50),
)
def test_waiting_requests_stand_apart_and_none_waits_for_a_slower_endpoint(
    endpoints: list[str], each: float, total: float
) -> None:
    """All come at the same moment. What they wait is the moment of each."""
    cancel = Impatient()
    governor = Governor(lambda: 100.0, Rates(each, total))
    moments: dict[str, list[float]] = {}
    for endpoint in endpoints:
        told = len(cancel.waits)
        _begin(governor, endpoint, cancel)
        moments.setdefault(endpoint, []).append(cancel.waits[told] if len(cancel.waits) > told else 0.0)
    for own in moments.values():
        assert own == sorted(own)
        assert all(gap >= 1 / each - NEAR for gap in _gaps(own))
    everything = [moment for own in moments.values() for moment in own]
    assert all(gap >= 1 / total - NEAR for gap in _gaps(everything))
    for own in moments.values():  # with its own rate, and at worst behind everybody else
        assert own[-1] <= (len(own) - 1) / each + 2 * (len(endpoints) - 1) / total + NEAR


def test_an_endpoint_is_not_held_back_by_a_queue_at_another() -> None:
    cancel = Impatient()
    governor = Governor(lambda: 100.0, LIVE)
    for _ in range(10):
        _begin(governor, A, cancel)
    cancel.waits.clear()
    _begin(governor, B, cancel)
    assert cancel.waits == [pytest.approx(1 / 40)]


_STEPS = st.lists(
    st.tuples(
        st.sampled_from([A, B]), st.floats(0, 2), st.one_of(st.none(), st.sampled_from(REASONS)), st.floats(0, 9)
    ),
    min_size=1,
    max_size=60,
)


@given(steps=_STEPS)
def test_whatever_stripe_answers_pauses_hold_and_the_full_rate_is_never_exceeded(
    steps: list[tuple[str, float, str | None, float]],
) -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, LIVE)
    begun: dict[str, list[float]] = {A: [], B: []}
    open_again = 0.0
    for endpoint, took, limited, seconds in steps:
        asked = cancel.at
        with governor.turn(endpoint, cancel) as at:
            cancel.at += took
        assert at >= open_again - NEAR
        assert at - max(asked, open_again) <= 1 + NEAR  # at least one a second, always
        begun[endpoint].append(at)
        if limited is not None:
            governor.limited(endpoint, at, seconds, limited)
            open_again = max(open_again, cancel.at + seconds)
    for own in begun.values():
        assert all(gap >= 1 / 20 - NEAR for gap in _gaps(own))
    assert all(gap >= 1 / 40 - NEAR for gap in _gaps(begun[A] + begun[B]))


def test_a_429_halves_the_endpoint_and_leaves_the_others() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, LIVE)
    governor.limited(A, _begin(governor, A, cancel), 0.0)
    assert _gap(governor, A, cancel) == pytest.approx(1 / 10, rel=0.02)
    assert _gap(governor, B, cancel) == pytest.approx(1 / 20)


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_says_what_is_halved(reason: str) -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(30, 30))
    governor.limited(A, _begin(governor, A, cancel), 0.0, reason)
    for_all = reason.startswith("global")
    assert _gap(governor, B, cancel) == pytest.approx(1 / 15 if for_all else 1 / 30, rel=0.02)
    assert _free_places(governor, cancel) == (4 if reason.endswith("concurrency") else 8)


def _free_places(governor: Governor, cancel: Passing) -> int:
    """How many requests can be under way, asked of endpoints that nothing happened to."""
    looks: list[float] = []

    def full() -> None:
        looks.append(cancel.at)
        if len(looks) > 100:
            cancel.set()

    held = 0
    with ExitStack() as stack:
        cancel.meanwhile = full
        try:
            while True:
                looks.clear()
                stack.enter_context(governor.turn(f"/v1/{held}", cancel))
                held += 1
        except CancelledError:
            cancel.clear()
    cancel.meanwhile = lambda: None
    return held


def test_the_rate_grows_back_by_a_twentieth_a_second() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, LIVE)
    governor.limited(A, _begin(governor, A, cancel), 7.0)
    assert _begin(governor, A, cancel) == pytest.approx(57.0)  # the pause is no time of quiet
    for second, rate in ((0, 10), (4, 14), (8, 18), (10, 20), (30, 20)):
        cancel.at = 57.5 + second
        assert 1 / _gap(governor, A, cancel) == pytest.approx(rate, abs=0.6)


@pytest.mark.parametrize("rates", [LIVE, Rates(0.5, 0.5)])
def test_never_below_one_a_second(rates: Rates) -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, rates)
    for _ in range(20):
        last = _begin(governor, A, cancel)
        governor.limited(A, last, 0.0, "global-concurrency")
    assert _begin(governor, A, cancel) - last == pytest.approx(1 / min(1.0, rates.endpoint))
    assert _free_places(governor, cancel) >= 1


def test_the_429s_of_requests_that_were_under_way_together_count_once() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, LIVE)
    with ExitStack() as stack:
        begun = [stack.enter_context(governor.turn(A, cancel)) for _ in range(8)]
        cancel.at += 0.3
        for one in begun:
            governor.limited(A, one, 1.0)
            cancel.at += 0.01
    assert _begin(governor, A, cancel) == pytest.approx(cancel.at)
    assert _gap(governor, A, cancel) == pytest.approx(1 / 10, rel=0.02)
    governor.limited(A, _begin(governor, A, cancel), 0.0)  # and one that was sent at the lower rate counts
    assert _gap(governor, A, cancel) == pytest.approx(1 / 5, rel=0.1)


@pytest.mark.parametrize(("pause", "begun"), [(30.0, 80.0), (0.5, 51.0)])
def test_who_waits_already_pauses_too_and_no_longer(pause: float, begun: float) -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(1, 100))
    _begin(governor, A, cancel)

    def once() -> None:
        cancel.meanwhile = lambda: None
        governor.limited(B, cancel.at, pause)

    cancel.meanwhile = once
    assert _begin(governor, A, cancel) == pytest.approx(begun)


def test_so_many_at_once_and_no_more() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(1_000, 1_000, at_once=3))
    with ExitStack() as stack:
        held = [governor.turn(f"/v1/{number}", cancel) for number in range(3)]
        for one in held:
            one.__enter__()
        asked = cancel.at
        cancel.meanwhile = _after(5, lambda: held[0].__exit__(None, None, None))
        begun = stack.enter_context(governor.turn(A, cancel))
        assert begun - asked == pytest.approx(5 * LOOK_AGAIN, abs=0.01)
        for one in held[1:]:
            one.__exit__(None, None, None)


def _after(times: int, act: Callable[[], object]) -> Callable[[], None]:
    left = iter(range(times - 1, -1, -1))

    def step() -> None:
        if next(left, None) == 0:
            act()

    return step


def test_places_grow_back() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(1_000, 1_000))
    governor.limited(A, _begin(governor, A, cancel), 0.0, "endpoint-concurrency")
    found = []
    for _ in range(4):
        found.append(_free_places(governor, cancel))
        cancel.at += 5 - 101 * LOOK_AGAIN
    assert found == [4, 6, 8, 8]


def test_a_request_that_fails_gives_its_place_back() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(100, 100, at_once=1))
    for _ in range(3):
        with pytest.raises(OSError, match="gone"), governor.turn(A, cancel):
            raise OSError("gone")
    assert _begin(governor, A, cancel) == pytest.approx(50.03)


def test_a_cancelled_turn_is_not_taken() -> None:
    cancel = Passing()
    governor = Governor(cancel.clock, Rates(1, 1, at_once=1))
    cancel.set()
    for _ in range(3):
        with pytest.raises(CancelledError):
            _begin(governor, A, cancel)
    cancel.clear()
    assert _begin(governor, A, cancel) == 50.0


@pytest.mark.parametrize("held_by", ["pause", "rate", "place"])
def test_waiting_ends_at_once_when_it_is_cancelled(held_by: str) -> None:
    """In real threads and real time."""
    governor = Governor(time.monotonic, Rates(0.01, 100, at_once=1))
    cancel, ended = threading.Event(), threading.Event()
    with ExitStack() as stack:
        if held_by == "pause":
            governor.limited(B, time.monotonic(), 100.0)
        elif held_by == "rate":
            _begin(governor, A, cancel)
        else:
            stack.enter_context(governor.turn(B, cancel))

        def wait() -> None:
            with pytest.raises(CancelledError):
                _begin(governor, A, cancel)
            ended.set()

        thread = threading.Thread(target=wait)
        thread.start()
        assert not ended.wait(0.1)
        cancel.set()
        assert ended.wait(1)
        thread.join()


def test_threads_together_keep_to_the_rate() -> None:
    """Eight threads, two endpoints, real time: never faster than all of them may."""
    governor, lock = Governor(time.monotonic, Rates(100, 150, at_once=5)), threading.Lock()
    under_way, most = 0, 0

    def work(endpoint: str) -> None:
        nonlocal under_way, most
        for _ in range(5):
            with governor.turn(endpoint, threading.Event()):
                with lock:
                    under_way += 1
                    most = max(most, under_way)
                time.sleep(0.02)
                with lock:
                    under_way -= 1

    threads = [threading.Thread(target=work, args=(A if number % 2 else B,)) for number in range(8)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - begun >= 39 / 150
    assert 1 <= most <= 5
    assert governor._under_way == 0


def test_test_and_live_keys_have_a_governor_each() -> None:
    governors = Governors(lambda: 0.0)
    assert governors.of(livemode=True) is governors.of(livemode=True)
    assert governors.of(livemode=True) is not governors.of(livemode=False)
    assert governors.of(livemode=True)._rates == LIVE
    assert governors.of(livemode=False)._rates == SANDBOX


@pytest.fixture
def config(sqlite_maker: SqliteMaker, tmp_path: Path) -> Config:
    return Config(tmp_path, sqlite_maker.copy(tmp_path / "desk.sqlite3"), "Elena", "Desk 1", "rk_test_" + "x" * 20)


@pytest.mark.parametrize(
    ("changes", "rates"),
    [
        ({}, SANDBOX),
        ({"stripe_key": "rk_live_" + "x" * 20}, LIVE),
        ({"stripe_base": "http://127.0.0.1:1/w1"}, LIVE),
        ({"practice": True, "stripe_base": "http://localhost:1"}, LIVE),
    ],
)
def test_all_gateways_of_a_process_share_one(config: Config, changes: dict[str, object], rates: Rates) -> None:
    services = build(replace(config, **changes))
    first, second = services.sync._open_for(None), services.doctor._open_for(None)
    assert first._transport._governor is second._transport._governor
    assert first._transport._governor._rates == rates
    first._reads.add(first.fingerprint, FIRST_DAY)
    assert second.reads() == {FIRST_DAY: 1}
    first.close()
    second.close()
    services.close()


@pytest.fixture
def governed(account: Account) -> Iterator[tuple[Account, Governor, Impatient]]:
    account.do("pay")
    yield account, Governor(time.monotonic, Rates(1_000, 1_000)), Impatient()
    account.control.no_faults(account.name)


@pytest.mark.parametrize("should_retry", [None, False])
def test_a_429_slows_every_gateway_down(
    governed: tuple[Account, Governor, Impatient], should_retry: bool | None
) -> None:
    """Also one after which the request is given up."""
    account, governor, cancel = governed
    account.fault("status", status=429, retry_after=40, reason="global-concurrency", should_retry=should_retry)
    asking, other = open_gateway(account, governor=governor), open_gateway(account, governor=governor)
    if should_retry is None:
        asking.list_charges(WIDE, None, cancel)
    else:
        with pytest.raises(Exception, match="Too many requests"):
            asking.list_charges(WIDE, None, cancel)
    cancel.waits.clear()
    other.list_refunds(Span(0, NOON), None, cancel)
    assert 39 < max(cancel.waits) <= 50
    assert (governor._total.rate._left, governor._at_once._left) == (500, 4)
    assert governor._lanes["/v1/charges"].rate._left == 500
    asking.close()
    other.close()
