"""Balance, payments and charges are listed side by side, and nothing is fetched by itself that a list shows anyway."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from rentease_desk.domain.dates import DateRange, Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page, StripeTransaction, Unreadable
from rentease_desk.services.sync.kinds import LOOK_AGAIN
from rentease_desk.services.sync.listing import Lists
from rentease_desk.services.sync.pages import Mark, PageStore
from rentease_desk.services.sync.run import WHENEVER
from rentease_desk.services.sync.waiting import MANY, Taken, WaitingPages, cut_in, waits_for_all
from rentease_desk.storage.sync_ranges import OpenRange, open_ranges
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.tools.accounts import DAY
from tests.tools.practice import NOON
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, check_truth
from tests.tools.truth import held_books

HOUR = 3_600
_ABOUT_AS_FAR = {"balance": 0, "payments": 5 * HOUR, "charges": 11 * HOUR}
_LISTS = ("list_transactions", "list_intents", "list_charges")
_SINGLE = ("fetch_intent", "fetch_charge", "capture_time")


@pytest.fixture
def single(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is fetched by itself, while a test runs."""
    found: list[str] = []
    for name in _SINGLE:
        monkeypatch.setattr(StripeGateway, name, _noting(name, found, getattr(StripeGateway, name)))
    return found


def _noting(name: str, found: list[str], read: Callable[..., object]) -> Callable[..., object]:
    def noted(*told: object) -> object:
        found.append(name)
        return read(*told)

    return noted


def _hold(monkeypatch: pytest.MonkeyPatch, held: str, until: str) -> None:
    """``held`` is not read before ``until`` was read to its end."""
    is_read = threading.Event()
    read_held, read_until = getattr(StripeGateway, held), getattr(StripeGateway, until)

    def waits(*told: object) -> Page:
        assert is_read.wait(60)
        page: Page = read_held(*told)
        return page

    def reads(*told: object) -> Page:
        page: Page = read_until(*told)
        if page.next_cursor is None:
            is_read.set()
        return page

    monkeypatch.setattr(StripeGateway, held, waits)
    monkeypatch.setattr(StripeGateway, until, reads)


@pytest.mark.parametrize("held", [None, *_LISTS[:2]])
def test_payments_that_are_paid_days_after_they_were_opened(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch, single: list[str], held: str | None
) -> None:
    """Their charges stand far above them in Stripe's lists, as does what captured them in the balance."""
    opened = [Happening(at.account).all("create:manual") for _ in range(120)]
    at.account.advance(2 * DAY)
    for one in opened:
        one.all("authorize")
    at.account.advance(3 * DAY)
    for one in opened:
        one.all("capture")
    at.account.advance(HOUR)
    if held is not None:
        _hold(monkeypatch, held, _LISTS[_LISTS.index(held) + 1])
    assert at.run().summary.new == 120
    check_truth(at)
    assert single == []


def test_a_key_that_may_not_read_the_balance_keeps_no_page_waiting(at: SyncDesk) -> None:
    for _ in range(110):
        Happening(at.account).all("pay")
    at.account.advance(HOUR)
    at.changes["key"] = at.account.restricted(
        "rak_payment_intent_read", "rak_charge_read", "rak_customer_read", "rak_event_read"
    )
    result = at.run()
    assert result.summary.new == 110
    assert "balance" in " ".join(str(one) for one in result.limits).lower()


def test_what_cannot_be_fetched_for_a_page_ends_the_run_and_the_next_goes_on(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An intent of Monday, to which a charge of today belongs, is not to be had; all other lists are in."""
    monday = Happening(at.account).all("create")
    at.account.advance(3 * DAY)
    monday.all("succeed")
    others = [Happening(at.account).all("pay") for _ in range(3)]
    today = DateRange(date(2026, 11, 8), date(2026, 11, 8))

    def unreachable(*_: object) -> Page:
        raise StripeError("stripe.unreachable", host="api.stripe.com", reason="nobody answers")

    with monkeypatch.context() as broken:
        broken.setattr(StripeGateway, "fetch_intent", unreachable)
        with pytest.raises(StripeError):
            at.run(today)
    assert set(held_books(at.desk).payments) == {one.intent for one in others}
    at.run(today)
    check_truth(at)


def test_refunds_do_not_wait_for_a_list_that_fails_beside_the_payments(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    Happening(at.account).all("pay refund:100")
    at.account.advance(HOUR)

    def unreachable(*_: object) -> Page:
        raise StripeError("stripe.unreachable", host="api.stripe.com", reason="nobody answers")

    with monkeypatch.context() as broken:
        broken.setattr(StripeGateway, "list_customers", unreachable)
        with pytest.raises(StripeError):
            at.run()
    check_truth(at)
    assert [one.kind for one in _left(at)] == ["customers", LOOK_AGAIN]
    at.run()
    assert _left(at) == []


def _left(at: SyncDesk) -> list[OpenRange]:
    identity = at.desk.property().identity
    assert identity is not None
    with at.desk.db.reading() as connection:
        return sorted(open_ranges(connection, identity, WHENEVER), key=lambda one: one.kind)


def test_pages_that_wait_are_written_together_and_never_many(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(420):
        at.account.do("pay")
    at.account.advance(HOUR)
    _hold(monkeypatch, "list_transactions", "list_intents")
    together: list[int] = []
    write = PageStore.write

    def noted(store: PageStore, pages: Sequence[Page], mark: Mark) -> None:
        together.append(len(pages))
        write(store, pages, mark)

    monkeypatch.setattr(PageStore, "write", noted)
    assert at.run().summary.new == 420
    assert 1 < max(together) <= {"sqlite": 3, "postgresql": 6}[at.desk.db.url.get_backend_name()]
    check_truth(at)


def test_what_a_page_could_not_tell_is_kept_when_its_transaction_is_tried_twice(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it stands a page of refunds whose payment is not here, and is fetched before both are written."""
    Happening(at.account).all("pay refund:100")
    at.account.advance(HOUR)
    lost = Unreadable("charge", "ch_lost", "nobody knows")
    drain = Lists.drain

    def after_two_pages(lists: Lists, ranges: Sequence[OpenRange]) -> None:
        if not lists._store._tally.seen:
            refunds = lists._context.gateway.list_refunds(Span(0, 2 * NOON), None, threading.Event())
            lists._store.write([Page(observed_at=1, unreadable=(lost,)), refunds], lambda _unit, _at: None)
        drain(lists, ranges)

    monkeypatch.setattr(Lists, "drain", after_two_pages)
    assert at.run().failures == (lost,)
    assert at.service.recent(1)[0].failures == (lost,)
    check_truth(at)


def test_a_list_whose_objects_lie_close_together_is_not_split_again_and_again(
    at: SyncDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read = StripeGateway.list_customers

    def noted(gateway: StripeGateway, *told: Any) -> Page:
        asked.append(told)
        return read(gateway, *told)

    monkeypatch.setattr(StripeGateway, "list_customers", noted)
    for number in range(900):
        at.account.do("customer", name=f"Guest {number}")
        at.account.advance(60)
    at.run()
    assert 9 <= len(asked) <= 12


def _page(*created: int) -> Page:
    made = tuple(StripeTransaction(f"txn_{at}", at, at, "charge", 1, 0, 1, "eur", None) for at in created)
    return Page(observed_at=1, transactions=made)


def _range(pk: int, kind: str, start: int, end: int) -> OpenRange:
    return OpenRange(pk, kind, Span(start, end))


def _write(waiting: WaitingPages, taken: Taken, part: OpenRange | None = None) -> None:
    waiting.add(taken)
    waiting.written(taken, part)


def test_a_page_waits_for_what_is_unread_of_its_own_days() -> None:
    balance, payments = _range(1, "balance", 0, 10 * DAY), _range(2, "payments", 0, 10 * DAY)
    waiting = WaitingPages([balance, payments])
    page = Taken(payments, _page(9 * DAY, 8 * DAY), Span(0, 8 * DAY), None)
    waiting.add(page)
    assert not waiting.is_near(page)
    for end, near in ((9 * DAY, False), (8 * DAY + HOUR, False), (8 * DAY, True)):
        _write(waiting, Taken(balance, _page(), Span(0, end), None))
        assert waiting.is_near(page) is near
    assert not waiting.is_due(page)
    _write(waiting, Taken(balance, _page(), None, None))
    assert waiting.is_due(page)


def test_an_older_part_that_is_read_beside_holds_up_only_its_own_days() -> None:
    balance, payments = _range(1, "balance", 0, 10 * DAY), _range(2, "payments", 0, 10 * DAY)
    waiting = WaitingPages([balance, payments])
    newer, older = (Taken(payments, _page(at * DAY), None, None) for at in (9, 3))
    _write(waiting, Taken(balance, _page(), Span(5 * DAY, 8 * DAY), None), _range(3, "balance", 0, 5 * DAY))
    assert (waiting.is_near(newer), waiting.is_near(older)) == (True, False)
    _write(waiting, Taken(_range(3, "balance", 0, 5 * DAY), _page(), Span(0, 2 * DAY), None))
    assert (waiting.is_near(newer), waiting.is_near(older)) == (True, True)


def test_pages_of_a_range_are_taken_in_their_order() -> None:
    payments, charges = _range(1, "payments", 0, DAY), _range(2, "charges", 0, DAY)
    waiting = WaitingPages([charges, payments])
    pages = [Taken(one, _page(at), None, None) for one in (charges, payments) for at in (20, 10)]
    for page in pages:
        waiting.add(page)
    assert waiting.held() == ["payments", "charges"]
    assert list(waiting.of("payments")) == [pages[2:]]
    waiting.written(pages[2], None)
    assert list(waiting.of("payments")) == [pages[3:]]
    assert list(waiting.of("charges")) == [pages[:2]]


def test_nobody_waits_for_a_kind_that_was_dropped() -> None:
    balance, payments = _range(1, "balance", 0, DAY), _range(2, "payments", 0, DAY)
    waiting = WaitingPages([balance, payments])
    lost, page = Taken(balance, _page(5), Span(0, 5), Span(0, 2)), Taken(payments, _page(5), None, None)
    waiting.add(lost)
    waiting.add(page)
    waiting.drop("balance")
    assert waiting.held() == ["payments"]
    assert waiting.is_due(page)
    waiting.written(page, None)
    assert not waiting


def test_refunds_wait_for_all_charges_whatever_their_days() -> None:
    charges, refunds = _range(1, "charges", 0, DAY), _range(2, "refunds", 0, DAY)
    waiting = WaitingPages([charges, refunds])
    page = Taken(refunds, _page(DAY - 1), None, None)
    waiting.add(page)
    waiting.add(last := Taken(charges, _page(5), None, None))
    assert (waiting.is_near(page), waiting.is_due(page), waits_for_all("refunds")) == (False, False, True)
    waiting.written(last, None)
    assert waiting.is_near(page)
    assert waiting.is_due(page)


@pytest.mark.parametrize(
    ("fails", "stopped", "left"),
    [
        ("refunds", {"refunds"}, ["balance", "payments", "charges", "refunds"]),
        ("charges", {"charges", "refunds", "disputes"}, ["balance", "payments", "charges"]),
        ("payments", {"payments", "charges", "refunds", "disputes"}, ["balance", "payments"]),
        ("balance", {"balance", "payments", "charges", "refunds", "disputes"}, ["balance"]),
    ],
)
def test_a_list_that_fails_takes_with_it_what_waits_for_it(fails: str, stopped: set[str], left: list[str]) -> None:
    kinds = ("balance", "payments", "charges", "refunds")
    ranges = [_range(pk, kind, 0, DAY) for pk, kind in enumerate(kinds)]
    waiting = WaitingPages(ranges)
    for one in ranges:
        waiting.add(Taken(one, _page(5), None, None))
    assert waiting.stop(fails) == stopped
    assert waiting.held() == left
    assert waiting.kinds == {*kinds}


def test_no_more_is_asked_for_when_enough_waits() -> None:
    payments = _range(1, "payments", 0, DAY)
    waiting = WaitingPages([payments])
    for at in range(MANY):
        assert not waiting.is_full("payments")
        waiting.add(Taken(payments, _page(at), None, Span(0, 1) if at < 3 else None))
    assert waiting.is_full("payments")
    assert not waiting.is_full("charges")
    assert (waiting.splits("payments"), waiting.splits("charges")) == (3, 0)


@pytest.mark.parametrize("start", [0, 1_640_995_200])
def test_lists_that_have_come_about_as_far_are_cut_at_one_moment(start: int) -> None:
    """The balance an hour later, for what is moved soon after a payment that was made just before the cut."""
    whole = Span(start, 1_795_000_000)
    cuts = {kind: cut_in(kind, Span(start, whole.end - behind)) for kind, behind in _ABOUT_AS_FAR.items()}
    assert cuts["payments"] == cuts["charges"]
    assert cuts["balance"] == cuts["payments"] + HOUR + 1
    quarter = (whole.end - whole.start) // 4
    assert whole.start + quarter <= cuts["payments"] <= whole.end - quarter


def test_even_a_short_span_is_cut_within() -> None:
    for end in range(4, 300):
        assert 0 < cut_in("payments", Span(0, end)) < end
