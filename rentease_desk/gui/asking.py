"""What was asked of the desk that syncs, as this window follows it: read again on news, told when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.sync import Holder, Progress, RunOutcome
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services

_SHOWN = 8
_SHOWN_SECONDS = 24 * 60 * 60
_LOOK_AGAIN = 5_000
"""Nobody tells that time passes, nor when a lease is given back."""


class Asked(Struct, frozen=True):
    """The requests of the last day, newest first; who syncs just now, and how far that is, if it is known."""

    requests: tuple[SyncRequest, ...] = ()
    holder: Holder | None = None
    progress: Progress | None = None

    def of_desk(self, desk: str) -> SyncRequest | None:
        """What a desk asks and has no answer to yet: what is being done, else the newest."""
        open_ = [one for one in self.requests if one.desk == desk and one.is_open]
        taken = [one for one in open_ if one.state is AskState.TAKEN]
        return next(iter(taken or open_), None)


class Asking(QObject):
    """``stood`` carries the Asked each time it was read; ``ended`` a SyncRequest of this desk that was open when it was
    looked at last; ``failed`` a KnownError.
    """

    stood = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._open: frozenset[str] = frozenset()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.look)
        context.changed.connect(self._refresh)

    @Slot()
    def look(self) -> None:
        """Read how it stands."""
        if self._context.is_ready:
            services = self._context.services
            self._context.tasks.run(
                Lane.READ, self, lambda: _read(services), self._show, self.failed.emit, channel="asked"
            )

    def withdraw(self, uid: str) -> None:
        """Nobody shall do it any more."""
        service = self._context.services.sync_requests
        work = lambda: service.withdraw(uid)  # noqa: E731 - a word
        self._context.tasks.run(Lane.WRITE, self, work, lambda _: self.look(), self._not_withdrawn)

    def _not_withdrawn(self, error: object) -> None:
        self.failed.emit(error)
        self.look()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.asked or changes.syncs:
            self.look()

    def _show(self, found: Asked) -> None:
        own = [one for one in found.requests if one.desk == self._context.services.desk.operator.desk]
        over = [one for one in own if one.uid in self._open and not one.is_open]
        self._open = frozenset(one.uid for one in own if one.is_open)
        if any(one.is_open for one in found.requests):
            self._again.start(_LOOK_AGAIN)
        self.stood.emit(found)
        for one in reversed(over):
            self.ended.emit(one)


def _read(services: Services) -> Asked:
    """In a worker."""
    requests = services.sync_requests.recent(_SHOWN)
    latest, holder = services.sync.recent(1), services.sync.holder()
    running = holder is not None and bool(latest) and latest[0].outcome is RunOutcome.RUNNING
    shown = tuple(one for one in requests if one.is_open or one.waited < _SHOWN_SECONDS)
    return Asked(shown, holder, latest[0].progress if running else None)
