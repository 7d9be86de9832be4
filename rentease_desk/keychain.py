"""Secrets in the system's keyring, which may be locked, silent for minutes, or not there: every call has a limit."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

from rentease_desk.domain.errors import KeychainError
from rentease_desk.logs import redact

log = logging.getLogger(__name__)

SERVICE = "Rentease Desk"
SECONDS = 5.0
MAX_LENGTH = 1200
"""What every system's keyring can hold (Windows: 2,560 bytes of UTF-16)."""

_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})
"""By name: the package may be what could not be loaded."""

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
        """Keep a secret, and make sure that it was kept. Raises KeychainError.

        What is kept after the limit, when its caller was told that it was not, is taken out again.
        """
        if len(secret) > MAX_LENGTH:
            raise KeychainError("keychain.failed", reason=f"a secret has at most {MAX_LENGTH} characters")
        if self._call(lambda keyring: _keep(keyring, name, secret), lambda keyring: _forget(keyring, name)) != secret:
            raise KeychainError("keychain.none", reason="what was kept did not come back")

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is forgotten already. Raises KeychainError."""
        self._call(lambda keyring: _forget(keyring, name))

    def describe(self) -> str:
        """Which keyring it is. Raises KeychainError, ``keychain.none`` if there is no real one."""
        name, priority = self._call(lambda keyring: _backend(keyring.get_keyring()))
        if priority <= 0:
            raise KeychainError("keychain.none", reason="no keyring is installed")
        return name

    def _call(self, action: Callable[[ModuleType], T], undo: Callable[[ModuleType], object] | None = None) -> T:
        """``undo`` is done with the answer that comes too late."""
        ends = time.monotonic() + self._seconds
        if not self._one.acquire(timeout=self._seconds):
            raise self._silent()
        try:
            call = self._begin(_Call(action, undo), ends)
        finally:
            self._one.release()
        if call.error is not None:
            raise _known(call.error) from call.error
        result: T = call.result
        return result

    def _begin(self, call: _Call, ends: float) -> _Call:
        if self._left_behind is not None and self._left_behind.is_alive():
            raise self._silent()
        thread = threading.Thread(target=call.run, name="keyring", daemon=True)
        thread.start()
        thread.join(max(0.0, ends - time.monotonic()))
        self._left_behind = thread if thread.is_alive() else None
        if call.give_up():
            raise self._silent()
        return call

    def _silent(self) -> KeychainError:
        return KeychainError("keychain.silent", seconds=int(self._seconds))


class _Call:
    """One call of the keyring, answered in time or given up; never both."""

    def __init__(self, action: Callable[[ModuleType], Any], undo: Callable[[ModuleType], object] | None) -> None:
        self._action, self._undo = action, undo
        self._deciding = threading.Lock()
        self._given_up = self._answered = False
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """In a thread of its own."""
        result, error = None, None
        try:
            import keyring  # 0.2 s that nothing but a secret needs

            result = self._action(keyring)
        except BaseException as caught:  # also what other people's plugins raise to end a program
            error = caught
        with self._deciding:
            self._answered = not self._given_up
            if self._answered:
                self.result, self.error = result, error
                return
        if error is None and self._undo is not None:
            self._take_back(self._undo)

    def give_up(self) -> bool:
        """Wait no longer; True if there is no answer, which is dropped when it comes."""
        with self._deciding:
            self._given_up = not self._answered
            return self._given_up

    def _take_back(self, undo: Callable[[ModuleType], object]) -> None:
        import keyring

        try:
            undo(keyring)
        except Exception as error:
            log.warning("what the keyring kept too late stays there: %s", redact(str(error)))


def _keep(keyring: ModuleType, name: str, secret: str) -> str | None:
    keyring.set_password(SERVICE, name, secret)
    kept: str | None = keyring.get_password(SERVICE, name)
    return kept


def _forget(keyring: ModuleType, name: str) -> None:
    if keyring.get_password(SERVICE, name) is not None:
        keyring.delete_password(SERVICE, name)


def _backend(backend: Any) -> tuple[str, float]:
    """A backend's name and priority; those that keep nothing, or nothing safely, have none above 0."""
    return str(backend.name), float(backend.priority)


def _known(error: BaseException) -> KeychainError:
    reason = redact(str(error)) or type(error).__name__
    names = {kind.__name__ for kind in type(error).__mro__}
    if "NoKeyringError" in names:
        return KeychainError("keychain.none", reason="no keyring is installed")
    return KeychainError("keychain.locked" if names & _LOCKED else "keychain.failed", reason=reason)
