"""Tries events of Stripe's again at once: off the GUI thread, one run after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.stripe_events import EventState, Retried, StoredEvent
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.events_model import error_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.words import tr

_ASK_AGAIN = 2_000


class Retrier(QObject):
    """``settled`` carries how the events are then, ``failed`` a KnownError of the database's. ``held_up``: another run
    is under way; these events are tried as soon as it ends.
    """

    settled = Signal(object)
    failed = Signal(object)
    held_up = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._waiting: dict[str, None] = {}
        self._trying: tuple[str, ...] = ()
        self._cancel: threading.Event | None = None
        self._is_held_up = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_ASK_AGAIN)
        self._again.timeout.connect(self._begin)
        context.ready.connect(self.stop)

    def add(self, ids: Iterable[str]) -> None:
        """Try these too: now, or after those that are being tried."""
        self._waiting |= dict.fromkeys(ids)
        if not self._again.isActive():
            self._begin()

    @Slot()
    def stop(self) -> None:
        """The window closes, or shows another database: what is due there waits for the next run."""
        self._again.stop()
        self._waiting.clear()
        if self._cancel is not None:
            self._cancel.set()

    @Slot()
    def _begin(self) -> None:
        if self._cancel is not None or not self._waiting:
            return
        ids, cancel, sync = tuple(self._waiting), threading.Event(), self._context.services.sync
        self._trying, self._cancel = ids, cancel
        self._waiting.clear()
        self._context.tasks.run(
            Lane.NETWORK, self, lambda: sync.retry(ids, cancel), lambda retried: self._tried(retried, cancel),
            self._not_tried, ended=self._ended,
        )  # fmt: skip

    def _ended(self) -> None:
        self._cancel = None

    def _tried(self, retried: Retried, cancel: threading.Event) -> None:
        if retried.is_kept_waiting and not cancel.is_set():
            self._wait_for_the_other()
            return
        self._is_held_up = False
        if not cancel.is_set():  # else nobody looks at that database any more
            self.settled.emit(retried)
        self._begin()

    def _wait_for_the_other(self) -> None:
        """Nobody tells when a lease is given back: ask now and then. It is said once."""
        self._waiting = dict.fromkeys((*self._trying, *self._waiting))
        self._again.start()
        if not self._is_held_up:
            self._is_held_up = True
            self.held_up.emit()

    def _not_tried(self, error: KnownError) -> None:
        self.failed.emit(error)
        self._begin()


def handled_words(retried: Retried, number: str) -> str:
    """That all of them are done with; ``number`` says how many."""
    if len(retried.handled) > 1:
        return tr("{count} events are handled.").format(count=number)
    first = retried.handled[0]
    gone = tr("{type}: what it is about is gone at Stripe; there is nothing to do.")
    handled = tr("{type} is handled.")
    return (gone if first.state is EventState.GONE else handled).format(type=first.type)


def unsettled_words(retried: Retried, context: Context) -> tuple[str, str]:
    """A title and a sentence about those that could not be handled this time either."""
    left, all_ = retried.unsettled, len(retried.events)
    first, count = left[0], context.formats.count
    why = error_words(first) or tr("Its turn has not come.")
    if all_ == 1:
        return tr("{type} could not be handled").format(type=first.type), f"{why} {_next(first, context)}"
    title = tr("{count} of {whole} events could not be handled").format(count=count(len(left)), whole=count(all_))
    return title, tr("The newest of them: {why} {next}").format(why=why, next=_next(first, context))


def _next(event: StoredEvent, context: Context) -> str:
    """When it is tried again by itself."""
    if event.next_attempt_at <= context.now():
        return tr("The next sync tries it again.")
    return tr("It is tried again by itself from {time} on.").format(
        time=context.formats.recently(event.next_attempt_at)
    )
