"""The comparison with Stripe's balance: it says what differs on either side, whatever the range, and fetches it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update

from rentease_desk.domain.agreement import Total
from rentease_desk.domain.balance_check import Apart, BalanceCheck, Compared, Movement, Why
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync import balance
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_transactions
from rentease_desk.storage.tables import payments
from rentease_desk.stripe_gateway import gateway
from tests.tools.accounts import DAY
from tests.tools.databases import ENGINES
from tests.tools.practice import NOON
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import ALL, SyncDesk, check_truth

NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))


def compare(at: SyncDesk, days: DateRange = NOVEMBER) -> BalanceCheck:
    at.account.advance(1)  # the second that is under way is not compared
    found = at.service.compare_balance(days, threading.Event())
    assert found is not None
    return found


def repair(at: SyncDesk, found: BalanceCheck) -> BalanceCheck:
    again = at.service.repair_balance(found, threading.Event())
    assert again is not None
    return again


def line(found: BalanceCheck, movement: Movement, currency: str = "eur") -> Compared:
    (one,) = (one for one in found.lines if (one.movement, one.currency) == (movement, currency))
    return one


def told(found: BalanceCheck) -> list[tuple[Why, str, int | None, int | None]]:
    return [(one.why, one.id, one.here, one.stripe) for one in found.apart]


def test_every_story_agrees_movement_by_movement(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In small parts and in one: each movement of the balance is compared once, and the whole range is."""
    for story in STORIES.values():
        Happening(at.account).all(story)
    at.account.do("payout")
    at.run()
    whole = compare(at, ALL)
    assert (whole.agrees, told(whole), whole.skipped) == (True, [], ())
    truth = at.account.dump("balance_transactions").values()
    assert sum(one.here.amount for one in whole.lines) == sum(one["amount"] - one["fee"] for one in truth)
    assert all(one.here == one.stripe for one in whole.lines)
    monkeypatch.setattr(gateway, "PAGE_SIZE", 3)
    monkeypatch.setattr(balance, "PART", 5)
    assert compare(at, ALL).lines == whole.lines


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_charge_that_vanished_here_is_named_with_its_booking_and_fetched(at: SyncDesk) -> None:
    paid = Happening(at.account).all("pay wait:60 refund:3000")
    kept = Happening(at.account).all("wait:60 pay")
    at.run()
    with at.desk.writing() as unit:  # behind the program's back
        unit.connection.execute(delete(stripe_charges).where(stripe_charges.c.id == paid.charge))
    found = compare(at)
    assert told(found) == [(Why.MISSING_HERE, paid.charge, None, 10_000)]
    assert line(found, Movement.CHARGES) == Compared(Movement.CHARGES, "eur", Total(1, 10_000), Total(2, 20_000))
    assert line(found, Movement.REFUNDS).here == line(found, Movement.REFUNDS).stripe == Total(1, -3_000)
    with at.desk.db.reading() as connection:
        assert connection.scalar(select(stripe_charges.c.id)) == kept.charge, "comparing fetches nothing"
    again = repair(at, found)
    assert (again.agrees, again.repaired, line(again, Movement.CHARGES).difference) == (True, 1, 0)
    assert at.service.balance_check(NOVEMBER) == again
    check_truth(at)


def test_what_was_never_read_is_fetched_with_all_that_belongs_to_it(at: SyncDesk) -> None:
    Happening(at.account).all("pay wait:700000")
    at.run()
    at.account.advance(60)
    paid = Happening(at.account).all("pay wait:60 refund:3000")
    Happening(at.account).all("pay wait:60 dispute")
    at.account.do("payout")
    at.account.advance(60)
    found = compare(at)
    assert {one.why for one in found.apart} == {Why.MISSING_HERE}
    assert {paid.charge, paid.refund} < {one.id for one in found.apart}
    again = repair(at, found)
    assert (again.agrees, again.repaired) == (True, 5)
    assert all(one.here == one.stripe for one in again.lines)


def test_what_stripe_does_not_have_is_told_and_never_dropped(at: SyncDesk) -> None:
    """A movement that stands here and is not in Stripe's list any more: nobody guesses which side is right."""
    paid = Happening(at.account).all("pay")
    at.run()
    with at.desk.writing() as unit:
        row = dict(unit.connection.execute(select(stripe_transactions)).mappings().one())
        unit.connection.execute(insert(stripe_transactions).values(row | {"id": "txn_of_nobody", "source_id": "ch_x"}))
        unit.connection.execute(insert(stripe_transactions).values(row | {"id": "txn_doubled"}))
    found = compare(at)
    assert {(one.why, one.transaction, one.id) for one in found.apart} == {
        (Why.MISSING_THERE, "txn_of_nobody", "ch_x"),
        (Why.MISSING_THERE, "txn_doubled", paid.charge),
    }
    assert line(found, Movement.CHARGES).here.count == 2, "what is of no payment here is not counted as one"
    again = repair(at, found)
    assert (again.count, again.repaired) == (2, 0)


def test_an_amount_or_a_fee_that_was_changed_here_is_named(at: SyncDesk) -> None:
    first, second, third = (Happening(at.account).all("wait:60 pay") for _ in range(3))
    at.run()
    with at.desk.writing() as unit:
        execute, moved = unit.connection.execute, stripe_transactions.c
        execute(update(payments).where(payments.c.stripe_charge_id == first.charge).values(amount=9_000))
        execute(update(stripe_transactions).where(moved.source_id == second.charge).values(fee=1, net=9_999))
        execute(update(stripe_transactions).where(moved.source_id == third.charge).values(amount=7, net=-168))
    found = compare(at)
    assert told(found) == [
        (Why.AMOUNT, first.charge, 9_000, 10_000),
        (Why.FEE, second.charge, -1, -175),
        (Why.FEE, third.charge, -175, -175),
    ]
    assert line(found, Movement.CHARGES).here.amount == 29_000
    again = repair(at, found)
    assert [one.id for one in again.apart] == [first.charge], "the ledger is put right by nobody but a person"
    assert again.repaired == 2


def test_what_is_not_in_the_balance_yet_is_no_difference(at: SyncDesk) -> None:
    at.account.control.operate("late-balance", at.account.name)
    paid = Happening(at.account).all("pay")
    at.run()
    found = compare(at)
    assert (found.agrees, told(found), found.lines) == (True, [(Why.NOT_YET, paid.charge, 10_000, None)], ())
    at.account.control.operate("balance-arrives", at.account.name)
    arrived = compare(at)
    assert told(arrived) == [(Why.MISSING_HERE, paid.charge, None, 10_000)]
    assert repair(at, arrived).repaired == 1


def test_sums_are_in_the_currency_of_the_settlement(at: SyncDesk) -> None:
    Happening(at.account, currency="jpy", amount=9_000).all("pay wait:60 refund:3000")
    at.run()
    found = compare(at)
    assert found.agrees
    assert {one.currency for one in found.lines} == {"eur"}
    assert line(found, Movement.CHARGES).here.count == 1


def test_the_days_asked_for_are_compared_whole_and_no_others(at: SyncDesk) -> None:
    """Half a year, whose first days hold what differs."""
    at.account.at(NOON - 150 * DAY)
    old = Happening(at.account).all("pay")
    at.account.at(NOON)
    Happening(at.account).all("pay")
    at.run()
    with at.desk.writing() as unit:
        unit.connection.execute(delete(stripe_charges).where(stripe_charges.c.id == old.charge))
    steps: list[Progress] = []
    half = DateRange(date(2026, 6, 1), date(2026, 11, 30))
    found = at.service.compare_balance(half, threading.Event(), steps.append)
    assert found is not None
    assert [one.id for one in found.apart] == [old.charge]
    assert steps
    assert all(0 <= one.done <= one.total for one in steps)
    assert compare(at).agrees
    assert at.service.balance_check(half) == found
    assert at.service.balance_check(DateRange(date(2026, 1, 1), date(2026, 1, 2))) is None


def test_a_key_that_may_not_read_is_told(at: SyncDesk) -> None:
    """Without the balance nothing can be compared; without disputes and payouts, their movements alone."""
    Happening(at.account).all("pay")
    Happening(at.account).all("pay wait:60 dispute wait:700000")
    at.account.do("payout")
    reads = ("payment_intent", "charge", "customer", "balance_transaction_source")
    at.changes["key"] = at.account.restricted(*(f"rak_{name}_read" for name in reads[:3]))
    with pytest.raises(StripeError) as caught:
        compare(at)
    assert caught.value.code == "stripe.no_permission"
    assert at.service.balance_check() is None
    at.changes.clear()
    at.run()
    at.changes["key"] = at.account.restricted(*(f"rak_{name}_read" for name in reads))
    found = compare(at)
    assert (found.agrees, len(found.skipped)) == (True, 2)


def test_it_is_cancelled_between_two_pages_and_keeps_nothing(at: SyncDesk) -> None:
    Happening(at.account).all("pay")
    at.run()
    enough = threading.Event()
    assert at.service.compare_balance(NOVEMBER, enough, lambda _: enough.set()) is not None, "there was only one page"
    enough.set()
    assert at.service.compare_balance(NOVEMBER, enough) is None


def test_more_than_can_be_told_are_counted(at: SyncDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rentease_desk.domain.balance_check.MOST_APART", 2)
    at.run()
    for _ in range(3):
        Happening(at.account).all("wait:1 pay")
    at.account.advance(60)
    found = compare(at)
    assert (len(found.apart), found.more, found.count, found.agrees) == (2, 1, 3, False)
    assert isinstance(found.apart[0], Apart)
