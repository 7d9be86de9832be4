"""How busy the machine is that all of a load test runs on."""

from __future__ import annotations

import os
from pathlib import Path

_STAT = Path("/proc/stat")


class Busy:
    """Counts from when it is made. Linux only: elsewhere it says that it does not know."""

    def __init__(self) -> None:
        self._before = _ticks()

    def told(self) -> str:
        """How much of all processors was in use since."""
        now = _ticks()
        passed = sum(now) - sum(self._before)
        if not passed:
            return "how busy the machine was is not known"
        idle = sum(now[3:5]) - sum(self._before[3:5])  # idle, and waiting for the disk
        return f"{os.cpu_count()} cores, on which all of it ran, were busy for {100 - 100 * idle / passed:.0f} %"


def _ticks() -> list[int]:
    """user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5))."""
    return [int(one) for one in _STAT.read_text().split("\n", 1)[0].split()[1:9]] if _STAT.exists() else []
