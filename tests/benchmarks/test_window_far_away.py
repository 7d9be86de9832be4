"""Whether the window answers while its database is 100 ms away: how late a 5 ms ticker of its loop comes while somebody
scrolls, searches and saves, with 119,390 bookings in PostgreSQL.

The floors are the same at a database without the delay, and an empty loop beside it all. Window, server and what delays
are processes of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from rentease_desk.services.settings import SettingsService
from tests.tools import hotel_bookings
from tests.tools.benchmarks import open_desk
from tests.tools.databases import PostgresqlMaker
from tests.tools.far_probe import Late
from tests.tools.late import beside, judged, told
from tests.tools.proxy import proxy_to
from tests.tools.sync_meter import ROOT

ROUND_TRIP = 0.1
"""Seconds."""
ROUNDS = int(os.environ.get("RENTEASE_BENCHMARK_ROUNDS", "2"))
"""How often all of it is done again after the first time."""


@pytest.fixture(scope="module")
def full_desk(postgresql_maker: PostgresqlMaker) -> str:
    """The address of a property with every booking of the data; no timer begins a sync."""
    if not hotel_bookings.available():
        pytest.skip(hotel_bookings.MISSING)
    address = postgresql_maker.copy()
    desk = open_desk(address)
    SettingsService(desk).set({"sync_minutes": "0", "currency": "EUR"})
    hotel_bookings.load(desk)
    desk.db.close()
    return address


def _work(address: str, folder: Path) -> Late:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RENTEASE", "STRIPE"))}
    own = {"QT_QPA_PLATFORM": "offscreen", "RENTEASE_DATA_DIR": str(folder), "RENTEASE_DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.tools.far_probe", str(ROUNDS)]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT, env={**kept, **own})
    return msgspec.json.decode(run.stdout.splitlines()[-1], type=Late)


@pytest.mark.parametrize("round_trip", [0.0, ROUND_TRIP])
def test_the_window_answers_while_its_database_is_far(
    full_desk: str, round_trip: float, postgresql_maker: PostgresqlMaker, tmp_path: Path
) -> None:
    with proxy_to(postgresql_maker.admin) as network:
        network.delay = round_trip / 2
        with beside() as floor:
            found = _work(network.address(full_desk), tmp_path)
    print(f"\n{round_trip * 1_000:.0f} ms to the database, {ROUNDS} rounds after the first")
    print(told("floor, an empty loop beside it", floor))
    for what, late in found.items():
        print(f"{told(what, late)}; {judged(late)}")
