"""Secrets in the system's keyring, which may be locked, silent for minutes, or not there: every call has a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from rentease_desk.domain.errors import KeychainError
from rentease_desk.logs import redact

SERVICE = "Rentease Desk"
SECONDS = 5.0
MAX_LENGTH = 1200
"""What every system's keyring can hold (Windows: 2,560 bytes of UTF-16)."""

T = TypeVar("T")


class Keychain:
    """One call at a time, each in a thread of its own that is left behind if it does not return in time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._one = threading.Lock()
        self._left_behind: threading.Thread | None = None

    def get(self, name: str) -> str | None:
        """A secret, None if there is none. Raises KeychainError."""
        found: str | None = self._call(lambda keyring: keyring.get_password(SERVICE, name))
        return found

    def set(self, name: str, secret: str) -> None:
        """Keep a secret, and make sure that it was kept. Raises KeychainError."""
        if len(secret) > MAX_LENGTH:
            raise KeychainError("keychain.failed", reason=f"a secret has at most {MAX_LENGTH} characters")
        self._call(lambda keyring: keyring.set_password(SERVICE, name, secret))
        if self.get(name) != secret:
            raise KeychainError("keychain.none", reason="what was kept did not come back")

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is forgotten already. Raises KeychainError."""
        if self.get(name) is not None:
            self._call(lambda keyring: keyring.delete_password(SERVICE, name))

    def describe(self) -> str:
        """Which keyring it is. Raises KeychainError, ``keychain.none`` if there is no real one."""
        name, priority = self._call(lambda keyring: _backend(keyring.get_keyring()))
        if priority <= 0:
            raise KeychainError("keychain.none", reason="no keyring is installed")
        return name

    def _call(self, action: Callable[[ModuleType], T]) -> T:
        with self._one:
            if self._left_behind is not None and self._left_behind.is_alive():
                raise KeychainError("keychain.silent", seconds=int(self._seconds))
            results: list[T | BaseException] = []
            thread = threading.Thread(target=_run, args=(action, results), name="keyring", daemon=True)
            thread.start()
            thread.join(self._seconds)
            self._left_behind = thread if thread.is_alive() else None
            if self._left_behind is not None:
                raise KeychainError("keychain.silent", seconds=int(self._seconds))
        if isinstance(results[0], BaseException):
            raise _known(results[0]) from results[0]
        return results[0]


def _backend(backend: Any) -> tuple[str, float]:
    """A backend's name and priority; those that keep nothing, or nothing safely, have none above 0."""
    return str(backend.name), float(backend.priority)


def _run(action: Callable[[ModuleType], T], results: list[T | BaseException]) -> None:
    try:
        import keyring  # 0.2 s that nothing but a secret needs

        results.append(action(keyring))
    except BaseException as error:  # also what other people's plugins raise to end a program
        results.append(error)


def _known(error: BaseException) -> KeychainError:
    if type(error).__name__ == "NoKeyringError":  # by name: the package may be what could not be loaded
        return KeychainError("keychain.none", reason="no keyring is installed")
    return KeychainError("keychain.failed", reason=redact(str(error)) or type(error).__name__)
