"""A folder in memory for the tests' files: the product asks for every commit to be on the disk before it goes on."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH = 2 << 30
"""Bytes that must be free: a run leaves a few hundred megabytes of databases."""


def in_memory() -> Path | None:
    """Where files are kept in memory; None where the system has no such place, or too little of it."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        return None
    return _MEMORY


def use_memory() -> None:
    """Let pytest make its folders in memory, unless somebody has chosen a place. Before it makes the first."""
    place = in_memory()
    if place is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))


def own_folder(name: str) -> Path:
    """A new folder beside pytest's. Remove it.

    pytest closes its own to other users whenever a run begins: a server that runs as somebody else loses its files.
    """
    return Path(tempfile.mkdtemp(prefix=f"rentease-desk-{name}-", dir=in_memory()))
