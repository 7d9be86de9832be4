"""Fees, net and disputes as Stripe's balance has them: from lists, from events, late, and in another currency."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.stripe_tables import stripe_disputes, stripe_transactions
from tests.tools.accounts import DAY
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import ALL, SyncDesk, check_journal, check_truth, settle

Settled = dict[str, tuple[int, int, str, int] | None]


def true_settlements(at: SyncDesk) -> Settled:
    """Fee, net, currency and day of availability by the charge's id, from the account's own lines."""
    lines = at.account.dump("balance_transactions").values()
    return {
        one["source"]: (one["fee"], one["amount"] - one["fee"], one["currency"], one["available_on"])
        for one in lines
        if one["type"] in {"charge", "payment"}
    }


def held_settlements(at: SyncDesk) -> Settled:
    service = PaymentService(at.desk)
    payments = service.by_keys(service.keys(PaymentQuery()))
    return {
        str(one.stripe_charge_id): (one.fee or 0, one.net, one.settlement_currency, one.available_on or 0)
        for one in payments
        if one.settlement_currency is not None and one.net is not None
    }


def lines(at: SyncDesk) -> set[str]:
    with at.desk.db.reading() as connection:
        return set(connection.scalars(select(stripe_transactions.c.id)))


def disputes(at: SyncDesk) -> dict[str, tuple[str | None, int, str, str, bool]]:
    with at.desk.db.reading() as connection:
        rows = connection.execute(select(stripe_disputes)).all()
    return {row.id: (row.charge_id, row.amount, row.currency, row.status, bool(row.due_by)) for row in rows}


def true_disputes(at: SyncDesk) -> dict[str, tuple[str, int, str, str, bool]]:
    found = at.account.dump("disputes")
    return {key: (one["charge"], one["amount"], one["currency"], one["status"], True) for key, one in found.items()}


@pytest.fixture
def polled(at: SyncDesk) -> SyncDesk:
    """A desk whose first poll is behind it."""
    at.tick()
    at.account.advance(300)
    return at


def test_every_story_is_settled_by_the_lists(at: SyncDesk) -> None:
    for story in STORIES.values():
        Happening(at.account).all(story)
        Happening(at.account, currency="jpy", amount=90_000).all("pay refund:4000")
    settle(at)
    assert held_settlements(at) == true_settlements(at) != {}
    assert lines(at) == set(at.account.dump("balance_transactions"))
    assert disputes(at) == true_disputes(at) != {}


def test_a_listed_payment_is_fetched_for_its_event_if_its_money_was_not_listed(polled: SyncDesk) -> None:
    """Some kinds only, or days before a hold was captured: those lists do not show what the balance moved."""
    held = Happening(polled.account).all("create:manual authorize")
    paid = Happening(polled.account).all("pay")
    polled.tick()
    polled.account.advance(2 * DAY)
    held.all("capture:2500")
    paid.all("refund:100")
    Happening(polled.account).all("pay refund:200")
    polled.account.advance(6 * DAY)
    polled.run(DateRange(date(2026, 11, 4), date(2026, 11, 5)))
    polled.service.sync(ALL, polled.cancel, only=["payments", "refunds"])
    polled.tick()
    check_truth(polled)
    assert held_settlements(polled) == true_settlements(polled) != {}
    assert lines(polled) == set(polled.account.dump("balance_transactions"))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_story_is_settled_by_its_events(polled: SyncDesk, story: str) -> None:
    for _ in Happening(polled.account).tell(STORIES[story]):
        polled.tick()
    polled.account.advance(60)
    polled.tick()
    assert held_settlements(polled) == true_settlements(polled)
    assert disputes(polled) == true_disputes(polled)


def test_a_balance_that_comes_late_brings_the_fee_with_it(polled: SyncDesk) -> None:
    polled.account.control.operate("late-balance", polled.account.name)
    paid = Happening(polled.account).all("pay")
    polled.tick()
    check_truth(polled)
    assert paid.charge not in held_settlements(polled)
    polled.account.advance(3_600)
    polled.account.control.operate("balance-arrives", polled.account.name)
    polled.tick()
    assert held_settlements(polled) == true_settlements(polled) != {}
    check_journal(polled.desk)


def test_a_key_that_may_not_see_the_balance_reads_all_else_and_names_it(polled: SyncDesk) -> None:
    beside = ("dispute", "payout", "subscription", "invoice", "checkout_session")
    names = ("payment_intent", "charge", "customer", "event", *beside)
    polled.changes["key"] = polled.account.restricted(*(f"rak_{name}_read" for name in names))
    Happening(polled.account).all("pay refund:100")
    polled.tick()
    check_truth(polled)
    limits = polled.run().limits
    assert ["rak_balance_transaction_source_read" in str(one) for one in limits] == [True]
    assert held_settlements(polled) == {}
    polled.changes.clear()
    assert polled.run().limits == ()
    assert held_settlements(polled) == true_settlements(polled) != {}


def test_a_dispute_is_journalled_as_it_goes(polled: SyncDesk) -> None:
    Happening(polled.account).all("pay")
    polled.tick()
    Happening(polled.account).all("pay wait:60 dispute")
    polled.tick()
    with polled.desk.db.reading() as connection:
        told = [row.entry for row in read_rows(connection) if row.entry.entity == "dispute"]
    assert [(one.action, one.entity_uid) for one in told] == [("import", key) for key in disputes(polled)]


def test_a_charge_that_no_list_shows_is_found_by_the_balance(at: SyncDesk) -> None:
    """A hold of Thursday, captured on Saturday: only the balance moved on Saturday."""
    payment = Happening(at.account).all("create:manual authorize")
    at.account.advance(2 * DAY)
    payment.all("capture")
    saturday = date(2026, 11, 7)
    assert at.run(DateRange(saturday, saturday)).summary.new == 1
    check_truth(at)
    assert held_settlements(at) == true_settlements(at) != {}


@pytest.mark.parametrize("days", [40, 80])
def test_what_became_of_old_money_in_a_gap_is_not_missed(polled: SyncDesk, days: int) -> None:
    """The desk slept longer than Stripe keeps events. An old refund failed, an old payment was disputed meanwhile."""
    failing = Happening(polled.account).all("pay refund:100")
    disputed = Happening(polled.account).all("pay")
    held = Happening(polled.account).all("create:manual authorize")
    polled.tick()
    polled.account.advance(3 * DAY)
    held.all("capture")
    failing.all("update-refund:failed")
    disputed.all("dispute")
    polled.account.advance(days * DAY)
    polled.desk.clock.at = polled.account.control.clock(polled.account.name)  # type: ignore[attr-defined]
    polled.tick()
    check_truth(polled)
    assert disputes(polled) == true_disputes(polled) != {}
    assert held_settlements(polled) == true_settlements(polled)
