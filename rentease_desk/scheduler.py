"""The timer that calls the sync, and what else is done by itself, each in a thread of its own.

One run at a time; a late one runs once, not once for each that was missed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_JOB, _BESIDE = "sync", "beside"
_SETTLING = timedelta(seconds=2)
"""The first search, or the first payment, does not share the processor with what a sync imports."""
_BESIDE_MINUTES, _BESIDE_FIRST = 5, timedelta(seconds=30)
"""How often it is looked whether something else is due: a look is a few questions to the database."""
_GRACE_SECONDS = 24 * 60 * 60


class Along(Protocol):
    """What runs while the timer does, whether or not the sync is off."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End, without waiting."""


class SyncTimer:
    """Calls ``action`` every so many minutes, and ``beside`` every five, whether or not the sync is off."""

    def __init__(
        self, action: Callable[[], None], beside: Callable[[], None] | None = None, along: Along | None = None
    ) -> None:
        self._action, self._beside, self._along = action, beside, along
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1), _BESIDE: ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _GRACE_SECONDS},
            timezone="UTC",
        )

    def start(self, minutes: int) -> None:
        """Begin, with a first call when the window has settled. 0 minutes is off."""
        self._scheduler.start()
        if self._along is not None:
            self._along.start()
        if minutes > 0:
            self._add(minutes, next_run_time=datetime.now(UTC) + _SETTLING)
        if self._beside is not None:
            first = datetime.now(UTC) + _BESIDE_FIRST
            self._scheduler.add_job(
                self._beside, "interval", minutes=_BESIDE_MINUTES, id=_BESIDE, executor=_BESIDE, next_run_time=first
            )

    def set_interval(self, minutes: int) -> None:
        """Change how often; 0 turns the timer off."""
        if self._scheduler.get_job(_JOB) is not None:
            self._scheduler.remove_job(_JOB)
        if minutes > 0:
            self._add(minutes)

    def _add(self, minutes: int, **when: datetime) -> None:
        self._scheduler.add_job(self._action, "interval", minutes=minutes, id=_JOB, **when)

    def next_run(self) -> int | None:
        """When it calls next, UTC seconds; None while it is off."""
        job = self._scheduler.get_job(_JOB)
        return None if job is None or job.next_run_time is None else int(job.next_run_time.timestamp())

    def stop(self) -> None:
        """End; a call that is under way goes on by itself."""
        if self._along is not None:
            self._along.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


class Rounds:
    """Calls actions every so many minutes, one after the other, in a thread of their own."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _GRACE_SECONDS},
            timezone="UTC",
        )

    def add(self, action: Callable[[], None], minutes: int, first_seconds: int) -> None:
        """Call it every so many minutes, for the first time so many seconds from now."""
        first = datetime.now(UTC) + timedelta(seconds=first_seconds)
        self._scheduler.add_job(action, "interval", minutes=minutes, next_run_time=first)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a call that is under way goes on by itself."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
