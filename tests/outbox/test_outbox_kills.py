"""A desk that is killed while it keeps cash and while it delivers it: what a person was told is never lost or doubled.

The process dies by SIGKILL, at a step that a seed chooses (a statement to either database) or after some time.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from rentease_desk.storage.outbox import Outbox
from rentease_desk.storage.verifying import first_misfit
from tests.conftest import NOON
from tests.tools.clocks import SetClock
from tests.tools.databases import PostgresqlMaker
from tests.tools.outbox import begin, euro, open_far

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

KILLS, SEED, PATIENCE = 40, 20_261_128, 60.0
_STEPS, _TOLD, _READY = range(3)
"""Places of the memory that outlives the process: its steps, how many payments it was told are kept, that it began."""
_EACH = 3


class Task(NamedTuple):
    """Keep ``_EACH`` payments whose names begin with ``name``, then deliver. It dies at its step ``dies_at``."""

    folder: Path
    address: str
    name: str
    booking: str
    dies_at: int


def _work(task: Task, shared: Any) -> None:
    """What the process does."""
    services = open_far(task.folder, task.address, SetClock(NOON))
    settings = services.settings.get()
    _watch(task.dies_at, shared)
    shared[_READY] = 1
    from rentease_desk.domain.outbox import KeepDraft

    for number in range(_EACH):
        services.outbox.keep(KeepDraft(f"{task.name}-{number}", euro(100 + number), task.booking), settings)
        shared[_TOLD] = number + 1
    services.deliveries.deliver()
    services.close()


def _watch(dies_at: int, shared: Any) -> None:
    """Count statements and commits of both databases; at one of them, the process dies."""

    def step(*_: object) -> None:
        shared[_STEPS] += 1
        if shared[_STEPS] == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "after_cursor_execute", step)
    event.listen(Engine, "commit", step)
    opened = Outbox._open

    def watched(self: Outbox) -> sqlite3.Connection:
        connection = opened(self)
        connection.set_trace_callback(step)
        return connection

    Outbox._open = watched  # type: ignore[method-assign]


def _run(task: Task, seconds: float | None = None) -> tuple[bool, int, int]:
    """Whether it was killed, its steps, and how many payments it was told are kept."""
    context = get_context("forkserver")
    shared = context.RawArray("q", 3)
    process = context.Process(target=_work, args=(task, shared))
    process.start()
    if seconds is not None:
        limit = time.monotonic() + PATIENCE
        while not shared[_READY] and process.is_alive():
            assert time.monotonic() < limit
            time.sleep(0.001)
        time.sleep(seconds)
        process.kill()
    process.join(PATIENCE)
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
    return process.exitcode != 0, int(shared[_STEPS]), int(shared[_TOLD])


def test_a_kill_loses_and_doubles_nothing(postgresql_maker: PostgresqlMaker, tmp_path: Path) -> None:
    get_context("forkserver").set_forkserver_preload([__name__])
    address = postgresql_maker.copy()
    services = open_far(tmp_path, address, SetClock(NOON))
    far = begin(services, SetClock(NOON))
    moments, told = random.Random(SEED), set[str]()
    _, whole, _ = _run(Task(tmp_path, address, "whole", far.soren.uid, 0))
    where: Counter[str] = Counter()
    runs = 0
    while sum(where.values()) < KILLS:
        runs += 1
        by_time = moments.random() < 0.3
        task = Task(tmp_path, address, f"run{runs}", far.soren.uid, 0 if by_time else moments.randint(1, whole))
        killed, _, kept = _run(task, moments.uniform(0, 0.15) if by_time else None)
        told |= {f"{task.name}-{number}" for number in range(kept)}
        if killed:
            where["delivering" if kept == _EACH else "keeping"] += 1
        lying = {one.kept.draft.uid for one in services.outbox.entries()}
        assert told <= lying  # whatever a person was told is kept
        if not runs % 5:
            services.deliveries.deliver()
    services.deliveries.deliver()
    entries = services.outbox.entries()
    paid = Counter(one.uid for one in far.payments())
    assert paid == Counter(one.kept.draft.uid for one in entries)
    assert set(paid.values()) == {1}
    assert not any(one.is_waiting for one in entries)
    assert sum(one.amount for one in far.payments()) == sum(one.kept.draft.amount.minor for one in entries)
    with services.desk.db.reading() as connection:
        assert first_misfit(connection) is None
    print(
        f"\n{sum(where.values())} kills in {runs} runs of {whole} steps, seed {SEED}: {dict(where)}; {len(paid)} paid"
    )
    services.close()
