"""A key that lacks one permission after the other: it is named, and everything that does not need it is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from sqlalchemy import select

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.practice.keys import PERMISSIONS
from rentease_desk.practice.resources import RESOURCES
from rentease_desk.storage.columns import metadata
from rentease_desk.stripe_gateway.gateway import READABLE
from tests.sync.test_sync_money import held_settlements, true_settlements
from tests.tools.accounts import DAY
from tests.tools.stories import STORIES, Happening
from tests.tools.syncing import SyncDesk, check_journal, check_truth

ALL_PERMISSIONS: Final = sorted(set(PERMISSIONS.values()))
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "payment_intents": ("payment_intent", "charge"),
    "charges": ("charge", "payment_intent"),
    "disputes": ("dispute", "charge", "payment_intent"),
}
"""Kinds of object whose permissions a list needs, where it is more than its own: what cannot stand without others."""
BALANCE: Final = PERMISSIONS["balance_transaction"]
READ: Final = frozenset(PERMISSIONS[RESOURCES[name].kind] for name in READABLE)
"""What the desk needs if it is to read everything that it reads."""


def _busy(at: SyncDesk) -> None:
    """Something of every kind, so that a list that was not read is missed."""
    for story in STORIES.values():
        Happening(at.account).all(story)
    do = at.account.do
    do("subscription-renew", subscription=do("subscribe", name="Ada", email="ada@example.com")["id"])
    do("checkout-complete", session=do("checkout")["id"])
    at.account.advance(5 * DAY)
    do("payout")
    at.account.advance(3_600)


def _named(at: SyncDesk, *, poll: bool) -> list[str]:
    """What a run says that it could not do, in whichever way it says it. ``[]``: all is well, it says."""
    try:
        result = at.tick() if poll else at.run()
    except StripeError as error:
        if error.code != "stripe.no_permission" or at.service.recent(1)[0].outcome is not RunOutcome.FAILED:
            raise
        return [str(error)]
    return [str(one) for one in result.limits] + [one.reason for one in result.failures]


def _missing(at: SyncDesk, lacking: str) -> dict[str, int]:
    """How many objects are missing of each list that could have been read without the permission."""
    missing = {}
    for name in READABLE:
        table = metadata.tables.get(f"stripe_{name.replace('/', '_')}")
        kinds = NEEDS.get(name, (RESOURCES[name].kind,))
        if table is None or name == "events" or lacking in {PERMISSIONS[kind] for kind in kinds}:
            continue
        with at.desk.db.reading() as connection:
            held = set(connection.scalars(select(table.c.id)))
        excused = _undated(at) if lacking == BALANCE else set()
        missing[name] = len(set(at.account.dump(name.replace("/", "_"))) - held - excused)
    return missing


def _undated(at: SyncDesk) -> set[str]:
    """Payments that were captured by hand: only the balance tells when that was, and it is not guessed."""
    charges = at.account.dump("charges").values()
    intents = {str(one["intent"]) for one in charges if one["order"]["manual"] and one["captured"]}
    return intents | {str(one["id"]) for one in charges if one["intent"] in intents}


def _whole(at: SyncDesk) -> None:
    check_truth(at)
    assert held_settlements(at) == true_settlements(at) != {}
    assert not any(_missing(at, "").values())
    check_journal(at.desk)


@pytest.fixture
def busy(at: SyncDesk) -> SyncDesk:
    _busy(at)
    return at


@pytest.mark.parametrize("lacking", ALL_PERMISSIONS)
def test_a_listing_without_one_permission(busy: SyncDesk, lacking: str) -> None:
    busy.account.control.permit(lacking, busy.account.name, granted=False)
    said = _named(busy, poll=False)
    needed = lacking in READ - {PERMISSIONS["event"]}
    assert any(lacking in one for one in said) is needed, said
    assert not any(_missing(busy, lacking).values()), _missing(busy, lacking)
    busy.account.control.permit(lacking, busy.account.name, granted=True)
    assert _named(busy, poll=False) == []
    _whole(busy)


@pytest.mark.parametrize("lacking", ALL_PERMISSIONS)
def test_a_poll_without_one_permission(at: SyncDesk, lacking: str) -> None:
    """The first poll could read everything; then the key loses one, gets it back, and polls are enough."""
    at.tick()
    at.account.advance(60)
    _busy(at)
    at.account.control.permit(lacking, at.account.name, granted=False)
    said = _named(at, poll=True)
    assert any(lacking in one for one in said) is (lacking in READ), said
    assert not any(_missing(at, lacking).values()), _missing(at, lacking)
    at.account.control.permit(lacking, at.account.name, granted=True)
    at.account.advance(3_601)
    assert _named(at, poll=True) == []
    _whole(at)


def test_a_poll_that_may_not_see_the_balance_says_so_and_learns_the_fees_afterwards(at: SyncDesk) -> None:
    """Payments and refunds come all the same; that they come without their fees is no success that needs no word."""
    at.tick()
    at.account.advance(60)
    Happening(at.account).all("pay refund:100")
    at.account.control.permit(BALANCE, at.account.name, granted=False)
    said = _named(at, poll=True)
    check_truth(at)
    assert any(BALANCE in one for one in said)
    at.account.control.permit(BALANCE, at.account.name, granted=True)
    at.account.advance(3_601)
    assert _named(at, poll=True) == []
    _whole(at)


@pytest.mark.parametrize("paid", ["pay", "charge", "create:debit process settle"])
def test_fees_that_a_listing_could_not_see_come_with_the_next(at: SyncDesk, paid: str) -> None:
    """Nothing else has changed by then: the line of the balance alone brings them."""
    Happening(at.account).all(f"{paid} refund:100")
    at.account.control.permit(BALANCE, at.account.name, granted=False)
    assert any(BALANCE in one for one in _named(at, poll=False))
    at.account.control.permit(BALANCE, at.account.name, granted=True)
    assert _named(at, poll=False) == []
    assert held_settlements(at) == true_settlements(at) != {}


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_key_without_any_permission_names_one_and_reads_nothing(busy: SyncDesk) -> None:
    busy.changes["key"] = busy.account.restricted()
    for poll in (False, True):
        assert any("rak_" in one for one in _named(busy, poll=poll))
    busy.changes.clear()
    assert _named(busy, poll=False) == []
    _whole(busy)


def test_every_permission_belongs_to_something_that_is_read_or_to_the_account() -> None:
    """A permission that is not in these tests' eyes at all would be tested by nothing."""
    listed = {PERMISSIONS[one.kind] for one in RESOURCES.values()}
    assert set(ALL_PERMISSIONS) == listed | {PERMISSIONS["account"]}
    assert set(READABLE) <= set(RESOURCES)
