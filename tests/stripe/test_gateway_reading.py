"""The gateway reads the practice server as it reads Stripe: pages, single objects, whose account it is."""

from __future__ import annotations

import threading

import pytest

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.stripe_gateway.gateway import READABLE
from tests.tools.accounts import DAY, Account, Accounts
from tests.tools.practice import NOON
from tests.tools.stories import Happening
from tests.tools.stubs import Answer, stub
from tests.tools.syncing import open_gateway

WIDE = Span(0, NOON + 10 * DAY)


def test_pages_are_followed_to_their_end(account: Account, cancel: threading.Event) -> None:
    for _ in range(203):
        account.do("pay")
    gateway = open_gateway(account)
    found: list[str] = []
    after, pages = None, 0
    while True:
        page = gateway.list_intents(WIDE, after, cancel)
        found += [one.id for one in page.intents]
        assert {one.payment_intent_id for one in page.charges} == {one.id for one in page.intents}
        pages, after = pages + 1, page.next_cursor
        if after is None:
            break
    truth = sorted(account.dump("payment_intents").values(), key=lambda one: -one["seq"])
    assert (found, pages) == ([one["id"] for one in truth], 3)
    gateway.close()


def test_a_page_tells_when_its_request_began_and_later_ones_are_later(
    account: Account, cancel: threading.Event
) -> None:
    account.do("pay")
    gateway = open_gateway(account)
    seen = [gateway.list_charges(WIDE, None, cancel).observed_at for _ in range(5)]
    assert seen == sorted(set(seen))
    assert all(abs(one - NOON * 1_000_000) < 5_000_000 for one in seen)
    gateway.close()


def test_whole_seconds_at_the_edges(account: Account, cancel: threading.Event) -> None:
    for offset in (0, 1, 2):
        account.at(NOON + offset)
        Happening(account).all("pay refund:100")
    gateway = open_gateway(account)
    assert len(gateway.list_intents(Span(NOON, NOON + 2), None, cancel).intents) == 2
    assert len(gateway.list_charges(Span(NOON + 1, NOON + 2), None, cancel).charges) == 1
    assert len(gateway.list_refunds(Span(NOON + 1, NOON + 10**6), None, cancel).refunds) == 2
    assert gateway.list_intents(Span(-10, -5), None, cancel).intents == ()
    gateway.close()


def test_single_objects_and_those_that_are_not_there(account: Account, cancel: threading.Event) -> None:
    payment = Happening(account).all("pay refund:100")
    gateway = open_gateway(account)
    page = gateway.fetch_intent(payment.intent, cancel)
    assert ([one.id for one in page.intents], [one.id for one in page.charges]) == ([payment.intent], [payment.charge])
    assert [one.id for one in gateway.fetch_charge(payment.charge, cancel).charges] == [payment.charge]
    assert [one.id for one in gateway.fetch_refund(payment.refund, cancel).refunds] == [payment.refund]
    for missing in (
        gateway.fetch_intent("pi_none", cancel),
        gateway.fetch_charge("ch_none", cancel),
        gateway.fetch_refund("re_none", cancel),
    ):
        assert (missing.intents, missing.charges, missing.refunds) == ((), (), ())
        assert [one.reason for one in missing.unreadable] == ["Stripe does not know it"]
    assert gateway.knows(payment.intent, cancel)
    assert gateway.knows(payment.charge, cancel)
    assert not gateway.knows("pi_none", cancel)
    gateway.close()


def test_the_time_of_a_capture(account: Account, cancel: threading.Event) -> None:
    payment = Happening(account).all("create:manual authorize wait:5000 capture")
    line = account.dump("charges")[payment.charge]["balance_transaction"]
    gateway = open_gateway(account)
    assert gateway.capture_time(line, cancel) == NOON + 5000
    assert gateway.capture_time("txn_none", cancel) is None
    gateway.close()


def test_one_object_that_cannot_be_understood_leaves_the_others(account: Account, cancel: threading.Event) -> None:
    good = [account.do("pay")["id"] for _ in range(3)]
    bad = account.do("pay", currency="zzz")["id"]
    gateway = open_gateway(account)
    page = gateway.list_intents(WIDE, None, cancel)
    assert {one.id for one in page.intents} == set(good)
    assert [(one.kind, one.id) for one in page.unreadable] == [("payment_intent", bad)]
    assert "zzz" in page.unreadable[0].reason
    gateway.close()


def test_a_full_key_tells_its_account(accounts: Accounts, account: Account, cancel: threading.Event) -> None:
    gateway = open_gateway(account)
    assert gateway.identity(cancel) == Identity(account.id, livemode=False)
    gateway.close()
    live = accounts.open(livemode=True)
    gateway = open_gateway(live)
    assert gateway.identity(cancel) == Identity(live.id, livemode=True)
    gateway.close()


def test_a_restricted_keys_refusal_tells_the_account(account: Account, cancel: threading.Event) -> None:
    gateway = open_gateway(account, key=account.restricted("rak_charge_read"))
    assert gateway.identity(cancel) == Identity(account.id, livemode=False)
    assert abs(gateway.now(cancel) - NOON) <= 2  # the refusal told the time as well
    gateway.close()


def test_a_refusal_that_names_nobody_tells_nothing(account: Account, cancel: threading.Event) -> None:
    account.fault("status", status=403, path="/v1/account")
    gateway = open_gateway(account)
    assert gateway.identity(cancel) is None
    gateway.close()


def test_a_connected_account_is_what_was_chosen(account: Account, cancel: threading.Event) -> None:
    gateway = open_gateway(account, account="acct_chosen")
    assert gateway.identity(cancel) == Identity("acct_chosen", livemode=False)
    with pytest.raises(StripeError) as caught:
        gateway.list_charges(WIDE, None, cancel)
    assert caught.value.code == "stripe.no_permission"
    gateway.close()
    gateway = open_gateway(account, account=account.id)
    assert gateway.list_charges(WIDE, None, cancel).charges == ()
    gateway.close()


@pytest.mark.parametrize(
    ("permission", "kinds"),
    [
        ("rak_payment_intent_read", {"payment_intents"}),
        ("rak_charge_read", {"charges", "refunds"}),
        ("rak_customer_read", {"customers"}),
    ],
)
def test_what_a_key_may_read_is_probed(
    account: Account, cancel: threading.Event, permission: str, kinds: set[str]
) -> None:
    gateway = open_gateway(account, key=account.restricted(permission))
    for kind in READABLE:
        if kind in kinds:
            gateway.probe(kind, cancel)
        else:
            with pytest.raises(StripeError, match="rak_"):
                gateway.probe(kind, cancel)
    gateway.close()


def _stub_list(**changes: object) -> Answer:
    return Answer({"object": "list", "data": [], "has_more": False, "url": "/v1/charges", **changes})


@pytest.mark.parametrize(
    "reply",
    [
        _stub_list(data=None),
        _stub_list(data={}),
        _stub_list(has_more=True),
        _stub_list(has_more=True, data=[{"object": "charge"}]),
        _stub_list(has_more=True, data=["ch_1"]),
        Answer({}),
        Answer({"status": "ok"}),
    ],
    ids=str,
)
def test_a_list_that_is_none_is_refused(account: Account, cancel: threading.Event, reply: Answer) -> None:
    with stub(reply) as server:
        gateway = open_gateway(account, base=server.url)
        with pytest.raises(StripeError) as caught:
            gateway.list_charges(WIDE, None, cancel)
        gateway.close()
    assert caught.value.code in {"stripe.refused", "stripe.not_stripe"}


def test_an_account_without_an_id_is_refused(account: Account, cancel: threading.Event) -> None:
    for body in ({}, {"id": None}, {"id": "42"}, {"hello": "world"}):
        with stub(Answer(body)) as server:
            gateway = open_gateway(account, base=server.url)
            with pytest.raises(StripeError, match="whose account"):
                gateway.identity(cancel)
            gateway.close()


def test_things_in_a_list_that_are_no_objects_are_told(account: Account, cancel: threading.Event) -> None:
    with stub(_stub_list(data=[None, "ch_1", 7, {"id": "ch_2", "object": "charge"}])) as server:
        gateway = open_gateway(account, base=server.url)
        page = gateway.list_charges(WIDE, None, cancel)
        gateway.close()
    assert [one.id for one in page.unreadable] == ["no id", "no id", "no id", "ch_2"]


def test_a_base_may_carry_a_path(account: Account, cancel: threading.Event) -> None:
    assert "/worlds/" in account.url
    gateway = open_gateway(account, base=f"{account.url}/")
    assert gateway.list_charges(WIDE, None, cancel).charges == ()
    gateway.close()


def test_a_base_with_a_wrong_path_is_explained(account: Account, cancel: threading.Event) -> None:
    error = {"message": "Unrecognized request URL (GET: /nowhere/v1/charges).", "type": "invalid_request_error"}
    with stub(Answer({"error": error}, 404)) as server:
        gateway = open_gateway(account, base=f"{server.url}/nowhere")
        assert gateway.identity(cancel) is None, "not every stand-in for Stripe serves accounts"
        with pytest.raises(StripeError, match="Unrecognized request URL"):
            gateway.list_charges(WIDE, None, cancel)
        gateway.close()
    assert {one.path.partition("/v1/")[0] for one in server.asked} == {"/nowhere"}


def _ids(page: Page) -> list[str]:
    return [one.id for one in page.intents]


def test_threads_share_a_gateway(account: Account, cancel: threading.Event) -> None:
    payments = [account.do("pay")["id"] for _ in range(8)]
    gateway = open_gateway(account)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda key: found.extend(_ids(gateway.fetch_intent(key, cancel))), args=(key,))
        for key in payments
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(payments)
    gateway.close()
