"""After a sync the database says of every payment and refund what Stripe says, whatever happened to it."""

from __future__ import annotations

import pytest

from rentease_desk.domain.payment import PaymentState
from rentease_desk.domain.sync import RunOutcome, Summary
from rentease_desk.practice.property import entries
from rentease_desk.practice.sample import build_sample
from rentease_desk.services.imports import ImportService
from rentease_desk.services.payments import PaymentService
from tests.tools.accounts import Accounts
from tests.tools.databases import ENGINES
from tests.tools.practice import NOON
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import NOTHING, SyncDesk, check_truth, is_sum, settle


def _named(at: SyncDesk) -> dict[str, str]:
    """Every booking of the desk, by what may name it."""
    with at.desk.db.reading() as connection:
        rows = connection.exec_driver_sql("SELECT uid, reference FROM bookings").all()
    return {name: row.reference for row in rows for name in (row.uid, row.reference)}


def test_an_empty_account_gives_nothing(at: SyncDesk) -> None:
    result = at.run()
    assert (result.outcome, result.summary, result.failures) == (RunOutcome.DONE, NOTHING, ())


@pytest.mark.parametrize("engine_name", ENGINES)
def test_whatever_happened_before_the_first_sync_is_there(at: SyncDesk) -> None:
    for story in STORIES.values():
        Happening(at.account, name="Ada Lovelace", email="ada@example.com", last4="1881").all(story)
    summary = settle(at)
    counts = at.account.counts()
    lone = sum(one["intent"] is None for one in at.account.dump("charges").values())
    total = counts["payment_intents"] + lone + counts["refunds"]
    assert (summary.fetched, summary.new, summary.failed, summary.matched) == (total, total, 0, 0)
    waiting = {PaymentState.SUCCEEDED, PaymentState.PROCESSING, PaymentState.REQUIRES_CAPTURE}
    found = PaymentService(at.desk).by_keys([2 * pk for pk in range(1, 200)])
    assert summary.unmatched == sum(one.state in waiting for one in found)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_sync_after_each_step_keeps_up(at: SyncDesk) -> None:
    """Every story advances by a step between two syncs, many of which fall into one second."""
    told = [Happening(at.account).tell(story) for story in STORIES.values()]
    while told:
        told = [story for story in told if next(story, None) is not None]
        assert is_sum(at.run().summary)
        check_truth(at)
    settle(at)


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_each_story_alone(at: SyncDesk, story: str) -> None:
    for _ in Happening(at.account).tell(story):
        at.run()
    check_truth(at)


@pytest.mark.parametrize("late", ["pay", "create:manual authorize wait:60 capture"])
def test_the_time_of_a_capture_is_learnt_when_its_balance_transaction_comes(at: SyncDesk, late: str) -> None:
    at.account.control.operate("late-balance", at.account.name)
    Happening(at.account).all(late)
    at.account.advance(600)
    first = at.run().summary
    assert (first.new, first.failed) == (1, 0)
    at.account.control.operate("balance-arrives", at.account.name)
    second = at.run().summary
    assert second.fetched == 1
    check_truth(at)
    assert at.run().summary.unchanged == 1


@pytest.mark.parametrize("counted", [True, False])
def test_what_a_partial_capture_lets_go_is_no_refund(at: SyncDesk, counted: bool) -> None:
    at.account.control.operate("partial-captures", at.account.name, counted_as_refunded=counted)
    Happening(at.account).all("create:manual authorize wait:600 capture:2500 wait:60 refund:100")
    settle(at)
    (payment,) = PaymentService(at.desk).by_keys([2])
    assert (payment.amount, payment.refunded, payment.status.value) == (2500, 100, "partially_refunded")


@pytest.mark.parametrize("old_kind", [False, True])
@pytest.mark.parametrize(
    ("currency", "stripe", "iso"),
    [("eur", 12345, 12345), ("jpy", 12345, 12345), ("kwd", 12340, 12340), ("isk", 1234500, 12345),
     ("ugx", 500, 5), ("mga", 123, 12300), ("usd", 1, 1)],
)  # fmt: skip
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_currency_in_its_own_units(at: SyncDesk, currency: str, stripe: int, iso: int, old_kind: bool) -> None:
    told = Happening(at.account, currency=currency, amount=stripe)
    told.all("charge refund" if old_kind else "create wait:5 succeed refund")
    settle(at)
    (payment,) = PaymentService(at.desk).by_keys([2])
    assert (payment.amount, payment.refunded, payment.currency) == (iso, iso, currency)


def test_the_sample_property(desk_of_sample: SyncDesk) -> None:
    summary = settle(desk_of_sample, _named(desk_of_sample))
    assert summary.matched > 50
    assert summary.unmatched > 0


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_bulk_account_of_many_pages(desk_of_bulk: SyncDesk) -> None:
    summary = settle(desk_of_bulk)
    counts = desk_of_bulk.account.counts()
    assert summary == Summary(
        fetched=counts["payment_intents"] + counts["refunds"],
        new=counts["payment_intents"] + counts["refunds"],
        unmatched=counts["payment_intents"] - counts["payment_intents"] // 25,
    )


@pytest.fixture
def desk_of_sample(at: SyncDesk, accounts: Accounts) -> SyncDesk:
    at.account = accounts.open(kind="sample", seed=1)
    ImportService(at.desk).load(entries(build_sample(1, NOON)))
    return at


@pytest.fixture
def desk_of_bulk(at: SyncDesk, accounts: Accounts) -> SyncDesk:
    at.account = accounts.open(kind="bulk", count=425)
    return at
