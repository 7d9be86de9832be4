"""Counts the requests that Stripe got, by day, until they are written down."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date


class ReadCount:
    """Requests by whose they are (a key at an address) and UTC day. All gateways of a process share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[date]] = {}

    def add(self, whose: str, day: date) -> None:
        """One more."""
        with self._lock:
            self._counts.setdefault(whose, Counter())[day] += 1

    def of(self, whose: str) -> dict[date, int]:
        """What was counted and not taken off yet."""
        with self._lock:
            return dict(self._counts.get(whose, {}))

    def take_off(self, whose: str, counted: Mapping[date, int]) -> None:
        """These are written down."""
        with self._lock:
            left = self._counts.get(whose, Counter()) - Counter(counted)
            self._counts[whose] = left
