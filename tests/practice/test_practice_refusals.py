"""Keys, permissions and addresses: what the real ``stripe`` package is told when it may not."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request

import pytest
import stripe

from tests.tools.practice import RunningServer, stripe_client

READ_ALL = {
    "payment_intents": "rak_payment_intent_read",
    "charges": "rak_charge_read",
    "refunds": "rak_charge_read",
    "customers": "rak_customer_read",
    "disputes": "rak_dispute_read",
    "payouts": "rak_payout_read",
    "balance_transactions": "rak_balance_transaction_source_read",
    "subscriptions": "rak_subscription_read",
    "invoices": "rak_invoice_read",
    "invoice_payments": "rak_invoice_read",
    "checkout/sessions": "rak_checkout_session_read",
}


def _status(error: stripe.StripeError) -> tuple[int | None, str | None, str | None]:
    assert error.error is not None
    return error.http_status, error.error.type, error.error.code


def test_no_such_object(client: stripe.StripeClient) -> None:
    nouns = {
        "payment_intents": ("payment_intent", "intent"),
        "charges": ("charge", "id"),
        "refunds": ("refund", "id"),
        "customers": ("customer", "id"),
        "balance_transactions": ("balance transaction", "id"),
        "disputes": ("dispute", "id"),
        "payouts": ("payout", "payout"),
        "subscriptions": ("subscription", "id"),
        "invoices": ("invoice", "invoice"),
        "invoice_payments": ("invoice_payment", "invoice_payment"),
        "checkout/sessions": ("checkout.session", "session"),
    }
    for name, (noun, param) in nouns.items():
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.raw_request("get", f"/v1/{name}/nothing")
        assert refused.value.user_message == f"No such {noun}: 'nothing'"
        assert (refused.value.http_status, refused.value.code, refused.value.param) == (404, "resource_missing", param)
        assert (refused.value.request_id or "").startswith("req_")


def test_a_wrong_key(server: RunningServer) -> None:
    wrong = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
    with stripe_client(server.url, wrong) as client, pytest.raises(stripe.AuthenticationError) as refused:
        client.v1.customers.list()
    assert _status(refused.value) == (401, "invalid_request_error", None)
    assert refused.value.user_message == "Invalid API Key provided: sk_test_********************p7dc"


def test_no_key_and_basic_authentication(server: RunningServer) -> None:
    asked = urllib.request.Request(f"{server.url}/v1/customers")
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(asked, timeout=10)
    with refused.value:
        assert b"You did not provide an API key" in refused.value.read()
    basic = base64.b64encode(f"{server.key}:".encode()).decode()
    asked.add_header("Authorization", f"Basic {basic}")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("authorization", "sentence"),
    [
        ("Bearer short", "Invalid API Key provided: *****"),
        ("Basic %%%", "The Authorization header cannot be read."),
        ("Bearer ", "You did not provide an API key."),
        ("Digest x", "You did not provide an API key."),
    ],
)
def test_keys_that_cannot_be_read(authorization: str, sentence: str, server: RunningServer) -> None:
    asked = urllib.request.Request(f"{server.url}/v1/customers", headers={"Authorization": authorization})
    with pytest.raises(urllib.error.HTTPError, match="401") as refused:
        urllib.request.urlopen(asked, timeout=10)
    with refused.value:
        assert json.loads(refused.value.read())["error"]["message"].startswith(sentence)


def test_an_expired_key(server: RunningServer) -> None:
    expired = server.control.key(None, expired=True)
    with stripe_client(server.url, expired) as client, pytest.raises(stripe.AuthenticationError) as refused:
        client.v1.charges.list()
    assert (refused.value.user_message or "").startswith("Expired API Key provided: sk_test_")
    assert _status(refused.value) == (401, "invalid_request_error", "api_key_expired")


@pytest.mark.parametrize("name", READ_ALL)
def test_a_restricted_key_needs_its_permission(name: str, server: RunningServer) -> None:
    others = sorted(set(READ_ALL.values()) - {READ_ALL[name]})
    key = server.control.key(others)
    assert key.startswith("rk_test_practice")
    with stripe_client(server.url, key) as client, pytest.raises(stripe.PermissionError) as refused:
        client.raw_request("get", f"/v1/{name}/nothing")
    message = refused.value.user_message or ""
    assert f"Having the '{READ_ALL[name]}' permission would allow" in message
    assert re.search(r"on account '(acct_\w+)'", message)
    assert _status(refused.value) == (403, "invalid_request_error", None)
    with stripe_client(server.url, server.control.key([READ_ALL[name]])) as client:
        assert client.raw_request("get", f"/v1/{name}").data["data"] == []


def test_an_expansion_needs_the_permission_of_what_it_shows(server: RunningServer) -> None:
    server.control.operate("pay")
    with stripe_client(server.url, server.control.key(["rak_payment_intent_read"])) as client:
        assert len(client.raw_request("get", "/v1/payment_intents").data["data"]) == 1
        with pytest.raises(stripe.PermissionError, match="rak_charge_read"):
            client.raw_request("get", "/v1/payment_intents", expand=["data.latest_charge"])
        with pytest.raises(stripe.PermissionError, match="'rak_balance_transaction_source_read', 'rak_charge_read'"):
            client.raw_request("get", "/v1/payment_intents", expand=["data.latest_charge.balance_transaction"])


def test_a_restricted_key_learns_the_account_from_the_refusal(server: RunningServer) -> None:
    key = server.control.key(sorted(set(READ_ALL.values())))
    with stripe_client(server.url, key) as client, pytest.raises(stripe.PermissionError) as refused:
        client.v1.accounts.retrieve_current()
    found = re.search(r"account '(acct_\w+)'", refused.value.user_message or "")
    assert found is not None
    assert found[1] == server.handshake.account
    with stripe_client(server.url, server.key) as client:
        assert client.v1.accounts.retrieve_current().id == found[1]


def test_unknown_permissions_are_refused(server: RunningServer) -> None:
    status, answer = server.control.request("POST", "worlds/default/keys", b'{"permissions": ["rak_everything"]}')
    assert (status, answer) == (400, {"error": "There is no permission called rak_everything."})


def test_live_and_test_keys_are_separate(server: RunningServer) -> None:
    live = server.control.create("live", livemode=True)
    assert live["api_key"].startswith("sk_live_practice")
    assert server.control.key(["rak_charge_read"], "live").startswith("rk_live_practice")
    server.control.operate("pay", "live")
    with stripe_client(live["base_url"], live["api_key"]) as client:
        assert client.v1.payment_intents.list().data[0].livemode is True
    with stripe_client(live["base_url"], server.key) as client, pytest.raises(stripe.AuthenticationError):
        client.v1.payment_intents.list()


def test_addresses_that_are_not_there(client: stripe.StripeClient) -> None:
    for path in ("/v1/unicorns", "/v1", "/v2/charges", "/v1/charges/a/b", "/v1/checkout", "/v1/checkout/sessions/a/b"):
        with pytest.raises(
            stripe.InvalidRequestError, match=re.escape(f"Unrecognized request URL (GET: {path})")
        ) as no:
            client.raw_request("get", path)
        assert (no.value.http_status, no.value.code) == (404, None)
    with pytest.raises(stripe.InvalidRequestError, match="remove the trailing slash"):
        client.raw_request("get", "/v1/charges/")


def test_nothing_can_be_written(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.APIError) as refused:
        client.v1.customers.create({"email": "new@mail.example"})
    assert refused.value.http_status == 405


def test_another_account(server: RunningServer, client: stripe.StripeClient) -> None:
    own = client.raw_request("get", "/v1/customers", stripe_account=server.handshake.account)
    assert own.data["data"] == []
    with pytest.raises(stripe.PermissionError, match="does not have access to account 'acct_other'") as refused:
        client.raw_request("get", "/v1/customers", stripe_account="acct_other")
    assert _status(refused.value) == (403, "invalid_request_error", "account_invalid")


def test_retrieving_refuses_what_it_does_not_know(server: RunningServer, client: stripe.StripeClient) -> None:
    [intent] = server.control.operate("pay")
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: limit") as refused:
        client.raw_request("get", f"/v1/payment_intents/{intent['id']}", limit=1)
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "limit")
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.raw_request("get", f"/v1/payment_intents/{intent['id']}", expand=["data.latest_charge"])
