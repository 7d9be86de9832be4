"""The thread that hears of what other desks write, and tells the feed within a moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing

from rentease_desk.domain.errors import KnownError
from rentease_desk.services.desk import Desk
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.storage.news import News, NewsBy

log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STOP_SECONDS = 3.0


def _nobody(_: KnownError) -> None:
    """Nobody wants to know."""


class LiveNews:
    """One thread of this process, from ``start`` to ``stop``. It asks the database only when something was written that
    the news themselves do not tell.
    """

    def __init__(self, desk: Desk, others: OtherDesks) -> None:
        self._desk = desk
        self._others = others
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._news: News | None = None
        self.lost: Callable[[KnownError], None] = _nobody
        """Told, in the thread, that nothing is heard any more, and why; again with each try that fails."""

    @property
    def by(self) -> NewsBy | None:
        """How news come just now; None while nothing is heard."""
        news = self._news
        return None if news is None else news.by

    def start(self) -> None:
        """Begin to listen, in a thread. Once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="desk-news", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End. A thread that waits for a server which does not answer is left to itself after some seconds."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with closing(self._desk.db.news()) as news:
                    pause = _FIRST_PAUSE
                    self._follow(news)
            except KnownError as error:
                log.info("what other desks write is not heard of, again in %s s: %s", pause, error)
                self.lost(error)
            except Exception:  # the thread must not end: nobody would miss it
                log.exception("what other desks write was not read")
            self._stop.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _follow(self, news: News) -> None:
        """What was written while nobody listened comes first."""
        log.info("what other desks write is heard of by %s", news.by)
        self._others.look()
        self._news = news
        try:
            while not self._stop.is_set():
                told = news.wait(self._stop)
                if told and self._others.hear(told):
                    self._stop.wait(news.breath)
        finally:
            self._news = None
