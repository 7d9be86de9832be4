"""Stripe's clock, as far as its replies tell it, carried forward by a clock of ours that never jumps.

A computer's own time may be wrong by hours; ranges, cursors and the stale guard must not be. A ``Date`` has whole
seconds only, so that two estimates may differ by one: the order of the moments told is kept all the same.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable
from math import inf

_KEPT = 8192
"""Moments that are remembered, which no request outlives: at Stripe's rate those of the last two minutes at least."""


class StripeTime:
    """The offset between a monotonic clock and Stripe's, narrowed with every reply."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._bounds: tuple[float, float] | None = None
        self._told: list[tuple[float, int]] = []
        """By the monotonic clock: the moments that were told, each later than the one before by what passed between."""

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
            self._told = [(self._monotonic(), microseconds)]

    def microseconds(self, monotonic: float) -> int:
        """Stripe's time, in UTC microseconds, at a moment of the monotonic clock: a later moment is told as later,
        whichever is asked for first, and however the estimate has changed meanwhile. Needs one reply before.
        """
        with self._lock:
            at = bisect_right(self._told, (monotonic, inf))
            told = self._placed(at, monotonic, int(self._estimate(monotonic) * 1_000_000))
            self._told.insert(at, (monotonic, told))
            if len(self._told) > _KEPT:
                del self._told[: _KEPT // 2]
            return told

    def _placed(self, at: int, monotonic: float, estimate: int) -> int:
        """The estimate, moved as far as it takes to stand between the moments before and after: where these are less
        than a microsecond apart, it is one of them.
        """
        before = self._line(at - 1, monotonic) + 1 if at else None
        after = self._line(at, monotonic) - 1 if at < len(self._told) else None
        placed = estimate if after is None else min(estimate, after)
        placed = placed if before is None else max(placed, before)
        return placed if after is None else min(placed, self._told[at][1])

    def _line(self, at: int, monotonic: float) -> int:
        """What a moment is by the time that lies between it and one that was told."""
        since, told = self._told[at]
        return told + int((monotonic - since) * 1_000_000)

    def now(self) -> int:
        """Stripe's time now, in UTC seconds. Needs one reply before."""
        with self._lock:
            return int(self._estimate(self._monotonic()))

    def _estimate(self, monotonic: float) -> float:
        if self._bounds is None:
            raise RuntimeError("no reply from Stripe was seen yet")
        low, high = self._bounds
        return monotonic + (low + high) / 2
