"""The account's balance: lists of its lines, and lines that come after what they are about."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.operations import perform
from rentease_desk.practice.orders import Method, Order
from rentease_desk.practice.populate import populate_bulk
from rentease_desk.practice.world import World
from tests.practice.checks import Asker, Json
from tests.tools.practice import NOON, running_server

PATH = "/v1/balance_transactions"
EURO = Order(12_500)
DAY = 86_400


def newest_events(world: World, count: int) -> list[Json]:
    """From the oldest to the newest."""
    found: list[Json] = Asker(world).get("/v1/events", limit=count)["data"]
    return found[::-1]


def test_the_list_is_narrowed(world: World) -> None:
    for day in range(6):
        charge = world.pay(EURO, at=NOON - day * DAY).latest_charge or ""
        world.refunds.create(charge, 100 + day, at=NOON - day * DAY)
    world.pay(Order(500, method=Method("sepa_debit", "3201")), at=NOON - 9 * DAY)
    asker = Asker(world)
    lines = asker.get(PATH, limit=100)["data"]
    assert [one["created"] for one in lines] == sorted((one["created"] for one in lines), reverse=True)
    refunds = asker.get(PATH, type="refund", created__gte=NOON - 3 * DAY, limit=3)
    assert ([one["amount"] for one in refunds["data"]], refunds["has_more"]) == ([-100, -101, -102], True)
    rest = asker.get(PATH, type="refund", created__gte=NOON - 3 * DAY, starting_after=refunds["data"][-1]["id"])
    assert ([one["amount"] for one in rest["data"]], rest["has_more"]) == ([-103], False)
    back = asker.get(PATH, type="refund", ending_before=rest["data"][0]["id"], limit=2)
    assert ([one["amount"] for one in back["data"]], back["has_more"]) == ([-101, -102], True)
    assert [one["type"] for one in asker.get(PATH, source=lines[0]["source"])["data"]] == [lines[0]["type"]]
    assert asker.ids(PATH, source=lines[0]["source"], type="payout") == []
    assert asker.ids(PATH, currency="usd") == []
    assert [one["type"] for one in asker.get(PATH, type="payment")["data"]] == ["payment"]


def test_another_list_knows_no_such_filters(world: World) -> None:
    with pytest.raises(ApiError, match="Received unknown parameter: type"):
        Asker(world).get("/v1/charges", type="charge")


def test_a_capture_learns_its_line_later(world: World) -> None:
    perform(world, "balance-delay", Input({"seconds": 3_600}))
    charge = world.store.charge(world.pay(EURO).latest_charge or "")
    world.clock.advance(3_599)
    asker = Asker(world)
    assert (asker.show(charge)["balance_transaction"], asker.ids(PATH)) == (None, [])
    world.clock.advance(DAY)
    [line] = asker.get(PATH)["data"]
    assert asker.show(charge)["balance_transaction"] == line["id"]
    assert (line["source"], line["created"], line["amount"]) == (charge.id, NOON, 12_500)
    [event] = newest_events(world, 1)
    assert (event["type"], event["created"]) == ("charge.updated", NOON + 3_600)
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}


def test_a_refund_learns_its_line_later(world: World) -> None:
    charge = world.pay(EURO).latest_charge or ""
    world.ledger.delay = 60
    refund = world.refunds.create(charge, 400)
    assert Asker(world).show(refund)["balance_transaction"] is None
    world.clock.advance(60)
    line = Asker(world).get(PATH, source=refund.id)["data"][0]
    assert (line["amount"], Asker(world).show(refund)["balance_transaction"]) == (-400, line["id"])
    [event] = newest_events(world, 1)
    assert (event["type"], event["data"]["object"]["id"]) == ("refund.updated", refund.id)
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}


def test_a_delayed_refund_that_failed_meanwhile_has_both_lines(world: World) -> None:
    charge = world.pay(EURO).latest_charge or ""
    world.ledger.delay = 60
    refund = world.refunds.create(charge, 400, status="pending")
    world.refunds.update(refund.id, "failed", "declined")
    world.clock.advance(60)
    assert sorted(one["amount"] for one in Asker(world).get(PATH, source=refund.id)["data"]) == [-400, 400]


def test_when_anybody_looks_changes_nothing(tmp_path: Path) -> None:
    """Lines have the same ids, and events the same times, whether the account was watched or not, or began again."""
    shown = []
    for watched in (True, False):
        with running_server(state=tmp_path / f"{watched}.jsonl") as server:
            server.control.operate("balance-delay", seconds=100)
            server.control.operate("late-events", seconds=50)
            for number in range(8):
                charge = server.control.operate("pay", amount=1_000 + number)[0]["latest_charge"]
                server.control.operate("refund", charge=charge, amount=10)
                for _ in range(4):
                    server.control.clock(advance=20)
                    _ = server.control.dump() if watched else None
            server.control.clock(advance=1_000)
            shown.append((server.control.dump(), list(Asker(server.stage.world).everything(expanded=True))))
    assert shown[0] == shown[1]
    with running_server(state=tmp_path / "True.jsonl", now=NOON + 8 * 80 + 1_000) as server:
        assert (server.control.dump(), list(Asker(server.stage.world).everything(expanded=True))) == shown[0]


def test_the_truth_tells_the_lines() -> None:
    with running_server() as server:
        charge = server.control.operate("pay", amount=10_000)[0]["latest_charge"]
        [line] = server.control.dump("balance_transactions")
    assert (line["source"], line["type"], line["currency"], line["created"]) == (charge, "charge", "eur", NOON)
    assert (line["amount"], line["fee"], line["net"]) == (10_000, 175, 9_825)
    assert line["available_on"] > NOON


def test_a_page_of_a_large_account_is_quick() -> None:
    world = World(1, WorldClock(NOON, frozen=True))
    populate_bulk(world, 20_000)
    asker = Asker(world)
    last = asker.ids(PATH, limit=1, type="charge", created__lt=NOON - 365 * DAY)[0]
    began = time.perf_counter()
    for _ in range(20):
        asker.get(PATH, limit=100, type="charge", created__gte=NOON - 600 * DAY, starting_after=last)
    assert (time.perf_counter() - began) / 20 < 0.02
