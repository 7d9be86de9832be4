"""Long stays: subscriptions, their invoices, and the payments that these make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from rentease_desk.practice.billing_records import Subscription
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.periods import later
from rentease_desk.practice.world import World
from tests.practice.checks import Asker, Json
from tests.tools.practice import NOON

DAY = 86_400
MONTH_LATER = 1_796_472_000
"""Sat 5 Dec 2026, 12:00 UTC."""
SUBSCRIPTIONS, INVOICES, PAYMENTS = "/v1/subscriptions", "/v1/invoices", "/v1/invoice_payments"


@pytest.fixture
def customer(world: World) -> str:
    return world.customer("Nadia", "nadia@mail.example").id


@pytest.fixture
def order(customer: str) -> Order:
    return Order(90_000, description="Room 206", metadata=(("booking_reference", "LN-1801"),), customer=customer)


def _types(world: World) -> list[str]:
    """From the oldest to the newest."""
    return [one["type"] for one in reversed(Asker(world).get("/v1/events", limit=100)["data"])]


def _intent(world: World, invoice: str) -> Json:
    """The PaymentIntent of an invoice, found the way that Stripe's API leads."""
    [payment] = Asker(world).get(PAYMENTS, invoice=invoice, expand=("data.payment.payment_intent",))["data"]
    found: Json = payment["payment"]["payment_intent"]
    return found


def test_a_subscription_is_paid_at_once(world: World, order: Order) -> None:
    asker, subscription = Asker(world), world.subscriptions.create(order)
    shown = asker.show(subscription)
    [item] = shown["items"]["data"]
    assert (shown["status"], shown["metadata"]) == ("active", {"booking_reference": "LN-1801"})
    assert (item["current_period_start"], item["current_period_end"]) == (NOON, MONTH_LATER)
    assert (item["price"]["unit_amount"], item["price"]["recurring"]["interval"]) == (90_000, "month")
    [invoice] = asker.get(INVOICES)["data"]
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == ("paid", 90_000, 0)
    assert (invoice["billing_reason"], shown["latest_invoice"]) == ("subscription_create", invoice["id"])
    details = invoice["parent"]["subscription_details"]
    assert (details["subscription"], details["metadata"]) == (subscription.id, shown["metadata"])
    assert invoice["lines"]["data"][0]["period"] == {"start": NOON, "end": MONTH_LATER}
    assert {"payment_intent", "charge", "subscription"} & set(invoice) == set()


def test_a_paid_invoice_is_a_payment_in_the_lists_and_names_no_booking(world: World, order: Order) -> None:
    asker, subscription = Asker(world), world.subscriptions.create(order)
    [intent], [charge] = asker.get("/v1/payment_intents")["data"], asker.get("/v1/charges")["data"]
    assert (intent["status"], intent["amount_received"], intent["metadata"]) == ("succeeded", 90_000, {})
    assert (intent["description"], intent["customer"]) == ("Subscription creation", order.customer)
    assert (charge["payment_intent"], intent["latest_charge"]) == (intent["id"], charge["id"])
    assert asker.get("/v1/balance_transactions", source=charge["id"])["data"][0]["amount"] == 90_000
    invoice = subscription.latest_invoice or ""
    assert _intent(world, invoice)["id"] == intent["id"]
    [payment] = asker.get(PAYMENTS, payment__type="payment_intent", payment__payment_intent=intent["id"])["data"]
    assert (payment["invoice"], payment["status"], payment["amount_paid"]) == (invoice, "paid", 90_000)


def test_events_of_a_new_subscription(world: World, order: Order) -> None:
    world.subscriptions.create(order)
    assert _types(world) == [
        "customer.created",
        "customer.subscription.created",
        "invoice.created",
        "customer.subscription.updated",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


def test_payments_of_an_invoice_are_null_unless_expanded(world: World, order: Order) -> None:
    asker, subscription = Asker(world), world.subscriptions.create(order)
    assert asker.get(INVOICES)["data"][0]["payments"] is None
    expand = ("data.payments.data.payment.payment_intent", "data.parent.subscription_details.subscription")
    [shown] = asker.get(INVOICES, expand=expand)["data"]
    [payment] = shown["payments"]["data"]
    assert payment["payment"]["payment_intent"]["amount_received"] == 90_000
    assert shown["parent"]["subscription_details"]["subscription"]["id"] == subscription.id
    for path in ("data.parent.subscription", "data.lines", "data.payments.data.payment.charge"):
        with pytest.raises(ApiError, match="cannot be expanded"):
            asker.get(INVOICES, expand=(path,))


def test_a_renewal(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    world.clock.set(MONTH_LATER)
    invoice = world.subscriptions.renew(subscription.id)
    renewed = world.store.subscription(subscription.id)
    assert (renewed.period_start, renewed.period_end) == (MONTH_LATER, MONTH_LATER + 31 * DAY)
    assert (invoice.billing_reason, invoice.status, invoice.created) == ("subscription_cycle", "paid", MONTH_LATER)
    shown = Asker(world).get(INVOICES)["data"]
    assert [one["number"][-5:] for one in shown] == ["-0002", "-0001"]
    assert renewed.latest_invoice == shown[0]["id"]


def test_a_renewal_that_fails_is_tried_again(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    invoice = world.subscriptions.renew(subscription.id, fails=True)
    shown = Asker(world).show(invoice)
    assert (shown["status"], shown["attempt_count"], shown["attempted"]) == ("open", 1, True)
    assert (shown["next_payment_attempt"], shown["amount_remaining"]) == (NOON + 3 * DAY, 90_000)
    intent = _intent(world, invoice.id)
    assert (intent["status"], intent["last_payment_error"]["code"]) == ("requires_payment_method", "card_declined")
    assert world.store.subscription(subscription.id).status == "past_due"
    assert _types(world)[-4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    world.subscriptions.pay(invoice.id)
    assert _intent(world, invoice.id)["id"] == intent["id"]
    assert world.store.subscription(subscription.id).status == "active"


def test_after_four_attempts_nothing_is_tried_any_more(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    invoice = world.subscriptions.renew(subscription.id, fails=True)
    for _ in range(3):
        world.subscriptions.pay(invoice.id, fails=True)
    shown = Asker(world).show(invoice)
    assert (shown["attempt_count"], shown["next_payment_attempt"]) == (4, None)
    assert world.store.subscription(subscription.id).status == "unpaid"
    assert _intent(world, invoice.id)["status"] == "requires_payment_method"


def test_a_first_payment_that_fails_leaves_it_incomplete(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order, fails=True)
    assert (subscription.status, len(world.store.transactions)) == ("incomplete", 0)
    world.subscriptions.pay(subscription.latest_invoice or "")
    assert world.store.subscription(subscription.id).status == "active"


def test_without_a_first_payment_it_is_over_after_a_day(world: World, order: Order) -> None:
    paid, unpaid = world.subscriptions.create(order), world.subscriptions.create(order, fails=True)
    world.clock.advance(DAY)
    asker = Asker(world)
    assert (asker.show(unpaid)["status"], asker.show(paid)["status"]) == ("incomplete_expired", "active")
    assert asker.ids(INVOICES, status="void") == [unpaid.latest_invoice]
    assert _types(world)[-3:] == ["customer.subscription.updated", "payment_intent.canceled", "invoice.voided"]
    assert asker.ids(SUBSCRIPTIONS) == [unpaid.id, paid.id]
    assert asker.ids(SUBSCRIPTIONS, status="ended") == [unpaid.id]


def test_an_invoice_paid_elsewhere_brings_no_money(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order, fails=True)
    invoice = Asker(world).show(world.subscriptions.pay(subscription.latest_invoice or "", elsewhere=True))
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_paid_off_stripe"]) == ("paid", 90_000, 90_000)
    assert _intent(world, invoice["id"])["status"] == "canceled"
    assert Asker(world).get(PAYMENTS, status="canceled")["data"][0]["invoice"] == invoice["id"]
    assert len(world.store.transactions) == 0
    assert [one for one in _types(world) if one.startswith("invoice.pa")] == ["invoice.payment_failed", "invoice.paid"]


@pytest.mark.parametrize(
    ("act", "status", "event"),
    [("void", "void", "invoice.voided"), ("give_up", "uncollectible", "invoice.marked_uncollectible")],
)
def test_an_invoice_that_nobody_will_pay(act: str, status: str, event: str, world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    invoice = world.subscriptions.renew(subscription.id, fails=True)
    getattr(world.invoices, act)(invoice.id)
    shown = Asker(world).show(invoice)
    assert (shown["status"], shown["next_payment_attempt"], _types(world)[-1]) == (status, None, event)
    assert Asker(world).ids(INVOICES, status=status) == [invoice.id]
    if status == "uncollectible":
        assert world.subscriptions.pay(invoice.id).status == "paid"
    else:
        assert _intent(world, invoice.id)["cancellation_reason"] == "void_invoice"
        with pytest.raises(ApiError, match="status of void"):
            world.subscriptions.pay(invoice.id)


def test_an_invoice_for_one_thing(world: World, order: Order) -> None:
    draft = world.invoices.create(order)
    shown = Asker(world).show(draft)
    assert (shown["status"], shown["parent"], shown["number"]) == ("draft", None, None)
    assert shown["metadata"] == {"booking_reference": "LN-1801"}
    assert Asker(world).get(PAYMENTS)["data"] == []
    with pytest.raises(ApiError, match="status of draft"):
        world.subscriptions.pay(draft.id)
    world.invoices.finalize(draft.id)
    assert world.subscriptions.pay(draft.id).status == "paid"
    assert _intent(world, draft.id)["description"] == "Payment for Invoice"


def test_cancelled_subscriptions_are_shown_when_asked_for(world: World, order: Order) -> None:
    asker = Asker(world)
    gone, stays = (world.subscriptions.create(order).id for _ in range(2))
    failed = world.subscriptions.create(order, fails=True).id
    world.subscriptions.cancel(gone)
    assert _types(world)[-1] == "customer.subscription.deleted"
    assert asker.ids(SUBSCRIPTIONS) == [failed, stays]
    assert asker.ids(SUBSCRIPTIONS, status="all") == [failed, stays, gone]
    assert asker.ids(SUBSCRIPTIONS, status="canceled") == asker.ids(SUBSCRIPTIONS, status="ended") == [gone]
    assert asker.ids(SUBSCRIPTIONS, status="active", limit=1) == [stays]
    assert asker.ids(SUBSCRIPTIONS, status="all", created__gt=NOON) == []
    with pytest.raises(ApiError, match="Invalid status"):
        asker.get(SUBSCRIPTIONS, status="gone")
    for act in (world.subscriptions.renew, world.subscriptions.cancel):
        with pytest.raises(ApiError, match="canceled subscription"):
            act(gone)


def test_a_subscription_ends_with_its_period(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    world.subscriptions.cancel(subscription.id, at_period_end=True)
    shown = Asker(world).show(subscription)
    assert (shown["status"], shown["cancel_at_period_end"], shown["canceled_at"]) == ("active", True, NOON)
    world.clock.set(MONTH_LATER + DAY)
    shown = Asker(world).show(subscription)
    assert (shown["status"], shown["ended_at"]) == ("canceled", MONTH_LATER)
    newest = Asker(world).get("/v1/events", limit=1)["data"][0]
    assert (newest["type"], newest["created"]) == ("customer.subscription.deleted", MONTH_LATER)


def test_lists_are_narrowed(world: World, order: Order) -> None:
    other = world.customer("Ivo").id
    first = world.subscriptions.create(order)
    second = world.subscriptions.create(Order(500, customer=other))
    world.clock.advance(DAY)
    renewed = world.subscriptions.renew(first.id, draft=True)
    asker = Asker(world)
    assert asker.ids(INVOICES, subscription=first.id) == [renewed.id, first.latest_invoice]
    assert asker.ids(INVOICES, customer=other) == [second.latest_invoice]
    assert asker.ids(INVOICES, status="draft") == asker.ids(INVOICES, created__gt=NOON) == [renewed.id]
    assert asker.ids(INVOICES, subscription=first.id, status="paid") == [first.latest_invoice]
    assert asker.ids(SUBSCRIPTIONS, customer=other) == [second.id]
    world.invoices.finalize(renewed.id)
    assert asker.ids(INVOICES, status="draft") == []
    assert asker.ids(PAYMENTS, status="open") == asker.ids(PAYMENTS, invoice=renewed.id)
    for path, name in ((INVOICES, "subscription"), (PAYMENTS, "invoice"), (SUBSCRIPTIONS, "customer")):
        with pytest.raises(ApiError, match=f"No such {name}: 'nothing'"):
            asker.get(path, **{name: "nothing"})


def test_changed_words_reach_later_invoices_only(world: World, order: Order) -> None:
    subscription = world.subscriptions.create(order)
    world.subscriptions.describe(subscription.id, description="Room 11", metadata=(("booking_reference", "LN-9"),))
    world.subscriptions.renew(subscription.id)
    shown = Asker(world).get(INVOICES)["data"]
    said = [one["parent"]["subscription_details"]["metadata"]["booking_reference"] for one in shown]
    assert said == ["LN-9", "LN-1801"]


@pytest.mark.parametrize("make", ["subscription", "invoice"])
def test_somebody_must_pay(make: str, world: World) -> None:
    create: Callable[[Order], object] = world.subscriptions.create if make == "subscription" else world.invoices.create
    with pytest.raises(ApiError, match="Missing required param: customer"):
        create(Order(100))
    with pytest.raises(ApiError, match="No such customer: 'cus_x'"):
        create(Order(100, customer="cus_x"))
    assert len(world.store.subscriptions) == len(world.store.invoices) == 0


@pytest.mark.parametrize(
    ("start", "interval", "count", "end"),
    [
        ("2026-01-31T10:00", "month", 1, "2026-02-28T10:00"),
        ("2026-01-31T10:00", "month", 2, "2026-03-31T10:00"),
        ("2026-11-30T10:00", "month", 3, "2027-02-28T10:00"),
        ("2024-02-29T10:00", "year", 1, "2025-02-28T10:00"),
        ("2026-12-30T10:00", "week", 1, "2027-01-06T10:00"),
        ("2026-12-31T10:00", "day", 2, "2027-01-02T10:00"),
    ],
)
def test_periods(start: str, interval: str, count: int, end: str) -> None:
    began, ends = (int(datetime.fromisoformat(one).replace(tzinfo=UTC).timestamp()) for one in (start, end))
    assert later(began, interval, count) == ends


def test_the_thirty_first_comes_back(world: World, order: Order) -> None:
    world.clock.set(int(datetime(2026, 1, 31, 10, tzinfo=UTC).timestamp()))
    subscription: Subscription = world.subscriptions.create(order)
    for _ in range(2):
        world.subscriptions.renew(subscription.id)
    found = world.store.subscription(subscription.id)
    assert datetime.fromtimestamp(found.period_end, UTC).day == 30
    world.subscriptions.renew(subscription.id)
    assert datetime.fromtimestamp(world.store.subscription(subscription.id).period_end, UTC).day == 31
