"""One account a database, live or test, for ever."""

from __future__ import annotations

import platform
import threading

import psutil
import pytest

from rentease_desk.domain.errors import ConflictError, StripeError
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.sync.account import UNNAMED
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.storage.settings import read_property, write_property
from tests.tools.accounts import Accounts
from tests.tools.databases import ENGINES
from tests.tools.stories import Happening
from tests.tools.syncing import ALL, SyncDesk, check_truth, settle
from tests.tools.truth import held_books


def _unnamed(at: SyncDesk, times: int = 1) -> None:
    """Stripe does not tell whose account the key opens."""
    at.account.fault("status", status=403, path="/v1/account", times=times)


def _refused(at: SyncDesk, code: str) -> StripeError:
    before = held_books(at.desk)
    with pytest.raises(StripeError) as caught:
        at.run()
    assert caught.value.code == code
    assert held_books(at.desk) == before
    assert "Nothing was changed." in str(caught.value)
    return caught.value


def test_the_first_run_binds_the_database(at: SyncDesk) -> None:
    assert at.desk.property().identity is None
    at.run()
    assert at.desk.property().identity == Identity(at.account.id, livemode=False)


@pytest.mark.parametrize("livemode", [False, True])
def test_test_and_live_never_mix(at: SyncDesk, accounts: Accounts, livemode: bool) -> None:
    """Also where both belong to one account: its id is the same in both modes."""
    at.account = accounts.open(livemode=livemode, seed=900)
    Happening(at.account).all("pay")
    at.run()
    at.account = accounts.open(livemode=not livemode, seed=900)
    Happening(at.account).all("pay")
    error = _refused(at, "stripe.other_mode")
    words = ("live", "test") if livemode else ("test", "live")
    assert (error.params["expected"], error.params["found"]) == words


def test_two_accounts_never_mix(at: SyncDesk, accounts: Accounts) -> None:
    Happening(at.account).all("pay")
    at.run()
    own, at.account = at.account, accounts.open()
    Happening(at.account).all("pay")
    error = _refused(at, "stripe.other_account")
    assert (error.params["expected"], error.params["found"]) == (own.id, at.account.id)
    at.account = own
    settle(at)


def test_another_account_whose_key_does_not_name_it_is_found_out(at: SyncDesk, accounts: Accounts) -> None:
    Happening(at.account).all("pay")
    at.run()
    own, at.account = at.account, accounts.open()
    Happening(at.account).all("pay")
    _unnamed(at)
    _refused(at, "stripe.other_account")
    at.account = own
    _unnamed(at)
    settle(at)


@pytest.mark.parametrize("story", ["pay", "charge"])
def test_a_database_whose_account_was_never_named(at: SyncDesk, accounts: Accounts, story: str) -> None:
    """It keeps to the account that knows its payments, named or not."""
    Happening(at.account).all(story)
    _unnamed(at)
    at.run()
    assert at.desk.property().identity == Identity(UNNAMED, livemode=False)
    own, other = at.account, accounts.open()
    Happening(other).all("pay")
    for named in (True, False):
        at.account = other
        if not named:
            _unnamed(at)
        _refused(at, "stripe.other_account")
        at.account.control.no_faults(at.account.name)
    at.account = own
    settle(at)
    _unnamed(at, times=2)
    settle(at)


def test_settings_that_are_saved_meanwhile_do_not_free_the_database(at: SyncDesk) -> None:
    """A desk that read the settings before the first sync, and writes them after it."""
    with at.desk.db.reading() as connection:
        read_before = read_property(connection)
    at.run()
    assert read_before is not None
    assert read_before.identity is None
    with at.desk.writing() as unit:
        write_property(unit, read_before)
    assert at.desk.property().identity == Identity(at.account.id, livemode=False)
    SettingsService(at.desk).set({"name": "Hotel Adria"})
    assert at.desk.property().identity == Identity(at.account.id, livemode=False)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_second_sync_at_the_same_time_is_refused(at: SyncDesk) -> None:
    """Two desks of one process; the second says who is at it, and since when."""
    Happening(at.account).all("pay")
    service, errors = at.service, []

    def report(_: object) -> None:
        with pytest.raises(ConflictError) as caught:
            service.sync(ALL, threading.Event())
        errors.append(caught.value)

    at.run(report=report)
    assert {one.code for one in errors} == {"sync.running"}
    assert "Desk 1 began it at " in str(errors[0])
    check_truth(at)
    assert [run.outcome.value for run in at.service.recent(9)] == ["done"]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_many_threads_begin_at_once_and_one_runs(at: SyncDesk) -> None:
    for _ in range(3):
        Happening(at.account).all("pay refund:100")
    at.account.fault("latency", latency_ms=300, path="/v1/payment_intents")
    barrier, outcomes, lock = threading.Barrier(4), [], threading.Lock()

    def run() -> None:
        barrier.wait()
        try:
            told = at.run().outcome.value
        except ConflictError as error:
            told = error.code
        with lock:
            outcomes.append(told)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", *["sync.running"] * 3]
    settle(at)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_holder_that_is_gone_is_not_waited_for(at: SyncDesk) -> None:
    gone = SyncLease(at.desk)
    gone._name = lambda: f"Bar | Terrace|{platform.node()}|4194304|1.00"  # type: ignore[method-assign]
    gone.take(at.desk.property().days)
    settle(at)


def test_a_holder_of_another_computer_is_waited_for(at: SyncDesk) -> None:
    other = SyncLease(at.desk)
    other._name = lambda: "Bar | Terrace|another-computer|4194304|1.00"  # type: ignore[method-assign]
    other.take(at.desk.property().days)
    with pytest.raises(ConflictError, match=r"Bar \| Terrace began it"):
        at.run()
    other.drop()
    settle(at)


@pytest.mark.skipif(not psutil.LINUX, reason="only Linux tells when a process began relative to the boot")
def test_a_holder_is_not_taken_for_gone_when_the_clock_is_set_right(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psutil tells a process's beginning by the time of the boot, which moves with the clock."""
    holder = SyncLease(at.desk)
    holder.take(at.desk.property().days)
    before = psutil._pslinux.boot_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: before + 3600)
    with pytest.raises(ConflictError):
        at.run()
    holder.drop()
