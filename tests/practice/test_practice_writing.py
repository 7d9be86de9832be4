"""Refunds, captures and cancellations through the real ``stripe`` package, and requests that are sent twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from rentease_desk.practice.idempotency import KEPT
from rentease_desk.practice.spec import Kind
from tests.tools.practice import NOON, RunningServer, running_server, stripe_client

Told = tuple[dict[str, Any], dict[str, str]]


def _post(client: stripe.StripeClient, path: str, key: str | None = None, **params: Any) -> Told:
    """What an answer holds, and its headers."""
    options: dict[str, Any] = {} if key is None else {"idempotency_key": key}
    answer = client.raw_request("post", path, **params, **options)
    return dict(answer.data), dict(answer.headers)


@pytest.fixture
def paid(server: RunningServer) -> dict[str, Any]:
    return server.control.operate("pay", amount=10_000)[0]


@pytest.fixture
def held(server: RunningServer) -> str:
    """A payment that waits for its capture."""
    intent = server.control.operate("create", manual=True, amount=10_000)[0]["id"]
    server.control.operate("authorize", intent=intent)
    return str(intent)


def _refunds(server: RunningServer) -> int:
    return int(server.control.state()["counts"]["refunds"])


def test_a_refund(server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]) -> None:
    refund = client.v1.refunds.create(
        {"payment_intent": paid["id"], "amount": 2_500, "reason": "duplicate", "metadata": {"uid": "a-1"}}
    )
    assert (refund.amount, refund.reason, refund.status) == (2_500, "duplicate", "succeeded")
    assert refund.metadata is not None
    assert refund.metadata["uid"] == "a-1"
    rest = client.v1.refunds.create({"charge": paid["latest_charge"], "expand": ["charge"]})
    assert isinstance(rest.charge, stripe.Charge)
    assert (rest.amount, rest.reason, rest.charge.amount_refunded) == (7_500, None, 10_000)
    assert {one["id"] for one in server.control.dump("refunds")} == {refund.id, rest.id}
    types = [one.type for one in client.v1.events.list({"limit": 100}).data]
    assert (types.count("refund.created"), types.count("charge.refunded")) == (2, 2)


def test_a_capture_and_a_cancellation(server: RunningServer, client: stripe.StripeClient, held: str) -> None:
    captured = client.v1.payment_intents.capture(held, {"amount_to_capture": 4_000})
    assert (captured.status, captured.amount_received) == ("succeeded", 4_000)
    other = server.control.operate("create")[0]["id"]
    canceled = client.v1.payment_intents.cancel(other, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="could not be canceled"):
        client.v1.payment_intents.cancel(held)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "parameter_missing"),
        ({"charge": "ch_none"}, "resource_missing"),
        ({"payment_intent": "pi_none"}, "resource_missing"),
        ({"amount": 0}, "parameter_invalid_integer"),
        ({"amount": "much"}, "parameter_invalid_integer"),
        ({"reason": "because"}, None),
        ({"colour": "red"}, "parameter_unknown"),
        ({"amount": 10_001}, None),
    ],
)
def test_what_cannot_be_refunded(
    params: dict[str, Any], code: str | None, server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]
) -> None:
    given = params if set(params) & {"charge", "payment_intent"} or not params else {"charge": paid["latest_charge"]}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _post(client, "/v1/refunds", **(given | params))
    assert refused.value.error is not None
    assert refused.value.error.code == code
    assert _refunds(server) == 0


def test_an_unpaid_payment_has_nothing_to_refund(server: RunningServer, client: stripe.StripeClient) -> None:
    intent = server.control.operate("create")[0]["id"]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/charges", "/v1/refunds/re_1", "/v1/payment_intents/pi_1"])
def test_other_things_cannot_be_done(path: str, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.APIError, match="POST is not allowed"):
        _post(client, path)


def test_writing_needs_a_permission_of_its_own(server: RunningServer, paid: dict[str, Any], held: str) -> None:
    reads = ["rak_charge_read", "rak_payment_intent_read"]
    with stripe_client(server.url, server.control.key(reads)) as client:
        for permission, path, params in (
            ("rak_charge_write", "/v1/refunds", {"charge": paid["latest_charge"]}),
            ("rak_payment_intent_write", f"/v1/payment_intents/{held}/capture", {}),
        ):
            with pytest.raises(stripe.PermissionError, match=permission):
                _post(client, path, **params)
    with stripe_client(server.url, server.control.key(["rak_charge_write"])) as client:
        _post(client, "/v1/refunds", charge=paid["latest_charge"], amount=100)
        assert len(client.v1.refunds.list().data) == 1


def test_the_same_request_again_is_the_same_refund(
    server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]
) -> None:
    first, headers = _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    again, repeated = _post(client, "/v1/refunds", "k-1", amount=100, payment_intent=paid["id"])
    assert again == first
    assert ("Idempotent-Replayed" in headers, repeated["Idempotent-Replayed"]) == (False, "true")
    other, _ = _post(client, "/v1/refunds", "k-2", payment_intent=paid["id"], amount=100)
    assert other["id"] != first["id"]
    assert _refunds(server) == 2


def test_a_key_with_another_request_is_refused(
    server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any], held: str
) -> None:
    _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    for path, params, words in (
        ("/v1/refunds", {"payment_intent": paid["id"], "amount": 101}, "same parameters"),
        (f"/v1/payment_intents/{held}/capture", {}, "same endpoint"),
    ):
        with pytest.raises(stripe.IdempotencyError, match=words) as refused:
            _post(client, path, "k-1", **params)
        assert refused.value.http_status == 400
    assert _refunds(server) == 1
    with pytest.raises(stripe.InvalidRequestError, match="255 are allowed"):
        _post(client, "/v1/refunds", "k" * 256, payment_intent=paid["id"])


def test_a_key_is_forgotten_after_a_day(
    server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]
) -> None:
    first, _ = _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    server.control.clock(advance=KEPT - 1)
    assert _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)[0] == first
    server.control.clock(advance=1)
    later, headers = _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    assert later["id"] != first["id"]
    assert "Idempotent-Replayed" not in headers


def test_a_refusal_of_what_began_to_happen_is_kept(server: RunningServer, client: stripe.StripeClient) -> None:
    """And it stays one when it could happen by now, which a new key shows."""
    intent = server.control.operate("create")[0]["id"]
    path = f"/v1/payment_intents/{intent}/capture"
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="could not be captured"):
            _post(client, path, "k-1")
    other = server.control.operate("create", manual=True)[0]["id"]
    path = f"/v1/payment_intents/{other}/capture"
    with pytest.raises(stripe.InvalidRequestError):
        _post(client, path, "k-2")
    server.control.operate("authorize", intent=other)
    with pytest.raises(stripe.InvalidRequestError) as kept:
        _post(client, path, "k-2")
    assert (kept.value.headers or {})["Idempotent-Replayed"] == "true"
    assert _post(client, path, "k-3")[0]["status"] == "succeeded"


def test_what_never_began_is_not_kept(server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]) -> None:
    """A wrong parameter, a missing permission, a rate limit, an answer of somebody else: the key is as good as new."""
    with pytest.raises(stripe.InvalidRequestError, match="Invalid integer"):
        _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount="x")
    server.control.permit("rak_charge_write", granted=False)
    with pytest.raises(stripe.PermissionError):
        _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    server.control.permit("rak_charge_write", granted=True)
    for kind, status in (("status", 429), ("status", 503), ("reset", 503), ("html", 503)):
        server.control.fault(kind, status=status)
        with pytest.raises(stripe.StripeError):
            _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    assert _refunds(server) == 0
    _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=200)
    assert _refunds(server) == 1


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("reset", {"reached": True}),
        ("status", {"status": 502, "reached": True}),
        ("html", {"reached": True}),
        ("cut", {}),
        ("invalid_json", {}),
    ],
)
def test_an_answer_that_was_lost_is_had_by_asking_again(
    kind: str, how: dict[str, Any], server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]
) -> None:
    server.control.fault(kind, **how)
    with pytest.raises((stripe.StripeError, ValueError)):
        _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    assert _refunds(server) == 1
    again, headers = _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
    assert headers["Idempotent-Replayed"] == "true"
    assert [one["id"] for one in server.control.dump("refunds")] == [again["id"]]


def test_a_500_is_kept_like_any_answer(
    server: RunningServer, client: stripe.StripeClient, paid: dict[str, Any]
) -> None:
    server.control.fault("status", status=500, reached=True)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            _post(client, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
        assert failed.value.http_status == 500
    assert (failed.value.headers or {})["Idempotent-Replayed"] == "true"
    assert _refunds(server) == 1


def test_two_at_once_with_one_key(server: RunningServer, paid: dict[str, Any]) -> None:
    """The second is told to come back while the first is still under way."""
    server.control.fault("latency", latency_ms=600)
    with stripe_client(server.url, server.key) as one, stripe_client(server.url, server.key) as two:
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(_post, one, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
            _wait_for_a_refund(server)
            with pytest.raises(stripe.StripeError) as busy:
                _post(two, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
            assert busy.value.http_status == 409
            assert busy.value.error is not None
            assert busy.value.error.code == "idempotency_key_in_use"
            told, _ = first.result()
        assert _post(two, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)[0] == told
    assert _refunds(server) == 1


def _wait_for_a_refund(server: RunningServer) -> None:
    limit = time.monotonic() + 10
    while not _refunds(server):
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_keys_of_two_accounts_are_apart(server: RunningServer, paid: dict[str, Any]) -> None:
    made = server.control.create("other", seed=9, now=NOON, frozen=True)
    theirs = server.control.operate("pay", "other")[0]
    with stripe_client(server.url, server.key) as here, stripe_client(made["base_url"], made["api_key"]) as there:
        ours, _ = _post(here, "/v1/refunds", "k-1", payment_intent=paid["id"], amount=100)
        other, headers = _post(there, "/v1/refunds", "k-1", payment_intent=theirs["id"], amount=100)
    assert other["id"] != ours["id"]
    assert "Idempotent-Replayed" not in headers


def test_a_refund_outlives_the_server(tmp_path: Any) -> None:
    """An account that is kept in a file remembers what was done to it through Stripe's addresses."""
    kept = {"kind": Kind.EMPTY, "now": NOON, "frozen": True, "state": tmp_path / "state.jsonl"}
    with running_server(**kept) as server, stripe_client(server.url, server.key) as client:
        paid = server.control.operate("pay")[0]
        refund = client.v1.refunds.create({"payment_intent": paid["id"], "amount": 700, "metadata": {"uid": "a"}})
        before = server.control.dump()
    with running_server(**kept) as server:
        assert server.control.dump() == before
        assert [one["id"] for one in server.control.dump("refunds")] == [refund.id]
