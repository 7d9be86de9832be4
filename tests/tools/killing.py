"""Syncs in processes of their own that die at a moment of the test's choice, and tell where they were.

Each is forked from a server that has its imports done, so that a kill costs milliseconds. Killed is killed: SIGKILL,
sent from outside after some time, or by the process itself at a certain step, which a seed repeats exactly.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing import get_context
from typing import Any, NamedTuple

import requests
from sqlalchemy import Engine, event

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.links import LinkDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.storage.database import Database
from rentease_desk.storage.opening import open_database
from rentease_desk.stripe_gateway import gateway
from tests.tools.accounts import Account
from tests.tools.clocks import SetClock
from tests.tools.linking import link_service, of_desk
from tests.tools.practice import NOON
from tests.tools.refunding import refund_service
from tests.tools.syncing import SyncDesk

PATIENCE = 60.0
"""Seconds after which a sync that neither ends nor dies is a failure of the test."""
_LATENCY = 4
"""Milliseconds that a killed call waits for each answer."""
_STEPS, _BEGUN, _ASKING, _WRITING = range(4)
"""Places in the memory that a sync shares with the test: it outlives the process."""


class Where(StrEnum):
    """What a process was doing when it died."""

    NOT_BEGUN = "before its first step"
    ASKING = "waiting for Stripe"
    WRITING = "in a transaction"
    BOTH = "in a transaction, and waiting for Stripe"
    BETWEEN = "between pages"
    ENDED = "not at all: it had ended"


class Task(NamedTuple):
    """One sync: a poll, or everything there is; or one refund, or one payment link. ``page`` objects on a page; it dies
    at step ``dies_at`` (0: never).
    """

    address: str
    account: Account
    poll: bool
    page: int = 100
    dies_at: int = 0
    refund: RefundDraft | None = None
    link: LinkDraft | None = None


class Death(NamedTuple):
    """How a process ended. ``steps``: how many it had made; ``seconds``: how long it was at work."""

    where: Where
    steps: int
    seconds: float


class Killer:
    """Starts syncs and kills them."""

    def __init__(self) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    def run(self, task: Task, *, seconds: float | None = None) -> Death:
        """Let a sync run to its end or its step, or kill it so many seconds after its beginning."""
        shared = self._context.RawArray("q", 4)
        process = self._context.Process(target=_sync, args=(task, shared))
        process.start()
        begun = _until(lambda: bool(shared[_BEGUN]) or not process.is_alive())
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        process.join(PATIENCE)
        assert process.exitcode in {0, -signal.SIGKILL}, f"{task} ended with {process.exitcode}"
        where = Where.ENDED if process.exitcode == 0 else _where(shared)
        return Death(where, shared[_STEPS], time.monotonic() - begun)


def kill_calls(
    killer: Killer,
    account: Account,
    moments: random.Random,
    kills: int,
    *,
    stepwise: float,
    task: Callable[[], Task],
    settle: Callable[[Task], str],
) -> tuple[list[Death], Counter[str]]:
    """Kill so many calls, a share of them (``stepwise``) at one of their steps and the others after some time.

    ``settle`` makes each right again, checks both sides, and returns what had happened: the ways are counted.
    """
    whole = killer.run(task())
    assert whole.where is Where.ENDED
    deaths, ways = list[Death](), Counter[str]()
    while len(deaths) < kills:
        one, seconds = task(), None
        if moments.random() < stepwise:
            one = one._replace(dies_at=moments.randint(1, whole.steps))
        else:
            seconds = moments.uniform(0, whole.seconds)
        account.fault("latency", latency_ms=_LATENCY, times=10_000)
        death = killer.run(one, seconds=seconds)
        account.control.no_faults(account.name)
        deaths += [death] if death.where is not Where.ENDED else []
        ways[settle(one)] += 1
    return deaths, ways


def tell_deaths(title: str, deaths: Sequence[Death], seed: int) -> Counter[Where]:
    """Print where processes died; returns it."""
    spread = Counter(death.where for death in deaths)
    print(f"\n{title}: {len(deaths)} kills, seed {seed}")
    for where, count in spread.most_common():
        print(f"  {count:4} {where}  {'#' * (60 * count // len(deaths))}")
    return spread


def _until(true: Callable[[], bool]) -> float:
    """Wait for something; returns when it came (monotonic seconds)."""
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, "the process did not even begin"
        time.sleep(0.001)
    return time.monotonic()


def _where(shared: Any) -> Where:
    if not shared[_STEPS]:
        return Where.NOT_BEGUN
    if shared[_WRITING]:
        return Where.BOTH if shared[_ASKING] else Where.WRITING
    return Where.ASKING if shared[_ASKING] else Where.BETWEEN


def _sync(task: Task, shared: Any) -> None:
    """What the process does."""
    db = open_database(task.address, SetClock(NOON), RandomIds())
    at = SyncDesk(Desk(db, SetClock(NOON), RandomIds(), Operator("Elena", "Desk 1"), ChangeFeed()), task.account)
    _watch(_Steps(shared, task.dies_at))
    gateway.PAGE_SIZE = task.page
    shared[_BEGUN] = 1
    if task.refund is not None:
        refund_service(at).refund(task.refund, at.cancel)
    elif task.link is not None:
        link_service(at).create(task.link, at.cancel, despite=frozenset(of_desk(at)))
    else:
        _ = at.tick() if task.poll else at.run()


class _Steps:
    """Counts what the process does: statements, commits, requests and replies. At one of them it dies."""

    def __init__(self, shared: Any, dies_at: int) -> None:
        self._shared, self._dies_at = shared, dies_at
        self._lock = threading.Lock()

    def step(self, *_: object) -> None:
        with self._lock:
            self._shared[_STEPS] += 1
            if self._shared[_STEPS] == self._dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def during(self, place: int) -> Iterator[None]:
        """In here, the process is asking, or writing."""
        self._add(place, 1)
        self.step()
        try:
            yield
        finally:
            self.step()
            self._add(place, -1)

    def _add(self, place: int, more: int) -> None:
        with self._lock:
            self._shared[place] += more


def _watch(steps: _Steps) -> None:
    """Count every step of this process from now on."""
    event.listen(Engine, "before_cursor_execute", steps.step)
    event.listen(Engine, "commit", steps.step)
    ask, write = requests.adapters.HTTPAdapter.send, Database.writing

    def asking(self: requests.adapters.HTTPAdapter, *arguments: Any, **options: Any) -> requests.Response:
        with steps.during(_ASKING):
            return ask(self, *arguments, **options)

    @contextmanager
    def writing(self: Database, operator: Operator, *, patient: bool = False) -> Iterator[Any]:
        with steps.during(_WRITING), write(self, operator, patient=patient) as unit:
            yield unit

    requests.adapters.HTTPAdapter.send = asking  # type: ignore[method-assign]
    Database.writing = writing  # type: ignore[method-assign]
