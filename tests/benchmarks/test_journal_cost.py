"""What the journal costs a payment, and how fast it is verified.

The floor is measured in the same run: the same payments, taken by the same service, while nothing is recorded. The two
take turns, as a machine's mood changes.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.journal import JournalService
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage import payments as payment_rows
from rentease_desk.storage.database import Unit
from rentease_desk.storage.news import announce
from tests.tools.benchmarks import open_desk
from tests.tools.databases import ENGINES, SqliteMaker
from tests.tools.peaks import forget_peak, peak_mb

TURNS, EACH = 40, 10
"""So many times, so many payments with the journal and as many without."""
GOAL = 0.15
SIZES = (20_000, 100_000)
_AT_ONCE = 500


@contextmanager
def unjournalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Writes record nothing; other desks are told of them all the same, by a statement of its own."""
    with monkeypatch.context() as without:
        without.setattr(Unit, "record", lambda *_arguments, **_more: None)
        without.setattr(Unit, "finish", lambda unit, origin: announce(unit.connection, origin, unit.changes))
        without.setattr(payment_rows, "document", lambda *_arguments, **_more: {})
        yield


def taken(service: PaymentService, pks: list[int], name: str) -> tuple[list[float], list[float]]:
    """Seconds by the clock, and of CPU, of a payment each."""
    walls, cpus = [], []
    for at in range(EACH):
        draft = PaymentDraft(f"{name}-{at}", pks.pop(), "cash", Money(1_000 + at, "eur"), note="at the desk")
        wall, cpu = time.perf_counter(), time.process_time()
        service.take(draft)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return walls, cpus


def bookings(desk: Desk, count: int) -> list[int]:
    """One for each payment: all pay on a folio of their own."""
    service = BookingService(desk)
    stay = BookingDraft(Guest("Guest"), date(2026, 11, 5), date(2026, 11, 7), total=Money(20_000, "eur"))
    return [service.add(stay).value.pk for _ in range(count)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_payment_with_and_without_the_journal(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = request.getfixturevalue(f"{engine}_maker")
    desk = open_desk(maker.copy(tmp_path / "desk.sqlite3") if engine == "sqlite" else maker.copy())
    service, pks = PaymentService(desk), bookings(desk, (2 * TURNS + 2) * EACH)
    taken(service, pks, "warm")
    gc.collect()
    gc.disable()
    with_wall, with_cpu, floor_wall, floor_cpu = list[float](), list[float](), list[float](), list[float]()
    for turn in range(TURNS):
        wall, cpu = taken(service, pks, f"with-{turn}")
        with_wall, with_cpu = with_wall + wall, with_cpu + cpu
        with unjournalled(monkeypatch):
            wall, cpu = taken(service, pks, f"floor-{turn}")
        floor_wall, floor_cpu = floor_wall + wall, floor_cpu + cpu
    gc.enable()
    print(f"\n{engine}, median of {len(with_wall)} payments each")
    for what, ours, floor in (("wall", with_wall, floor_wall), ("CPU", with_cpu, floor_cpu)):
        more = median(ours) / median(floor) - 1
        print(f"{what}: {median(ours) * 1000:.2f} ms, floor {median(floor) * 1000:.2f} ms: {more:+.1%}", end="")
        print(f" (goal {GOAL:.0%}: {'reached' if more <= GOAL else 'MISSED'})")
    desk.db.close()


@pytest.mark.parametrize("count", SIZES)
def test_verifying_takes_no_more_memory_for_more_rows(count: int, tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    """In a process of its own, so that its peak is its own."""
    address = sqlite_maker.copy(tmp_path / "desk.sqlite3")
    command = [sys.executable, "-m", "tests.benchmarks.test_journal_cost", address, str(count)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    print("\n" + run.stdout.strip())


def _measure(address: str, count: int) -> None:
    """In the child: card payments as a sync writes them, then verify."""
    from tests.tools.gui_stripe import Card
    from tests.tools.homeless import Homeless, pay

    desk = open_desk(address)
    for start in range(0, count, _AT_ONCE):
        pay(desk, *(Homeless(Card(f"{at}", 1_000 + at)) for at in range(start, start + _AT_ONCE)))
    journal, cancel = JournalService(desk), threading.Event()
    journal.verify(cancel, lambda _done, _total: None)
    forget_peak()
    idle, begun = peak_mb(), time.perf_counter()
    found = journal.verify(cancel, lambda _done, _total: None)
    took = time.perf_counter() - begun
    assert found.misfit is None
    print(
        f"{found.head.seq} journal rows, {found.looked} steps: {took:.1f} s, {found.looked / took:,.0f} a second",
        end="",
    )
    print(f", {peak_mb() - idle:.1f} MB above {idle:.0f} MB")
    desk.db.close()


if __name__ == "__main__":
    _measure(sys.argv[1], int(sys.argv[2]))
