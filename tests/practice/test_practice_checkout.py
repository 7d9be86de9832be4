"""Checkout Sessions: what a page says, what its payment says, and when it ends."""

from __future__ import annotations

import pytest
import stripe

from rentease_desk.practice.checkout import Page
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Method, Order, Payer
from rentease_desk.practice.world import World
from tests.practice.checks import Asker
from tests.tools.practice import NOON, RunningServer

PATH = "/v1/checkout/sessions"
HOUR = 3_600
ORDER = Order(12_500, metadata=(("booking_reference", "LN-1801"),), payer=Payer("Elena", "elena@mail.example"))
DEBIT = Order(12_500, method=Method("sepa_debit", "3201"))
PAGE = Page((("cart", "7"),), "LN-1801", "plink_1", HOUR)


def _types(world: World) -> list[str]:
    """From the oldest to the newest."""
    return [one["type"] for one in reversed(Asker(world).get("/v1/events", limit=100)["data"])]


def test_a_page_waits(world: World) -> None:
    shown = Asker(world).show(world.checkout.open(ORDER, PAGE))
    assert (shown["status"], shown["payment_status"], shown["payment_intent"]) == ("open", "unpaid", None)
    assert (shown["metadata"], shown["client_reference_id"], shown["expires_at"]) == (
        {"cart": "7"},
        "LN-1801",
        NOON + HOUR,
    )
    assert shown["id"].startswith("cs_test_")
    assert shown["url"].endswith(shown["id"])
    assert _types(world) == []


def test_a_guest_pays_on_it(world: World) -> None:
    session = world.checkout.open(ORDER, PAGE)
    world.checkout.fail(session.id)
    world.checkout.complete(session.id)
    shown = Asker(world).show(session, expanded=True)
    assert (shown["status"], shown["payment_status"], shown["url"]) == ("complete", "paid", None)
    assert (shown["customer_details"]["name"], shown["customer_details"]["email"]) == ("Elena", "elena@mail.example")
    intent = shown["payment_intent"]
    assert (intent["amount_received"], intent["metadata"]) == (12_500, {"booking_reference": "LN-1801"})
    assert _types(world) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


@pytest.mark.parametrize(
    ("fails", "status", "event"),
    [(False, "paid", "async_payment_succeeded"), (True, "unpaid", "async_payment_failed")],
)
def test_a_bank_debit_takes_days(fails: bool, status: str, event: str, world: World) -> None:
    session = world.checkout.complete(world.checkout.open(DEBIT).id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    world.clock.advance(90 * HOUR)
    world.checkout.settle(session.id, fails=fails)
    shown = Asker(world).show(session)
    assert (shown["status"], shown["payment_status"]) == ("complete", status)
    assert _types(world)[-1] == f"checkout.session.{event}"


def test_a_page_expires_by_itself(world: World) -> None:
    unused, tried, paid = (world.checkout.open(ORDER, PAGE) for _ in range(3))
    world.checkout.fail(tried.id)
    world.checkout.complete(paid.id)
    world.clock.advance(10 * HOUR)
    asker = Asker(world)
    assert asker.ids(PATH, status="expired") == [tried.id, unused.id]
    assert asker.ids(PATH, status="complete") == [paid.id]
    assert asker.show(tried, expanded=True)["payment_intent"]["status"] == "canceled"
    newest = asker.get("/v1/events", limit=1)["data"][0]
    assert (newest["type"], newest["created"]) == ("checkout.session.expired", NOON + HOUR)
    with pytest.raises(ApiError, match="status of expired"):
        world.checkout.complete(unused.id)


def test_the_list_is_narrowed(world: World) -> None:
    customer = world.customer("Elena").id
    linked, known = world.checkout.open(ORDER, PAGE), world.checkout.open(Order(100, customer=customer))
    paid = world.checkout.complete(known.id)
    asker = Asker(world)
    assert asker.ids(PATH, payment_link="plink_1") == [linked.id]
    assert asker.ids(PATH, customer=customer) == asker.ids(PATH, payment_intent=paid.intent) == [paid.id]
    assert asker.get(PATH, limit=1)["has_more"] is True
    assert asker.ids(PATH, starting_after=known.id) == [linked.id]


def test_the_real_client_finds_it(server: RunningServer, client: stripe.StripeClient) -> None:
    [made] = server.control.operate("checkout", amount=700)
    assert [one.id for one in client.v1.checkout.sessions.list().data] == [made["id"]]
    assert client.v1.checkout.sessions.retrieve(made["id"]).amount_total == 700
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.raw_request("get", "/v1/sessions")
