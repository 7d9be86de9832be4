"""How long cash takes from Enter until it is saved and until the folio shows it, while a sync runs and Stripe hangs.

The floor is the same Enter at the same window with nothing running. Window and server are processes of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec
import pytest

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.money import Money
from rentease_desk.practice.process import PracticeProcess
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.settings import SettingsService
from tests.tools.benchmarks import open_desk
from tests.tools.cash_probe import TIMES, Told, Took
from tests.tools.databases import ENGINES
from tests.tools.sync_meter import ROOT, bulk_account

COUNT = 20_000
_GOAL = 150
_BOOKINGS = 3 * TIMES + 5


def _prepare(address: str) -> None:
    """Bookings to pay for; the timer would begin a listing of its own."""
    desk = open_desk(address)
    SettingsService(desk).set({"sync_minutes": "0", "currency": "EUR"})
    service, today = BookingService(desk), datetime.now(UTC).date()
    for number in range(_BOOKINGS):
        arrival = today - timedelta(days=number % 5)
        stay = BookingDraft(
            Guest(f"Guest {number}"), arrival, arrival + timedelta(days=6), total=Money(10_000 + number, "eur")
        )
        service.add(stay)
    desk.db.close()


def _environment(server: PracticeProcess, folder: Path, address: str) -> dict[str, str]:
    told = server.handshake
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RENTEASE_D", "STRIPE"))}
    own = {"QT_QPA_PLATFORM": "offscreen", "RENTEASE_DATA_DIR": str(folder), "RENTEASE_DATABASE_URL": address}
    stripe = {"STRIPE_API_KEY": told.api_key, "STRIPE_API_BASE": told.base_url}
    return {**kept, **own, **stripe, "RENTEASE_PRACTICE_TOKEN": told.control_token}


def _print(what: str, took: Took) -> float:
    """Returns the median until it is seen."""
    figures = ((name, getattr(took, name)) for name in ("saved", "seen"))
    told = ", ".join(f"{name} {median(ms):.0f} ms, worst {max(ms):.0f}" for name, ms in figures)
    print(f"{what}: {told} (of {len(took.seen)})")
    return median(took.seen)


@pytest.mark.parametrize("engine", ENGINES)
def test_cash_is_saved_while_stripe_hangs_and_a_sync_runs(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    maker = request.getfixturevalue(f"{engine}_maker")
    address = maker.copy(tmp_path / "desk.sqlite3") if engine == "sqlite" else maker.copy()
    _prepare(address)
    with bulk_account(COUNT, frozen=False) as server:
        command = [sys.executable, "-m", "tests.tools.cash_probe"]
        environment = _environment(server, tmp_path, address)
        run = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT, env=environment)
    told = msgspec.json.decode(run.stdout.splitlines()[-1], type=Told)
    print(f"\n{engine}, from Enter; {told.synced[0]} and {told.synced[1]} of {TIMES} while the sync ran")
    _print("floor, nothing running", told.idle)
    for what, took in (("a sync runs", told.sync), ("Stripe hangs in that sync", told.hang)):
        seen = _print(what, took)
        print(
            f"goal {_GOAL} ms {'reached' if seen <= _GOAL else 'MISSED'} by the median, {_late(took)} later than that"
        )


def _late(took: Took) -> str:
    return f"{sum(ms > _GOAL for ms in took.seen)} of {len(took.seen)}"
