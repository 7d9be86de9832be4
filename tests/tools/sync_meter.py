"""A sync in a process of its own, so that its time and its memory are its own; told and telling in JSON."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from rentease_desk.domain.clock import SystemClock
from rentease_desk.domain.dates import DateRange
from rentease_desk.practice.client import ControlAddress
from rentease_desk.practice.process import PracticeProcess
from rentease_desk.services.sync.service import SyncService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import Governor, Rates
from tests.tools.benchmarks import open_desk
from tests.tools.peaks import forget_peak, peak_mb
from tests.tools.practice import NOON

ROOT = Path(__file__).parents[2]
EVERYTHING = DateRange(date(2020, 1, 1), date(2030, 12, 31))
_ENOUGH = 10_000_000
"""A fault meets so many requests: more than any run makes."""


class Order(Struct, frozen=True):
    """What to sync: into which database, from where, and how fast (requests a second). ``only``: not all lists."""

    address: str
    base: str
    key: str
    endpoint: float
    total: float
    at_once: int = 8
    only: tuple[str, ...] = ()


class Stage(Struct):
    """The requests to one endpoint: seconds from the run's start to the first and to the end of the last."""

    first: float
    last: float
    requests: int = 0


class Cost(Struct, frozen=True):
    """What a sync cost. ``refused``: answers 429, as the client saw them. Memory in MB, all that the process holds."""

    fetched: int
    new: int
    failed: int
    wall: float
    cpu: float
    before_mb: float
    peak_mb: float
    refused: int
    stages: dict[str, Stage]


class WatchedGovernor(Governor):
    """A governor that notes who asked when."""

    def __init__(self, rates: Rates) -> None:
        super().__init__(time.monotonic, rates)
        self.stages: dict[str, Stage] = {}
        self.refused = 0
        self._noting = threading.Lock()
        self._begun = time.monotonic()

    @contextmanager
    def turn(self, endpoint: str, cancel: threading.Event) -> Iterator[float]:
        """As the governor's, and noted."""
        with super().turn(endpoint, cancel) as begun:
            self._note(endpoint, begun)
            yield begun
        self._note(endpoint, None)

    def limited(self, endpoint: str, begun: float, seconds: float, reason: str = "") -> None:
        """As the governor's, and counted."""
        self.refused += 1
        super().limited(endpoint, begun, seconds, reason)

    def _note(self, endpoint: str, begun: float | None) -> None:
        with self._noting:
            now = time.monotonic() - self._begun
            stage = self.stages.setdefault(endpoint.removeprefix("/v1/"), Stage(now, now))
            stage.requests += begun is not None
            stage.last = now


@contextmanager
def bulk_account(count: int, **options: object) -> Iterator[PracticeProcess]:
    """A practice server of so many payments in a process of its own; ``frozen=False`` lets its clock run from now."""
    frozen = bool(options.get("frozen", True))
    told = ("--kind", "bulk", "--count", str(count), *(("--frozen",) if frozen else ()))
    server = PracticeProcess.start(now=NOON if frozen else None, options=told, timeout=60 + count / 1_000)
    try:
        yield server
    finally:
        server.stop()


def control_of(server: PracticeProcess) -> ControlAddress:
    """The control address of a server's account."""
    return ControlAddress(server.handshake.base_url, server.handshake.control_token)


def slow_down(server: PracticeProcess, latency_ms: int) -> None:
    """Let every answer take its time."""
    control_of(server).post("faults", {"kind": "latency", "latency_ms": latency_ms, "times": _ENOUGH})


def measure(order: Order) -> Cost:
    """Sync in a child."""
    command = [sys.executable, "-m", "tests.tools.sync_meter"]
    run = subprocess.run(command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    return msgspec.json.decode(run.stdout.splitlines()[-1], type=Cost)


def _sync(order: Order) -> Cost:
    """In the child: sync everything."""
    governor = WatchedGovernor(Rates(order.endpoint, order.total, order.at_once))
    desk, system = open_desk(order.address), SystemClock()
    service = SyncService(desk, desk, lambda _: StripeGateway(order.key, system, base=order.base, governor=governor))
    forget_peak()
    before, cpu, wall = peak_mb(), time.process_time(), time.perf_counter()
    told = service.sync(EVERYTHING, threading.Event(), only=order.only).summary
    spent, took = time.process_time() - cpu, time.perf_counter() - wall
    return Cost(told.fetched, told.new, told.failed, took, spent, before, peak_mb(), governor.refused, governor.stages)


if __name__ == "__main__":
    sys.stdout.buffer.write(
        b"\n" + msgspec.json.encode(_sync(msgspec.json.decode(sys.stdin.buffer.read(), type=Order)))
    )
