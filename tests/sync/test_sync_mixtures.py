"""Anything that Stripe allows, in any order, with syncs in between: the last sync ends in the truth."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.settings import Property
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.opening import open_database
from tests.services.conftest import draft
from tests.tools.accounts import DAY, Accounts
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.practice import NOON, ControlRefusedError
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, check_journal, is_sum, settle

REFERENCES = ("LN-1", "LN-2", "LN-3")
STEPS = (
    "succeed", "fail", "require-action", "process", "settle", "fail-debit", "authorize", "capture", "capture:2500",
    "cancel", "refund", "refund:100", "refund:pending", "refund:requires_action", "update-refund:succeeded",
    "update-refund:failed", "update-refund:canceled", "dispute", "late-balance", "balance-arrives",
)  # fmt: skip
BEGINNINGS = ("create", "create:manual", "create:debit", "pay", "charge")
MADE = st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from((None, *REFERENCES)))
EVENTS = st.lists(
    st.one_of(
        MADE,
        st.tuples(st.integers(0, 9), st.sampled_from(STEPS)),
        st.tuples(st.integers(0, 9), st.sampled_from(STEPS)),
        st.tuples(st.just("wait"), st.sampled_from((1, 3600, DAY, 9 * DAY))),
        st.tuples(st.just("sync"), st.sampled_from(("all", "tick", "today"))),
        st.tuples(st.just("book"), st.sampled_from(REFERENCES)),
    ),
    min_size=4,
    max_size=30,
)

Event = tuple[object, object]


class Town:
    """A desk and an account to which events happen."""

    def __init__(self, at: SyncDesk) -> None:
        self.at = at
        self.payments: list[Happening] = []
        self.booked: dict[str, str] = {}

    def happen(self, event: Event) -> None:
        what, value = event
        if what == "wait":
            self.at.account.advance(int(str(value)))
        elif what == "sync":
            self._sync(str(value))
        elif what == "book":
            self._book(str(value))
        elif isinstance(what, int):
            self._step(what, str(value))
        else:
            order = {} if value is None else {"metadata": {"booking_reference": value}}
            self.payments.append(Happening(self.at.account, **order).all(str(what)))

    def _step(self, number: int, word: str) -> None:
        if not self.payments:
            return
        with contextlib.suppress(ControlRefusedError):  # Stripe would not allow it either
            self.payments[number % len(self.payments)].step(word)

    def _book(self, reference: str) -> None:
        if reference not in self.booked:
            BookingService(self.at.desk).add(draft(reference=reference, room=""))
            self.booked[reference] = reference

    def _sync(self, how: str) -> None:
        if how == "tick":
            result = self.at.tick()
        elif how == "today":
            now = self.at.account.control.clock(self.at.account.name)
            day = date(2026, 11, 5) + timedelta(days=(now - NOON) // DAY)
            result = self.at.run(DateRange(day, day))
        else:
            result = self.at.run()
        assert is_sum(result.summary)
        assert result.summary.failed == 0


@contextmanager
def _town(address: str, accounts: Accounts) -> Iterator[Town]:
    db = open_database(address, SetClock(NOON), CountedIds())
    desk = Desk(db, SetClock(NOON), CountedIds(), Operator("Elena", "Desk 1"), ChangeFeed())
    SettingsService(desk).ensure(lambda: Property(zone="Europe/Rome"))
    account = accounts.open()
    try:
        yield Town(SyncDesk(desk, account))
    finally:
        db.close()
        accounts.close(account)


def _check(address: str, accounts: Accounts, events: list[Event]) -> None:
    with _town(address, accounts) as town:
        for event in events:
            town.happen(event)
        with contextlib.suppress(ControlRefusedError):
            town.at.account.control.operate("balance-arrives", town.at.account.name)
        settle(town.at, town.booked)
        check_journal(town.at.desk)


QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(events=EVENTS)
def test_any_mixture(events: list[Event], sqlite_maker: SqliteMaker, accounts: Accounts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _check(sqlite_maker.copy(Path(folder) / "desk.sqlite3"), accounts, events)


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(QUICK, max_examples=400)
@given(events=EVENTS)
def test_very_many_mixtures(events: list[Event], sqlite_maker: SqliteMaker, accounts: Accounts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _check(sqlite_maker.copy(Path(folder) / "desk.sqlite3"), accounts, events)


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(QUICK, max_examples=60)
@given(events=EVENTS)
def test_mixtures_on_postgresql(events: list[Event], postgresql_maker: PostgresqlMaker, accounts: Accounts) -> None:
    _check(postgresql_maker.copy(), accounts, events)
