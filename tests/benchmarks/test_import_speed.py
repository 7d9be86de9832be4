"""How long the import of 119,390 bookings takes, and how much memory, on both engines.

The file is read, mapped and judged as people's files are, with the columns that its preset names. The floor is measured
in the same run: the csv module, and one statement of many rows for all of it. Which rows must come in is told by this
file's own reading of the data; seconds are printed.
"""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.hotel_bookings import BOOKINGS
from tests.tools.import_meter import Cost, Order, Took, measure

GOAL_SECONDS, GOAL_MB = 60, 250
_COLUMNS = 33
Rows = Iterator[tuple[str, ...]]


@pytest.fixture(autouse=True)
def _data() -> None:
    if not BOOKINGS.exists():
        pytest.skip("the hotel bookings are not beside the project (shared/data)")


def test_into_sqlite(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    cost = measure(Order(sqlite_maker.copy(tmp_path / "desk.sqlite3"), str(BOOKINGS)))
    _tell("SQLite", cost, _floor(lambda rows: _into_sqlite(tmp_path / "floor.sqlite3", rows)))
    _whole(cost)


def test_into_postgresql(postgresql_maker: PostgresqlMaker) -> None:
    cost = measure(Order(postgresql_maker.copy(), str(BOOKINGS)))
    _tell("PostgreSQL", cost, _floor(lambda rows: _into_postgresql(postgresql_maker, rows)))
    _whole(cost)


def _tell(what: str, cost: Cost, floor: Took) -> None:
    """An import is a look at the file, and the run."""
    wall, cpu, server = (getattr(cost.look, name) + getattr(cost.run, name) for name in ("wall", "cpu", "server"))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"\n{what}: {cost.run.counts['new']:,} bookings in {wall:.1f} s, CPU {cpu:.1f} s + the server's {server:.1f} s"
    )
    print(f"  goal {GOAL_SECONDS} s {_verdict(wall <= GOAL_SECONDS)}; load {load} on {os.cpu_count()} cores")
    for name, took in (("look", cost.look), ("dry run", cost.dry_run), ("run", cost.run), ("again", cost.again)):
        told = ", ".join(f"{count:,} {fate}" for fate, count in took.counts.items() if count)
        print(f"  {name}: {took.wall:.1f} s, CPU {took.cpu:.1f} s + {took.server:.1f} s; {told or 'rows counted'}")
    print(f"  memory at the peak: {cost.peak_mb:.0f} MB; goal {GOAL_MB} MB {_verdict(cost.peak_mb <= GOAL_MB)}")
    print(
        f"  floor, csv and one statement: {floor.wall:.1f} s, CPU {floor.cpu:.1f} s; we take ×{wall / floor.wall:.0f}"
    )


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def _whole(cost: Cost) -> None:
    """Everything that can come in is in, once, and journalled: a run that leaves something out is fast for nothing."""
    good = [_can_come_in(row) for row in _read()]
    expected = (good.count(True), 0, good.count(False))
    assert [_fates(one) for one in (cost.dry_run, cost.run)] == [expected, expected]
    assert _fates(cost.again) == (0, good.count(True), good.count(False))
    assert (cost.journalled, cost.broken_at) == (good.count(True), None)


def _fates(took: Took) -> tuple[int, int, int]:
    return took.counts["new"], took.counts["same"], took.counts["broken"]


def _can_come_in(row: dict[str, str]) -> bool:
    """At least a night and a person, all counted, and nobody is paid for staying."""
    nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
    persons = [row[name].removesuffix(".0") for name in ("adults", "children", "babies")]
    if nights == 0 or not all(one.isdigit() or not one for one in persons):
        return False
    return any(int(one or 0) for one in persons) and not row["adr"].startswith("-")


def _read() -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(BOOKINGS) as archive, archive.open(archive.namelist()[0]) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))


def _floor(write: Callable[[Rows], None]) -> Took:
    """From the file to committed rows, by the plainest program there is."""
    cpu, wall = time.process_time(), time.perf_counter()
    write(_numbered())
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def _numbered() -> Rows:
    with zipfile.ZipFile(BOOKINGS) as archive, archive.open(archive.namelist()[0]) as raw:
        rows = csv.reader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
        next(rows)
        yield from ((str(number), *row) for number, row in enumerate(rows))


def _create() -> str:
    return f"CREATE TABLE floor ({', '.join(f'c{at} TEXT' for at in range(_COLUMNS))}, PRIMARY KEY (c0))"


def _into_sqlite(path: Path, rows: Rows) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_create())
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * _COLUMNS)})", rows)
        connection.execute("COMMIT")


def _into_postgresql(maker: PostgresqlMaker, rows: Rows) -> None:
    address = maker.create().replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection:
        connection.execute(_create().encode())
        with connection.cursor() as cursor, cursor.copy("COPY floor FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
