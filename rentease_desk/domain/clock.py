"""Where "now" and new identities come from. Both are handed in, so that tests and practice can set them."""

from __future__ import annotations

import secrets
import time
import uuid
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


class RandomIds:
    """UUIDs of version 7 (RFC 9562): unguessable, and in the order of their making, which indexes like."""

    def uid(self) -> str:
        """36 characters."""
        stamp = time.time_ns() // 1_000_000
        value = (stamp << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
        return str(uuid.UUID(int=value))

    def salt(self) -> str:
        """32 hexadecimal characters, 128 random bits."""
        return secrets.token_hex(16)
