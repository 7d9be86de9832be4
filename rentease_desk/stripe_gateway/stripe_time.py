"""Stripe's clock, as far as its replies tell it, carried forward by a clock of ours that never jumps.

A computer's own time may be wrong by hours; ranges, cursors and the stale guard must not be. A ``Date`` has whole
seconds only, so that two estimates may differ by one: the order of the moments told is kept all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class StripeTime:
    """The offset between a monotonic clock and Stripe's, narrowed with every reply."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._bounds: tuple[float, float] | None = None
        self._latest: tuple[float, int] | None = None
        self._begun: tuple[float, int] | None = None

    def observe(self, sent: float, received: float, date: int) -> None:
        """Learn from a reply: monotonic seconds of sending and receiving, and its ``Date`` (UTC seconds, truncated)."""
        low, high = date - received, date + 1 - sent
        with self._lock:
            if self._bounds is not None:
                narrowed = max(low, self._bounds[0]), min(high, self._bounds[1])
                if narrowed[0] <= narrowed[1]:
                    low, high = narrowed
            self._bounds = (low, high)

    @property
    def known(self) -> bool:
        """Whether a reply was seen yet."""
        return self._bounds is not None

    def begin_after(self, microseconds: int) -> None:
        """Everything from now on is later than this moment (UTC microseconds), whatever the estimate says."""
        with self._lock:
            self._latest = self._begun = (self._monotonic(), microseconds)

    def microseconds(self, monotonic: float) -> int:
        """Stripe's time, in UTC microseconds, at a moment of the monotonic clock: a later moment is told as later.

        Needs one reply before.
        """
        with self._lock:
            told = int(self._estimate(monotonic) * 1_000_000)
            if self._latest is None:
                self._latest = (monotonic, told)
                return told
            since, latest = self._latest
            passed = int((monotonic - since) * 1_000_000)
            if passed < 0:  # a request beside it began later and was answered sooner
                return max(min(told, latest + passed), self._earliest(monotonic))
            told = max(told, latest + passed + 1)
            self._latest = (monotonic, told)
            return told

    def _earliest(self, monotonic: float) -> int:
        """What a moment is told as at least: what was read before ``begin_after`` is older."""
        if self._begun is None:
            return 0
        since, begun = self._begun
        return begun + int((monotonic - since) * 1_000_000) + 1

    def now(self) -> int:
        """Stripe's time now, in UTC seconds. Needs one reply before."""
        with self._lock:
            return int(self._estimate(self._monotonic()))

    def _estimate(self, monotonic: float) -> float:
        if self._bounds is None:
            raise RuntimeError("no reply from Stripe was seen yet")
        low, high = self._bounds
        return monotonic + (low + high) / 2
