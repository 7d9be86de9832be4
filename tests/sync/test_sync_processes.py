"""Syncs as processes of their own: two at once, killed in the middle, stopped by Ctrl+C.

``test_sync_kills`` kills very many, at random moments.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from rentease_desk.domain.sync import RunOutcome
from rentease_desk.domain.sync_requests import AskState
from tests.tools.accounts import Accounts
from tests.tools.asking import with_key, without_key
from tests.tools.commands import Commands
from tests.tools.stories import Happening
from tests.tools.syncing import ALL, SyncDesk, check_journal, check_truth, settle

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and SIGINT are things of POSIX")
WIDE = ("sync", "--from", "2020-01-01", "--to", "2030-12-31", "--json")


@pytest.fixture
def cli(at: SyncDesk, address: str, tmp_path: Path) -> Commands:
    """Commands on the database of the test's desk."""
    given = {"STRIPE_API_BASE": at.account.url, "STRIPE_API_KEY": at.account.key, "RENTEASE_DATABASE_URL": address}
    return Commands(tmp_path, given, anew=True)


@pytest.fixture
def bulk(at: SyncDesk, accounts: Accounts) -> SyncDesk:
    at.account = accounts.open(kind="bulk", count=420)
    return at


def _count(at: SyncDesk, query: str) -> int:
    with at.desk.db.reading() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _payments(at: SyncDesk) -> int:
    return _count(at, "SELECT count(*) FROM payments")


def _lease_held(at: SyncDesk) -> bool:
    return _count(at, "SELECT count(*) FROM sync_lease WHERE holder <> ''") == 1


def _fence(at: SyncDesk) -> int:
    return _count(at, "SELECT fence FROM sync_lease")


def _until(true: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for something that the process does, half a minute at most."""
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)


def _end(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in err, err
    return process.returncode, out.decode(), err.decode()


def test_a_second_process_is_refused_and_the_first_goes_on(at: SyncDesk, cli: Commands) -> None:
    for _ in range(3):
        Happening(at.account).all("pay refund:100")
    at.account.fault("latency", latency_ms=2500, path="/v1/charges")
    first = cli.start(*WIDE)
    _until(lambda: _lease_held(at) and _payments(at) == 3, first)
    first.send_signal(signal.SIGSTOP)  # it waits for the charges, and would be done before the second has begun
    try:
        refused = cli.run(*WIDE, status=1)
    finally:
        first.send_signal(signal.SIGCONT)
    assert refused.json["error"]["code"] == "sync.running"
    assert "A sync is running already. Desk 1 began it at " in refused.err
    assert "run the same command with --ask" in refused.err
    status, out, _ = _end(first)
    assert (status, json.loads(out)["new"]) == (0, 6)
    check_truth(at)
    assert not _lease_held(at)


def test_control_c_ends_between_two_pages(bulk: SyncDesk, cli: Commands) -> None:
    cli.extra |= {"STRIPE_API_BASE": bulk.account.url, "STRIPE_API_KEY": bulk.account.key}
    bulk.account.fault("latency", latency_ms=250, path="/v1/payment_intents", times=20)
    process = cli.start(*WIDE)
    _until(lambda: _payments(bulk) >= 100, process)
    process.send_signal(signal.SIGINT)
    status, out, err = _end(process)
    assert (status, "Stopped. What was read is kept" in err) == (1, True)
    assert json.loads(out)["new"] == _payments(bulk)
    assert 100 <= _payments(bulk) < 420
    assert bulk.service.recent(1)[0].outcome is RunOutcome.CANCELLED
    bulk.account.control.no_faults(bulk.account.name)
    settle(bulk)


def _kill(at: SyncDesk, cli: Commands, after: int, delay: float) -> None:
    """Kill a sync once so many payments are stored, and a little later."""
    cli.extra |= {"STRIPE_API_BASE": at.account.url, "STRIPE_API_KEY": at.account.key}
    before = _fence(at)
    process = cli.start(*WIDE)
    _until(lambda: _fence(at) > before and _payments(at) >= after, process)
    time.sleep(delay)
    process.kill()
    process.communicate()
    check_journal(at.desk)


def test_a_killed_process_leaves_no_harm(bulk: SyncDesk, cli: Commands) -> None:
    """Twice in the middle; the lease of the dead is not waited for, and the next run ends in the truth."""
    bulk.account.fault("latency", latency_ms=40, times=500)
    for after in (100, 300):
        _kill(bulk, cli, after, 0)
        assert _lease_held(bulk)
    bulk.account.control.no_faults(bulk.account.name)
    settle(bulk)
    assert RunOutcome.RUNNING not in {run.outcome for run in bulk.service.recent(9)}
    assert [run.error_text for run in bulk.service.recent(9)].count("The program was stopped.") == 2


def test_what_a_process_was_asked_for_when_it_was_killed_is_done_by_another(bulk: SyncDesk, cli: Commands) -> None:
    cli.extra |= {"STRIPE_API_BASE": bulk.account.url, "STRIPE_API_KEY": bulk.account.key}
    one = without_key(bound(bulk)).ask(ALL).value
    bulk.account.fault("latency", latency_ms=40, times=500)
    process = cli.start("poll")
    _until(lambda: _payments(bulk) >= 100, process)
    process.kill()
    process.communicate()
    bulk.account.control.no_faults(bulk.account.name)
    (done,) = with_key(bulk, "Desk 3").serve(threading.Event()).requests
    assert (done.uid, done.state, done.holder) == (one.uid, AskState.DONE, "Desk 3")
    assert (_payments(bulk), _count(bulk, "SELECT attempts FROM sync_requests")) == (420, 2)
    check_truth(bulk)


def bound(at: SyncDesk) -> SyncDesk:
    """The database knows its account, and nothing of it yet."""
    with at.service.leased(threading.Event()) as runs:
        runs.require_account()
    return at
