"""The control address: accounts, the truth about them, the clock; and what it says to bad input."""

from __future__ import annotations

import orjson
import pytest
import stripe

from rentease_desk.practice.operations import OPERATIONS
from tests.tools.practice import NOON, ControlRefusedError, RunningServer, stripe_client

BAD = [
    ("GET", "", b"", 404, "There is no such page."),
    ("GET", "worlds/nowhere", b"", 404, "There is no practice account called “nowhere”."),
    ("PUT", "worlds", b"{}", 405, "Accounts are listed with GET and made with POST."),
    ("PUT", "worlds/default", b"{}", 405, "An account is read with GET and removed with DELETE."),
    ("DELETE", "worlds/default", b"", 400, "The default account stays."),
    ("POST", "worlds", b"{}", 400, "“name” is missing."),
    ("POST", "worlds", b"[]", 400, "This must be a JSON object."),
    ("POST", "worlds", b"{", 400, "This is not JSON."),
    ("POST", "worlds", b'{"name": "default"}', 400, "There is a practice account called “default” already."),
    ("POST", "worlds", b'{"name": "A B"}', 400, "A name has at most forty lower-case letters, digits and hyphens."),
    ("POST", "worlds", b'{"name": "a", "kind": "big"}', 400, "“kind” must be one of: empty, sample, bulk."),
    ("POST", "worlds", b'{"name": "a", "zone": "Rome"}', 400, "There is no time zone called “Rome”."),
    ("POST", "worlds", b'{"name": "a", "size": 3}', 400, "There is no field called “size”."),
    ("POST", "worlds", b'{"name": "a", "count": -1}', 400, "“count” must be a whole number from 0 to 1000000."),
    ("POST", "worlds/default/operations/pay", b'{"amount": 1.5}', 400, None),
    ("POST", "worlds/default/operations/pay", b'{"amount": true}', 400, None),
    ("POST", "worlds/default/operations/pay", b'{"metadata": {"a": 1}}', 400, "“metadata” must be an object of texts."),
    ("POST", "worlds/default/operations/pay", b'{"manual": "yes"}', 400, "“manual” must be true or false."),
    ("POST", "worlds/default/operations/pay", b'{"method": "cash"}', 400, None),
    ("POST", "worlds/default/operations/pay", b'{"name": ""}', 400, "“name” must be a text."),
    ("POST", "worlds/default/operations/succeed", b"{}", 400, "“intent” is missing."),
    ("POST", "worlds/default/operations/succeed", b'{"intent": "pi_3x"}', 400, "No such payment_intent: 'pi_3x'"),
    ("POST", "worlds/default/operations/fly", b"{}", 404, None),
    ("POST", "worlds/default/actions/fly", b"{}", 404, None),
    ("POST", "worlds/default/actions/guest-pays", b'{"currency": "euro"}', 400, "“currency” must be three letters."),
    ("POST", "worlds/default/actions/refund", b"{}", 400, "There is no payment that could be given back."),
    ("POST", "worlds/default/keys", b'{"permissions": "all"}', 400, "“permissions” must be a list of texts."),
    ("POST", "worlds/default/keys", b'{"permissions": [1]}', 400, "“permissions” must be a list of texts."),
    ("POST", "worlds/default/faults", b'{"kind": "fire"}', 400, None),
    ("POST", "worlds/default/faults", b'{"status": 200}', 400, "“status” must be a whole number from 400 to 599."),
    ("POST", "worlds/default/clock", b'{"set": "noon"}', 400, None),
    ("GET", "worlds/default/dump?kind=unicorns", b"", 400, "There is no kind of object called “unicorns”."),
    ("PATCH", "worlds/default/clock", b"{}", 404, "There is no PATCH of clock."),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "sentence"), BAD)
def test_bad_input_is_answered_with_a_sentence(
    method: str, path: str, body: bytes, status: int, sentence: str | None, server: RunningServer
) -> None:
    answered, answer = server.control.request(method, path, body or None)
    assert answered == status
    assert list(answer) == ["error"]
    assert answer["error"] == sentence or (sentence is None and answer["error"].endswith("."))
    assert sum(server.control.state()["counts"].values()) == 0


@pytest.mark.parametrize("token", ["", "wrong", "ö"])
def test_without_the_token_nothing_is_told(token: str, server: RunningServer) -> None:
    for method, path in (("GET", "worlds"), ("POST", "worlds/default/actions/down"), ("GET", "nowhere")):
        status, answer = server.control.request(method, path, token=token)
        assert (status, answer) == (403, {"error": "The X-Practice-Token is missing or wrong."})


def test_an_api_key_is_no_token(server: RunningServer) -> None:
    assert server.control.request("GET", "worlds", token=server.key)[0] == 403


def test_worlds_are_apart(server: RunningServer, client: stripe.StripeClient) -> None:
    made = server.control.create("second", kind="sample", seed=9, now=NOON, frozen=True)
    assert made["base_url"] == f"{server.url}/worlds/second"
    assert made["account"] != server.handshake.account
    [here] = server.control.operate("pay")
    with stripe_client(made["base_url"], made["api_key"]) as other:
        assert len(other.v1.payment_intents.list({"limit": 100}).data) == 100
        with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
            other.v1.payment_intents.retrieve(here["id"])
        with pytest.raises(stripe.AuthenticationError):
            client.v1.payment_intents.list(options={"api_key": made["api_key"]})
    assert [one.id for one in client.v1.payment_intents.list().data] == [here["id"]]
    assert [one["name"] for one in server.control.worlds()] == ["default", "second"]
    assert server.control.delete("second") == {"deleted": "second"}
    with stripe_client(made["base_url"], made["api_key"]) as gone, pytest.raises(stripe.InvalidRequestError) as refused:
        gone.v1.payment_intents.list()
    assert refused.value.http_status == 404


def test_the_default_account_has_a_name_too(server: RunningServer) -> None:
    [intent] = server.control.operate("pay")
    with stripe_client(f"{server.url}/worlds/default", server.key) as client:
        assert client.v1.payment_intents.list().data[0].id == intent["id"]


def test_a_bulk_account(server: RunningServer) -> None:
    made = server.control.create("many", kind="bulk", count=300, frozen=True)
    assert server.control.state("many")["counts"]["payment_intents"] == 300
    with stripe_client(made["base_url"], made["api_key"]) as client:
        assert len(list(client.v1.payment_intents.list({"limit": 100}).auto_paging_iter())) == 300


def test_the_state_adds_up(server: RunningServer) -> None:
    [first] = server.control.operate("pay", amount=10_000)
    server.control.operate("pay", amount=3_000, currency="gbp")
    server.control.operate("refund", charge=first["latest_charge"], amount=2_000)
    server.control.operate("refund", charge=first["latest_charge"], amount=500, status="pending")
    server.control.operate("fail", intent=server.control.operate("create")[0]["id"])
    state = server.control.state()
    assert state["counts"] == {
        "payment_intents": 3,
        "charges": 3,
        "refunds": 2,
        "customers": 0,
        "disputes": 0,
        "payouts": 0,
        "subscriptions": 0,
        "invoices": 0,
        "invoice_payments": 0,
        "checkout_sessions": 0,
        "payment_links": 0,
        "balance_transactions": 4,
    }
    assert state["sums"]["eur"] == {"received": 10_000, "refunded": 2_000, "refunds_pending": 500}
    assert state["sums"]["gbp"] == {"received": 3_000, "refunded": 0, "refunds_pending": 0}
    assert state["balance"] == {"currency": "eur", "gross": 7_500 + 3_446, "fees": 175 + 76, "net": 10_695}
    assert (state["kind"], state["seed"], state["began"], state["now"]) == ("empty", 1, NOON, NOON)


def test_the_dump_is_the_truth(sample_server: RunningServer) -> None:
    lines = sample_server.control.dump()
    counts = sample_server.control.state()["counts"]
    assert {kind: sum(line["kind"] == kind for line in lines) for kind in counts} == counts
    charges = sample_server.control.dump("charges")
    assert [line for line in lines if line["kind"] == "charges"] == charges
    assert set(charges[0]["order"]) >= {"amount", "currency", "metadata", "payer", "method"}


def test_every_operation_is_at_the_address(server: RunningServer) -> None:
    act = server.control.operate
    customer = act("customer", name="Elena", email="elena@mail.example", metadata={"vip": "yes"})[0]["id"]
    waiting = act("create", amount=500, customer=customer, name="Ivo", email="ivo@mail.example", country="SI")[0]["id"]
    act("describe", intent=waiting, description="Deposit", metadata={"booking_reference": "LN-1801"})
    act("require-action", intent=waiting)
    act("fail", intent=waiting, code="card_declined", message="No.", decline_code="do_not_honor")
    paid = act("succeed", intent=waiting)[0]
    debit = act("create", method="sepa_debit", last4="3201")[0]["id"]
    act("process", intent=debit)
    act("fail-debit", intent=debit)
    act("process", intent=debit)
    assert act("settle", intent=debit)[0]["status"] == "succeeded"
    held = act("create", manual=True)[0]["id"]
    act("authorize", intent=held)
    act("partial-captures", counted_as_refunded=False)
    assert act("capture", intent=held, amount=100)[0]["amount_received"] == 100
    assert act("cancel", intent=act("create")[0]["id"], reason="abandoned")[0]["status"] == "canceled"
    refund = act("refund", charge=paid["latest_charge"], amount=50, status="pending", reason="duplicate")[0]["id"]
    assert act("update-refund", refund=refund, status="failed", failure_reason="declined")[0]["status"] == "failed"
    charge, dispute = act("dispute", charge=paid["latest_charge"], inquiry=True, reason="general")
    assert (charge["disputed"], dispute["reason"]) == (True, "general")
    assert act("dispute-respond", dispute=dispute["id"])[0]["status"] == "warning_under_review"
    assert act("dispute-escalate", dispute=dispute["id"])[0]["status"] == "needs_response"
    assert act("dispute-close", dispute=dispute["id"], won=True)[0]["status"] == "won"
    act("late-balance")
    late = act("charge", amount=700)[0]
    assert late["balance_transaction"] is None
    assert [one["id"] for one in act("balance-arrives")] == [late["id"]]
    server.control.clock(advance=4 * 86_400)
    act("payout-lists-itself", on=False)
    assert act("payout", amount=100)[0]["automatic"] is False
    payout = act("payout")[0]
    assert act("payout-fail", payout=payout["id"], code="no_account")[0]["failure_code"] == "no_account"
    act("payout-schedule", days=7)
    stay = act("subscribe", amount=90_000, name="Nadia", interval="week")[0]["id"]
    act("subscription-describe", subscription=stay, metadata={"booking_reference": "LN-1801"})
    renewed, draft = act("subscription-renew", subscription=stay, draft=True)
    assert (renewed["cycles"], draft["status"]) == (1, "draft")
    assert act("invoice-finalize", invoice=draft["id"])[0]["status"] == "open"
    assert act("invoice-pay", invoice=draft["id"], fails=True)[0]["attempt_count"] == 1
    assert act("invoice-give-up", invoice=draft["id"])[0]["status"] == "uncollectible"
    assert act("invoice-pay", invoice=draft["id"], elsewhere=True)[0]["off_stripe"] is True
    assert act("subscription-cancel", subscription=stay)[0]["status"] == "canceled"
    lone = act("invoice", amount=700, customer=customer)[0]["id"]
    act("invoice-finalize", invoice=lone)
    assert act("invoice-void", invoice=lone)[0]["status"] == "void"
    page = act("checkout", amount=500, reference="R-1", session_metadata={"a": "b"}, lasts=3_600, method="sepa_debit")[
        0
    ]
    act("checkout-fail", session=page["id"])
    assert act("checkout-complete", session=page["id"])[0]["payment_status"] == "unpaid"
    assert act("checkout-settle", session=page["id"])[0]["payment_status"] == "paid"
    assert act("checkout-expire", session=act("checkout")[0]["id"])[0]["status"] == "expired"
    link = act(
        "payment-link", amount=500, title="Hotel", limit=1, link_metadata={"a": "b"}, redirect_url="https://x.y"
    )[0]
    assert act("payment-link-visit", link=link["id"])[0]["payment_link"] == link["id"]
    assert act("payment-link-pay", link=link["id"])[0]["status"] == "complete"
    assert act("payment-link-switch", link=act("payment-link")[0]["id"])[0]["active"] is False
    act("balance-delay", seconds=60)
    assert act("charge", amount=300)[0]["balance_transaction"] is None
    act("balance-delay")
    act("late-events", seconds=30)
    act("event-version", version="2020-08-27")
    assert act("pay", currency="JPY")[0]["order"]["currency"] == "jpy"
    used = {"customer", "create", "describe", "require-action", "fail", "succeed", "process", "fail-debit", "settle"}
    used |= {"authorize", "partial-captures", "capture", "cancel", "refund", "update-refund", "dispute"}
    used |= {"dispute-respond", "dispute-escalate", "dispute-close"}
    used |= {"payout", "payout-fail", "payout-schedule", "payout-lists-itself"}
    used |= {"subscribe", "subscription-describe", "subscription-renew", "subscription-cancel", "invoice"}
    used |= {"invoice-finalize", "invoice-pay", "invoice-give-up", "invoice-void"}
    used |= {"checkout", "checkout-complete", "checkout-fail", "checkout-settle", "checkout-expire"}
    used |= {"payment-link", "payment-link-visit", "payment-link-pay", "payment-link-switch"}
    used |= {"late-balance", "charge", "balance-arrives", "balance-delay", "pay", "late-events", "event-version"}
    assert used == set(OPERATIONS)


def test_the_clock_is_set_and_moved(server: RunningServer, client: stripe.StripeClient) -> None:
    assert server.control.clock(advance=3_600) == NOON + 3_600
    assert server.control.operate("pay")[0]["created"] == NOON + 3_600
    assert server.control.clock(set=NOON - 86_400) == NOON - 86_400
    assert client.raw_request("get", "/v1/customers").headers["Date"] == "Wed, 04 Nov 2026 12:00:00 GMT"
    earlier = server.control.operate("pay")[0]
    assert [one.id for one in client.v1.payment_intents.list().data][-1] == earlier["id"]
    server.control.clock(set=NOON, frozen=False)
    assert server.control.state()["frozen"] is False
    assert NOON <= server.control.state()["now"] <= NOON + 5


def test_a_refused_operation_leaves_no_trace(server: RunningServer) -> None:
    [intent] = server.control.operate("pay")
    before = server.control.dump()
    with pytest.raises(ControlRefusedError, match="greater than unrefunded amount"):
        server.control.operate("refund", charge=intent["latest_charge"], amount=99_999)
    with pytest.raises(ControlRefusedError, match="no field called"):
        server.control.operate("pay", colour="blue")
    assert server.control.dump() == before
    ids = [one["id"] for one in before]
    assert orjson.dumps(server.control.operate("pay"))
    assert not {one["id"] for one in server.control.dump()} <= set(ids)
