"""Lists, as docs.stripe.com/api/pagination describes them: compared with a plain sorted list."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.populate import populate_sample
from rentease_desk.practice.records import Intent
from rentease_desk.practice.sample import build_sample
from rentease_desk.practice.world import World
from tests.practice.checks import Asker, Json
from tests.tools.practice import NOON

PATH = "/v1/payment_intents"
seconds = st.lists(st.integers(NOON - 5, NOON + 5), max_size=40)
filters = st.fixed_dictionaries(
    {}, optional={f"created__{edge}": st.integers(NOON - 7, NOON + 7) for edge in ("gt", "gte", "lt", "lte")}
)


def _world(created: list[int]) -> tuple[World, list[Intent]]:
    """An account with intents of these seconds, in any order, and the list that a reader should get."""
    world = World(1, WorldClock(NOON, frozen=True))
    made = [world.payments.create(Order(100 + number), at=at) for number, at in enumerate(created)]
    return world, sorted(made, key=lambda one: (-one.created, -one.seq))


def _kept(intents: list[Intent], edges: dict[str, int]) -> list[str]:
    low = max(edges.get("created__gte", 0), edges.get("created__gt", -1) + 1)
    high = min(edges.get("created__lte", 2 * NOON), edges.get("created__lt", 2 * NOON) - 1)
    return [one.id for one in intents if low <= one.created <= high]


def _forward(asker: Asker, limit: int, edges: dict[str, int]) -> list[str]:
    """All pages, from the newest on."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = asker.get(PATH, limit=limit, **edges, **cursor)
        found += [one["id"] for one in page["data"]]
        assert len(page["data"]) == limit or not page["has_more"]
        if not page["has_more"]:
            return found
        cursor = {"starting_after": found[-1]}


@settings(deadline=None)
@given(seconds, st.integers(1, 9), filters)
def test_pages_add_up_to_the_sorted_list(created: list[int], limit: int, edges: dict[str, int]) -> None:
    world, intents = _world(created)
    assert _forward(Asker(world), limit, edges) == _kept(intents, edges)


@settings(deadline=None)
@given(seconds.filter(bool), st.integers(1, 9), filters, st.data())
def test_a_cursor_splits_the_list(created: list[int], limit: int, edges: dict[str, int], data: st.DataObject) -> None:
    world, intents = _world(created)
    spot = data.draw(st.integers(0, len(intents) - 1))
    after, before = _kept(intents[spot + 1 :], edges), _kept(intents[:spot], edges)
    asker = Asker(world)
    page = asker.get(PATH, limit=limit, starting_after=intents[spot].id, **edges)
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (after[:limit], len(after) > limit)
    page = asker.get(PATH, limit=limit, ending_before=intents[spot].id, **edges)
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (before[-limit:], len(before) > limit)


@settings(deadline=None)
@given(seconds.filter(lambda one: len(one) > 3), st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_what_comes_while_paging_disturbs_nothing(created: list[int], arrivals: list[int]) -> None:
    world, intents = _world(created)
    asker, found = Asker(world), [intents[0].id]
    while page := asker.ids(PATH, limit=2, starting_after=found[-1]):
        found += page
        for later in arrivals:
            world.payments.create(Order(100), at=NOON + 6 + later)
    assert found == [one.id for one in intents]


def test_the_default_is_ten_newest_first(world: World) -> None:
    made = [world.payments.create(Order(100), at=NOON - number).id for number in range(25)]
    page = Asker(world).get(PATH)
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (made[:10], True)
    assert (page["object"], page["url"]) == ("list", PATH)


def test_objects_of_the_same_second_keep_one_order(world: World) -> None:
    made = [world.payments.create(Order(100)).id for _ in range(5)]
    assert Asker(world).ids(PATH) == made[::-1]
    world.payments.succeed(made[2])
    assert Asker(world).ids(PATH) == made[::-1]


def test_an_exact_second(world: World) -> None:
    made = [world.payments.create(Order(100), at=NOON + number // 2).id for number in range(6)]
    assert Asker(world).ids(PATH, created=NOON + 1) == [made[3], made[2]]


def test_filters(world: World) -> None:
    elena, ivo = world.customer("Elena", "elena@mail.example"), world.customer("Ivo", "ivo@mail.example")
    hers, his = world.pay(Order(100, customer=elena.id)), world.pay(Order(200, customer=ivo.id))
    world.payments.fail(world.payments.create(Order(300)).id)
    back = world.refunds.create(hers.latest_charge or "", 50)
    asker = Asker(world)
    assert asker.ids(PATH, customer=elena.id) == [hers.id]
    assert asker.ids("/v1/charges", customer=ivo.id) == [his.latest_charge]
    assert asker.ids("/v1/charges", payment_intent=hers.id) == [hers.latest_charge]
    assert asker.ids("/v1/charges", payment_intent=hers.id, customer=ivo.id) == []
    assert asker.ids("/v1/refunds", payment_intent=hers.id) == [back.id]
    assert asker.ids("/v1/refunds", charge=his.latest_charge) == []
    assert asker.ids("/v1/customers", email="ivo@mail.example") == [ivo.id]
    assert asker.ids("/v1/customers", email="nobody@mail.example") == []


def test_every_attempt_is_a_charge_of_its_intent(world: World) -> None:
    intent = world.payments.create(Order(100))
    for _ in range(3):
        world.payments.fail(intent.id)
    paid = world.payments.succeed(intent.id)
    charges = Asker(world).get("/v1/charges", payment_intent=intent.id)["data"]
    assert [one["status"] for one in charges] == ["succeeded", "failed", "failed", "failed"]
    assert charges[0]["id"] == paid.latest_charge


def test_expansion(world: World) -> None:
    customer = world.customer("Elena", "elena@mail.example")
    intent = world.pay(Order(1_000, customer=customer.id))
    refund = world.refunds.create(intent.latest_charge or "", 300)
    asker = Asker(world)
    [shown] = asker.get(PATH, expand=("data.latest_charge.balance_transaction", "data.customer"))["data"]
    assert shown["latest_charge"]["balance_transaction"]["amount"] == 1_000
    assert shown["customer"]["email"] == "elena@mail.example"
    [charge] = asker.get("/v1/charges", expand=("data.refunds",))["data"]
    assert ([one["id"] for one in charge["refunds"]["data"]], charge["customer"]) == ([refund.id], customer.id)
    back = asker.get(f"/v1/refunds/{refund.id}", expand=("payment_intent", "charge.balance_transaction"))
    assert back["payment_intent"]["id"] == intent.id
    assert back["charge"]["balance_transaction"]["source"] == intent.latest_charge
    line = asker.get(f"/v1/balance_transactions/{refund.balance_transaction}", expand=("source.charge",))
    assert (line["source"]["object"], line["source"]["charge"]["id"]) == ("refund", intent.latest_charge)


def test_what_is_not_there_is_not_expanded(world: World) -> None:
    intent = world.payments.create(Order(1_000))
    shown = Asker(world).get(f"{PATH}/{intent.id}", expand=("latest_charge", "customer"))
    assert (shown["latest_charge"], shown["customer"]) == (None, None)


def test_a_dispute_and_its_line(world: World) -> None:
    charge = world.store.charge(world.disputes.open(world.pay(Order(1_000)).latest_charge or "").charge)
    line = next(one for one in world.store.transactions if one.category == "dispute")
    shown = Asker(world).get(f"/v1/balance_transactions/{line.id}", expand=("source",))
    assert (charge.disputed, shown["net"]) == (True, -3_000)
    assert (shown["source"]["object"], shown["source"]["charge"]) == ("dispute", charge.id)


REFUSALS: dict[str, tuple[str, Json, str | None, str | None, str]] = {
    "limit 0": (PATH, {"limit": 0}, "parameter_invalid_integer", "limit", "greater than or equal to 1"),
    "limit 101": (PATH, {"limit": 101}, "parameter_invalid_integer", "limit", "less than or equal to 100"),
    "limit text": (PATH, {"limit": "ten"}, "parameter_invalid_integer", "limit", "Invalid integer: ten"),
    "created text": (PATH, {"created__gte": "now"}, "parameter_invalid_integer", "created[gte]", "Invalid integer"),
    "no such edge": (PATH, {"created__ge": 1}, "parameter_unknown", "created[ge]", "unknown parameter: created[ge]"),
    "unknown": (PATH, {"status": "succeeded"}, "parameter_unknown", "status", "Received unknown parameter: status"),
    "two unknown": (PATH, {"x": 1, "y": 2}, "parameter_unknown", "x", "Received unknown parameters: x, y"),
    "empty": (PATH, {"starting_after": ""}, "parameter_invalid_empty", "starting_after", "empty string"),
    "no such cursor": (
        PATH,
        {"starting_after": "pi_3x"},
        "resource_missing",
        "starting_after",
        "No such payment_intent",
    ),
    "another's cursor": (
        "/v1/charges",
        {"ending_before": "pi_3x"},
        "resource_missing",
        "ending_before",
        "No such charge",
    ),
    "no such customer": (PATH, {"customer": "cus_x"}, "resource_missing", "customer", "No such customer: 'cus_x'"),
    "charges of nothing": ("/v1/charges", {"payment_intent": "pi_3x"}, "resource_missing", "payment_intent", "No such"),
    "expand here": (PATH, {"expand": ("latest_charge",)}, None, None, "try expanding 'data.latest_charge' instead"),
    "expand what": (PATH, {"expand": ("data.amount",)}, None, None, "cannot be expanded (data.amount)."),
    "expand data": (PATH, {"expand": ("data",)}, None, None, "cannot be expanded (data)."),
    "expand deeper": (PATH, {"expand": ("data.latest_charge.id",)}, None, None, "(data.latest_charge.id)"),
    "filter of another list": ("/v1/customers", {"customer": "cus_x"}, "parameter_unknown", "customer", "unknown"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_lists_refuse(name: str, world: World) -> None:
    path, params, code, param, words = REFUSALS[name]
    with pytest.raises(ApiError) as refused:
        Asker(world).get(path, **params)
    assert (refused.value.status, refused.value.code, refused.value.param) == (400, code, param)
    assert words in refused.value.message


def test_two_cursors_at_once(world: World) -> None:
    first, second = (world.payments.create(Order(100)).id for _ in range(2))
    with pytest.raises(ApiError, match="Received both starting_after and ending_before parameters"):
        Asker(world).get(PATH, starting_after=first, ending_before=second)


def test_expansions_have_a_depth(world: World) -> None:
    deep = "data." + ".".join(["latest_charge", "payment_intent"] * 2)
    assert Asker(world).get(PATH, expand=(deep,))["data"] == []
    with pytest.raises(ApiError, match="more than 4 levels"):
        Asker(world).get(PATH, expand=(f"{deep}.latest_charge",))


def test_the_same_seed_and_clock_give_the_same_bytes(sample_world: World) -> None:
    again = World(1, WorldClock(NOON, frozen=True))
    populate_sample(again, build_sample(1, NOON))
    expand = ("data.latest_charge.balance_transaction",)
    asked, repeated = (Asker(one).bytes(PATH, limit=100, expand=expand) for one in (sample_world, again))
    assert asked == repeated
