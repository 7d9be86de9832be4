"""Events: one for each thing that happens, with the object as it was, for thirty days, and late if so asked."""

from __future__ import annotations

import pytest

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.events import RETENTION
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.operations import perform
from rentease_desk.practice.orders import Order
from rentease_desk.practice.world import World
from tests.practice.checks import Asker

EURO, BY_HAND = Order(12_500), Order(12_500, manual=True)


def types(world: World) -> list[str]:
    """From the oldest to the newest."""
    return [one["type"] for one in reversed(Asker(world).get("/v1/events", limit=100)["data"])]


def charge(world: World) -> str:
    return world.pay(EURO).latest_charge or ""


def test_a_payment(world: World) -> None:
    world.pay(EURO)
    assert types(world) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_a_decline(world: World) -> None:
    world.payments.fail(world.payments.create(EURO).id)
    assert types(world) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_a_capture(world: World) -> None:
    held = world.payments.authorize(world.payments.create(BY_HAND).id)
    assert types(world)[-2:] == ["charge.succeeded", "payment_intent.amount_capturable_updated"]
    world.payments.capture(held.id)
    assert types(world)[-2:] == ["charge.captured", "payment_intent.succeeded"]


def test_refunds(world: World) -> None:
    refund = world.refunds.create(charge(world), 500, status="pending")
    assert types(world)[3:] == ["refund.created", "charge.refunded"]
    assert Asker(world).show(refund)["balance_transaction"] == refund.balance_transaction
    world.refunds.update(refund.id, "failed")
    assert "refund.failed" in types(world)


def test_a_dispute(world: World) -> None:
    disputed = world.disputes.open(charge(world))
    assert types(world)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    newest = Asker(world).get("/v1/events", limit=1)["data"][0]
    assert newest["data"]["object"]["charge"] == disputed.charge


def test_an_event_keeps_its_object_as_it_was(world: World) -> None:
    held = world.payments.authorize(world.payments.create(BY_HAND).id)
    world.payments.capture(held.id)
    shown = {one["type"]: one["data"]["object"]["status"] for one in Asker(world).get("/v1/events", limit=100)["data"]
             if one["type"].startswith("payment_intent")}  # fmt: skip
    assert shown == {
        "payment_intent.created": "requires_payment_method",
        "payment_intent.amount_capturable_updated": "requires_capture",
        "payment_intent.succeeded": "succeeded",
    }


def test_after_thirty_days_an_event_is_gone(world: World) -> None:
    world.pay(EURO)
    kept = Asker(world).ids("/v1/events")
    world.clock.advance(RETENTION)
    assert Asker(world).ids("/v1/events") == kept
    world.clock.advance(1)
    assert Asker(world).ids("/v1/events") == []


def test_events_become_visible_late_and_out_of_order(world: World) -> None:
    perform(world, "late-events", Input({"seconds": 60}))
    for _ in range(10):
        world.pay(EURO)
    seen: list[int] = []
    for _ in range(7):
        seen.append(len(Asker(world).ids("/v1/events", limit=100)))
        world.clock.advance(10)
    assert 0 < seen[1] < 30
    assert seen[-1] == 30
    assert seen == sorted(seen)


def test_pages_leave_nothing_out(world: World) -> None:
    for _ in range(9):
        world.pay(EURO)
    asker, found = Asker(world), list[str]()
    cursor: dict[str, str] = {}
    while True:
        page = asker.get("/v1/events", limit=4, **cursor)
        found += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            break
        cursor = {"starting_after": found[-1]}
    assert len(found) == len(set(found)) == 27
    assert asker.ids("/v1/events", limit=5, ending_before=found[5]) == found[:5]


def test_an_older_version_is_told(world: World) -> None:
    perform(world, "event-version", Input({"version": "2020-08-27"}))
    world.pay(EURO)
    assert {one["api_version"] for one in Asker(world).get("/v1/events")["data"]} == {"2020-08-27"}


def test_the_same_seed_makes_the_same_events(world: World) -> None:
    twin = World(world.seed, world.clock)
    for one in (world, twin):
        one.pay(EURO)
    assert Asker(world).ids("/v1/events") == Asker(twin).ids("/v1/events")


@pytest.mark.parametrize("name", ["disputes", "events"])
def test_there_is_nothing_at_first(world: World, name: str) -> None:
    assert Asker(world).get(f"/v1/{name}")["data"] == []


def test_events_of_some_types(world: World) -> None:
    for _ in range(4):
        world.refunds.create(charge(world), 500)
    asker = Asker(world)
    page = asker.get("/v1/events", type="charge.*", limit=3)
    assert ({one["type"].split(".")[0] for one in page["data"]}, page["has_more"]) == ({"charge"}, True)
    both = asker.get("/v1/events", types=("refund.created", "charge.refunded"), limit=100)["data"]
    assert [one["type"] for one in both].count("refund.created") == 4
    assert {one["type"] for one in both} == {"refund.created", "charge.refunded"}
    with pytest.raises(ApiError, match="only specify one"):
        asker.get("/v1/events", type="charge.*", types=("refund.created",))
    with pytest.raises(ApiError, match="at most 20"):
        asker.get("/v1/events", types=("refund.created",) * 21)
    with pytest.raises(ApiError, match="unknown parameter: types"):
        asker.get("/v1/charges", types=("refund.created",))


@pytest.mark.parametrize("wanted", [{"type": "charge.*"}, {"types": ("refund.created", "charge.refunded")}, {}])
def test_pages_of_some_types(wanted: dict[str, object], world: World) -> None:
    perform(world, "late-events", Input({"seconds": 60}))
    for _ in range(6):
        world.refunds.create(charge(world), 500)
        world.clock.advance(20)
    asker, kinds = Asker(world), wanted.get("types") or ("charge", *(() if wanted else ("refund", "payment_intent")))
    every = [one["id"] for one in asker.get("/v1/events", limit=100)["data"] if one["type"].startswith(kinds)]
    found = asker.ids("/v1/events", limit=4, **wanted)
    while page := asker.ids("/v1/events", limit=4, starting_after=found[-1], **wanted):
        found += page
    assert found == every != []
    page = asker.ids("/v1/events", limit=4, ending_before=every[6], **wanted)
    assert page == every[2:6]
    assert len(set(asker.ids("/v1/events", types=("charge.refunded",) * 2))) > 1
