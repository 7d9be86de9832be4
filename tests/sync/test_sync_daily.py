"""The check that a poll makes once a day, and after a listing: it repairs by fetching, and is never in the way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, update

from rentease_desk.domain.agreement import COMPARED, Agreement, Total
from rentease_desk.domain.dates import DateRange, Days, Span, zone_info
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.practice.keys import PERMISSIONS
from rentease_desk.services.sync.daily import MOST_DAYS, PUT_OFF, RECENT_DAYS, is_due, latest, recent
from rentease_desk.services.sync.kinds import KINDS
from rentease_desk.services.sync.recorded import SyncResult
from rentease_desk.storage.billing_tables import stripe_payouts
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_transactions
from tests.tools.accounts import DAY
from tests.tools.databases import behind
from tests.tools.practice import NOON
from tests.tools.stories import Happening
from tests.tools.syncing import Impatient, SyncDesk, check_truth

HOUR = 3_600
ROME = Days(zone_info("Europe/Rome"))
LISTS = (*KINDS[:-1], "customers")


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _found(result: SyncResult) -> Agreement:
    assert result.check is not None
    assert result.check.found is not None
    return result.check.found


def _next_morning(at: SyncDesk, days: int = 1) -> None:
    at.account.at(NOON + days * DAY)


@pytest.fixture
def paid(at: SyncDesk) -> SyncDesk:
    """A payment, a refund and a payout two days ago, all of which were read."""
    at.account.at(NOON - 20 * DAY)
    Happening(at.account).all("pay")
    at.account.at(NOON - 2 * DAY)
    Happening(at.account).all("pay refund:100")
    at.account.do("payout", amount=500)
    at.account.at(NOON)
    at.tick()
    return at


def test_it_is_due_when_four_has_passed_at_the_property() -> None:
    """In Rome it is an hour later than in UTC, in summer two."""
    checked = _at("2026-11-05T12:00:00")
    assert not is_due(ROME, checked, _at("2026-11-06T02:59:59"))
    assert is_due(ROME, checked, _at("2026-11-06T03:00:00"))
    assert not is_due(ROME, _at("2026-11-06T03:00:00"), _at("2026-11-06T23:00:00"))
    assert is_due(ROME, _at("2026-07-05T12:00:00"), _at("2026-07-06T02:00:00"))
    assert is_due(ROME, None, 0)


def test_a_property_whose_business_day_rolls_late_is_checked_at_four_too() -> None:
    late = Days(ROME.zone, 10 * 60)
    assert is_due(late, _at("2026-11-05T12:00:00"), _at("2026-11-06T03:00:00"))


def test_whole_days_are_compared_that_ended_a_while_ago() -> None:
    """Across the end of summer time a day of Rome has 25 hours."""
    span = recent(ROME, _at("2026-10-27T03:00:00"))
    assert (span.start, span.end) == (_at("2026-10-23T22:00:00"), _at("2026-10-26T23:00:00"))
    assert recent(ROME, _at("2026-10-27T02:00:00")).end == _at("2026-10-25T23:00:00")


def test_of_a_long_listing_the_latest_part_is_compared() -> None:
    whole = Span(0, 2 * NOON)
    assert latest(whole, NOON) == Span(NOON + 1 - MOST_DAYS * DAY, NOON + 1)
    assert latest(Span(NOON - DAY, NOON), NOON) == Span(NOON - DAY, NOON)


def test_the_first_poll_compares_what_it_listed(at: SyncDesk) -> None:
    Happening(at.account).all("pay refund:100")
    found = _found(at.tick())
    assert (found.agrees, found.repaired) == (True, 0)
    assert found.compared["charges"].here == {"eur": Total(1, 10_000)}
    assert at.tick().check is None


def test_a_listing_is_compared_without_being_listed_again(paid: SyncDesk) -> None:
    """As many requests as lists, refunds and disputes once more for what came meanwhile; no day is compared twice."""
    before = paid.service.reads().used
    found = _found(paid.run(DateRange(date(2026, 11, 1), date(2026, 11, 5))))
    assert (found.agrees, found.repaired, set(found.compared)) == (True, 0, set(COMPARED))
    assert paid.service.reads().used == before + len(LISTS) + 2 + 1  # whose account it is
    _next_morning(paid)
    assert _found(paid.run(DateRange(date(2026, 11, 1), date(2026, 11, 6)))).agrees
    assert paid.tick().check is None


def test_once_a_day_and_no_more(paid: SyncDesk) -> None:
    assert paid.tick().check is None
    _next_morning(paid)
    found = _found(paid.tick())
    assert (found.agrees, found.repaired, found.unsettled) == (True, 0, 0)
    assert found.compared["refunds"].stripe == found.compared["refunds"].here == {"eur": Total(1, 100)}
    assert paid.tick().check is None
    _next_morning(paid, 1 + RECENT_DAYS)
    assert _found(paid.tick()).compared["charges"].stripe == {}


def test_what_is_missing_is_put_right_and_counted(paid: SyncDesk) -> None:
    """No event tells of it any more: it was handled, and then the rows were lost."""
    with behind(paid.desk.db) as connection:
        connection.execute(delete(stripe_payouts))
        connection.execute(update(stripe_charges).values(amount_captured=1, observed_at=0))
        connection.execute(delete(stripe_transactions))
    _next_morning(paid)
    result = paid.tick()
    assert (result.outcome, _found(result).agrees) == (RunOutcome.DONE, True)
    assert _found(result).repaired >= 2
    check_truth(paid)
    run = paid.service.recent(1)[0]
    assert run.agreement == _found(result)
    kept = paid.service.last_check()
    assert kept is not None
    assert (kept.found, kept.at) == (_found(result), NOON + DAY)


def test_what_stripe_does_not_have_is_said(paid: SyncDesk) -> None:
    with paid.desk.writing() as unit:  # a row that no sync could have written
        unit.connection.execute(update(stripe_payouts).values(id="po_of_nobody"))
    _next_morning(paid)
    found = _found(paid.tick())
    assert (found.agrees, found.compared["payouts"].extra) == (False, ("po_of_nobody",))


def test_a_charge_that_changed_after_it_was_listed_is_fetched(paid: SyncDesk) -> None:
    """What is in the balance, and not as that says, is asked for by its id: no list of the days would show it."""
    with paid.desk.writing() as unit:
        unit.connection.execute(update(stripe_charges).values(created=NOON - 40 * DAY, captured=False))
    _next_morning(paid)
    assert _found(paid.tick()).agrees
    check_truth(paid)


def test_money_that_is_not_in_the_balance_yet_is_counted_and_comes(paid: SyncDesk) -> None:
    paid.account.control.operate("late-balance", paid.account.name)
    Happening(paid.account).all("pay refund:100")
    _next_morning(paid)
    found = _found(paid.tick())
    assert (found.agrees, found.unsettled) == (True, 1)  # the refund's is there at once
    paid.account.control.operate("balance-arrives", paid.account.name)
    _next_morning(paid, 2)
    assert _found(paid.tick()).unsettled == 0


@pytest.mark.parametrize("kind", ["balance_transaction", "charge", "invoice", "payout"])
def test_a_missing_permission_is_named_and_the_rest_is_compared(paid: SyncDesk, kind: str) -> None:
    permission = PERMISSIONS[kind]
    paid.account.control.permit(permission, paid.account.name, granted=False)
    _next_morning(paid)
    result = paid.tick()
    assert result.outcome is RunOutcome.DONE
    assert any(permission in str(one) for one in result.limits)
    found = _found(result)
    of = {"balance_transaction": {"transactions"}, "charge": {"charges", "refunds"}}  # one permission for both
    assert set(COMPARED) - found.compared.keys() == of.get(kind, {f"{kind}s"})
    assert found.agrees
    paid.account.advance(PUT_OFF + 60)
    again = paid.tick()
    assert (again.outcome, again.check) == (RunOutcome.DONE, None)


def test_while_stripe_does_not_answer_it_is_put_off_and_the_poll_is_done(paid: SyncDesk) -> None:
    """The events were read: the poll did what it is for, and says what it could not do."""
    paid.cancel = Impatient()
    paid.account.fault("status", path="/v1/refunds", times=99, status=500)
    _next_morning(paid)
    result = paid.tick()
    assert (result.outcome, result.check and result.check.found) == (RunOutcome.DONE, None)
    latest_one, before = paid.service.last_check(done=False), paid.service.last_check()
    assert latest_one is not None
    assert "Stripe" in latest_one.why
    assert before is not None
    assert before.at < latest_one.at
    paid.account.control.no_faults(paid.account.name)
    paid.account.advance(PUT_OFF - 60)
    assert paid.tick().check is None
    paid.account.advance(120)
    assert _found(paid.tick()).agrees


def test_only_the_named_lists_are_read_and_no_day_is_done_with_it(paid: SyncDesk) -> None:
    """What else the days hold is still to be read: no cursor moves, and the day's check is still due."""
    _next_morning(paid)
    Happening(paid.account).all("pay refund:100")
    before = paid.service.reads().used
    covered = paid.service.covered_until()
    result = paid.service.sync(
        DateRange(date(2026, 11, 1), date(2026, 11, 6)), paid.cancel, only=["refunds", "payouts"]
    )
    assert result.outcome is RunOutcome.DONE
    assert set(_found(result).compared) == {"refunds", "payouts"}
    # Two lists, refunds once more, the account, and the payment of the refund.
    assert paid.service.reads().used == before + 2 + 1 + 1 + 1
    assert paid.service.covered_until() == covered
    assert _found(paid.tick()).agrees
    check_truth(paid)


def test_only_some_lists_on_a_new_database_leave_the_rest_to_the_timer(at: SyncDesk) -> None:
    Happening(at.account).all("pay refund:100")
    at.service.sync(DateRange(date(2026, 11, 1), date(2026, 11, 6)), at.cancel, only=["payouts"])
    assert at.service.covered_until() is None
    assert at.tick().summary.new == 2
    check_truth(at)
