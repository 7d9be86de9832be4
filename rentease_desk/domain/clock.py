"""Where "now" and new identities come from. Both are handed in, so that tests and practice can set them."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """The time of this computer."""

    def now(self) -> int:
        """UTC seconds."""

    def monotonic(self) -> float:
        """Seconds that never jump, from an arbitrary start."""


class IdSource(Protocol):
    """New identities."""

    def uid(self) -> str:
        """A new unique id, made before the row that carries it is written."""

    def salt(self) -> str:
        """A new random salt for the digests of personal fields."""


class SystemClock:
    """The computer's own clock."""

    def now(self) -> int:
        """UTC seconds."""
        return int(time.time())

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_RANDOM_BITS = (0xFFF << 64) | (2**62 - 1)


class _RandomBytes:
    """The system's random bytes, asked for many at a time: a page of payments needs thousands."""

    _AT_ONCE = 4096

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """Bytes that nobody was given before."""
        with self._lock:
            if self._at + count > len(self._bytes):
                self._bytes, self._at = os.urandom(self._AT_ONCE), 0
            taken = self._bytes[self._at : self._at + count]
            self._at += count
        return taken

    def forget(self) -> None:
        """In a process that was forked off: what is left is its parent's."""
        self._lock = threading.Lock()  # another thread of the parent may hold the one there was
        self._bytes = b""


_random = _RandomBytes()
if sys.platform != "win32":
    os.register_at_fork(after_in_child=_random.forget)


class RandomIds:
    """UUIDs of version 7 (RFC 9562): unguessable, and in the order of their making, which indexes like."""

    def uid(self) -> str:
        """36 characters."""
        stamp, bits = time.time_ns() // 1_000_000, int.from_bytes(_random.take(10), "big") & _RANDOM_BITS
        text = f"{(stamp << 80) | _VERSION_AND_VARIANT | bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def salt(self) -> str:
        """32 hexadecimal characters, 128 random bits."""
        return _random.take(16).hex()
