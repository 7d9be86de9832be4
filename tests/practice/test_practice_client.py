"""The real ``stripe`` package reads the practice server over HTTP as it reads Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from rentease_desk.practice.orders import Order
from tests.practice.checks import EXPANSIONS, LISTS, Schemas
from tests.tools.practice import NOON, RunningServer, stripe_client


def _pages(client: stripe.StripeClient, name: str, limit: int) -> Iterator[str]:
    cursor: dict[str, str] = {}
    while True:
        page = client.raw_request("get", f"/v1/{name}", limit=limit, **cursor).data
        yield from (one["id"] for one in page["data"])
        if not page["has_more"]:
            return
        cursor = {"starting_after": page["data"][-1]["id"]}


@pytest.mark.parametrize("name", LISTS)
def test_raw_paging_finds_everything(
    name: str, sample_client: stripe.StripeClient, sample_server: RunningServer
) -> None:
    truth = sample_server.control.dump(name)
    expected = [one["id"] for one in sorted(truth, key=lambda one: (-one["created"], -one["seq"]))]
    assert list(_pages(sample_client, name, 23)) == expected
    assert len(expected) == sample_server.control.state()["counts"][name]


@pytest.mark.parametrize("name", LISTS)
def test_what_comes_over_the_wire_is_stripes(name: str, sample_client: stripe.StripeClient, schemas: Schemas) -> None:
    expand = [f"data.{path}" for path in EXPANSIONS[name]]
    assert schemas.check(sample_client.raw_request("get", f"/v1/{name}", limit=100, expand=expand).data["data"]) > 10


def test_typed_access(sample_client: stripe.StripeClient) -> None:
    newest = sample_client.v1.payment_intents.list({"limit": 3, "expand": ["data.latest_charge"]}).data
    found = sample_client.v1.payment_intents.retrieve(newest[0].id, {"expand": ["latest_charge.balance_transaction"]})
    assert (found.id, found.object, found.livemode) == (newest[0].id, "payment_intent", False)
    charges = sample_client.v1.charges.list({"limit": 5}).data
    line = sample_client.v1.balance_transactions.retrieve(
        str(next(one.balance_transaction for one in charges if one.balance_transaction))
    )
    assert line.net == line.amount - line.fee
    assert sample_client.v1.accounts.retrieve_current().id.startswith("acct_")
    refund = sample_client.v1.refunds.list({"limit": 1}).data[0]
    assert sample_client.v1.refunds.retrieve(refund.id).amount == refund.amount
    customer = sample_client.v1.customers.list({"limit": 1}).data[0]
    assert sample_client.v1.customers.list({"email": str(customer.email)}).data[0].id == customer.id


def test_auto_paging_goes_both_ways(sample_client: stripe.StripeClient) -> None:
    forward = [one.id for one in sample_client.v1.refunds.list({"limit": 3}).auto_paging_iter()]
    assert len(forward) > 10
    newer = sample_client.v1.refunds.list({"limit": 3, "ending_before": forward[-1]})
    assert [one.id for one in newer.auto_paging_iter()] == forward[-2::-1]


def test_created_filters(sample_client: stripe.StripeClient) -> None:
    everything = list(sample_client.v1.charges.list({"limit": 100}).auto_paging_iter())
    middle = everything[len(everything) // 2].created
    since = sample_client.v1.charges.list({"limit": 100, "created": {"gte": middle, "lt": NOON - 3_600}})
    expected = [one.id for one in everything if middle <= one.created < NOON - 3_600]
    assert [one.id for one in since.auto_paging_iter()] == expected


def test_headers_are_stripes(sample_server: RunningServer) -> None:
    with stripe_client(sample_server.url, sample_server.key) as client:
        answers = [client.raw_request("get", "/v1/customers", limit=1) for _ in range(2)]
    headers = [answer.headers for answer in answers]
    assert headers[0]["Date"] == "Thu, 05 Nov 2026 12:00:00 GMT"
    assert headers[0]["Stripe-Version"] == "2026-10-28.endive"
    assert headers[0]["Content-Type"] == "application/json"
    assert headers[0]["Request-Id"].startswith("req_")
    assert headers[0]["Request-Id"] != headers[1]["Request-Id"]


def test_many_at_once(sample_server: RunningServer) -> None:
    def read(_: int) -> list[str]:
        with stripe_client(sample_server.url, sample_server.key) as client:
            return list(_pages(client, "charges", 50))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(16)))
    assert all(one == found[0] for one in found)


def test_reading_while_things_happen(server: RunningServer, client: stripe.StripeClient) -> None:
    before = [server.control.operate("pay", amount=1_000 + number)[0]["id"] for number in range(30)]
    seen: list[str] = []
    for id_ in _pages(client, "payment_intents", 7):
        seen.append(id_)
        if len(seen) % 5 == 0:
            server.stage.world.pay(Order(500))
    assert seen == before[::-1]
