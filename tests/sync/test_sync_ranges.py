"""What belongs to a range of days: whole seconds at its edges, and what reaches into it from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.accounts import DAY
from tests.tools.stories import Happening
from tests.tools.syncing import ALL, SyncDesk, check_truth, is_sum
from tests.tools.truth import held_books, true_books

MONDAY, WEDNESDAY = date(2026, 11, 2), date(2026, 11, 4)
ROME = ZoneInfo("Europe/Rome")
WEEK = 7 * DAY


def _only(day: date) -> DateRange:
    return DateRange(day, day)


def _at(day: date, hour: int = 10) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ROME).astimezone(UTC).timestamp())


TWO_DAYS = (
    ("create", "succeed"),
    ("create", "fail"),
    ("create", "fail wait:60 succeed"),
    ("create", "fail wait:60 fail wait:60 succeed"),
    ("create", "fail wait:60 fail"),
    ("create fail", "succeed"),
    ("create fail", "fail"),
    ("create fail", "fail wait:60 succeed"),
    ("create:debit", "process"),
    ("create:debit fail", "process"),
    ("create:debit fail", "process wait:60 fail-debit"),
    ("create:debit", "process wait:60 fail-debit wait:60 succeed"),
    ("create:debit", "process wait:60 settle"),
    ("create:manual", "authorize"),
    ("create:manual fail", "authorize"),
    ("create:manual fail", "authorize wait:60 capture:2500"),
    ("create:manual", "authorize wait:60 cancel"),
    ("create", "succeed wait:60 refund:100 wait:60 refund:200"),
    ("create fail require-action", "succeed wait:60 dispute"),
)
"""What happened to a payment on Monday, and what on Wednesday."""


@pytest.mark.parametrize("each_step", [True, False], ids=["each step", "at the end"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_intents_of_monday_that_are_tried_on_wednesday(at: SyncDesk, known: bool, each_step: bool) -> None:
    """Only Wednesday is read: the charges lead to the intents."""
    at.account.at(_at(MONDAY))
    payments = [Happening(at.account).all(monday) for monday, _ in TWO_DAYS]
    if known:
        at.run(_only(MONDAY))
        check_truth(at)
    at.account.at(_at(WEDNESDAY))
    told = [payment.tell(words) for payment, (_, words) in zip(payments, TWO_DAYS, strict=True)]
    while told:
        told = [story for story in told if next(story, None) is not None]
        if each_step or not told:
            summary = at.run(_only(WEDNESDAY)).summary
            assert is_sum(summary)
            assert summary.failed == 0
    check_truth(at)


def test_attempts_of_an_intent_outside_the_range_on_different_pages(at: SyncDesk) -> None:
    """Its success stands on the first page of charges, its failures on the second."""
    at.account.at(_at(MONDAY))
    payment = Happening(at.account).all("create")
    at.run(_only(MONDAY))
    at.account.at(_at(WEDNESDAY))
    payment.all("fail wait:1")
    for _ in range(101):
        Happening(at.account).all("charge")
    payment.all("wait:1 succeed")
    at.run(_only(WEDNESDAY))
    check_truth(at)


@pytest.mark.parametrize(
    "paid", ["pay", "charge", "create:debit process wait:60 settle", "create:manual authorize capture"]
)
def test_a_refund_a_year_later_brings_its_payment(at: SyncDesk, paid: str) -> None:
    payment = Happening(at.account).all(paid)
    at.account.advance(365 * DAY)
    payment.all("refund:1200")
    day = date(2027, 11, 5)
    summary = at.run(_only(day)).summary
    assert (summary.fetched, summary.new) == (2, 2)
    check_truth(at)
    again = at.run(_only(day)).summary
    assert (again.new, again.updated) == (0, 0)


def test_refunds_of_one_unknown_payment_on_one_page(at: SyncDesk) -> None:
    payment = Happening(at.account).all("pay")
    at.account.advance(60 * DAY)
    payment.all("refund:100 refund:200 wait:5 refund:300")
    summary = at.run(DateRange(date(2027, 1, 1), date(2027, 1, 31))).summary
    assert (summary.fetched, summary.new, summary.failed) == (4, 4, 0)
    check_truth(at)


def test_a_range_takes_its_first_second_and_leaves_the_one_after_its_last(at: SyncDesk) -> None:
    midnight = _at(WEDNESDAY, 0)
    inside: list[str] = []
    outside: list[str] = []
    for offset in (-1, 0, 1, DAY - 1, DAY, DAY + 1):
        at.account.at(midnight + offset)
        made = Happening(at.account).all("pay")
        (inside if 0 <= offset < DAY else outside).append(made.intent)
    assert at.run(_only(WEDNESDAY)).summary.new == 3
    assert set(held_books(at.desk).payments) == set(inside)
    at.run(ALL)
    check_truth(at)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_day_on_which_the_clocks_change(at: SyncDesk, day: date, hours: int) -> None:
    start = _at(day, 0)
    for offset in (-1, 0, hours * 3600 - 1, hours * 3600):
        at.account.at(start + offset)
        Happening(at.account).all("pay")
    assert at.run(_only(day)).summary.fetched == 2


@pytest.mark.parametrize("count", [99, 100, 101, 200, 201])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_pages_that_are_full_to_the_last_place(at: SyncDesk, count: int) -> None:
    for _ in range(count):
        Happening(at.account).all("charge")
    at.account.advance(60)
    assert at.run().summary.new == count
    check_truth(at)


def test_more_than_a_page_in_one_second(at: SyncDesk) -> None:
    """130 payments, 130 refunds and 20 declined attempts, all in the second at the edge of a range."""
    at.account.at(_at(WEDNESDAY, 0))
    for number in range(130):
        Happening(at.account).all("create fail succeed refund:10" if number < 20 else "pay refund:10")
    assert at.run(_only(MONDAY)).summary.fetched == 260  # the refunds made since, and their payments
    assert at.run(_only(WEDNESDAY)).summary.failed == 0
    check_truth(at)


def test_what_is_made_while_the_pages_are_read(at: SyncDesk) -> None:
    """New payments push nothing out of the pages; the charges bring some of them, the next run the rest."""
    for _ in range(150):
        Happening(at.account).all("pay")
    late: list[Happening] = []

    def report(_: object) -> None:
        at.account.advance(1)
        late.append(Happening(at.account).all("create fail succeed refund:100"))

    result = at.run(report=report)
    assert result.outcome is RunOutcome.DONE
    assert is_sum(result.summary)
    assert result.summary.failed == 0
    held = held_books(at.desk)
    assert len(held.payments) >= 150
    true = true_books(at.account)
    assert {key: true.payments[key]._replace(refunded=0) for key in held.payments} == {
        key: one._replace(refunded=0) for key, one in held.payments.items()
    }
    at.run()
    check_truth(at)


@pytest.mark.parametrize("first", ["list_intents", "list_charges"])
def test_what_changes_while_the_pages_are_read(at: SyncDesk, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """Of two lists that are read side by side, one shows the intent as open, the other that there is more to know."""
    stories = (
        "create",
        "create",
        "create",
        "create fail",
        "create fail",
        "create:debit process",
        "create:manual authorize",
    )
    later = ("fail", "fail succeed refund:100", "succeed", "fail", "process", "settle", "capture:70")
    payments = [Happening(at.account).all(story) for story in stories]

    def change() -> None:
        at.account.advance(1)
        for payment, words in zip(payments, later, strict=True):
            payment.all(words)

    _read_one_after_the_other(monkeypatch, first, change)
    at.run()
    check_truth(at)


def _read_one_after_the_other(monkeypatch: pytest.MonkeyPatch, first: str, between: Callable[[], None]) -> None:
    """Whichever list is asked for sooner, ``first`` is read first, and something happens before the other."""
    is_read = threading.Event()
    second = next(name for name in ("list_intents", "list_charges") if name != first)
    read_first, read_second = getattr(StripeGateway, first), getattr(StripeGateway, second)

    def before(*told: object) -> Page:
        page: Page = read_first(*told)
        if not is_read.is_set():
            between()
            is_read.set()
        return page

    def after(*told: object) -> Page:
        assert is_read.wait(60)
        page: Page = read_second(*told)
        return page

    monkeypatch.setattr(StripeGateway, first, before)
    monkeypatch.setattr(StripeGateway, second, after)


def test_a_day_in_the_future_is_empty(at: SyncDesk) -> None:
    Happening(at.account).all("pay")
    assert at.run(DateRange(date(2029, 1, 1), date(2029, 1, 2))).summary.fetched == 0


@pytest.mark.parametrize(("first", "last"), [(date.min, date.max), (date(1960, 1, 1), date(2026, 12, 31))])
def test_a_range_as_wide_as_the_calendar(at: SyncDesk, first: date, last: date) -> None:
    Happening(at.account).all("pay refund:100")
    assert at.run(DateRange(first, last)).summary.new == 2
    check_truth(at)
