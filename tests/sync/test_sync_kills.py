"""Syncs that are killed at random moments: a normal run afterwards ends in the truth, and no row is there twice."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from rentease_desk.domain.sync import RunOutcome
from rentease_desk.storage.stripe_tables import sync_ranges
from rentease_desk.storage.tables import payments, refunds
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.desks import Picture, picture, sync_desk
from tests.tools.killing import Death, Killer, Task, Where, tell_deaths
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk, check_journal
from tests.tools.truth import Books, true_books
from tests.tools.truth_billing import held_billing, true_billing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a thing of POSIX")
PAGE = 9
"""Objects on a page of a killed sync, so that a small account has many pages."""
_LATENCY = 4
"""Milliseconds that a killed sync waits for each answer."""
_SELDOM = 0.05
"""Every place in which a process can be must have had at least this share of the kills."""


def _check(at: SyncDesk, true: Books) -> Picture:
    """The truth, once; and no run or lease of the dead is left."""
    found = picture(at)
    assert found.books == true
    assert held_billing(at.desk) == true_billing(at.account)
    for table, column, books in (
        (payments, payments.c.stripe_payment_id, true.payments),
        (refunds, refunds.c.stripe_refund_id, true.refunds),
    ):
        with at.desk.db.reading() as connection:
            count = connection.scalar(select(func.count()).select_from(table).where(column.is_not(None)))
        assert count == len(books), f"rows of {table.name}"
    found.rows.pop("stripe_events")  # a listing keeps none, a poll does
    check_journal(at.desk)
    assert RunOutcome.RUNNING not in {run.outcome for run in at.service.recent(3)}
    return found


def _open_ranges(at: SyncDesk) -> int:
    with at.desk.db.reading() as connection:
        return connection.scalar(select(func.count()).select_from(sync_ranges)) or 0


def _busy(account: Account) -> None:
    """Everything that can happen to a payment, and to a guest who stays long."""
    for story in STORIES.values():
        Happening(account).all(story)
    do = account.do
    do("subscription-renew", subscription=do("subscribe", name="Ada", email="ada@example.com")["id"])
    do("checkout-complete", session=do("checkout")["id"])
    account.advance(5 * DAY)
    do("payout")
    account.advance(3_600)


def _report(title: str, deaths: list[Death], seed: int) -> None:
    """Where the kills hit, for people; and that none of the places was left out."""
    spread = tell_deaths(title, deaths, seed)
    if len(deaths) >= 50:
        asking = spread[Where.ASKING] + spread[Where.BOTH]
        writing = spread[Where.WRITING] + spread[Where.BOTH]
        assert min(asking, writing) >= _SELDOM * len(deaths)


class Shooter:
    """Kills a sync at moments drawn from a seed: half of them at a step, half of them after some time."""

    def __init__(self, killer: Killer, seed: int) -> None:
        self._killer, self._random = killer, random.Random(seed)
        self._whole: Death | None = None
        self.deaths: list[Death] = []

    def measure(self, task: Task) -> Death:
        """Let one such sync run to its end: moments are drawn from its length."""
        self._whole = self._shot(task)
        assert self._whole.where is Where.ENDED
        return self._whole

    def kill(self, task: Task) -> bool:
        """Returns False if the sync was quicker than the shot."""
        assert self._whole is not None
        if self._random.random() < 0.5:
            dies_at, seconds = self._random.randint(1, self._whole.steps), None
        else:
            dies_at, seconds = 0, self._random.uniform(0, self._whole.seconds)
        death = self._shot(task._replace(dies_at=dies_at), seconds)
        if death.where is Where.ENDED:
            return False
        self.deaths.append(death)
        return True

    def _shot(self, task: Task, seconds: float | None = None) -> Death:
        """With an answer of Stripe that takes its time, as it does outside of tests."""
        task.account.fault("latency", latency_ms=_LATENCY, times=10_000)
        death = self._killer.run(task, seconds=seconds)
        task.account.control.no_faults(task.account.name)
        return death


def _kill_backfills(killer: Killer, fresh: Callable[[], str], accounts: Accounts, kills: int, seed: int) -> None:
    shooter, moments = Shooter(killer, seed), random.Random(seed)
    account, address = accounts.open(), fresh()
    _busy(account)
    true = true_books(account)
    with sync_desk(address, account) as at:
        shooter.measure(Task(address, account, poll=False, page=PAGE))
        never_killed = _check(at, true)
    while len(shooter.deaths) < kills:
        address = fresh()
        with sync_desk(address, account) as at:
            shooter.kill(Task(address, account, poll=False, page=PAGE))
            if moments.random() < 0.5:  # the timer is often there before a person is
                at.tick()
                _check(at, true)
            at.run()
            assert _check(at, true) == never_killed
            assert _open_ranges(at) == 0
    accounts.close(account)
    _report("backfill", shooter.deaths, seed)


def _kill_polls(killer: Killer, fresh: Callable[[], str], accounts: Accounts, kills: int, seed: int) -> None:
    shooter, moments = Shooter(killer, seed), random.Random(seed)
    while len(shooter.deaths) < kills:
        account, address = accounts.open(), fresh()
        with sync_desk(address, account) as at:
            at.tick()
            task = Task(address, account, poll=True, page=PAGE)
            _let_happen(at, moments)
            shooter.measure(task)
            for _ in range(min(25, kills - len(shooter.deaths))):
                _let_happen(at, moments)
                shooter.kill(task)
                account.advance(moments.randint(0, 30))
                at.tick()
                _check(at, true_books(account))
        accounts.close(account)
    _report("poll", shooter.deaths, seed)


def _let_happen(at: SyncDesk, moments: random.Random) -> None:
    at.account.advance(30)
    for _ in range(3):
        Happening(at.account).all(moments.choice(list(STORIES.values())))
    Happening(at.account).all("pay refund:100 refund:100")


def test_a_backfill_killed_at_some_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _kill_backfills(killer, fresh, accounts, kills=4, seed=3)


def test_a_poll_killed_at_some_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _kill_polls(killer, fresh, accounts, kills=4, seed=5)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_backfill_killed_at_a_hundred_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _kill_backfills(killer, fresh, accounts, kills=100, seed=7)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_poll_killed_at_a_hundred_moments(killer: Killer, fresh: Callable[[], str], accounts: Accounts) -> None:
    _kill_polls(killer, fresh, accounts, kills=100, seed=11)
