"""``watch``: polls again and again, and does at once what other desks ask for."""

from __future__ import annotations

import threading
import time
from typing import Any

from rentease_desk.cli.output import Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.sync import told
from rentease_desk.domain.agreement import Check
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.stripe_events import EventState
from rentease_desk.domain.sync_requests import SyncRequest
from rentease_desk.services.sync.recorded import SyncResult


class Watch:
    """A line for each poll and each request; set ``cancel`` to end it."""

    def __init__(self, session: Session, seconds: int, output: Output) -> None:
        self._session, self._seconds, self._output = session, seconds, output
        self._wake = threading.Event()
        self.cancel: threading.Event = _Ending(self._wake)

    def run(self) -> None:
        """Until it is ended. In the thread that may sync by itself."""
        services = self._session.services
        unsubscribe = services.desk.feed.subscribe(self._hear)
        services.live.start()
        next_poll = time.monotonic()
        try:
            while not self.cancel.is_set():
                self._wake.clear()
                again = self._serve()
                if time.monotonic() >= next_poll:
                    self._poll()
                    next_poll = time.monotonic() + self._seconds
                if not self.cancel.is_set():  # after the clearing: whoever sets it wakes
                    left = max(0.0, next_poll - time.monotonic())
                    self._wake.wait(left if again is None else min(left, again))
        finally:
            unsubscribe()

    def _hear(self, changes: Changes) -> None:
        if changes.asked:
            self._session.services.sync_requests.hear(changes)
            self._wake.set()

    def _serve(self) -> float | None:
        """Seconds after which to look again; None: on news."""
        try:
            served = self._session.services.sync_requests.serve(self.cancel)
        except KnownError as error:
            self._fail(error)
            return None
        for one in served.requests:
            self._output.line(_request_line(one))
        return served.again

    def _poll(self) -> None:
        services = self._session.services
        try:
            services.refunds.resume(self.cancel)
            services.links.resume(self.cancel)
            self._output.line(_line(services.sync.tick(self.cancel), dead_events(self._session)))
        except KnownError as error:
            self._fail(error)

    def _fail(self, error: KnownError) -> None:
        self._output.line(f"{_clock()} failed: {error}")


class _Ending(threading.Event):
    """Wakes whoever waits for something else meanwhile. A signal may set it."""

    def __init__(self, wake: threading.Event) -> None:
        super().__init__()
        self._wake = wake

    def set(self) -> None:
        """End."""
        super().set()
        self._wake.set()


def dead_events(session: Session) -> int:
    """How many events need a person."""
    return session.services.events.counts().get(EventState.DEAD, 0)


def _line(result: SyncResult, dead: int) -> str:
    counted = _counts(told(result.summary))
    return f"{_clock()} {result.outcome.value} {counted} dead={dead}{_agreement(result.check)}"


def _request_line(one: SyncRequest) -> str:
    counted = "" if one.run is None else f" {_counts(told(one.run.summary))}"
    why = "" if one.trouble is None else f": {one.trouble}"
    return f"{_clock()} request {one.state.value}{counted} days={one.days.first}..{one.days.last} asked={one.desk}{why}"


def _counts(parts: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in parts.items())


def _agreement(check: Check | None) -> str:
    """Once a day, in a word; the sentence why a check was put off would break the line."""
    if check is None:
        return ""
    if check.found is None:
        return " agrees=put-off"
    return f" repaired={check.found.repaired} agrees={'yes' if check.found.agrees else 'NO'}"


def _clock() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
