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
from msgspec import Struct
from msgspec.structs import asdict, replace

from rentease_desk.services.importing.rows import Outcome, RowImportService
from tests.tools.benchmarks import open_desk
from tests.tools.peaks import peak_mb

ROOT = Path(__file__).parents[2]
SOURCE = "Hotel booking demand"

T = TypeVar("T")


class Order(Struct, frozen=True):
    """What to import: a file, and into which database."""

    address: str
    path: str


class Took(Struct, frozen=True):
    """A way through the file: seconds by the clock, seconds of this process's CPU, and what became of the rows."""

    wall: float
    cpu: float
    counts: dict[str, int] = {}


class Cost(Struct, frozen=True):
    """``look`` is the first way through the file, which finds out how it is written; each of the others is one more.

    ``peak_mb``: all that the process ever held, the interpreter and its libraries included.
    """

    look: Took
    dry_run: Took
    run: Took
    again: Took
    peak_mb: float


def measure(order: Order) -> Cost:
    """Import in a child."""
    command = [sys.executable, "-m", "tests.tools.import_meter"]
    run = subprocess.run(command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    return msgspec.json.decode(run.stdout.splitlines()[-1], type=Cost)


def _timed(work: Callable[[], T]) -> tuple[T, Took]:
    cpu, wall = time.process_time(), time.perf_counter()
    made = work()
    return made, Took(time.perf_counter() - wall, time.process_time() - cpu)


def _import(order: Order) -> Cost:
    """In the child: look, try, take in, and take in once more."""
    imports, path = RowImportService(open_desk(order.address)), Path(order.path)
    found, look = _timed(lambda: imports.look(path))

    def counted(work: Callable[..., Outcome]) -> Took:
        outcome, took = _timed(lambda: work(path, SOURCE, found, threading.Event(), _quiet))
        assert not outcome.cancelled
        return replace(took, counts=asdict(outcome.spool.counts))

    return Cost(look, counted(imports.preview), counted(imports.run), counted(imports.run), peak_mb())


def _quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


if __name__ == "__main__":
    told = _import(msgspec.json.decode(sys.stdin.buffer.read(), type=Order))
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(told))
