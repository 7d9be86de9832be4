"""Keyrings of the tests: one in memory, and those that go wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryRing(KeyringBackend):
    """Keeps secrets until the test ends."""

    priority = 5.0
    name = "a ring of the test"

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class RaisingRing(MemoryRing):
    """Raises whatever it is asked."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error

    def delete_password(self, service: str, username: str) -> None:
        raise self._error


class SilentRing(MemoryRing):
    """Answers when it is told to, and not before."""

    def __init__(self) -> None:
        super().__init__()
        self.speak = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.speak.wait(20)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.speak.wait(20)
        super().set_password(service, username, password)


BROKEN = ("none", "raises", "locked", "silent")


@contextmanager
def broken_ring(kind: str) -> Iterator[str]:
    """The keyring of this process is broken in one of the ways of ``BROKEN``; gives the code of the error."""
    silent = SilentRing()
    rings: dict[str, tuple[KeyringBackend, str]] = {
        "none": (NoKeyring(), "keychain.none"),
        "raises": (RaisingRing(RuntimeError("no D-Bus")), "keychain.failed"),
        "locked": (RaisingRing(KeyringLocked("not unlocked")), "keychain.locked"),
        "silent": (silent, "keychain.silent"),
    }
    with used_ring(rings[kind][0]):
        yield rings[kind][1]
        silent.speak.set()


@contextmanager
def used_ring(ring: KeyringBackend) -> Iterator[None]:
    """The keyring of this process, for a while."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield
    finally:
        keyring.set_keyring(before)
