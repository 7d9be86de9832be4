"""An import in a process of its own, so that its time and its memory are its own; told and telling in JSON."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import func, select, text

from rentease_desk.domain.journal import first_break
from rentease_desk.services.desk import Desk
from rentease_desk.services.importing.rows import Outcome, RowImportService
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.journal_tables import journal
from tests.tools.benchmarks import open_desk
from tests.tools.peaks import peak_mb

ROOT = Path(__file__).parents[2]
SOURCE = "Hotel booking demand"

_BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'rentease-desk' AND datname = current_database()"
)
T = TypeVar("T")


class Order(Struct, frozen=True):
    """What to import: a file, and into which database."""

    address: str
    path: str


class Took(Struct, frozen=True):
    """A way through the file: seconds by the clock, of this process's CPU and of PostgreSQL's, and what became of the
    rows.
    """

    wall: float
    cpu: float
    server: float = 0.0
    counts: dict[str, int] = {}


class Cost(Struct, frozen=True):
    """``look`` is the first way through the file, which finds out how it is written; each of the others is one more.

    ``peak_mb``: all that the process ever held, the interpreter and its libraries included. ``journalled``: bookings
    that have a row of the journal of their own; ``broken_at``: the first row of the journal that does not follow.
    """

    look: Took
    dry_run: Took
    run: Took
    again: Took
    peak_mb: float
    journalled: int
    broken_at: int | None


def measure(order: Order) -> Cost:
    """Import in a child."""
    command = [sys.executable, "-m", "tests.tools.import_meter"]
    run = subprocess.run(command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    return msgspec.json.decode(run.stdout.splitlines()[-1], type=Cost)


class _Meter:
    """Times work, on the database of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def timed(self, work: Callable[[], T]) -> tuple[T, Took]:
        """What was made, and what that took."""
        cpu, server, wall = time.process_time(), self._server_cpu(), time.perf_counter()
        made = work()
        took = time.perf_counter() - wall, time.process_time() - cpu
        return made, Took(*took, self._server_cpu() - server)

    def _server_cpu(self) -> float:
        """Of the processes of the server that work for this one."""
        if self._desk.db.url.drivername == "sqlite":
            return 0.0
        with self._desk.db.reading() as connection:
            times = [psutil.Process(pid).cpu_times() for pid in connection.scalars(_BACKENDS)]
        return sum(one.user + one.system for one in times)


def _import(order: Order) -> Cost:
    """In the child: look, try, take in, and take in once more."""
    desk, path = open_desk(order.address), Path(order.path)
    imports, meter = RowImportService(desk), _Meter(desk)
    found, look = meter.timed(lambda: imports.look(path))

    def counted(work: Callable[..., Outcome]) -> Took:
        outcome, took = meter.timed(lambda: work(path, SOURCE, found, threading.Event(), _quiet))
        assert not outcome.cancelled
        return replace(took, counts=asdict(outcome.spool.counts))

    passes = counted(imports.preview), counted(imports.run), counted(imports.run)
    return Cost(look, *passes, peak_mb(), *_journal(desk))


def _journal(desk: Desk) -> tuple[int, int | None]:
    with desk.db.reading() as connection:
        query = select(func.count()).where(journal.c.entity == "booking", journal.c.action == "add")
        return connection.execute(query).scalar_one(), first_break(read_rows(connection))


def _quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


if __name__ == "__main__":
    told = _import(msgspec.json.decode(sys.stdin.buffer.read(), type=Order))
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(told))
