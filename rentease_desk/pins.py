"""PINs as what is stored of them: argon2id, salted, with parameters of their own in each hash."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rentease_desk.domain.staff import Pin

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class Pins:
    """Hashes and checks PINs; each takes some hundredths of a second. The library is loaded with the first.

    Without parameters they are those that the library recommends (RFC 9106, "low memory"): 64 MiB, three passes.
    """

    def __init__(self, *, time_cost: int | None = None, memory_kib: int | None = None) -> None:
        self._time, self._memory = time_cost, memory_kib

    def hashed(self, pin: Pin) -> str:
        """What is stored of it."""
        return self._hasher.hash(pin.reveal())

    def is_right(self, pin: Pin, stored: str) -> bool:
        """Whether it is the one."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(stored, pin.reveal())
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        if self._time is None or self._memory is None:
            return PasswordHasher()
        return PasswordHasher(time_cost=self._time, memory_cost=self._memory, parallelism=1)
