"""The most memory that a process has held."""

from __future__ import annotations

import gc
import resource
from pathlib import Path


def peak_mb() -> float:
    """The most memory since ``forget_peak``, where the system tells it (Linux); else since the start."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Count anew, from what is held now."""
    gc.collect()
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")
