"""What other desks have written, told to the pages no faster than they can read it."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from rentease_desk.domain.changes import NOTHING, Changes
from rentease_desk.gui.tasks import Tasks

_LOOK_MS = 50
_REST = 2.0
"""So many times as long as the page has read, it is let alone after it: it reads anew a third of the time at most."""
_LONGEST_REST = 10.0


class OthersNews(QObject):
    """Gathers while the page on the screen still reads what was told before: each time it is told, it reads anew, and
    what it had not read yet would never be seen.

    ``told`` carries Changes. The first after a quiet time is told at once.
    """

    told = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._gathered = NOTHING
        self._ordered = range(0)
        self._began = self._rests_until = 0.0
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._soon.timeout.connect(self._look)

    @Slot(object)
    def hear(self, changes: Changes) -> None:
        """Tell it, as soon as there is time for it."""
        self._gathered |= changes
        if not self._soon.isActive():
            self._look()

    @Slot()
    def _look(self) -> None:
        now = time.monotonic()
        if self._ordered and not self._tasks.awaits_any(self._ordered):
            self._ordered = range(0)
            self._rests_until = now + min(_REST * (now - self._began), _LONGEST_REST)
        if not self._ordered and self._gathered and now >= self._rests_until:
            self._tell(now)
        if self._ordered or self._gathered:
            self._soon.start()

    def _tell(self, now: float) -> None:
        gathered, self._gathered = self._gathered, NOTHING
        first, self._began = self._tasks.latest + 1, now
        self.told.emit(gathered)
        self._ordered = range(first, self._tasks.latest + 1)
