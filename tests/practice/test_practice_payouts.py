"""Payouts: what is in them, to the cent, what becomes of them, and how lists show them."""

from __future__ import annotations

import pytest

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.world import World
from tests.practice.checks import Asker, Json
from tests.tools.practice import NOON

PATH, LINES = "/v1/payouts", "/v1/balance_transactions"
HOUR = 3_600
DAY = 24 * HOUR
MIDNIGHT = NOON - 12 * HOUR
EURO, POUND = Order(12_500), Order(3_333, "gbp")


def _lines(world: World, payout: str) -> list[Json]:
    """All pages of a payout's lines."""
    found: list[Json] = []
    cursor: dict[str, object] = {}
    while True:
        page = Asker(world).get(LINES, payout=payout, limit=3, **cursor)
        found += page["data"]
        if not page["has_more"]:
            return found
        cursor = {"starting_after": found[-1]["id"]}


def _busy(world: World) -> None:
    """Payments, refunds and a dispute on four days."""
    for number in range(8):
        charge = world.pay(POUND if number % 3 else EURO).latest_charge or ""
        world.refunds.create(charge, 777)
        if number == 3:
            world.disputes.open(charge)
        world.clock.advance(12 * HOUR)


def _types(world: World) -> list[str]:
    events = Asker(world).get("/v1/events", limit=100, type="payout.*")["data"]
    return [one["type"].removeprefix("payout.") for one in reversed(events)]


def test_the_lines_add_up_to_the_payout(world: World) -> None:
    _busy(world)
    first = world.payouts.create()
    world.clock.advance(5 * DAY)
    second = world.payouts.create()
    paid_out = [_lines(world, one.id) for one in (first, second)]
    for payout, lines in zip((first, second), paid_out, strict=True):
        assert sum(one["net"] for one in lines if one["type"] != "payout") == payout.amount
        assert [(one["id"], one["net"]) for one in lines if one["type"] == "payout"] == [
            (payout.balance_transaction, -payout.amount)
        ]
    assert {one["type"] for one in [*paid_out[0], *paid_out[1]]} == {"charge", "refund", "adjustment", "payout"}
    ids = [one["id"] for lines in paid_out for one in lines]
    assert len(ids) == len(set(ids)) == len(world.store.transactions)
    assert sum(line.net for line in world.store.transactions) == 0


def test_a_payout_need_not_list_itself(world: World) -> None:
    _busy(world)
    world.payouts.lists_itself = False
    payout = world.payouts.create()
    assert sum(one["net"] for one in _lines(world, payout.id)) == payout.amount
    own = Asker(world).get(LINES, type="payout")["data"]
    assert [(one["source"], one["amount"]) for one in own] == [(payout.id, -payout.amount)]


def test_what_becomes_of_a_payout(world: World) -> None:
    world.pay(EURO, at=NOON - 4 * DAY)
    payout, asker = world.payouts.create(), Asker(world)
    shown = asker.show(payout)
    assert (shown["status"], shown["reconciliation_status"]) == ("pending", "in_progress")
    assert (shown["amount"], shown["arrival_date"]) == (12_500 - 212, MIDNIGHT + 2 * DAY)
    world.clock.advance(HOUR)
    shown = asker.show(payout)
    assert (shown["status"], shown["reconciliation_status"]) == ("in_transit", "completed")
    world.clock.advance(10 * DAY)
    shown = asker.show(payout)
    assert (shown["status"], shown["trace_id"]["status"]) == ("paid", "supported")
    assert _types(world) == ["created", "updated", "reconciliation_completed", "paid"]
    newest = asker.get("/v1/events", limit=1)["data"][0]
    assert newest["created"] == MIDNIGHT + 2 * DAY


def test_a_payout_that_fails_is_in_the_next_one(world: World) -> None:
    world.pay(EURO, at=NOON - 4 * DAY)
    payout = world.payouts.create()
    world.clock.advance(3 * DAY)
    Asker(world).ids(PATH)
    failed = Asker(world).show(world.payouts.fail(payout.id), expanded=True)
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    returned = failed["failure_balance_transaction"]
    assert (returned["type"], returned["reporting_category"]) == ("payout_failure", "payout_reversal")
    assert returned["amount"] == payout.amount
    assert _types(world)[-2:] == ["paid", "failed"]
    again = world.payouts.create()
    assert [one["id"] for one in _lines(world, again.id)] == [again.balance_transaction, returned["id"]]
    assert again.amount == payout.amount
    with pytest.raises(ApiError, match="status of failed"):
        world.payouts.fail(payout.id)


def test_a_payout_by_hand_has_no_lines_and_lowers_the_next(world: World) -> None:
    world.pay(EURO, at=NOON - 4 * DAY)
    by_hand = world.payouts.create(2_000)
    assert Asker(world).show(by_hand)["reconciliation_status"] == "not_applicable"
    with pytest.raises(ApiError, match="only be filtered on automatic transfers"):
        Asker(world).get(LINES, payout=by_hand.id)
    payout = world.payouts.create()
    assert payout.amount == 12_500 - 212 - 2_000
    lines = _lines(world, payout.id)
    assert sum(one["net"] for one in lines if one["id"] != payout.balance_transaction) == payout.amount
    assert by_hand.balance_transaction in {one["id"] for one in lines}


def test_what_is_not_there_cannot_be_paid_out(world: World) -> None:
    world.pay(EURO)
    for amount in (None, 1):
        with pytest.raises(ApiError, match="insufficient funds") as refused:
            world.payouts.create(amount)
        assert refused.value.code == "balance_insufficient"
    world.clock.advance(4 * DAY)
    with pytest.raises(ApiError, match="insufficient funds"):
        world.payouts.create(12_500)
    assert Asker(world).ids(PATH) == []
    with pytest.raises(ApiError, match="No such payout: 'po_x'"):
        Asker(world).get(LINES, payout="po_x")


def test_a_schedule_makes_them_by_itself(world: World) -> None:
    world.payouts.schedule(1)
    for _ in range(6):
        world.pay(EURO)
        world.clock.advance(DAY)
        Asker(world).ids(PATH)
    world.payouts.schedule(0)
    world.clock.advance(30 * DAY)
    made = Asker(world).get(PATH, limit=100)["data"]
    assert [one["created"] for one in made] == [MIDNIGHT + day * DAY for day in (6, 5, 4, 3)]
    assert {one["amount"] for one in made} == {12_500 - 212}
    assert {one["status"] for one in made} == {"paid"}


def test_the_list_is_narrowed(world: World) -> None:
    for _ in range(7):
        world.pay(EURO)
        world.clock.advance(DAY)
    world.payouts.schedule(1)
    for _ in range(4):
        world.clock.advance(DAY)
        world.pay(EURO)
        Asker(world).ids(PATH)
    world.clock.advance(6 * DAY)
    asker = Asker(world)
    made = asker.get(PATH, limit=100)["data"]
    world.payouts.fail(made[1]["id"])
    ids = [one["id"] for one in made]
    assert asker.ids(PATH, status="failed") == [ids[1]]
    assert asker.ids(PATH, status="paid", limit=100) == [ids[0], *ids[2:]]
    assert asker.ids(PATH, created__lt=made[0]["created"], limit=1) == [ids[1]]
    assert asker.ids(PATH, arrival_date=made[2]["arrival_date"]) == [ids[2]]
    assert asker.ids(PATH, arrival_date__gt=made[2]["arrival_date"]) == ids[:2]
    page = asker.get(PATH, arrival_date__lte=made[1]["arrival_date"], limit=1)
    assert ([one["id"] for one in page["data"]], page["has_more"]) == ([ids[1]], True)
    assert asker.ids(PATH, arrival_date__lte=made[1]["arrival_date"], starting_after=ids[1], limit=100) == ids[2:]
