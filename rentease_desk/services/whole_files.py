"""Files that are there whole or not at all: written beside their place, on the disk, and then named."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from rentease_desk.domain.errors import KnownError

T = TypeVar("T")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def replace_file(path: Path, write: Callable[[BinaryIO], T]) -> T:
    """Write a file beside the old one, and put it in its place when it is whole and on the disk.

    Raises KnownError ``file.cannot_write``, ``file.full``, and what ``write`` raises; then the old one is as it was.
    """
    if not path.name:
        raise KnownError("file.cannot_write", path=path, reason="this is no file name")
    beside = path.with_name(f".{path.name}.part")
    with refused(path), gone(beside):
        result = written(beside, write)
        beside.replace(path)
    return result


def written(path: Path, write: Callable[[BinaryIO], T]) -> T:
    """Write a file, on the disk and not only told to it. Raises OSError."""
    with path.open("wb") as out:
        result = write(out)
        out.flush()
        os.fsync(out.fileno())
    return result


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """What the disk refuses, as errors that a person can act on: KnownError ``file.cannot_write``, ``file.full``."""
    try:
        yield
    except OSError as error:
        code = "file.full" if error.errno in _FULL else "file.cannot_write"
        raise KnownError(code, path=path, reason=error.strerror or error) from error


@contextmanager
def gone(path: Path) -> Iterator[None]:
    """Whatever happens, in the end there is no file of this name."""
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
