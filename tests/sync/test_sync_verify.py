"""The check against Stripe: it puts right what is missing, and says what it cannot."""

from __future__ import annotations

import threading
from datetime import date

from sqlalchemy import delete, update

from rentease_desk.domain.agreement import Agreement, Total, compare
from rentease_desk.domain.dates import DateRange
from rentease_desk.storage.stripe_tables import stripe_charges
from tests.tools.accounts import DAY
from tests.tools.databases import behind
from tests.tools.practice import NOON
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import ALL, SyncDesk, check_truth

MONTH = DateRange(date(2026, 11, 1), date(2026, 11, 30))


def verify(at: SyncDesk, days: DateRange = MONTH) -> Agreement:
    found = at.service.verify(days, threading.Event())
    assert found is not None
    return found


def test_every_story_agrees_and_nothing_is_repaired(at: SyncDesk) -> None:
    for story in STORIES.values():
        Happening(at.account).all(story)
    at.run()
    found = verify(at, ALL)
    assert (found.agrees, found.repaired, found.failed) == (True, 0, 0)
    assert found.compared["charges"].stripe == found.compared["charges"].here
    assert found.compared["refunds"].stripe["eur"].count > 5


def test_what_was_missed_is_put_right_and_counted(at: SyncDesk) -> None:
    at.run()
    at.account.advance(60)
    Happening(at.account).all("pay refund:100")
    first = verify(at)
    assert (first.agrees, first.repaired) == (True, 2)
    assert verify(at).repaired == 0
    check_truth(at)


def test_what_stripe_does_not_have_is_told(at: SyncDesk) -> None:
    paid = Happening(at.account).all("pay")
    at.run()
    with at.desk.writing() as unit:  # a row that no sync could have written
        row = stripe_charges.c.id == paid.charge
        unit.connection.execute(update(stripe_charges).where(row).values(id="ch_of_nobody"))
    found = verify(at)
    assert not found.agrees
    assert found.compared["charges"].extra == ("ch_of_nobody",)
    with behind(at.desk.db) as connection:
        connection.execute(delete(stripe_charges).where(stripe_charges.c.id == "ch_of_nobody"))
    assert verify(at).agrees


def test_a_key_that_may_not_see_the_balance_compares_the_rest(at: SyncDesk) -> None:
    """What cannot be read is neither equal nor different: it is not compared."""
    Happening(at.account).all("pay refund:100")
    at.run()
    names = ("payment_intent", "charge", "customer")
    at.changes["key"] = at.account.restricted(*(f"rak_{name}_read" for name in names))
    found = verify(at)
    assert (found.agrees, found.transactions, found.unsettled) == (True, None, None)
    at.changes.clear()
    whole = verify(at)
    assert whole.transactions is not None
    assert (whole.agrees, whole.unsettled, whole.transactions.here["eur"].count) == (True, 0, 2)


def test_only_the_days_that_were_asked_for_are_compared(at: SyncDesk) -> None:
    at.account.at(NOON - 40 * DAY)
    Happening(at.account).all("pay refund:100")
    at.account.at(NOON)
    Happening(at.account).all("pay")
    at.run()
    found = verify(at)
    assert found.compared["charges"].stripe == {"eur": Total(1, 10_000)}
    assert found.compared["refunds"].stripe == {}


def test_a_difference_in_an_amount_is_named() -> None:
    theirs = {"a": ("eur", 100), "b": ("eur", 5), "c": ("gbp", 7)}
    ours = {"a": ("eur", 100), "b": ("eur", 6), "d": ("gbp", 7)}
    found = compare(theirs, ours)
    assert (found.missing, found.extra, found.different) == (("c",), ("d",), ("b",))
    assert found.stripe == {"eur": Total(2, 105), "gbp": Total(1, 7)}
    assert not found.agrees
