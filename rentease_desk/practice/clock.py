"""The time of a practice account: it starts where it is told to and ticks by itself, or stands still."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class WorldClock:
    """UTC seconds from ``start`` on. A frozen clock moves only when it is set or advanced."""

    def __init__(self, start: int, *, frozen: bool = False) -> None:
        self._base = start
        self._since: float | None = None if frozen else time.monotonic()
        self._held: int | None = None

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._since is None

    def now(self) -> int:
        """UTC seconds."""
        if self._held is not None:
            return self._held
        return self._base if self._since is None else self._base + int(time.monotonic() - self._since)

    def set(self, at: int, *, frozen: bool | None = None) -> None:
        """Go on from another moment; tick or stand still from now on (None: as before)."""
        stand_still = self.frozen if frozen is None else frozen
        self._base = at
        self._since = None if stand_still else time.monotonic()

    def advance(self, seconds: int) -> None:
        """Let time pass at once."""
        self._base += seconds

    @contextmanager
    def held(self) -> Iterator[int]:
        """Stand still for a moment, so that what happens together has one time."""
        self._held = at = self.now()
        try:
            yield at
        finally:
            self._held = None


def http_date(at: int) -> str:
    """``Thu, 05 Nov 2026 12:00:00 GMT`` (RFC 9110), whatever this computer's language is."""
    moment = time.gmtime(at)
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    return f"{day}, {moment.tm_mday:02} {month} {moment.tm_year} {time.strftime('%H:%M:%S', moment)} GMT"
