"""Disputes: inquiries that move nothing, chargebacks that are won or lost, and what the balance and events say."""

from __future__ import annotations

import pytest

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.records import Dispute
from rentease_desk.practice.world import World
from tests.practice.checks import Asker
from tests.tools.practice import NOON

DAY = 86_400
EURO, POUND = Order(12_500), Order(10_000, "gbp")


def _paid(world: World, order: Order = EURO) -> str:
    return world.pay(order).latest_charge or ""


def _moved(world: World, dispute: Dispute) -> list[tuple[str, str, int, int]]:
    """The dispute's lines as the balance lists them, oldest first."""
    lines = Asker(world).get("/v1/balance_transactions", source=dispute.id)["data"]
    return [(one["type"], one["reporting_category"], one["amount"], one["fee"]) for one in reversed(lines)]


def _types(world: World) -> list[str]:
    """The events of disputes, oldest first, without their common beginning."""
    events = reversed(Asker(world).get("/v1/events", limit=100, type="charge.dispute.*")["data"])
    return [one["type"].removeprefix("charge.dispute.") for one in events]


def test_an_inquiry_moves_nothing(world: World) -> None:
    dispute = world.disputes.open(_paid(world), inquiry=True)
    shown = Asker(world).show(dispute)
    assert (shown["status"], shown["is_charge_refundable"]) == ("warning_needs_response", True)
    assert (shown["balance_transactions"], _moved(world, dispute), _types(world)) == ([], [], ["created"])
    assert world.store.charge(dispute.charge).disputed is True
    world.refunds.create(dispute.charge, 500)
    closed = world.disputes.close(dispute.id, won=True)
    assert (closed.status, _types(world), _moved(world, dispute)) == ("warning_closed", ["created", "closed"], [])


def test_an_inquiry_may_become_a_chargeback(world: World) -> None:
    dispute = world.disputes.open(_paid(world), inquiry=True)
    world.refunds.create(dispute.charge, 500)
    world.disputes.respond(dispute.id)
    world.clock.advance(DAY)
    escalated = world.disputes.escalate(dispute.id)
    assert (escalated.status, escalated.amount, escalated.due_by) == ("needs_response", 12_000, NOON + 10 * DAY)
    assert _moved(world, dispute) == [("adjustment", "dispute", -12_000, 2_000)]
    assert _types(world) == ["created", "updated", "updated", "funds_withdrawn"]
    with pytest.raises(ApiError, match="charged back"):
        world.refunds.create(dispute.charge, 500)


@pytest.mark.parametrize(("order", "amount"), [(EURO, 12_500), (POUND, 11_485)])
def test_a_dispute_that_is_won_gives_the_money_back(order: Order, amount: int, world: World) -> None:
    dispute = world.disputes.open(_paid(world, order))
    answered = Asker(world).show(world.disputes.respond(dispute.id))
    details = answered["evidence_details"]
    assert (answered["status"], details["has_evidence"], details["submission_count"]) == ("under_review", True, 1)
    assert (details["due_by"], answered["evidence"]["uncategorized_text"]) != (None, None)
    won = Asker(world).show(world.disputes.close(dispute.id, won=True))
    assert won["status"] == "won"
    assert _moved(world, dispute) == [
        ("adjustment", "dispute", -amount, 2_000),
        ("adjustment", "dispute_reversal", amount, 0),
    ]
    assert [one["net"] for one in won["balance_transactions"]] == [-amount - 2_000, amount]
    assert _types(world) == ["created", "funds_withdrawn", "updated", "closed", "funds_reinstated"]
    assert world.refunds.create(dispute.charge, 100).amount == 100


@pytest.mark.parametrize(("waited", "missed"), [(DAY, False), (10 * DAY, True)])
def test_a_dispute_that_is_lost_gives_nothing_back(waited: int, missed: bool, world: World) -> None:
    dispute = world.disputes.open(_paid(world))
    world.clock.advance(waited)
    lost = Asker(world).show(world.disputes.close(dispute.id, won=False))
    assert (lost["status"], lost["evidence_details"]["past_due"]) == ("lost", missed)
    assert len(_moved(world, dispute)) == 1
    assert _types(world) == ["created", "funds_withdrawn", "closed"]


def test_an_event_shows_the_lines_of_its_moment(world: World) -> None:
    dispute = world.disputes.open(_paid(world))
    world.disputes.close(dispute.id, won=True)
    events = Asker(world).get("/v1/events", limit=100, type="charge.dispute.*")["data"]
    assert [len(one["data"]["object"]["balance_transactions"]) for one in reversed(events)] == [1, 1, 2, 2]


def test_what_a_dispute_refuses(world: World) -> None:
    dispute = world.disputes.open(_paid(world))
    with pytest.raises(ApiError, match="cannot be disputed"):
        world.disputes.open(dispute.charge)
    with pytest.raises(ApiError, match="has a status of needs_response"):
        world.disputes.escalate(dispute.id)
    world.disputes.close(dispute.id, won=False)
    for act in (world.disputes.respond, world.disputes.escalate, lambda id_: world.disputes.close(id_, won=True)):
        with pytest.raises(ApiError, match="has a status of lost"):
            act(dispute.id)
    asked = world.disputes.open(_paid(world), inquiry=True)
    world.refunds.create(asked.charge)
    with pytest.raises(ApiError, match="already been refunded"):
        world.disputes.close(asked.id, won=False)
    assert world.store.dispute(asked.id).status == "warning_needs_response"
