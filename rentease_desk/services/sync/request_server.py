"""The thread that does what other desks ask for, as soon as this desk hears of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.requests import SyncRequestService

log = logging.getLogger(__name__)

_SETTLING_SECONDS = 2.0
"""The first search of a window does not share the processor with what a sync imports."""
_TROUBLE_SECONDS = 60.0
"""A key that Stripe refuses, or a keyring that is locked, may be right by then."""


class RequestServer:
    """One thread of this process, from ``start`` to ``stop``. It sleeps while nothing is written."""

    def __init__(
        self, desk: Desk, requests: SyncRequestService, cancel: threading.Event, settling: float = _SETTLING_SECONDS
    ) -> None:
        """``cancel`` ends what is being done; ``stop`` alone does not. ``settling``: seconds before the first look."""
        self._desk, self._requests, self._cancel, self._settling = desk, requests, cancel, settling
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin, in a thread. Once."""
        if self._thread is None:
            self._unsubscribe = self._desk.feed.subscribe(self._hear)
            self._thread = threading.Thread(target=self._run, name="desk-requests", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._stop.set()
        self._wake.set()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def _hear(self, changes: Changes) -> None:
        if changes.asked:
            self._requests.hear(changes)
            self._wake.set()

    def _run(self) -> None:
        """Nobody has to be at the desk for it."""
        self._stop.wait(self._settling)
        with self._desk.seat.as_system():
            while not self._stop.is_set():
                self._wake.clear()
                self._wake.wait(self._look())

    def _look(self) -> float | None:
        """Seconds after which to look again, if nothing is heard; None: then not."""
        try:
            return self._requests.serve(self._cancel).again
        except KnownError as error:
            log.warning("what other desks ask for cannot be done here: %s", error)
        except Exception:  # the thread must not end: nobody would miss it
            log.exception("what other desks ask for was not done")
        return _TROUBLE_SECONDS
