"""How long a piece of the tape chart takes to read, with 119,390 bookings in the database.

The floor is the same read of an empty piece: days on which nobody stays.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from rentease_desk.domain.tape import TapeQuery
from rentease_desk.services.tape import TapeService
from tests.tools import hotel_bookings
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker

RUNS = 15
_DAYS, _ROWS = 29, 36
"""Two weeks and twenty rooms, with the margin that the window reads around them."""


def test_a_piece_of_the_chart_is_read(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    if not hotel_bookings.available():
        pytest.skip(hotel_bookings.MISSING)
    desk = open_desk(sqlite_maker.copy(tmp_path / "full.sqlite3"))
    hotel_bookings.load(desk)
    tape = TapeService(desk)
    for name, first in (("floor, nobody there", date(2030, 1, 1)), ("last days", date(2017, 8, 25)),
                        ("a summer long ago", date(2016, 8, 1))):  # fmt: skip
        took, stays = [], 0
        for _ in range(RUNS):
            begun = time.perf_counter()
            stays = len(tape.chart(TapeQuery(first, _DAYS, 100, _ROWS)).stays)
            took.append((time.perf_counter() - begun) * 1000)
        print(f"{name}: {stays} stays in {median(took):.0f} ms, worst {max(took):.0f} ms")
    desk.db.close()
