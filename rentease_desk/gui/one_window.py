"""One window for a person and a database: a second start brings the first window to the front, and ends."""

from __future__ import annotations

import hashlib
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

log = logging.getLogger(__name__)

_ANSWER_MILLISECONDS = 1_000
_PATIENCE_SECONDS = 5.0
"""A first one that is just starting does not listen yet."""
_LOOK_SECONDS = 0.1


def window_name(user: str, database: str) -> str:
    """The name by which two starts find each other. It tells neither who nor where; ``database`` is an address."""
    told = "\0".join((user, database)).encode()
    return f"rentease-desk-{hashlib.sha256(told).hexdigest()[:24]}"


def come_forward(window: QWidget) -> None:
    """It may be behind others, or small."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


class OneWindow(QObject):
    """``asked``: somebody has started the program again.

    The lock file says whether there is a first one, also to two that start at once; one that a crash has left behind
    counts for nothing (Qt looks whether its process lives). The socket only carries the wish to be seen; Qt's network
    classes are imported when the window is on the screen.
    """

    asked = Signal()

    def __init__(self, name: str, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._lock.setStaleLockTime(0)  # however old: only whether its process lives counts
        self._server: QLocalServer | None = None

    def is_first(self) -> bool:
        """Whether this one may go on; a folder that takes no lock is no reason not to."""
        if self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return True
        return not self._call()

    def listen(self) -> None:
        """From now on this one is called. What a crash has left behind of another's socket is removed."""
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            log.warning("a second start will not find this window: %s", self._server.errorString())

    def close(self) -> None:
        """Another one may be the first."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _call(self) -> bool:
        """Ask the first one to come to the front. False: it does not answer, so nobody would see anything."""
        from PySide6.QtNetwork import QLocalSocket

        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(_ANSWER_MILLISECONDS):
                socket.disconnectFromServer()
                return True
            if self._lock.tryLock(0):
                return False  # it has ended meanwhile
            time.sleep(_LOOK_SECONDS)
        log.warning("another window has this desk open, and does not answer")
        return False

    @Slot()
    def _connected(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self.asked.emit()
