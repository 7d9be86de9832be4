"""Stripe's rate limits: an endpoint's, with every object below it, and the account's."""

from __future__ import annotations

import orjson
import pytest
import stripe

from rentease_desk.practice.limits import Limit, Limits
from tests.tools.practice import RunningServer


class Ticks:
    """A monotonic clock that is moved."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def limits(ticks: Ticks) -> Limits:
    return Limits(ticks)


def _admitted(limits: Limits, path: str, times: int) -> int:
    return sum(limits.refusal(path) is None for _ in range(times))


def test_without_a_limit_everything_is_admitted(limits: Limits) -> None:
    assert _admitted(limits, "/v1/charges", 10_000) == 10_000


def test_an_endpoint_is_limited_with_everything_below_it(limits: Limits, ticks: Ticks) -> None:
    limits.set(Limit(endpoint=25))
    assert _admitted(limits, "/v1/charges", 20) + _admitted(limits, "/v1/charges/ch_1", 20) == 25
    assert _admitted(limits, "/v1/refunds", 30) == 25
    ticks.at += 0.2
    assert _admitted(limits, "/v1/charges", 30) == 5
    ticks.at += 60
    assert _admitted(limits, "/v1/charges", 100) == 25
    assert limits.refused == 15 + 5 + 25 + 75


def test_the_account_is_limited_besides_and_a_refusal_costs_nothing(limits: Limits, ticks: Ticks) -> None:
    limits.set(Limit(endpoint=25, total=40))
    assert _admitted(limits, "/v1/charges", 60) == 25
    assert _admitted(limits, "/v1/refunds", 60) == 15
    reasons = {_reason(limits, path) for path in ("/v1/charges", "/v1/refunds")}
    assert reasons == {"endpoint-rate", "global-rate"}
    limits.set(Limit())
    assert (limits.refused, _admitted(limits, "/v1/charges", 100)) == (0, 100)


def _reason(limits: Limits, path: str) -> str:
    reply = limits.refusal(path)
    assert reply is not None
    assert (reply.status, orjson.loads(reply.body)["error"]["code"]) == (429, "rate_limit")
    return dict(reply.headers)["Stripe-Rate-Limited-Reason"]


def test_steady_requests_just_below_the_limit_are_all_admitted(limits: Limits, ticks: Ticks) -> None:
    limits.set(Limit(endpoint=25))
    for _ in range(1_000):
        assert limits.refusal("/v1/charges") is None
        ticks.at += 1 / 24


def test_the_package_meets_it(server: RunningServer, client: stripe.StripeClient) -> None:
    server.control.limit(endpoint=2, total=3)
    client.v1.charges.list()
    client.v1.charges.list()
    with pytest.raises(stripe.RateLimitError) as limited:
        client.v1.charges.list()
    assert (limited.value.headers or {})["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert server.control.state()["refused"] == 1
    server.control.limit()
    for _ in range(5):
        client.v1.charges.list()
