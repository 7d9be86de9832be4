"""How often an account may be asked: docs.stripe.com/rate-limits. Without a setting, as often as anybody likes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.messages import Reply, error_reply

RATE_LIMITED = "Request rate limit exceeded. You can learn more about rate limits at docs.stripe.com/rate-limits."


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests a second for each endpoint, with every object below it, and in all. 0: no limit."""

    endpoint: int = 0
    total: int = 0


class Limits:
    """Admits requests of one account. Time is this computer's own, also where the account's clock stands still."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self.set(Limit())

    def set(self, limit: Limit) -> None:
        """Another limit from now on; what was asked before is forgotten."""
        with self._lock:
            self.limit = limit
            self.refused = 0
            self._total = _Bucket(limit.total, self._monotonic())
            self._endpoints: dict[str, _Bucket] = {}

    def refusal(self, path: str) -> Reply | None:
        """The 429 that a request for ``path`` (``/v1/…``) gets, None if it is admitted."""
        with self._lock:
            now, name = self._monotonic(), endpoint(path)
            own = self._endpoints.setdefault(name, _Bucket(self.limit.endpoint, now))
            full = "endpoint-rate" if not own.has(now) else "global-rate" if not self._total.has(now) else None
            if full is None:
                own.take()
                self._total.take()
                return None
            self.refused += 1
        error = ApiError(RATE_LIMITED, status=429, code="rate_limit")
        return replace(error_reply(error), headers=(("Stripe-Rate-Limited-Reason", full),))


def endpoint(path: str) -> str:
    """What Stripe counts together: ``/v1/charges`` for the list and for every charge."""
    return "/".join(path.split("/")[:3])


class _Bucket:
    """Holds a second's worth of requests, and fills up as time passes."""

    def __init__(self, rate: int, now: float) -> None:
        self._rate, self._left, self._since = rate, float(rate), now

    def has(self, now: float) -> bool:
        self._left = min(float(self._rate), self._left + (now - self._since) * self._rate)
        self._since = now
        return not self._rate or self._left >= 1

    def take(self) -> None:
        self._left -= 1
