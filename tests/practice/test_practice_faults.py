"""Everything that can go wrong on the way, switched on: what the real ``stripe`` package makes of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import stripe

from tests.tools.practice import RunningServer, running_server, stripe_client


def _list(client: stripe.StripeClient) -> list[str]:
    return [one["id"] for one in client.raw_request("get", "/v1/payment_intents").data["data"]]


def _raw(server: RunningServer, path: str = "/v1/payment_intents") -> requests.Response:
    return requests.get(f"{server.url}{path}", headers={"Authorization": f"Bearer {server.key}"}, timeout=10)


@pytest.fixture
def paid(server: RunningServer) -> str:
    return str(server.control.operate("pay")[0]["id"])


def test_down_and_up_again(server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    assert server.control.act("down", on=True) == {"action": "down", "on": True}
    for path in ("/v1/payment_intents", "/v1/account"):
        with pytest.raises(stripe.APIError) as down:
            client.raw_request("get", path)
        assert down.value.http_status == 503
    assert server.control.state()["down"] is True
    server.control.act("down", on=False)
    assert _list(client) == [paid]


@pytest.mark.parametrize("status", [409, 502])
def test_statuses_are_retried(status: int, server: RunningServer, paid: str) -> None:
    server.control.fault("status", status=status, times=2)
    with stripe_client(server.url, server.key) as client:
        with pytest.raises(stripe.StripeError) as failed:
            _list(client)
        assert failed.value.http_status == status
    with stripe_client(server.url, server.key, retries=1) as client:
        assert _list(client) == [paid]


def test_429_says_why(server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.fault("status", status=429, retry_after=2, should_retry=False, reason="endpoint-rate")
    with pytest.raises(stripe.RateLimitError) as limited:
        _list(client)
    headers = limited.value.headers or {}
    assert (headers["Retry-After"], headers["Stripe-Should-Retry"]) == ("2", "false")
    assert headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert limited.value.error is not None
    assert limited.value.error.code == "rate_limit"
    assert _list(client) == [paid]


def test_a_plain_429_is_not_retried_unless_told(server: RunningServer, paid: str) -> None:
    with stripe_client(server.url, server.key, retries=3) as client:
        server.control.fault("status", status=429)
        with pytest.raises(stripe.RateLimitError) as limited:
            _list(client)
        assert "Retry-After" not in (limited.value.headers or {})
        server.control.fault("status", status=429, should_retry=True)
        assert _list(client) == [paid]


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_broken_connections(kind: str, server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.fault(kind)
    with pytest.raises(stripe.APIConnectionError):
        _list(client)
    assert _list(client) == [paid]


@pytest.mark.parametrize("kind", ["html", "invalid_json"])
def test_answers_that_are_not_json(kind: str, server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.fault(kind)
    with pytest.raises(stripe.APIError, match="Invalid response body") as failed:
        _list(client)
    assert failed.value.http_status == 200
    assert _list(client) == [paid]


def test_a_captive_portal_is_not_stripe(server: RunningServer) -> None:
    server.control.fault("html")
    answer = _raw(server)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Request-Id" not in answer.headers


def test_latency(server: RunningServer, paid: str) -> None:
    server.control.fault("latency", latency_ms=700)
    with stripe_client(server.url, server.key, timeout=(0.3, 0.3)) as client:
        with pytest.raises(stripe.APIConnectionError):
            _list(client)
        assert _list(client) == [paid]
    server.control.fault("latency", latency_ms=120)
    begun = time.monotonic()
    assert _raw(server).json()["data"][0]["id"] == paid
    assert time.monotonic() - begun >= 0.12


def test_a_slow_drip(server: RunningServer, paid: str) -> None:
    server.control.fault("drip", chunk=500, pause_ms=15)
    begun = time.monotonic()
    assert _raw(server).json()["data"][0]["id"] == paid
    assert time.monotonic() - begun >= 0.03


def test_faults_wait_for_their_path(server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.fault("status", status=500, path="/v1/charges")
    assert _list(client) == [paid]
    assert server.control.state()["faults"] == 1
    with pytest.raises(stripe.APIError):
        client.raw_request("get", f"/v1/charges/{paid}")
    assert server.control.state()["faults"] == 0


def test_faults_come_in_turn(server: RunningServer, paid: str) -> None:
    server.control.fault("status", status=500)
    server.control.fault("status", status=429)
    assert [_raw(server).status_code for _ in range(3)] == [500, 429, 200]


def test_faults_can_be_taken_back(server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.fault("status", times=100)
    server.control.no_faults()
    assert _list(client) == [paid]


def test_faults_belong_to_one_account(server: RunningServer, client: stripe.StripeClient, paid: str) -> None:
    server.control.create("other")
    server.control.fault("reset", "other", times=5)
    server.control.act("down", "other", on=True)
    assert _list(client) == [paid]


def test_stopping_does_not_wait_for_slow_answers() -> None:
    with ThreadPoolExecutor(1) as pool:
        with running_server() as server:
            server.control.fault("latency", latency_ms=60_000)
            asked = pool.submit(_raw, server)
            while server.control.state()["faults"]:
                time.sleep(0.01)
            begun = time.monotonic()
        assert time.monotonic() - begun < 5
        with pytest.raises(requests.ConnectionError):
            asked.result(5)
