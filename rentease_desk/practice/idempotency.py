"""The same request twice happens once: docs.stripe.com/api/idempotent_requests.

A key keeps the first answer for a day, also a refusal, and gives it again to the same request. What was refused before
it began to happen (a wrong parameter, a missing permission, a rate limit) is not kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.messages import Reply, Request

KEPT: Final = 24 * 3_600
"""Seconds by the account's clock for which a key is remembered."""
MOST: Final = 255
"""Characters of a key."""


@dataclass(slots=True)
class _Kept:
    """The first request with a key. ``until``: when its answer will have been sent, seconds of this computer."""

    path: str
    given: list[tuple[str, str]]
    at: int
    until: float
    reply: Reply


class IdempotencyKeys:
    """The keys of one account. Not for use by two threads at once."""

    def __init__(self, clock: WorldClock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._kept: dict[str, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def replay(self, request: Request, path: str) -> Reply | None:
        """The answer that a request with this key got before; None if it is the first. Raises ApiError."""
        key = _key(request)
        kept = None if key is None else self._kept.get(key)
        if key is None or kept is None or self._clock.now() - kept.at >= KEPT:
            return None
        if kept.path != path:
            raise _misused(f"endpoint they were first used for ('{kept.path}' vs '{path}')", key)
        if kept.given != _given(request):
            raise _misused("parameters they were first used with", key)
        if self._monotonic() < kept.until:
            raise ApiError(
                f"There is currently another in-progress request using this Idempotency Key: '{key}'. Please try again"
                " later.",
                status=409,
                code="idempotency_key_in_use",
            )
        return replace(kept.reply, headers=(*kept.reply.headers, ("Idempotent-Replayed", "true")))

    def keep(self, request: Request, path: str, reply: Reply, seconds: float) -> None:
        """Remember the answer of a request that happened; it will have been sent in so many seconds."""
        key = _key(request)
        if key is not None:
            until = self._monotonic() + seconds
            self._kept[key] = _Kept(path, _given(request), self._clock.now(), until, reply)


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key", "")
    if len(key) > MOST:
        raise ApiError(f"The Idempotency-Key has {len(key)} characters; {MOST} are allowed.")
    return key or None


def _given(request: Request) -> list[tuple[str, str]]:
    """The parameters, in whichever order they came."""
    return sorted(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


def _misused(of_what: str, key: str) -> ApiError:
    message = (
        f"Keys for idempotent requests can only be used with the same {of_what}. Try using a key other than '{key}' if"
        " you meant to execute a different request."
    )
    return ApiError(message, type_="idempotency_error")
