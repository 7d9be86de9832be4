"""Keeps requests below Stripe's limits: so many a second for each endpoint, and a pause when Stripe asks for one."""

from __future__ import annotations

import threading
from collections.abc import Callable

PER_SECOND = 20
"""Stripe allows 25 a second and endpoint by default (docs.stripe.com/rate-limits)."""


class CancelledError(Exception):
    """The person who asked for the work does not want it any more."""


class Pace:
    """Gives each request its turn. Threads share it."""

    def __init__(self, monotonic: Callable[[], float], per_second: float = PER_SECOND) -> None:
        self._monotonic = monotonic
        self._gap = 1 / per_second
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._paused_until = 0.0

    def wait(self, endpoint: str, cancel: threading.Event) -> None:
        """Return when it is this request's turn. Raises CancelledError when ``cancel`` is set meanwhile."""
        with self._lock:
            turn = max(self._monotonic(), self._next.get(endpoint, 0.0), self._paused_until)
            self._next[endpoint] = turn + self._gap
        rest = turn - self._monotonic()
        if cancel.is_set() or (rest > 0 and cancel.wait(rest)):
            raise CancelledError

    def pause(self, seconds: float) -> None:
        """Let nobody send for so long."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._monotonic() + seconds)
