"""One desk syncs at a time, by the database's clock: whatever the desks' own clocks say, and however late a holder
that was stopped comes back.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import ConflictError
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.sync.lease import SECONDS, SyncLease, lease_seconds
from rentease_desk.services.sync.service import SyncService
from rentease_desk.services.sync.standing import holder_of
from rentease_desk.storage.stripe_tables import sync_lease
from tests.tools.asking import let_pass
from tests.tools.clocks import SetClock

SKEW = 600

_HOLDER = """
import sys
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds, SystemClock
from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import ConflictError
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.storage.opening import open_database
db = open_database(sys.argv[1], SystemClock(), RandomIds())
desk = Desk(db, SystemClock(), RandomIds(), Operator("Stripe", "Desk 1"), ChangeFeed())
lease = SyncLease(desk)
lease.take(desk.property().days, int(sys.argv[2]))
print("held", flush=True)
sys.stdin.readline()
try:
    with desk.writing() as unit:
        lease.keep(unit)
        unit.record("edit", "property", "late", None, {"name": "late"})
    print("written", flush=True)
except ConflictError as error:
    print(error.code, flush=True)
db.close()
"""


def at(desk: Desk, name: str, skew: int) -> Desk:
    """Another desk on the same database, whose clock is wrong."""
    return replace(desk, operator=Operator("Stripe", name), clock=SetClock(desk.clock.now() + skew), feed=ChangeFeed())


def run_out(desk: Desk) -> None:
    """The database's clock has gone past the holder's time."""
    with desk.writing() as unit:
        unit.connection.execute(update(sync_lease).values(expires_at=1))


@pytest.mark.parametrize("skews", [(-SKEW, SKEW), (SKEW, -SKEW)])
def test_clocks_that_are_wrong_do_not_matter(desk: Desk, skews: tuple[int, int]) -> None:
    early, late = at(desk, "Desk 1", skews[0]), at(desk, "Desk 2", skews[1])
    days = desk.property().days
    first, second = SyncLease(early), SyncLease(late)
    first.take(days)
    with pytest.raises(ConflictError) as caught:
        second.take(days)
    assert caught.value.code == "sync.running"
    holder = holder_of(late)
    assert holder is not None
    assert holder.desk == "Desk 1"
    with early.writing() as unit:
        first.keep(unit)
    run_out(desk)
    second.take(days)
    with pytest.raises(ConflictError) as caught, early.writing() as unit:
        first.keep(unit)
    assert caught.value.code == "sync.lost_lease"
    first.drop()
    holder = holder_of(early)
    assert holder is not None
    assert holder.desk == "Desk 2"


def test_who_dies_is_followed_at_the_second_ring_of_another_desk_at_the_latest(desk: Desk) -> None:
    for minutes, late in product((1, 2, 5, 60, 1440), (0.0, 0.4, 0.999)):
        assert rings_until_taken(desk, minutes, late) <= 2


def rings_until_taken(desk: Desk, minutes: int, late: float) -> int:
    """A holder is silent for good. Another desk's timer rings when that part of an interval has passed, and then at
    each interval; returns how often it rang until it took over.
    """
    interval, seconds, days = 60 * minutes, lease_seconds(minutes), desk.property().days
    dead, other = SyncLease(at(desk, "Desk 1", 0)), SyncLease(at(desk, "Desk 2", 0))
    dead.take(days, seconds)
    let_pass(desk, int(late * interval))
    rings = 1
    while not taken(other, days, seconds):
        let_pass(desk, interval)
        rings += 1
    with pytest.raises(ConflictError) as caught, desk.writing() as unit:
        dead.keep(unit)
    assert caught.value.code == "sync.lost_lease"
    other.drop()
    return rings


def test_where_the_timer_is_off_a_holder_may_be_silent_as_long_as_with_five_minutes() -> None:
    assert [lease_seconds(minutes) for minutes in (0, 1, 5, 60)] == [SECONDS, 60, SECONDS, SECONDS]


def test_a_slow_page_is_not_taken_from_its_own_process(desk: Desk) -> None:
    """The lease has run out, and nobody else has begun: the window's timer does not begin beside its Sync Now."""
    service = SyncService(desk, desk, lambda _: pytest.fail("Stripe is asked"))
    with service._lease() as lease:
        run_out(desk)
        with pytest.raises(ConflictError) as caught, service._lease():
            pytest.fail("two runs at once")
        assert caught.value.code == "sync.running"
        with desk.writing() as unit:
            lease.keep(unit)
    with service._lease():
        assert holder_of(desk) is not None


def taken(lease: SyncLease, days: Days, seconds: int) -> bool:
    """Whether it could be taken."""
    try:
        lease.take(days, seconds)
    except ConflictError:
        return False
    return True


@contextmanager
def holder_process(address: str, seconds: int = SECONDS) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lease."""
    command = [sys.executable, "-c", _HOLDER, address, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there")
def test_a_holder_that_was_stopped_writes_nothing_when_it_goes_on(desk: Desk, address: str) -> None:
    with holder_process(address) as process:
        assert told(process) == "held"
        os.kill(process.pid, signal.SIGSTOP)
        mine = SyncLease(at(desk, "Desk 2", 0))
        with pytest.raises(ConflictError):
            mine.take(desk.property().days)
        run_out(desk)
        mine.take(desk.property().days)
        assert goes_on(process) == "sync.lost_lease"
    with desk.writing() as unit:
        mine.keep(unit)
    assert SettingsService(desk).get().name == "Hotel Lanterna"


def goes_on(process: subprocess.Popen[str]) -> str:
    """Wake it, and let it write: what it was told."""
    os.kill(process.pid, signal.SIGCONT)
    assert process.stdin is not None
    process.stdin.write("go on\n")
    process.stdin.flush()
    return told(process)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there")
def test_a_holder_that_sleeps_for_a_minute_is_followed_by_another_desk(desk: Desk, address: str) -> None:
    """By the clock of the database alone: the desks' own are ten minutes wrong, and nothing is set by hand."""
    mine, days = SyncLease(at(desk, "Desk 2", -SKEW)), desk.property().days
    with holder_process(address, 40) as process:
        assert told(process) == "held"
        os.kill(process.pid, signal.SIGSTOP)
        slept = time.monotonic()
        while not taken(mine, days, 300):
            assert time.monotonic() - slept < 60
            time.sleep(1)
        assert time.monotonic() - slept > 30
        time.sleep(60 - (time.monotonic() - slept))
        assert goes_on(process) == "sync.lost_lease"
    with desk.writing() as unit:
        mine.keep(unit)
