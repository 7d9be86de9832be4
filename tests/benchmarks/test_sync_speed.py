"""How fast a sync of 20,000 PaymentIntents with their charges is, at Stripe's limits and without any, and its memory.

The server is a process of its own, and so is the sync. The floor is measured in the same run: json alone, and one
statement of many rows through the driver, for the same pages. Counts are asserted; seconds are printed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.populate import populate_bulk
from rentease_desk.practice.process import PracticeProcess
from rentease_desk.practice.world import World
from tests.practice.checks import Asker
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.practice import NOON
from tests.tools.sync_meter import Cost, Order, bulk_account, control_of, measure, slow_down

COUNT = 20_000
PAGES = COUNT // 100
RATE = 24
TOTAL = 100
"""Requests a second in all, as Stripe allows: an endpoint is what limits."""
FREE = 100_000
LISTS = [("everything", ()), ("PaymentIntents with their charges", ("payments",))]
"""What is read: all lists, with each charge a second time and its balance transaction, or one."""
MANY = "RENTEASE_BENCHMARK_MANY"
"""Set, half a million are synced too, which takes some minutes."""
_COLUMNS = 12
_FIELDS = ("id", "created", "amount", "currency", "status", "customer")


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeProcess]:
    with bulk_account(COUNT) as running:
        yield running


def _order(server: PracticeProcess, address: str, endpoint: float, total: float, only: tuple[str, ...] = ()) -> Order:
    told = server.handshake
    return Order(address, told.base_url, told.api_key, endpoint, total, only=only)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def _print(what: str, cost: Cost, count: int = COUNT) -> None:
    each = cost.cpu / (count / 1_000)
    print(f"\n{what}: {cost.wall:.1f} s, {count / cost.wall:,.0f} PaymentIntents/s")
    print(
        f"  CPU of the sync {cost.cpu:.1f} s, {each:.2f} s per 1,000: {1_000 / each:,.0f}/s if nothing else took time"
    )
    for name, stage in sorted(cost.stages.items(), key=lambda one: one[1].first):
        print(f"  {name}: {stage.requests} requests from {stage.first:.1f} s to {stage.last:.1f} s")
    goal = _verdict(cost.peak_mb <= 120)
    print(f"  memory: {cost.before_mb:.0f} MB before, {cost.peak_mb:.0f} MB at the peak; goal 120 MB {goal}")


def _whole(cost: Cost, count: int = COUNT) -> None:
    """Everything was synced: a run that leaves something out is fast for nothing."""
    assert cost.failed == 0
    assert cost.new >= count


def test_at_the_pace_of_stripes_limits(server: PracticeProcess, tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    slow_down(server, 50)
    control_of(server).post("limits", {"endpoint": 25})
    try:
        cost = measure(_order(server, sqlite_maker.copy(tmp_path / "desk.sqlite3"), RATE, TOTAL))
        refused = control_of(server).get()["refused"]
    finally:
        control_of(server).post("actions/mend", {})
    _print(f"at {RATE}/s an endpoint, 50 ms latency", cost)
    longest = max(stage.requests for stage in cost.stages.values())
    share = PAGES / RATE / cost.wall
    print(f"  floor: {PAGES} pages at {RATE}/s take {PAGES / RATE:.1f} s; the longest list took {longest} requests")
    print(f"  {share:.0%} of what the limit allows; goal 90 % {_verdict(share >= 0.9)}; {refused} answers 429")
    _whole(cost)
    assert (refused, cost.refused) == (0, 0)


@pytest.mark.parametrize(("what", "only"), LISTS)
def test_without_limits_into_sqlite(
    server: PracticeProcess, tmp_path: Path, sqlite_maker: SqliteMaker, what: str, only: tuple[str, ...]
) -> None:
    cost = measure(_order(server, sqlite_maker.copy(tmp_path / "desk.sqlite3"), FREE, FREE, only))
    _print(f"{what} without limits into SQLite", cost)
    _tell_speed(cost, 5_000, _floor(lambda rows: _into_sqlite(tmp_path / "floor.sqlite3", rows)))
    _whole(cost)


@pytest.mark.parametrize(("what", "only"), LISTS)
def test_without_limits_into_postgresql(
    server: PracticeProcess, postgresql_maker: PostgresqlMaker, what: str, only: tuple[str, ...]
) -> None:
    cost = measure(_order(server, postgresql_maker.copy(), FREE, FREE, only))
    _print(f"{what} without limits into PostgreSQL", cost)
    _tell_speed(cost, 4_000, _floor(lambda rows: _into_postgresql(postgresql_maker, rows)))
    _whole(cost)


def test_the_cost_is_linear(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    each = {}
    for count in (COUNT, 100_000, *((500_000,) if os.environ.get(MANY) else ())):
        with bulk_account(count) as many:
            cost = measure(_order(many, sqlite_maker.copy(tmp_path / f"{count}.sqlite3"), FREE, FREE))
        _print(f"{count:,} without limits", cost, count)
        _whole(cost, count)
        each[count] = cost.cpu / count
    first = each[COUNT]
    print(
        "\nCPU an object, against 20,000: " + ", ".join(f"{count:,}: ×{one / first:.2f}" for count, one in each.items())
    )
    # Anything that is not linear is five times as dear at five times as many; a busy machine is not.
    assert max(each.values()) < 2 * first


def _tell_speed(cost: Cost, goal: int, floor: float) -> None:
    speed = COUNT / cost.wall
    print(f"  goal {goal:,}/s {_verdict(speed >= goal)}")
    print(f"  floor, json and one statement a page: {floor:.2f} s, {COUNT / floor:,.0f}/s")
    print(f"  we take ×{cost.wall / floor:.0f}")


def _floor(write: Callable[[Iterator[list[tuple[Any, ...]]]], None]) -> float:
    """Seconds from bytes to committed rows, by the plainest program there is; pages are made before."""
    pages = _pages()
    begun = time.perf_counter()
    write(_rows(json.loads(page)["data"]) for page in pages)
    return time.perf_counter() - begun


def _pages() -> list[bytes]:
    """The same account's PaymentIntents with their latest charge, as they come over HTTP."""
    world = World(1, WorldClock(NOON, frozen=True))
    populate_bulk(world, COUNT)
    asker, found = Asker(world), []
    after: dict[str, str] = {}
    for _ in range(PAGES):
        page = asker.bytes("/v1/payment_intents", limit=100, expand=("data.latest_charge",), **after)
        found.append(page)
        after = {"starting_after": orjson.loads(page)["data"][-1]["id"]}
    return found


def _rows(data: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(part.get(name) for part in (one, one["latest_charge"]) for name in _FIELDS) for one in data]


def _create() -> str:
    """No types, as SQLite has none; PostgreSQL gets text."""
    return ", ".join(f"c{at} TEXT" for at in range(_COLUMNS))


def _into_sqlite(path: Path, pages: Iterator[list[tuple[Any, ...]]]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"CREATE TABLE floor ({_create()}, PRIMARY KEY (c0))")
        for rows in pages:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * _COLUMNS)})", rows)
            connection.execute("COMMIT")


def _into_postgresql(maker: PostgresqlMaker, pages: Iterator[list[tuple[Any, ...]]]) -> None:
    address = maker.create().replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE TABLE floor ({_create()}, PRIMARY KEY (c0))".encode())
        connection.commit()
        for rows in pages:
            with connection.cursor() as cursor, cursor.copy("COPY floor FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()
