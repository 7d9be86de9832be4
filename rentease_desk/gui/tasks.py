"""The one door to worker threads: work goes out, and its result comes back into the GUI thread.

Reads run side by side, writes one after the other, and what waits for the network has threads of its own, so that a
cash payment never waits for Stripe. What a page reads that nobody looks at waits until nobody waits for anything:
after a write all pages read anew, and the one on the screen comes first. A result whose owner is gone is dropped.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from msgspec import Struct
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

log = logging.getLogger(__name__)

T = TypeVar("T")


class Lane(StrEnum):
    """Which threads do the work."""

    READ = "read"
    WRITE = "write"
    NETWORK = "network"


_THREADS = {Lane.READ: 4, Lane.WRITE: 1, Lane.NETWORK: 2}


class _Order(Struct, frozen=True):
    """What waits for a result."""

    owner: QObject
    done: Callable[[Any], None]
    failed: Callable[[KnownError], None] | None
    ended: Callable[[], None] | None
    channel: str | None


class Tasks(QObject):
    """Runs work in threads. Call it from the GUI thread only.

    ``known_error`` carries a KnownError nobody else takes, ``bug`` any other exception; ``refused`` every KnownError,
    before anybody takes it; all in the GUI thread.
    """

    known_error = Signal(object)
    refused = Signal(object)
    bug = Signal(object)
    _finished = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools: dict[Lane, ThreadPoolExecutor] = {}
        self._orders: dict[int, _Order] = {}
        self._futures: dict[int, Future[None]] = {}
        self._latest: dict[tuple[int, str], int] = {}
        self._awaited: set[int] = set()
        self._unseen: deque[tuple[int, Callable[[], object]]] = deque()
        self._reading_unseen: int | None = None
        self._latest_number = 0
        self._stopped = False
        self._finished.connect(self._deliver)
        self.bind: Callable[[Callable[[], Any]], Callable[[], Any]] = lambda work: work
        """Makes of work what is done in the name of whoever orders it, also where somebody else sits down meanwhile."""

    def run(
        self,
        lane: Lane,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[KnownError], None] | None = None,
        *,
        channel: str | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """Do ``work`` in a thread; ``done`` gets its result, here, if ``owner`` still lives.

        ``ended`` is called before that, and after a bug too: for who shows that something is under way.
        Of the orders of one owner on one ``channel`` only the latest is answered: a search as you type names one.
        After ``stop`` nothing is done any more.
        """
        if self._stopped:
            return
        self._latest_number = number = self._latest_number + 1
        work = self.bind(work)
        self._orders[number] = _Order(owner, done, failed, ended, channel)
        if channel is not None:
            self._supersede(owner, channel, number)
        if lane is Lane.READ and _is_unseen(owner):
            self._unseen.append((number, work))
            self._read_unseen()
            return
        if lane is not Lane.NETWORK:
            self._awaited.add(number)
        self._futures[number] = self._submit(lane, number, work)

    @property
    def latest(self) -> int:
        """The number of the latest order."""
        return self._latest_number

    def awaits_any(self, orders: range) -> bool:
        """Whether somebody who is on the screen still waits for one of these orders."""
        return any(number in self._orders and number in self._awaited for number in orders)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._orders)

    def stop(self, seconds: float) -> bool:
        """Take no more work and wait for what is under way, so long at most. True if all of it ended."""
        from concurrent.futures import wait

        self._stopped = True
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        begun = [future for future in self._futures.values() if not future.cancelled()]
        self._orders.clear()
        self._unseen.clear()
        return not wait(begun, timeout=seconds).not_done

    def _submit(self, lane: Lane, number: int, work: Callable[[], object]) -> Future[None]:
        from concurrent.futures import ThreadPoolExecutor

        if lane not in self._pools:
            self._pools[lane] = ThreadPoolExecutor(_THREADS[lane], f"desk-{lane}")
        return self._pools[lane].submit(self._work, number, work)

    def _supersede(self, owner: QObject, channel: str, number: int) -> None:
        key = (id(owner), channel)
        older = self._latest.get(key)
        if older in self._orders:
            del self._orders[older]
            begun = self._futures.get(older)
            if begun is not None and begun.cancel():
                del self._futures[older]
                self._end(older)
        self._latest[key] = number

    def _work(self, number: int, work: Callable[[], object]) -> None:
        """In the worker: the result goes home through a queued signal."""
        result, error = None, None
        try:
            result = work()
        except Exception as caught:
            error = caught
        if shiboken6.isValid(self):
            self._finished.emit(number, result, error)

    def _read_unseen(self) -> None:
        """One at a time, while nothing else is under way that somebody waits for."""
        while self._unseen and not self._awaited and self._reading_unseen is None:
            number, work = self._unseen.popleft()
            if number in self._orders:
                self._reading_unseen = number
                self._futures[number] = self._submit(Lane.READ, number, work)

    def _end(self, number: int) -> None:
        """It is not under way any more."""
        self._awaited.discard(number)
        if self._reading_unseen == number:
            self._reading_unseen = None

    @Slot(object, object, object)
    def _deliver(self, number: int, result: object, error: Exception | None) -> None:
        self._end(number)
        self._hand_over(number, result, error)
        self._read_unseen()

    def _hand_over(self, number: int, result: object, error: Exception | None) -> None:
        self._futures.pop(number, None)
        order = self._orders.pop(number, None)
        if order is not None and order.channel is not None:
            self._latest.pop((id(order.owner), order.channel), None)
        if order is None or not shiboken6.isValid(order.owner):
            self._tell_lost(error)
            return
        if order.ended is not None:
            order.ended()
        if error is None:
            order.done(result)
        elif isinstance(error, KnownError):
            self.refused.emit(error)
            (order.failed or self.known_error.emit)(error)
        else:
            self.bug.emit(error)

    def _tell_lost(self, error: Exception | None) -> None:
        """Nobody waits for the result; a bug is told all the same."""
        if error is not None and not isinstance(error, KnownError):
            self.bug.emit(error)


def _is_unseen(owner: QObject | None) -> bool:
    """Whether it belongs to a widget that is not on the screen."""
    while owner is not None and not isinstance(owner, QWidget):
        owner = owner.parent()
    return owner is not None and not owner.isVisible()
