"""Whether the window answers while 20,000 payments are synced behind it: how late a 5 ms ticker of its loop comes.

The floors are the same ticker of the same window with nothing running, and an empty loop beside it all. The server is a
process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from rentease_desk.practice.process import PracticeProcess
from rentease_desk.services.settings import SettingsService
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker
from tests.tools.late import beside, judged, told
from tests.tools.sync_meter import ROOT, bulk_account, slow_down
from tests.tools.window_ticker import Lateness

COUNT = 20_000


def _environment(server: PracticeProcess, folder: Path) -> dict[str, str]:
    told = server.handshake
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RENTEASE_D", "STRIPE"))}
    own = {"QT_QPA_PLATFORM": "offscreen", "RENTEASE_DATA_DIR": str(folder)}
    return {**kept, **own, "STRIPE_API_KEY": told.api_key, "STRIPE_API_BASE": told.base_url}


def _prepare(address: str) -> None:
    """The timer would begin a listing of its own."""
    desk = open_desk(address)
    SettingsService(desk).set({"sync_minutes": "0"})
    desk.db.close()


@pytest.mark.parametrize("latency", [50, 0])
def test_the_window_answers_while_everything_is_synced(latency: int, tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    """The pace is that of the desk's own governor."""
    _prepare(sqlite_maker.copy(tmp_path / "rentease-desk.sqlite3"))
    with bulk_account(COUNT, frozen=False) as server:
        if latency:
            slow_down(server, latency)
        command = [sys.executable, "-m", "tests.tools.window_ticker"]
        with beside() as floor:
            run = subprocess.run(
                command, stdout=subprocess.PIPE, check=True, cwd=ROOT, env=_environment(server, tmp_path)
            )
    found = msgspec.json.decode(run.stdout.splitlines()[-1], type=Lateness)
    print(f"\na sync of {COUNT} payments, {latency} ms latency: {found.seconds:.0f} s")
    print(told("floor, an empty loop beside it: late", floor))
    print(told("floor, nothing running: late", found.idle))
    print(told("during the sync: late", found.busy))
    print(judged(found.busy))
