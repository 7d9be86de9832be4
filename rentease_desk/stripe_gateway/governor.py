"""Keeps requests below Stripe's limits: so many a second, so many at once, and a pause when Stripe asks for one.

One governor is shared by all gateways of a process. Source of the limits: docs.stripe.com/rate-limits.
"""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

RECOVERY = 0.05
"""How much of the full figure comes back with every second without a 429."""
LEAST = 1.0
"""Requests a second, or at once, that remain whatever Stripe says."""
LOOK_AGAIN = 0.02
"""Seconds after which a request that waits for another one's end looks again."""
_NEAR = 1e-6
"""Seconds: moments that differ by less fit beside each other; sums of floats are never exact."""
_GLOBAL = frozenset({"global-rate", "global-concurrency"})
_CONCURRENCY = frozenset({"global-concurrency", "endpoint-concurrency"})
"""Values of ``Stripe-Rate-Limited-Reason``; the others are ``endpoint-rate`` and ``resource-specific``."""


class CancelledError(Exception):
    """The person who asked for the work does not want it any more."""


class Rates(Struct, frozen=True):
    """Requests a second for each endpoint and in all, and how many may be under way at once."""

    endpoint: float
    total: float
    at_once: int = 8


LIVE = Rates(20, 40)
"""Stripe allows 25 and 100: the rest is for the other desks and programs of the account."""
SANDBOX = Rates(15, 15)
"""Stripe allows 25 in all to test keys."""


class Governor:
    """Gives each request its turn. Threads share it; ``monotonic`` (seconds) is the clock of its waiting."""

    def __init__(self, monotonic: Callable[[], float], rates: Rates = LIVE) -> None:
        self._monotonic = monotonic
        self._rates = rates
        self._lock = threading.Lock()
        self._total = _Lane(rates.total)
        self._lanes: dict[str, _Lane] = {}
        self._at_once = _Figure(rates.at_once)
        self._under_way = 0
        self._paused_until = 0.0
        self._pauses = 0

    @contextmanager
    def turn(self, endpoint: str, cancel: threading.Event) -> Iterator[float]:
        """Wait for a turn and hold it while the request is under way; gives the moment (monotonic) of its begin.

        Raises CancelledError at once when ``cancel`` is set.
        """
        begun = self._wait(endpoint, cancel)
        try:
            yield begun
        finally:
            with self._lock:
                self._under_way -= 1

    def limited(self, endpoint: str, begun: float, seconds: float, reason: str = "") -> None:
        """Stripe answered 429 to a request begun at ``begun``: nobody sends for so many seconds, and less afterwards.

        ``reason`` is ``Stripe-Rate-Limited-Reason``.
        """
        with self._lock:
            now = self._monotonic()
            self._paused_until = max(self._paused_until, now + seconds)
            self._pauses += 1
            for figure in self._meant(endpoint, reason):
                figure.halve(now, self._paused_until, begun)
            for lane in (self._total, *self._lanes.values()):
                lane.forget_after(now)  # who waits for a turn asks for another one

    def _wait(self, endpoint: str, cancel: threading.Event) -> float:
        while not cancel.is_set():
            with self._lock:
                moment, pauses = self._reserve(endpoint), self._pauses
                rest = moment - self._monotonic()
            if rest > 0 and cancel.wait(rest):
                break
            with self._lock:
                if pauses == self._pauses and not self._is_full():
                    self._under_way += 1
                    return self._monotonic()
        raise CancelledError

    def _reserve(self, endpoint: str) -> float:
        """The next moment that is free for this endpoint and in all; it is taken, unless too much is under way."""
        now = self._monotonic()
        if self._is_full():
            return now + LOOK_AGAIN
        lane = self._lanes.setdefault(endpoint, _Lane(self._rates.endpoint))
        moment, before = max(now, self._paused_until), None
        while moment != before:
            before, moment = moment, self._total.free(lane.free(moment))
        lane.take(moment, now)
        self._total.take(moment, now)
        return moment

    def _is_full(self) -> bool:
        return self._under_way >= int(self._at_once.at(self._monotonic()))

    def _meant(self, endpoint: str, reason: str) -> Iterator[_Figure]:
        yield self._lanes.setdefault(endpoint, _Lane(self._rates.endpoint)).rate
        if reason in _GLOBAL:
            yield self._total.rate
        if reason in _CONCURRENCY:
            yield self._at_once


class Governors:
    """The governors of a process: test and live keys have limits of their own at Stripe."""

    def __init__(self, monotonic: Callable[[], float], live: Rates = LIVE, test: Rates = SANDBOX) -> None:
        self._live = Governor(monotonic, live)
        self._test = Governor(monotonic, test)

    def of(self, *, livemode: bool) -> Governor:
        """The one that all gateways of a live key share, or of a test key."""
        return self._live if livemode else self._test


class _Figure:
    """A rate, or a number at once, that a 429 halves and time brings back."""

    def __init__(self, full: float) -> None:
        self._full = full
        self._left = full
        self._grows_from = 0.0
        self._halved_at: float | None = None

    def at(self, moment: float) -> float:
        """What is allowed at a moment."""
        return min(self._full, self._left + RECOVERY * self._full * max(0.0, moment - self._grows_from))

    def halve(self, now: float, until: float, begun: float) -> None:
        """Allow half as much; it grows again when the pause ends (``until``).

        A request that had begun before the last halving was sent at the old rate: its 429 says nothing new.
        """
        if self._halved_at is None or begun >= self._halved_at:
            self._left = max(min(LEAST, self._full), self.at(now) / 2)
            self._halved_at = now
        else:
            self._left = self.at(now)
        self._grows_from = until


class _Lane:
    """Moments that were given away, each at least ``1 / rate`` from the next."""

    def __init__(self, full: float) -> None:
        self.rate = _Figure(full)
        self._taken: list[float] = []

    def free(self, moment: float) -> float:
        """The first moment from this one on that is far enough from all that are taken."""
        gap = 1 / self.rate.at(moment)
        for taken in self._taken:
            if taken >= moment + gap - _NEAR:
                break
            moment = max(moment, taken + gap)
        return moment

    def take(self, moment: float, now: float) -> None:
        """Give a moment away, and forget those that no later one can be too near to."""
        gap = 1 / self.rate.at(now)
        self._taken = [one for one in self._taken if one + gap > now]
        insort(self._taken, moment)

    def forget_after(self, now: float) -> None:
        """Take back what is still to come."""
        self._taken = [one for one in self._taken if one <= now]
