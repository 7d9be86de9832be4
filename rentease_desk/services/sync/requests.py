"""Sync Now at any desk: done here if this desk has a key and nobody else is at it, else asked of the desk that can.

A request is a row. Each desk with a key that hears of it tries for the lease; who gets it takes the request under it,
and does it. So it is done once, and by another desk if that one dies.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import (
    ConflictError,
    DatabaseError,
    KnownError,
    NotFoundError,
    StripeError,
)
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.sync import Progress, RunOutcome, Trigger
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.sync.lease import process_name
from rentease_desk.services.sync.leased import LeasedRuns
from rentease_desk.services.sync.recorded import RecordedRun, SyncResult
from rentease_desk.services.sync.service import SyncService
from rentease_desk.services.sync.standing import is_left
from rentease_desk.storage import sync_requests as store
from rentease_desk.storage.settings import read_property
from rentease_desk.stripe_gateway.governor import CancelledError

log = logging.getLogger(__name__)

SOON_SECONDS = 5.0
"""Nobody tells when a lease is given back: so often who waits for it looks."""
LATER_SECONDS = 30.0
"""So often it is looked whether whoever has taken a request is still at it."""
_BUSY = ("sync.running", "sync.lost_lease")
_STEP_SECONDS = 0.2


class Served(Struct, frozen=True):
    """What was done for other desks, as it stands now. ``again``: look again after so many seconds; None: on news."""

    requests: tuple[SyncRequest, ...]
    again: float | None = None


class SyncRequestService:
    """``desk`` is who asks, ``sync`` does it. ``has_key`` tells whether this desk could; it may raise KeychainError.

    Calls may take as long as the keyring does.
    """

    def __init__(self, desk: Desk, sync: SyncService, has_key: Callable[[], bool]) -> None:
        self._desk, self._sync, self._has_key = desk, sync, has_key
        self._serving: tuple[tuple[str, ...], threading.Event] | None = None

    def now(
        self, days: DateRange, cancel: threading.Event, report: Callable[[Progress], None] = lambda _: None
    ) -> SyncResult | SyncRequest:
        """Do it here if that can be, else ask for it. Raises as ``SyncService.sync`` and ``ask``, but for
        ``sync.running``; KeychainError.
        """
        self._desk.require(Permission.SYNC)
        if not self._has_key():
            return self.ask(days).value
        try:
            return self._sync.sync(days, cancel, report)
        except ConflictError as error:
            if error.code != "sync.running":
                raise
        return self.ask(days).value

    def ask(self, days: DateRange, kinds: Sequence[str] = ()) -> Saved[SyncRequest]:
        """Ask for these calendar days at whichever desk has a key. What this desk asks already is asked once.

        Raises StripeError ``stripe.no_key`` where no desk has ever synced: there is nobody to ask.
        """
        with self._desk.doing(Permission.SYNC) as unit:
            settings = read_property(unit.connection)
            if settings is None or settings.identity is None:
                raise StripeError("stripe.no_key")
            uid = store.ask(unit, days, kinds)
        return Saved(self.get(uid), unit.changes)

    def withdraw(self, uid: str) -> Saved[SyncRequest]:
        """Nobody shall do it any more; who is at it stops after the page that is being read.

        Raises NotFoundError ``sync.request_not_found``, ConflictError ``sync.request_over``.
        """
        with self._desk.doing(Permission.SYNC) as unit:
            store.withdraw(unit, uid.strip())
        return Saved(self.get(uid), unit.changes)

    def get(self, uid: str) -> SyncRequest:
        """The request with this id. Raises NotFoundError ``sync.request_not_found``."""
        with self._desk.db.reading() as connection:
            found = store.find_request(connection, uid.strip())
        if found is None:
            raise NotFoundError("sync.request_not_found", id=uid.strip())
        return found

    def recent(self, limit: int = 10) -> list[SyncRequest]:
        """The latest, newest first."""
        with self._desk.db.reading() as connection:
            return store.recent_requests(connection, limit)

    def hear(self, changes: Changes) -> None:
        """Something was written, here or elsewhere: stop what is done for others, if nobody wants it any more."""
        serving = self._serving
        if not changes.asked or serving is None:
            return
        uids, cancel = serving
        try:
            with self._desk.db.reading() as connection:
                stopped = store.is_stopped(connection, uids)
        except DatabaseError as error:
            log.info("whether a sync is still wanted was not read: %s", error)
            return
        if stopped:
            cancel.set()

    def serve(self, cancel: threading.Event) -> Served:
        """Do what other desks ask for, one after the other, if this desk has a key; else nothing is tried.

        ``cancel``: this desk ends, and leaves what it has not done to others. What fails at Stripe is told to whoever
        asked. Raises DatabaseError, KeychainError, and StripeError for a key that is none of the property's.
        """
        self._desk.require(Permission.SYNC)
        done: list[SyncRequest] = []
        again: float | None = None
        try:
            while again is None and not cancel.is_set():
                standing = self._standing()
                if not standing:
                    break
                waits = any(one.state is AskState.WAITING for one in standing) or is_left(self._desk)
                if not waits or not self._has_key():
                    again = LATER_SECONDS
                else:
                    done += self._serve_next(cancel)
        except CancelledError:
            log.info("what was asked of this desk is left to others: it ends")
        except ConflictError as error:
            if error.code not in _BUSY:
                raise
            again = SOON_SECONDS
        return Served(tuple(done), again)

    def _standing(self) -> list[SyncRequest]:
        with self._desk.db.reading() as connection:
            return store.open_requests(connection)

    def _serve_next(self, cancel: threading.Event) -> list[SyncRequest]:
        """The requests that were done with one run; [] if somebody else was first."""
        stop = _Either(cancel)
        with self._sync.leased(stop) as runs:
            runs.require_account()  # a key of another account takes nothing that the right one may be asked for
            with runs.writing() as unit:
                taken = store.claim(unit, process_name(self._desk), runs.fence)
            if not taken:
                return []
            uids = tuple(one.uid for one in taken)
            self._serving = uids, stop
            self.hear(Changes(asked=True))  # it may have been withdrawn just now
            try:
                self._do(runs, taken[0], uids)
            finally:
                self._serving = None
        return [self.get(uid) for uid in uids]

    def _do(self, runs: LeasedRuns, one: SyncRequest, uids: tuple[str, ...]) -> None:
        """It stays taken where the lease or the database is lost: whoever has the next lease goes on with it."""
        span = self._desk.property().days.calendar_span(one.days)

        def work(run: RecordedRun) -> SyncResult:
            return run.execute(Trigger.REQUEST, partial(read, run), by=one.actor)

        def read(run: RecordedRun) -> None:
            with runs.writing() as unit:
                store.name_run(unit, uids, runs.fence, run.pk)
            (partial(run.read_only, span, one.kinds) if one.kinds else partial(run.read_range, span))()

        try:
            result = runs.each(work)
        except (ConflictError, DatabaseError):
            raise
        except KnownError as error:
            self._end(runs, uids, AskState.FAILED, error)
        except Exception as error:
            self._end(runs, uids, AskState.FAILED, KnownError("sync.request_unfinished", reason=type(error).__name__))
            raise
        else:
            self._settle(runs, uids, result)

    def _settle(self, runs: LeasedRuns, uids: tuple[str, ...], result: SyncResult) -> None:
        if result.outcome is RunOutcome.DONE:
            self._end(runs, uids, AskState.DONE, limits=[str(limit) for limit in result.limits])
            return
        with runs.writing() as unit:
            store.put_back(unit, uids, runs.fence)

    def _end(
        self,
        runs: LeasedRuns,
        uids: tuple[str, ...],
        state: AskState,
        trouble: KnownError | None = None,
        limits: Sequence[str] = (),
    ) -> None:
        with runs.writing() as unit:
            store.end(unit, uids, runs.fence, state, trouble, limits)


class _Either(threading.Event):
    """Set by itself, or with another one."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        """Whether either is."""
        return super().is_set() or self._other.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Some steps at most after the other one was set."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _STEP_SECONDS if until is None else until - time.monotonic()
            if left <= 0:
                return False
            super().wait(min(left, _STEP_SECONDS))
        return True
