"""What pulling a page costs: CPU from bytes to committed rows, and memory over 20,000 payments.

The floor is measured in the same run: json and sqlite3 alone, with as many rows and columns.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median

import orjson
import pytest

from rentease_desk.domain.clock import SystemClock
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.populate import populate_bulk
from rentease_desk.practice.process import PracticeProcess
from rentease_desk.practice.world import World
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import LIVE, Governor
from rentease_desk.stripe_gateway.pages import payments_of
from rentease_desk.stripe_gateway.transport import Reply
from tests.practice.checks import Asker
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker
from tests.tools.peaks import forget_peak, peak_mb
from tests.tools.practice import NOON

PAGES = 30


@pytest.fixture(scope="module")
def pages() -> list[bytes]:
    """Pages of 100 PaymentIntents with their latest charge, as they come over HTTP."""
    world = World(1, WorldClock(NOON, frozen=True))
    populate_bulk(world, PAGES * 100)
    asker, found = Asker(world), []
    after: dict[str, str] = {}
    for _ in range(PAGES):
        page = asker.bytes("/v1/payment_intents", limit=100, expand=("data.latest_charge",), **after)
        found.append(page)
        after = {"starting_after": orjson.loads(page)["data"][-1]["id"]}
    return found


def _print(what: str, seconds: list[float]) -> None:
    print(f"{what}: median {median(seconds) * 1000:.1f} ms of CPU a page (of {len(seconds)})")


def _cpu(work: Iterator[object]) -> list[float]:
    took: list[float] = []
    while True:
        begun = time.process_time()
        try:
            next(work)
        except StopIteration:
            return took
        took.append(time.process_time() - begun)


def _floor(pages: list[bytes], path: Path) -> Iterator[None]:
    """json and sqlite3 alone: three tables of 15, 23 and 34 columns, 100 rows each a page, and a journal."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        for name, columns in (("intents", 15), ("charges", 23), ("payments", 34), ("journal", 11)):
            told = ", ".join(f"c{at}" for at in range(columns))
            connection.execute(f"CREATE TABLE {name} ({told}, PRIMARY KEY (c0))")
        for page in pages:
            data = json.loads(page)["data"]
            connection.execute("BEGIN IMMEDIATE")
            for name, columns in (("intents", 15), ("charges", 23), ("payments", 34), ("journal", 11)):
                marks = ", ".join("?" * columns)
                rows = [(one["id"], *(one["amount"] for _ in range(columns - 1))) for one in data]
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
            connection.execute("COMMIT")
            yield


def test_a_page_from_bytes_to_committed_rows(pages: list[bytes], tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    desk = open_desk(sqlite_maker.copy(tmp_path / "desk.sqlite3"))
    identity, days = Identity("acct_1", livemode=False), desk.property().days

    def store(pages: list[bytes]) -> Iterator[None]:
        for number, page in enumerate(pages):
            reply = Reply(orjson.loads(page), (NOON + number) * 1_000_000)
            shown = payments_of(reply, reply.data["data"], livemode=False)
            with desk.writing() as unit:
                store_payments(unit, identity, days, [shown])
            yield

    print()
    _print("floor, json and sqlite3 alone", _cpu(_floor(pages, tmp_path / "floor.sqlite3"))[3:])
    _print("new payments with charges (at most 25 ms)", _cpu(store(pages))[3:])
    _print("the same again, nothing changed", _cpu(store(pages))[3:])
    desk.db.close()


def test_twenty_thousand_payments_over_http(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    """In a process of its own, so that its peak is its own."""
    server = PracticeProcess.start(now=NOON, options=("--kind", "bulk", "--count", "20000", "--frozen"), timeout=60)
    try:
        told = server.handshake
        address = sqlite_maker.copy(tmp_path / "desk.sqlite3")
        run = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.test_sync_cost", address, told.base_url],
            input=told.api_key,
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
    finally:
        server.stop()
    print("\n" + run.stdout.strip())


def _measure(address: str, base: str, key: str) -> None:
    """In the child: sync everything, and print what it cost."""
    from rentease_desk.services.sync.service import SyncService

    desk = open_desk(address)
    system, governor = SystemClock(), Governor(time.monotonic, LIVE)  # a practice server, at the pace of real work
    sync = SyncService(desk, desk, lambda _: StripeGateway(key, system, base=base, governor=governor))
    forget_peak()
    idle, begun, clock = peak_mb(), time.process_time(), time.perf_counter()
    result = sync.sync(DateRange(date(2020, 1, 1), date(2030, 1, 1)), threading.Event())
    cpu, wall = time.process_time() - begun, time.perf_counter() - clock
    print(f"{result.summary}")
    each = cpu / 200 * 1000
    print(f"CPU {cpu:.1f} s, {each:.1f} ms for 100 payments with charges, refunds and customers, HTTP included")
    print(f"wall {wall:.1f} s (the client keeps below 20 requests a second and endpoint)")
    print(f"memory: {idle:.0f} MB idle, {peak_mb() - idle:.1f} MB more at the peak (at most 60 MB)")


if __name__ == "__main__":
    _measure(sys.argv[1], sys.argv[2], sys.stdin.read().strip())
