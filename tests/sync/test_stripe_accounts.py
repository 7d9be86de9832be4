"""Several Stripe accounts of one property: each with its own key and cursors, and no payment of one in another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from rentease_desk.domain.balance_check import Movement
from rentease_desk.domain.errors import InputError, KnownError, NotFoundError, StripeError
from rentease_desk.domain.links import LinkDraft, LinkState
from rentease_desk.domain.money import Money
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.requests import RequestState
from rentease_desk.domain.stripe_accounts import AccountState
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.sync import RunOutcome
from rentease_desk.services.alarms import _of_keys
from rentease_desk.services.backups import BackupService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.diagnosis import DiagnosisService
from rentease_desk.services.doctor import DoctorService, State
from rentease_desk.services.settings import SettingsService
from rentease_desk.services.sync.lease import SyncLease
from rentease_desk.storage.requests import params_of, trouble_from
from rentease_desk.storage.sync_state import EVENTS, PAYMENTS, read_cursor
from rentease_desk.storage.verifying import first_misfit
from rentease_desk.stripe_gateway.keys import fingerprint
from tests.services.conftest import draft as stay
from tests.tools.accounts import Account, Accounts
from tests.tools.house_of_two import HouseOfTwo, ids
from tests.tools.linking import WEBSITE
from tests.tools.practice import NOON
from tests.tools.rings import MemoryRing, RaisingRing, used_ring
from tests.tools.stubs import Answer, stub
from tests.tools.syncing import ALL, check_journal

CANCEL = threading.Event()
_PAID = {"currency": "eur"}


@pytest.fixture
def house(desk: Desk, account: Account, accounts: Accounts) -> Iterator[HouseOfTwo]:
    """The hotel's account holds a payment of 100 and is known by a sync, the spa's holds one of 40 and is not added."""
    house = HouseOfTwo(desk, account, accounts.open())
    house.hotel.do("pay", amount=10_000, **_PAID)
    house.spa.do("pay", amount=4_000, **_PAID)
    with used_ring(MemoryRing()):
        house.sync.sync(ALL, CANCEL)
        yield house


@pytest.fixture
def both(house: HouseOfTwo) -> HouseOfTwo:
    """Both are here and synced."""
    house.add()
    house.sync.sync(ALL, CANCEL)
    return house


def _refused(code: str, work: Callable[[], object]) -> KnownError:
    with pytest.raises(KnownError) as caught:
        work()
    assert caught.value.code == code
    return caught.value


def _cursor(house: HouseOfTwo, account: Account, kind: str = EVENTS) -> int | None:
    with house.desk.db.reading() as connection:
        return read_cursor(connection, Identity(account.id, livemode=False), kind)


def test_each_account_keeps_its_payments_cursors_and_runs(both: HouseOfTwo) -> None:
    held = {one.id: ids(both.payments(one)) for one in (both.hotel, both.spa)}
    assert held == {one.id: set(one.dump("payment_intents")) for one in (both.hotel, both.spa)}
    assert both.runs() == [(both.spa.id, "done"), (both.hotel.id, "done"), (both.hotel.id, "done")]
    both.spa.advance(600)
    both.spa.do("pay", amount=500, **_PAID)
    result = both.sync.tick(CANCEL)
    assert (result.outcome, result.summary.new) == (RunOutcome.DONE, 1)
    assert len(both.payments(both.spa)) == 2
    assert NOON <= (_cursor(both, both.hotel) or 0) < NOON + 600 <= (_cursor(both, both.spa) or 0)
    assert both.sync.covered_until() == _cursor(both, both.hotel, PAYMENTS)
    with both.desk.db.reading() as connection:
        assert first_misfit(connection) is None
    check_journal(both.desk)


def test_one_whose_key_is_refused_does_not_hinder_the_other_and_is_named(both: HouseOfTwo) -> None:
    both.accounts.rename(both.hotel.id, "Hotel")
    both.hotel.fault("status", status=401, times=50)
    both.spa.advance(600)
    both.spa.do("pay", amount=700, **_PAID)
    error = _refused("stripe.wrong_key", lambda: both.sync.tick(CANCEL))
    assert str(error).startswith("Hotel: ")
    assert len(both.payments(both.spa)) == 2
    assert both.runs()[:2] == [(both.spa.id, "done"), (both.hotel.id, "failed")]
    (alarm,) = _of_keys(both.sync.recent(), both.desk.property())
    assert (alarm.id, alarm.detail.partition(":")[0]) == ("stripe.wrong_key", "Hotel")
    both.hotel.control.no_faults(both.hotel.name)
    assert both.sync.tick(CANCEL).outcome is RunOutcome.DONE
    assert _of_keys(both.sync.recent(), both.desk.property()) == []


def test_of_several_that_fail_each_is_told(both: HouseOfTwo) -> None:
    both.accounts.rename(both.hotel.id, "Hotel")
    both.hotel.fault("status", status=401, times=50)
    both.spa.fault("status", status=403, times=50)
    error = _refused("stripe.wrong_key", lambda: both.sync.tick(CANCEL))
    assert [(one.whose, one.code) for one in (error, *error.beside)] == [
        ("Hotel", "stripe.wrong_key"),
        ("Spa", "stripe.no_permission"),
    ]
    assert [line.partition(":")[0] for line in str(error).splitlines()] == ["Hotel", "Spa"]
    kept = trouble_from(error.code, params_of(error))
    assert str(kept) == str(error), "whoever asked another desk for it is told all of it too"
    both.keys.given = None
    both.keys._session.clear()
    error = _refused("stripe.no_key", lambda: both.sync.tick(CANCEL))
    assert [one.whose for one in (error, *error.beside)] == ["Hotel", "Spa"]


def test_one_without_a_key_at_this_desk_is_named_and_the_other_is_synced(both: HouseOfTwo) -> None:
    both.keys._session.clear()
    both.hotel.do("pay", amount=900, **_PAID)
    error = _refused("stripe.account_no_key", lambda: both.sync.sync(ALL, CANCEL))
    assert "“Spa”" in str(error)
    assert len(both.payments(both.hotel)) == 2


def test_keys_that_were_swapped_bring_nothing_into_the_wrong_account(both: HouseOfTwo) -> None:
    spa = both.accounts.find("Spa")
    both.keys.use_for_session(both.hotel.key, account=spa)
    both.keys.given = both.spa.key
    for one in (both.hotel, both.spa):
        one.do("pay", amount=1_234, **_PAID)
    _refused("stripe.other_account", lambda: both.sync.sync(ALL, CANCEL))
    _refused("stripe.other_account", lambda: both.sync.tick(CANCEL))
    assert [len(both.payments(one)) for one in (both.hotel, both.spa)] == [1, 1]
    assert [outcome for _, outcome in both.runs()[:4]] == ["failed"] * 4


def test_one_account_alone_is_synced(both: HouseOfTwo) -> None:
    for one in (both.hotel, both.spa):
        one.do("pay", amount=1_000, **_PAID)
    both.sync.sync(ALL, CANCEL, account="spa")
    assert [len(both.payments(one)) for one in (both.hotel, both.spa)] == [1, 2]
    _refused("stripe.account_unknown", lambda: both.sync.sync(ALL, CANCEL, account="Bar"))


def test_one_run_of_both_has_one_lease(both: HouseOfTwo) -> None:
    taken = SyncLease(both.desk)
    taken.take(both.desk.property().days)
    before = both.runs()
    _refused("sync.running", lambda: both.sync.tick(CANCEL))
    assert both.runs() == before
    taken.drop()


def test_a_run_that_is_stopped_does_not_begin_with_the_next(both: HouseOfTwo) -> None:
    stop = threading.Event()
    result = both.sync.sync(ALL, stop, lambda _: stop.set())
    assert result.outcome is RunOutcome.CANCELLED
    assert both.runs()[0] == (both.hotel.id, "cancelled")


def test_a_refund_goes_to_the_account_of_its_payment(both: HouseOfTwo) -> None:
    (paid,) = both.payments(both.spa)
    both.opened.clear()
    done = both.refunds.refund(RefundDraft("r1", paid.pk, Money(1_500, "eur"), "too much"), CANCEL).value
    assert (done.state, done.refund.stripe_account) == (RequestState.DONE, both.spa.id)
    assert [one["amount"] for one in both.spa.dump("refunds").values()] == [1_500]
    assert both.hotel.dump("refunds") == {}
    assert {key for key, _ in both.opened} == {both.spa.key}


def test_a_refund_with_the_wrong_key_or_none_is_sent_nowhere(both: HouseOfTwo) -> None:
    (paid,) = both.payments(both.spa)
    spa = both.accounts.find("Spa")
    both.keys.use_for_session(both.hotel.key, account=spa)
    done = both.refunds.refund(RefundDraft("r1", paid.pk, Money(100, "eur"), "x"), CANCEL).value
    assert (done.state, done.refund.status.value) == (RequestState.REFUSED, "canceled")
    both.keys._session.clear()
    draft = RefundDraft("r2", paid.pk, Money(100, "eur"), "x")
    _refused("stripe.account_no_key", lambda: both.refunds.refund(draft, CANCEL))
    both.accounts.remove("Spa")
    _refused("stripe.account_removed", lambda: both.refunds.refund(draft, CANCEL))
    assert (both.hotel.dump("refunds"), both.spa.dump("refunds")) == ({}, {})


def test_links_are_made_in_the_default_account_or_the_one_that_is_chosen(both: HouseOfTwo) -> None:
    SettingsService(both.desk).set({"website": WEBSITE})
    booking = BookingService(both.desk).add(stay()).value.pk
    first = both.links.create(LinkDraft("l1", booking, Money(500, "eur")), CANCEL).value
    both.accounts.make_default("Spa")
    second = both.links.create(LinkDraft("l2", booking, Money(500, "eur")), CANCEL, despite=frozenset({"l1"})).value
    seen = frozenset({"l1", "l2"})
    chosen = LinkDraft("l3", booking, Money(500, "eur"), account=both.hotel.id)
    third = both.links.create(chosen, CANCEL, despite=seen).value
    assert [one.account for one in (first, second, third)] == [both.hotel.id, both.spa.id, both.hotel.id]
    assert [len(one.dump("checkout_sessions")) for one in (both.hotel, both.spa)] == [2, 1]
    assert both.links.create(LinkDraft("l1", booking, Money(500, "eur")), CANCEL).value == first
    assert both.links.cancel("l1", CANCEL).value.state is LinkState.CANCELLED
    assert both.links.cancel("l2", CANCEL).value.state is LinkState.CANCELLED


def test_an_account_is_added_once_under_a_name_of_its_own(house: HouseOfTwo, accounts: Accounts) -> None:
    spa = house.add("Spa")
    assert (spa.identity.account, spa.badge, spa.state) == (house.spa.id, "Spa", AccountState.IN_USE)
    _refused("stripe.account_there", lambda: house.add("Bar"))
    third, live = accounts.open(), accounts.open(livemode=True)
    house.addresses |= {third.key: third, live.key: live}
    for name in ("spa", "  SPÁ "):
        taken = _refused("stripe.account_name_taken", partial(house.add, name, third.key))
        assert isinstance(taken, InputError)
    _refused("stripe.account_name_missing", lambda: house.add("  ", third.key))
    _refused("stripe.other_mode", lambda: house.add("Live", live.key))
    third.fault("status", status=403, path="/v1/account")
    _refused("stripe.account_not_told", lambda: house.add("Bar", third.key))
    _refused("stripe.account_id", lambda: house.add("Bar", third.key, "po_1"))
    assert [one.identity.account for one in house.accounts.all()] == [house.hotel.id, house.spa.id]
    assert house.desk.property().badge(house.spa.id) == "Spa"


def _looked_at(house: HouseOfTwo) -> dict[tuple[str, str], State]:
    """How the doctor finds each account: by its badge, and what was looked at."""
    doctor = DoctorService(house.desk, house.keys, house.keys.open_for, BackupService(house.desk, Path("none")))
    return {(one.whose, one.name): one.state for one in doctor.look(CANCEL) if one.name.startswith("stripe ")}


def test_the_doctor_asks_each_account(both: HouseOfTwo) -> None:
    both.accounts.rename(both.hotel.id, "Hotel")
    found = _looked_at(both)
    names = {name for whose, name in found if whose == "Spa"}
    assert {(whose, name) for whose in ("Hotel", "Spa") for name in names} == set(found)
    assert {"stripe key", "stripe account", "stripe charges", "stripe reads"} < names
    assert State.WRONG not in found.values()
    both.spa.fault("status", status=401, times=1)
    found = _looked_at(both)
    assert [key for key, state in found.items() if state is State.WRONG] == [("Spa", "stripe account")]
    assert ("Hotel", "stripe reads") in found


def test_the_doctor_finds_keys_that_were_swapped(both: HouseOfTwo) -> None:
    both.keys.use_for_session(both.hotel.key, account=both.accounts.find("Spa"))
    found = _looked_at(both)
    assert found["Spa", "stripe account"] is State.WRONG
    assert ("Spa", "stripe charges") not in found


def test_the_doctor_asks_an_account_that_is_alone_without_a_name(house: HouseOfTwo) -> None:
    assert {whose for whose, _ in _looked_at(house)} == {""}
    assert _diagnosed(house)[0].startswith("key ")


def test_the_diagnosis_tells_the_key_of_each_account(both: HouseOfTwo) -> None:
    """One that the keyring does not tell, and one that is removed, keep nothing of the others back."""
    hotel, spa = _diagnosed(both)[:2]
    assert hotel == f"…{both.hotel.id[-6:]}: key {fingerprint(both.hotel.key)}, test, full, from the environment"
    assert spa == f"Spa: key {fingerprint(both.spa.key)}, test, full, from the session"
    both.keys.forget(both.accounts.find("Spa"))
    assert _diagnosed(both)[1] == "Spa: no key"
    with used_ring(RaisingRing(KeyringLocked())):
        told = _diagnosed(both)
    assert told[1].startswith("Spa: The keyring")
    assert told[2].startswith("last success 2026-")
    both.accounts.remove("Spa")
    assert _diagnosed(both)[:2] == [hotel, "Spa: removed"]


def _diagnosed(house: HouseOfTwo) -> list[str]:
    """The lines about the sync."""
    told = DiagnosisService(house.desk, BackupService(house.desk, Path("none")), house.keys).report([])
    return told.split("## Sync\n")[1].split("\n\n")[0].splitlines()


def test_one_account_has_no_badge(house: HouseOfTwo) -> None:
    (only,) = house.accounts.all()
    assert (only.is_default, house.desk.property().badge(house.hotel.id)) == (True, "")
    _refused("stripe.account_last", lambda: house.accounts.remove(house.hotel.id))


def test_a_removed_account_keeps_its_payments_and_can_come_back(both: HouseOfTwo) -> None:
    held = ids(both.payments(both.spa))
    both.accounts.make_default("Spa")
    both.accounts.remove("Spa")
    assert both.accounts.find(both.hotel.id).is_default
    both.spa.do("pay", amount=800, **_PAID)
    both.sync.sync(ALL, CANCEL)
    assert both.runs()[0][0] == both.hotel.id
    assert ids(both.payments(both.spa)) == held
    assert both.desk.property().badge(both.spa.id) == "Spa"
    _refused("stripe.account_removed", lambda: both.sync.sync(ALL, CANCEL, account="Spa"))
    back = both.add("Wellness")
    assert (back.badge, back.is_asked, len(both.accounts.all())) == ("Wellness", True, 2)
    both.sync.sync(ALL, CANCEL)
    assert len(both.payments(both.spa)) == 2
    with both.desk.db.reading() as connection:
        assert first_misfit(connection) is None


def test_an_account_with_an_unsettled_refund_stays(both: HouseOfTwo) -> None:
    (paid,) = both.payments(both.spa)
    both.refunds.plan(RefundDraft("r1", paid.pk, Money(100, "eur"), "x"))
    _refused("stripe.account_busy", lambda: both.accounts.remove("Spa"))
    both.refunds.resume(CANCEL)
    both.accounts.remove("Spa")


def test_a_desk_without_that_accounts_key_leaves_its_refund_to_another_desk(both: HouseOfTwo) -> None:
    (paid,) = both.payments(both.spa)
    both.refunds.plan(RefundDraft("r1", paid.pk, Money(100, "eur"), "x"))
    kept = dict(both.keys._session)
    both.keys._session.clear()
    (left,) = both.refunds.resume(CANCEL)
    assert left.state is RequestState.PLANNED
    both.keys._session.update(kept)
    (done,) = both.refunds.resume(CANCEL)
    assert (done.state, len(both.spa.dump("refunds"))) == (RequestState.DONE, 1)


def test_a_key_that_names_no_account_is_not_believed_where_there_are_several(house: HouseOfTwo) -> None:
    """An account without payments could be told from no other."""
    house.add()
    house.spa.fault("status", status=403, path="/v1/account", times=9)
    _refused("stripe.account_not_told", lambda: house.sync.sync(ALL, CANCEL))
    assert house.payments(house.spa) == []


def test_a_connected_account_is_reached_by_its_platforms_key(desk: Desk, account: Account, accounts: Accounts) -> None:
    spa = accounts.open(platform=account.name)
    house = HouseOfTwo(desk, account, spa)
    house.hotel.do("pay", amount=10_000, **_PAID)
    spa.do("pay", amount=4_000, **_PAID)
    house.sync.sync(ALL, CANCEL)
    added = house.add("Spa", house.hotel.key, spa.id)
    assert (added.connected, added.identity.account) == (True, spa.id)
    house.sync.sync(ALL, CANCEL)
    assert {one.id: ids(house.payments(one)) for one in (account, spa)} == {
        one.id: set(one.dump("payment_intents")) for one in (account, spa)
    }
    (paid,) = house.payments(spa)
    assert house.refunds.refund(RefundDraft("r1", paid.pk, Money(100, "eur"), "x"), CANCEL).value.state.value == "done"
    assert (len(spa.dump("refunds")), account.dump("refunds")) == (1, {})


def test_an_account_that_is_not_connected_is_refused(house: HouseOfTwo) -> None:
    _refused("stripe.not_connected", lambda: house.add("Spa", house.hotel.key, house.spa.id))
    assert len(house.accounts.all()) == 1


def test_a_stand_in_that_ignores_the_connected_account_is_found_out(house: HouseOfTwo) -> None:
    with stub(Answer({"object": "account", "id": house.hotel.id})) as server:
        house.addresses[house.spa.key] = Account(house.spa.control, "", server.url, house.spa.key, house.spa.id)
        _refused("stripe.other_account", lambda: house.add("Spa", house.spa.key, house.spa.id))


def test_the_first_account_may_be_a_connected_one(desk: Desk, account: Account, accounts: Accounts) -> None:
    spa = accounts.open(platform=account.name)
    house = HouseOfTwo(desk, account, spa)
    house.keys.given = None
    spa.do("pay", amount=4_000, **_PAID)
    added = house.add("Spa", account.key, spa.id)
    assert (added.is_first, added.is_default, desk.property().identity) == (True, True, added.identity)
    house.sync.sync(ALL, CANCEL)
    assert ids(house.payments()) == set(spa.dump("payment_intents"))


def test_what_is_not_known_is_said(house: HouseOfTwo) -> None:
    with pytest.raises(NotFoundError):
        house.accounts.rename("Bar", "Pub")
    with pytest.raises(StripeError):
        house.sync.compare_balance(ALL, CANCEL, account=house.accounts.remove(house.add().identity.account).value.badge)


def test_balances_are_compared_account_by_account(both: HouseOfTwo) -> None:
    for one in (both.hotel, both.spa):
        one.advance(8 * 86_400)
    both.sync.sync(ALL, CANCEL)
    sums = {}
    for name in (both.hotel.id, "Spa"):
        found = both.sync.compare_balance(ALL, CANCEL, account=name)
        assert found is not None
        assert found.agrees
        sums[name] = sum(one.stripe.amount for one in found.lines if one.movement is Movement.CHARGES)
    assert sums == {both.hotel.id: 10_000, "Spa": 4_000}
    assert both.sync.balance_check(account="Spa") != both.sync.balance_check(account=both.hotel.id)
    agreement = both.sync.verify(ALL, CANCEL, account="Spa")
    assert agreement is not None
    assert agreement.agrees
