"""How late the event loop comes: a ticker that rings every 5 ms, and what its lateness comes to.

What a program makes late is told from what the machine does: Linux counts how long a thread wanted a processor and had
none, and ``beside`` is an empty loop of a process of its own, which comes late at the same moments.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import msgspec
from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt, QTimer

TICK = 5
"""Milliseconds."""
P95, WORST = 8, 50
"""Milliseconds that a tick may come late: 95 of 100, and every one."""
_COUNT = Path("/proc/thread-self/schedstat")
"""Nanoseconds on a processor, and nanoseconds waiting for one."""
_ROOT = Path(__file__).parents[2]


class Ticks(Struct):
    """Of each ring: by how many milliseconds it came late, and how many of them the thread wanted a processor and had
    none (0 where the system does not tell).
    """

    late: list[float]
    unserved: list[float]

    def extend(self, more: Ticks) -> None:
        """And those of another time."""
        self.late += more.late
        self.unserved += more.unserved


class Ticker(QObject):
    """Rings while it is started."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks, self._last, self._unserved = Ticks([], []), 0.0, 0.0
        self._count: int | None = None
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """From now on, with figures of its own."""
        self._ticks = Ticks([], [])
        self._count = os.open(_COUNT, os.O_RDONLY) if _COUNT.exists() else None  # of the thread that opens it
        self._last, self._unserved = time.perf_counter(), self._unserved_ever()
        self._timer.start()

    @property
    def late(self) -> list[float]:
        """By how many milliseconds each ring came late so far."""
        return self._ticks.late

    def stop(self) -> Ticks:
        """Returns what was measured."""
        self._timer.stop()
        if self._count is not None:
            os.close(self._count)
        return self._ticks

    def _tick(self) -> None:
        now, unserved = time.perf_counter(), self._unserved_ever()
        late = max(0.0, (now - self._last) * 1_000 - TICK)
        self._ticks.late.append(late)
        self._ticks.unserved.append(min(late, unserved - self._unserved))
        self._last, self._unserved = now, unserved

    def _unserved_ever(self) -> float:
        """Milliseconds since the thread began."""
        return 0.0 if self._count is None else int(os.pread(self._count, 100, 0).split()[1]) / 1_000_000


@contextmanager
def beside() -> Iterator[Ticks]:
    """An empty loop in a process of its own, as long as the block runs; then its ticks are there."""
    found = Ticks([], [])
    command = [sys.executable, "-m", "tests.tools.late"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT) as empty:
        try:
            yield found
        finally:
            told, _ = empty.communicate()
    found.extend(msgspec.json.decode(told, type=Ticks))


def told(what: str, ticks: Ticks) -> str:
    """A line of the figures."""
    cuts, worst = quantiles(ticks.late, n=100), max(zip(ticks.late, ticks.unserved, strict=True))
    own = max(late - unserved for late, unserved in zip(ticks.late, ticks.unserved, strict=True))
    figures = f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}, worst {worst[0]:.1f}"
    machine = f"{worst[1]:.1f} of it without a processor; worst without that {own:.1f}"
    return f"{what}: {figures} ({machine}; of {len(ticks.late)} ticks)"


def judged(ticks: Ticks) -> str:
    """The goals beside them."""
    p95, worst = quantiles(ticks.late, n=100)[94], max(ticks.late)
    words = ((f"p95 {P95} ms", p95 <= P95), (f"worst {WORST} ms", worst <= WORST))
    return ", ".join(f"goal {name} {'reached' if met else 'MISSED'}" for name, met in words)


def main() -> int:
    """An empty loop, until nobody holds its standard input any more; prints its ticks as JSON."""
    app, ticker = QCoreApplication(sys.argv), Ticker()
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(app.quit)
    ticker.start()
    app.exec()
    print(msgspec.json.encode(ticker.stop()).decode(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
