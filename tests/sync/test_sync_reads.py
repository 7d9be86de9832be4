"""The requests of each run are written down, and the timer holds back near the end of Stripe's allocation."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from rentease_desk import wiring
from rentease_desk.domain.errors import DatabaseError, StripeError
from rentease_desk.domain.reads import Reads
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.keychain import Keychain
from rentease_desk.services.backups import BackupService
from rentease_desk.services.bundle import Services
from rentease_desk.services.desk import Desk
from rentease_desk.services.doctor import DoctorService, Finding, State
from rentease_desk.services.links import LinkService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.stripe_key import StripeKeyService
from rentease_desk.services.sync import reads as sync_reads
from rentease_desk.storage.stripe_reads import add_reads
from rentease_desk.stripe_gateway.gateway import READABLE
from rentease_desk.stripe_gateway.reads import ReadCount
from tests.tools.clocks import SetClock
from tests.tools.practice import NOON
from tests.tools.stories import Happening
from tests.tools.syncing import Impatient, SyncDesk, open_gateway

TODAY = date(2026, 11, 5)


@pytest.fixture
def counting(at: SyncDesk) -> SyncDesk:
    """A desk whose runs share one count, as those of one process do."""
    at.changes["reads"] = ReadCount()
    return at


def _identity(at: SyncDesk) -> Identity:
    return Identity(at.account.id, livemode=False)


def _read_before(at: SyncDesk, count: int, days: int = 1) -> None:
    """Other runs have asked so often, so many days ago."""
    with at.desk.writing() as unit:
        add_reads(unit, _identity(at), {TODAY - timedelta(days=days): count})


def _pending(at: SyncDesk) -> dict[date, int]:
    gateway = open_gateway(at.account, **at.changes)
    gateway.close()
    return gateway.reads()


def test_each_run_adds_what_it_asked(counting: SyncDesk) -> None:
    assert counting.service.reads() == Reads(0, 10_000, 1)
    counting.tick()
    first = counting.service.reads().used
    service = counting.service
    service.tick(counting.cancel)
    before = service.reads().used
    service.tick(counting.cancel)  # nothing new, and the account is known: one request
    assert service.reads().used == before + 1
    assert first > 1
    assert _pending(counting) == {}


def test_what_failed_was_asked_too(counting: SyncDesk) -> None:
    counting.tick()
    counting.cancel = Impatient()
    before = counting.service.reads().used
    counting.account.fault("status", status=500, path="/v1/events", times=99)
    with pytest.raises(StripeError):
        counting.tick()
    assert counting.service.reads().used >= before + 5
    counting.account.control.no_faults(counting.account.name)


def test_a_run_that_learnt_no_account_is_counted_with_the_next(counting: SyncDesk) -> None:
    counting.account.fault("status", status=400)
    with pytest.raises(StripeError):
        counting.tick()
    assert _pending(counting) == {TODAY: 1}
    assert counting.service.reads().used == 0
    counting.tick()
    assert _pending(counting) == {}
    assert counting.service.reads().used > 1


def test_a_cancelled_run_is_counted(counting: SyncDesk) -> None:
    Happening(counting.account).all("pay")
    counting.run(report=lambda _: counting.cancel.set())
    assert counting.service.reads().used > 0


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_could_not_be_written_is_written_after_the_next_run(
    counting: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.tick()
    before = counting.service.reads().used

    def locked(*_: object) -> None:
        raise DatabaseError("database.locked", seconds=5)

    monkeypatch.setattr(sync_reads, "add_reads", locked)
    counting.tick()
    (missing,) = _pending(counting).values()
    assert counting.service.reads().used == before
    monkeypatch.undo()
    counting.tick()
    assert _pending(counting) == {}
    assert counting.service.reads().used > before + missing


def test_thirty_days_count_and_the_payments_that_succeeded_in_them(at: SyncDesk, desk: Desk) -> None:
    for days in (0, 40):
        at.account.at(NOON - days * 86_400)
        for _ in range(21 if days == 0 else 5):
            at.account.do("pay")
    at.account.do("create")  # not paid
    at.account.at(NOON)
    at.run()
    own = at.service.reads().used
    assert at.service.reads().allowed == 21 * 500
    _read_before(at, 1_000, days=29)
    _read_before(at, 50_000, days=30)
    assert at.service.reads() == Reads(1_000 + own, 10_500, 1)


def _nobody(_account: object) -> NoReturn:
    raise StripeError("stripe.unreachable", host="api.stripe.com")


_HERE = SimpleNamespace(is_here=lambda: True)


def test_a_refund_that_cannot_be_settled_does_not_hold_the_sync(at: SyncDesk, clock: SetClock) -> None:
    def fails(_cancel: threading.Event) -> None:
        _nobody(None)

    before = len(at.service.recent(10))
    wiring._tick(
        cast(
            Services,
            SimpleNamespace(
                key=_HERE, sync=at.service, refunds=SimpleNamespace(resume=fails), links=SimpleNamespace(resume=fails)
            ),
        ),
        at.cancel,
    )
    assert len(at.service.recent(10)) == before + 1


def _ticks(at: SyncDesk, clock: SetClock, count: int) -> int:
    """How many of so many ticks of five minutes poll."""
    services = cast(
        Services,
        SimpleNamespace(
            key=_HERE,
            sync=at.service,
            refunds=RefundService(at.desk, at.desk, _nobody),
            links=LinkService(at.desk, at.desk, _nobody),
        ),
    )
    before = len(at.service.recent(1_000))
    for _ in range(count):
        wiring._tick(services, at.cancel)
        clock.advance(300)
        at.account.advance(300)
    return len(at.service.recent(1_000)) - before


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("used", "stretch"), [(1, 1), (7_000, 1), (8_100, 2), (9_600, 4)])
def test_the_timer_polls_less_often_near_the_end(at: SyncDesk, clock: SetClock, used: int, stretch: int) -> None:
    at.tick()
    clock.advance(300 * stretch)
    _read_before(at, used)
    assert at.service.reads().stretch == stretch
    assert _ticks(at, clock, 8) == 8 // stretch


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_poll_that_failed_is_tried_again_with_the_next_tick(at: SyncDesk, clock: SetClock) -> None:
    at.tick()
    _read_before(at, 9_600)
    clock.advance(1_200)
    at.account.fault("status", status=400, times=3)
    assert _ticks(at, clock, 4) == 4
    assert at.account.faults_left == 0
    assert _ticks(at, clock, 3) == 0


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_persons_sync_puts_no_poll_off(at: SyncDesk, clock: SetClock) -> None:
    at.tick()
    _read_before(at, 9_600)
    clock.advance(1_200)
    at.run()
    assert at.service.is_due()
    at.tick()
    assert not at.service.is_due()


def _doctors_reads(at: SyncDesk, key: str | None = None) -> Finding:
    given = StripeKeyService(Keychain(), key or at.account.key)
    changes: dict[str, Any] = at.changes | ({} if key is None else {"key": key})
    backups = BackupService(at.desk, Path("none"))
    doctor = DoctorService(at.desk, given, lambda _: open_gateway(at.account, **changes), backups)
    (found,) = [one for one in doctor.look(threading.Event()) if one.name == "stripe reads"]
    return found


@pytest.mark.parametrize(
    ("used", "state", "text"),
    [
        (1, State.OK, "{used} of 10000 in 30 days"),
        (8_100, State.ATTENTION, "{used} of 10000 in 30 days: the timer polls 2 times less often."),
        (9_600, State.ATTENTION, "{used} of 10000 in 30 days: the timer polls 4 times less often."),
    ],
)
def test_the_doctor_tells_and_counts_its_own(counting: SyncDesk, used: int, state: State, text: str) -> None:
    counting.tick()
    _read_before(counting, used)
    before = counting.service.reads().used
    found = _doctors_reads(counting)
    now = counting.service.reads().used
    assert (found.state, found.text) == (state, text.format(used=now))
    assert now == before + 1 + len(READABLE)  # the account, and each list


def test_the_doctor_writes_nothing_while_no_account_is_bound(counting: SyncDesk) -> None:
    assert _doctors_reads(counting).text == "0 of 10000 in 30 days"
    counting.tick()
    assert counting.service.reads().used > 1 + len(READABLE)  # the doctor's with it
