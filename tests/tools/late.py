"""How late the event loop comes: a ticker that rings every 5 ms, and what its lateness comes to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import quantiles

from PySide6.QtCore import QObject, Qt, QTimer

TICK = 5
"""Milliseconds."""
P95, WORST = 8, 50
"""Milliseconds that a tick may come late: 95 of 100, and every one."""


class Ticker(QObject):
    """Rings while it is started. ``late``: by how many milliseconds each ring came late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """From now on, with a list of its own."""
        self.late = []
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        """Returns what was measured."""
        self._timer.stop()
        return self.late

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1_000 - TICK))
        self._last = now


def told(what: str, late: Sequence[float]) -> str:
    """A line of the figures."""
    cuts = quantiles(late, n=100)
    figures = f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}, worst {max(late):.1f}"
    return f"{what}: {figures} (of {len(late)} ticks)"


def judged(late: Sequence[float]) -> str:
    """The goals beside them."""
    p95, worst = quantiles(late, n=100)[94], max(late)
    words = ((f"p95 {P95} ms", p95 <= P95), (f"worst {WORST} ms", worst <= WORST))
    return ", ".join(f"goal {name} {'reached' if met else 'MISSED'}" for name, met in words)
