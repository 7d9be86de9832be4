"""Whether the database answers: since when it does not, what waits for it at this desk, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from rentease_desk.domain.clock import Clock, SystemClock
from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.domain.outbox import Standing
from rentease_desk.gui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from rentease_desk.services.outbox import OutboxService

_WAITS = (1_000, 2_000, 4_000, 8_000, 15_000)
"""Milliseconds until it is tried again: soon at first, and for as long as it takes."""


class Away(QObject):
    """``changed``: something of it is another. ``asked``: look whether the database is back. ``returned``: it is.

    ``since``: UTC seconds; None while it answers.
    """

    changed = Signal()
    asked = Signal()
    returned = Signal()

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.clock: Clock = SystemClock()
        self.since: int | None = None
        self.standing = Standing()
        self.outbox: OutboxService | None = None
        self._tries = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.asked)
        tasks.refused.connect(self.note)

    @property
    def keeps_cash(self) -> bool:
        """Whether cash is to be kept here: the database is away, and the desk has an outbox."""
        return self.since is not None and self.outbox is not None and self.outbox.is_used

    def use(self, outbox: OutboxService) -> None:
        """The outbox of this desk is known."""
        self.outbox = outbox
        self.count()

    @Slot(object)
    def note(self, error: KnownError) -> None:
        """Somebody was told of an error: if it is this, it is known from now on, and tried again after a while."""
        if not is_away(error):
            return
        if not self._timer.isActive():
            self._timer.start(_WAITS[min(self._tries, len(_WAITS) - 1)])
            self._tries += 1
        if self.since is None:
            self.since = self.clock.now()
            self.count()
            self.changed.emit()

    def answered(self) -> None:
        """The database has answered."""
        self._timer.stop()
        self._tries = 0
        if self.since is not None:
            self.since = None
            self.changed.emit()
            self.returned.emit()

    @Slot()
    def count(self) -> None:
        """Look what waits."""
        if self.outbox is not None and self.outbox.is_used:
            self._tasks.run(Lane.READ, self, self.outbox.standing, self._counted, channel="standing")

    def _counted(self, found: Standing) -> None:
        if found != self.standing:
            self.standing = found
            self.changed.emit()
