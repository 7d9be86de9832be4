"""Events that are seen late, in bursts, twice, in an old version; and pages that are older than what is known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from rentease_desk.domain.stripe_events import EventState
from rentease_desk.storage.stripe_events import count_events, list_events
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.accounts import Account, Accounts
from tests.tools.desks import Picture, picture, sync_desk
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk, check_truth

LISTS = [name for name in vars(StripeGateway) if name.startswith("list_") and name != "list_events"]
OLD, NEW = "2020-08-27", "2026-10-28.endive"


class NaiveReader:
    """Asks as connectors do: for events created after the last one that was seen."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._last = 0
        self.seen: set[str] = set()

    def read(self) -> None:
        """One poll."""
        for event in all_events(self._account, self._last):
            self.seen.add(event["id"])
            self._last = max(self._last, event["created"])


def all_events(account: Account, after: int = 0) -> list[dict[str, Any]]:
    """Every event that the account shows now."""
    found: list[dict[str, Any]] = []
    while True:
        asked = {"limit": 100, "created[gt]": after} | ({"starting_after": found[-1]["id"]} if found else {})
        reply = requests.get(f"{account.url}/v1/events", asked, headers={"Authorization": f"Bearer {account.key}"})
        found += reply.json()["data"]
        if not reply.json()["has_more"]:
            return found


def _known(at: SyncDesk) -> set[str]:
    with at.desk.db.reading() as connection:
        return {one.id for one in list_events(connection, None, 100_000)}


def _poll_while_guests_pay(at: SyncDesk, polls: int, seed: int) -> float:
    """Polls every few seconds. Returns the share of events that a naive reader would have missed."""
    print(f"seed {seed}")
    moments, naive, open_ = random.Random(seed), NaiveReader(at.account), list[Happening]()
    at.account.control.operate("late-events", at.account.name, seconds=60)
    for _ in range(polls):
        if open_ and moments.random() < 0.5:
            open_.pop(moments.randrange(len(open_))).all(moments.choice(["refund:100 refund:200", "refund", "dispute"]))
        elif moments.random() < 0.8:
            open_.append(Happening(at.account).all(moments.choice(["pay", "create fail succeed", "charge"])))
        at.account.advance(moments.randint(1, 9))
        at.tick()
        naive.read()
    at.account.advance(61)
    at.tick()
    naive.read()
    true = {one["id"] for one in all_events(at.account)}
    assert true - _known(at) == set()
    return len(true - naive.seen) / len(true)


@pytest.fixture
def polled(at: SyncDesk) -> SyncDesk:
    """A desk whose first poll is behind it."""
    at.tick()
    at.account.advance(3_600)
    at.tick()
    return at


def test_none_is_missed_that_is_up_to_a_minute_late(polled: SyncDesk) -> None:
    """A cursor of the kind ``created > last`` misses a quarter of the same events, and more."""
    assert _poll_while_guests_pay(polled, 80, 21) > 0.25
    check_truth(polled)
    with polled.desk.db.reading() as connection:
        assert EventState.WAITING not in count_events(connection)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_none_is_missed_in_many_hundred_polls(polled: SyncDesk) -> None:
    assert _poll_while_guests_pay(polled, 600, 23) > 0.25
    check_truth(polled)


@pytest.mark.parametrize("refunds", [2, 7])
@pytest.mark.parametrize("late", [0, 60])
def test_refunds_of_one_second_are_all_there(polled: SyncDesk, refunds: int, late: int) -> None:
    """Of one payment and of several, also when their events come apart."""
    polled.account.control.operate("late-events", polled.account.name, seconds=late)
    payments = [Happening(polled.account).all("pay") for _ in range(3)]
    polled.account.advance(61)
    polled.tick()
    for payment in payments:
        payment.all("refund:100 " * refunds)
    for _ in range(12):
        polled.tick()
        polled.account.advance(6)
    polled.tick()
    check_truth(polled)
    assert len(polled.account.dump("refunds")) == 3 * refunds


def test_a_burst_of_more_than_two_pages_in_one_second(polled: SyncDesk) -> None:
    for _ in range(80):
        Happening(polled.account).all("pay refund:100")
    polled.tick()
    check_truth(polled)
    assert len(_known(polled)) == len(all_events(polled.account)) >= 80 * 5


def test_overlapping_reads_bring_events_twice_and_change_nothing(polled: SyncDesk) -> None:
    Happening(polled.account).all("pay refund:100 refund:100")
    for _ in range(5):
        polled.account.advance(30)
        summary = polled.tick().summary
    assert (summary.new, summary.updated, summary.fetched) == (0, 0, 0)
    assert len(_known(polled)) == len(all_events(polled.account))


@contextmanager
def _answers_of_before(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """From the second time on, every list is answered with what it said the first time: with a page that was held up.

    Gives a function that tells how many such pages were handed out.
    """
    pages: dict[str, Any] = {}
    old: list[str] = []

    def held_up(name: str) -> Callable[..., Any]:
        real = getattr(StripeGateway, name)

        def ask(self: StripeGateway, *arguments: Any, **options: Any) -> Any:
            if name in pages:
                old.append(name)
                return pages[name]
            pages[name] = page = real(self, *arguments, **options)
            return page

        return ask

    with monkeypatch.context() as slow:
        for name in LISTS:
            slow.setattr(StripeGateway, name, held_up(name))
        yield lambda: len(old)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("create", "succeed"),
        ("create fail", "succeed refund:100"),
        ("create:manual authorize", "capture:2500"),
        ("create:debit process", "fail-debit"),
        ("pay refund:pending", "update-refund:failed"),
        ("pay", "refund:100 refund:100 dispute"),
    ],
)
def test_an_old_page_after_a_newer_event_changes_nothing(
    polled: SyncDesk, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = Happening(polled.account).all(before)
    with _answers_of_before(polled, monkeypatch) as handed_out:
        polled.run()
        polled.account.advance(60)
        payment.all(after)
        polled.tick()
        check_truth(polled)
        newer, length = picture(polled), polled.journal_length()
        polled.run()
        assert handed_out() >= 4
    assert picture(polled) == newer
    assert polled.journal_length() == length
    check_truth(polled)


def _told_in(version: str | None, address: str, account: Account) -> Picture:
    """Every story, polled after each, with events of one version of the API, or of both by turns (None)."""
    with sync_desk(address, account) as at:
        at.tick()
        for number, story in enumerate(STORIES.values()):
            turn = version or (OLD, NEW)[number % 2]
            account.control.operate("event-version", account.name, version=turn)
            Happening(account).all(story)
            at.tick()
        account.advance(61)
        at.tick()
        check_truth(at)
        return picture(at)


def test_events_of_an_old_version_and_of_todays_bring_the_same(fresh: Callable[[], str], accounts: Accounts) -> None:
    """To the last column, but for the version that stands in the log of events."""
    told = [_told_in(version, fresh(), accounts.open(seed=77)) for version in (OLD, NEW, None)]
    logs = [one.rows.pop("stripe_events") for one in told]
    assert told[0] == told[1] == told[2]
    for log, only, other in ((logs[0], OLD, NEW), (logs[1], NEW, OLD)):
        assert all(only in row and other not in row for row in log)
    assert len({len(log) for log in logs}) == 1
