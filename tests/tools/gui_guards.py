"""What no test of the window may do or leave behind: waiting on the GUI thread, threads, timers, open windows."""

from __future__ import annotations

import gc
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pytest
import requests
import shiboken6
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from rentease_desk.keychain import Keychain
from rentease_desk.storage.database import Database

_KEPT: WeakSet[QTimer] = WeakSet()
"""Timers that were found after a test, running or not."""
_PATIENCE = 8_000
"""Milliseconds in which threads must have ended."""


class Waits:
    """Notes calls on the GUI thread that may take their time."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at the database, the keyring and the network."""
        for owner, name in ((Database, "reading"), (Database, "writing"), (Keychain, "_call"),
                            (socket.socket, "connect"), (requests.Session, "send")):  # fmt: skip
            monkeypatch.setattr(owner, name, self._watched(getattr(owner, name), f"{owner.__name__}.{name}"))

    def _watched(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                self.found.append(f"{name} on the GUI thread:\n{''.join(traceback.format_stack(limit=8))}")
            return real(*args, **kwargs)

        return call


@contextmanager
def nothing_left() -> Iterator[None]:
    """Afterwards there are no more threads, running timers or open windows than before."""
    threads = set(threading.enumerate())
    yield
    settle()
    still = _wait_for_threads(threads)
    timers = [_told(one) for one in _timers() if shiboken6.isValid(one) and one.isActive()]
    windows = [repr(one) for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert not still, f"threads were left behind: {still}"
    assert not timers, f"timers were left behind: {timers}"
    assert not windows, f"windows were left open: {windows}"


def settle() -> None:
    """Let Qt delete what waits for it, and Python what nobody holds."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


def _wait_for_threads(before: set[threading.Thread]) -> list[str]:
    clock = QElapsedTimer()
    clock.start()
    while True:
        left = [one for one in threading.enumerate() if one not in before and one.is_alive()]
        if not left or clock.hasExpired(_PATIENCE):
            return [one.name for one in left]
        left[0].join(0.05)


def _timers() -> list[QTimer]:
    """All timers that Python knows: what has outlived a test is set aside afterwards, and is not found again here."""
    _KEPT.update(one for one in gc.get_objects() if isinstance(one, QTimer))
    return list(_KEPT)


def _told(timer: QTimer) -> str:
    parents = []
    owner = timer.parent()
    while owner is not None:
        parents.append(type(owner).__name__)
        owner = owner.parent()
    return f"{timer.interval()} ms of {' in '.join(parents) or 'nobody'}"
