"""What happens to payments, refunds and the balance: Stripe's rules, switched on one by one."""

from __future__ import annotations

import pytest

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Decline, Method, Order
from rentease_desk.practice.records import Charge, Intent
from rentease_desk.practice.world import World
from tests.practice.checks import Asker
from tests.tools.practice import NOON

EURO = Order(12_500, description="Deposit", metadata=(("booking_id", "u1"),))
BY_HAND = Order(12_500, manual=True)
DEBIT = Order(12_500, method=Method("sepa_debit", "3201"))
DAY = 86_400


def _charge(world: World, intent: Intent) -> Charge:
    return world.store.charge(intent.latest_charge or "")


def _net(world: World) -> int:
    return sum(line.amount for line in world.store.transactions)


def test_metadata_is_copied_once_at_confirmation(world: World) -> None:
    intent = world.payments.create(EURO)
    world.payments.describe(intent.id, description="Balance", metadata=(("booking_id", "u2"),))
    paid = world.payments.succeed(intent.id)
    world.payments.describe(intent.id, description="Corrected", metadata=(("booking_id", "u3"),))
    charge, asker = _charge(world, paid), Asker(world)
    assert (charge.order.description, dict(charge.order.metadata)) == ("Balance", {"booking_id": "u2"})
    assert asker.show(world.store.intent(intent.id))["metadata"] == {"booking_id": "u3"}
    refund = world.refunds.create(charge.id, 100)
    assert asker.show(refund)["metadata"] == {}


def test_a_decline_leaves_a_failed_charge_and_an_open_intent(world: World) -> None:
    intent = world.payments.create(EURO)
    failed = world.payments.fail(intent.id, Decline("card_declined", "No.", "lost_card"))
    shown = Asker(world).get(f"/v1/payment_intents/{intent.id}", expand=("latest_charge",))
    assert (failed.status, failed.payment_method, failed.amount_received) == ("requires_payment_method", None, 0)
    error, charge = shown["last_payment_error"], shown["latest_charge"]
    assert (error["code"], error["decline_code"], error["charge"]) == ("card_declined", "lost_card", charge["id"])
    assert (charge["status"], charge["paid"], charge["captured"]) == ("failed", False, False)
    assert (charge["failure_code"], charge["outcome"]["type"]) == ("card_declined", "issuer_declined")
    assert (charge["balance_transaction"], _net(world)) == (None, 0)


def test_a_second_attempt_clears_the_error(world: World) -> None:
    failed = world.payments.fail(world.payments.create(EURO).id)
    paid = world.payments.succeed(failed.id)
    assert (paid.status, paid.error, paid.amount_received) == ("succeeded", None, 12_500)
    assert paid.latest_charge != failed.latest_charge


def test_a_bank_debit_takes_days(world: World) -> None:
    intent = world.payments.process(world.payments.create(DEBIT, at=NOON - 5 * DAY).id, at=NOON - 5 * DAY)
    charge = _charge(world, intent)
    assert (intent.status, charge.status, charge.balance_transaction) == ("processing", "pending", None)
    paid = _charge(world, world.payments.settle(intent.id, at=NOON))
    line = world.store.transaction(paid.balance_transaction or "")
    assert (paid.status, paid.created, line.created, line.fee) == ("succeeded", NOON - 5 * DAY, NOON, 35)


def test_a_bank_debit_may_come_back(world: World) -> None:
    intent = world.payments.process(world.payments.create(DEBIT).id)
    failed = world.payments.fail_debit(intent.id)
    assert (failed.status, _charge(world, failed).status) == ("requires_payment_method", "failed")
    assert world.payments.succeed(failed.id).status == "succeeded"


def test_capture_is_when_the_money_moves(world: World) -> None:
    intent = world.payments.authorize(world.payments.create(BY_HAND, at=NOON - DAY).id, at=NOON - DAY)
    held = Asker(world).show(_charge(world, intent))
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 12_500, 0)
    assert (held["captured"], held["amount_captured"], held["balance_transaction"]) == (False, 0, None)
    assert held["payment_method_details"]["card"]["capture_before"] == NOON - DAY + 7 * DAY
    captured = world.payments.capture(intent.id, at=NOON)
    charge = _charge(world, captured)
    line = world.store.transaction(charge.balance_transaction or "")
    assert (captured.status, captured.amount_capturable, captured.amount_received) == ("succeeded", 0, 12_500)
    assert (charge.created, line.created, line.amount) == (NOON - DAY, NOON, 12_500)


@pytest.mark.parametrize(("counted", "refunded"), [(True, 5_500), (False, 0)])
def test_a_partial_capture(counted: bool, refunded: int, world: World) -> None:
    world.store.partial_capture_counts_as_refunded = counted
    intent = world.payments.authorize(world.payments.create(BY_HAND).id)
    captured = world.payments.capture(intent.id, 7_000)
    shown = Asker(world).show(_charge(world, captured))
    assert (shown["amount"], shown["amount_captured"], shown["amount_refunded"]) == (12_500, 7_000, refunded)
    assert (captured.amount_received, shown["refunded"], len(world.store.refunds)) == (7_000, False, 0)
    world.refunds.create(shown["id"])
    shown = Asker(world).show(_charge(world, captured))
    assert (shown["amount_refunded"], shown["refunded"]) == (refunded + 7_000, True)
    assert _net(world) == 0


def test_cancelling_lets_an_authorisation_go(world: World) -> None:
    intent = world.payments.authorize(world.payments.create(BY_HAND).id)
    canceled = world.payments.cancel(intent.id)
    charge = Asker(world).show(_charge(world, canceled))
    assert list(world.store.refunds) == []
    assert (canceled.status, canceled.canceled_at, canceled.amount_capturable) == ("canceled", NOON, 0)
    assert (charge["captured"], charge["refunded"], charge["amount_refunded"]) == (False, False, 0)
    assert _net(world) == 0


def test_an_authorisation_that_runs_out(world: World) -> None:
    intent = world.payments.authorize(world.payments.create(BY_HAND).id)
    shown = Asker(world).show(world.payments.cancel(intent.id, "expired"))
    assert (shown["status"], shown["cancellation_reason"]) == ("canceled", "expired")
    assert list(world.store.refunds) == []


def test_a_charge_of_the_old_kind(world: World) -> None:
    shown = Asker(world).show(world.payments.charge(EURO))
    assert (shown["payment_intent"], shown["paid"], shown["amount_captured"]) == (None, True, 12_500)
    assert shown["metadata"] == {"booking_id": "u1"}
    assert len(world.store.intents) == 0


def test_balance_transactions_may_be_late(world: World) -> None:
    world.ledger.late = True
    charge = _charge(world, world.pay(EURO))
    assert (charge.balance_transaction, len(world.store.transactions)) == (None, 0)
    world.clock.advance(90)
    [told] = world.ledger.arrive()
    line = world.store.transaction(told.balance_transaction or "")
    assert (told.id, line.created, line.amount) == (charge.id, NOON, 12_500)
    assert _charge(world, world.pay(EURO)).balance_transaction is not None


def test_money_becomes_available_later(world: World) -> None:
    world.pay(EURO)
    [line] = world.store.transactions
    assert Asker(world).show(line)["status"] == "pending"
    world.clock.advance(4 * DAY)
    assert Asker(world).show(line)["status"] == "available"


def test_fees_and_net(world: World) -> None:
    world.pay(Order(10_000, method=Method(country="IT")))
    world.pay(Order(10_000, method=Method(country="US")))
    shown = [Asker(world).show(line) for line in world.store.transactions]
    assert [(one["fee"], one["net"]) for one in shown] == [(175, 9_825), (345, 9_655)]
    assert shown[0]["fee_details"][0]["type"] == "stripe_fee"


def test_another_currency_is_settled_in_euros(world: World) -> None:
    world.pay(Order(10_000, "gbp"))
    world.pay(Order(10_000, "jpy"))
    world.pay(Order(10_000, "kwd"))
    shown = [Asker(world).show(line) for line in world.store.transactions]
    assert [(one["currency"], one["amount"]) for one in shown] == [("eur", 11_485), ("eur", 6_080), ("eur", 2_871)]
    assert [one["exchange_rate"] for one in shown] == [1.1485, 0.00608, 2.871]


def test_refunds_in_parts_and_never_too_much(world: World) -> None:
    charge = _charge(world, world.pay(EURO))
    world.refunds.create(charge.id, 5_000)
    pending = world.refunds.create(charge.id, 7_000, status="pending")
    with pytest.raises(ApiError) as refused:
        world.refunds.create(charge.id, 501)
    assert refused.value.message == "Refund amount (€5.01) is greater than unrefunded amount on charge (€5.00)"
    assert (refused.value.status, refused.value.param, refused.value.code) == (400, "amount", None)
    world.refunds.create(charge.id)
    assert Asker(world).show(world.store.charge(charge.id))["refunded"] is True
    with pytest.raises(ApiError, match="already been refunded") as refused:
        world.refunds.create(charge.id, 1)
    assert refused.value.code == "charge_already_refunded"
    world.refunds.update(pending.id, "failed", "declined")
    shown = Asker(world).show(world.store.charge(charge.id))
    assert (shown["amount_refunded"], shown["refunded"]) == (5_500, False)


def test_a_refund_that_fails_brings_the_money_back(world: World) -> None:
    charge = _charge(world, world.pay(EURO))
    refund = world.refunds.create(charge.id, 5_000)
    assert _net(world) == 7_500
    world.clock.advance(DAY)
    failed = world.refunds.update(refund.id, "failed", "expired_or_canceled_card")
    line = world.store.transaction(failed.failure_balance_transaction or "")
    assert (line.category, line.amount, line.created) == ("refund_failure", 5_000, NOON + DAY)
    assert (failed.failure_reason, _net(world)) == ("expired_or_canceled_card", 12_500)
    with pytest.raises(ApiError, match="has a status of failed"):
        world.refunds.update(refund.id, "succeeded")


def test_a_dispute_takes_what_is_left(world: World) -> None:
    charge = _charge(world, world.pay(EURO))
    world.refunds.create(charge.id, 2_500)
    world.disputes.open(charge.id)
    assert _net(world) == 0
    with pytest.raises(ApiError, match="charged back"):
        world.refunds.create(charge.id, 100)
    with pytest.raises(ApiError, match="cannot be disputed"):
        world.disputes.open(charge.id)


def test_what_stripe_refuses(world: World) -> None:
    paid = world.pay(EURO)
    for act in (world.payments.succeed, world.payments.capture, world.payments.cancel, world.payments.settle):
        with pytest.raises(ApiError, match="because it has a status of succeeded") as refused:
            act(paid.id)
        assert refused.value.code == "payment_intent_unexpected_state"
    held = world.payments.authorize(world.payments.create(BY_HAND).id)
    with pytest.raises(ApiError, match="less than or equal to the amount authorized"):
        world.payments.capture(held.id, 12_501)
    with pytest.raises(ApiError, match="has not been captured"):
        world.refunds.create(held.latest_charge or "")
    with pytest.raises(ApiError, match="capture_method is not automatic"):
        world.payments.succeed(world.payments.create(BY_HAND).id)
    with pytest.raises(ApiError, match="No such payment_intent: 'pi_3x'") as refused:
        world.payments.succeed("pi_3x")
    assert refused.value.status == 404
    with pytest.raises(ApiError, match="greater than or equal to 1"):
        world.payments.create(Order(0))
    with pytest.raises(ApiError, match="Invalid positive integer"):
        world.refunds.create(paid.latest_charge or "", 0)


def test_a_refusal_changes_nothing(world: World) -> None:
    charge = _charge(world, world.pay(EURO))
    asker = Asker(world)
    before = asker.bytes("/v1/charges"), asker.bytes("/v1/payment_intents"), asker.bytes("/v1/refunds")
    with pytest.raises(ApiError):
        world.refunds.create(charge.id, 99_999)
    with pytest.raises(ApiError):
        world.payments.succeed(charge.intent or "")
    assert (asker.bytes("/v1/charges"), asker.bytes("/v1/payment_intents"), asker.bytes("/v1/refunds")) == before
