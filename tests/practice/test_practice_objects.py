"""Every object that leaves the practice server has Stripe's keys and Stripe's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.orders import Method, Order
from rentease_desk.practice.populate import populate_bulk
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World
from tests.practice.checks import Asker, Schemas
from tests.tools.practice import NOON

EURO = Order(12_500, description="Booking LN-1801", metadata=(("booking_reference", "LN-1801"),))
BY_HAND = Order(12_500, manual=True)
DEBIT = Order(12_500, method=Method("sepa_debit", "3201", brand=""))
YEN = Order(9_000, "jpy")


def _authorized(world: World) -> str:
    return world.payments.authorize(world.payments.create(BY_HAND).id).id


def _processing(world: World) -> str:
    return world.payments.process(world.payments.create(DEBIT).id).id


def _charge(world: World, order: Order = EURO) -> str:
    charge_id = world.pay(order).latest_charge
    assert charge_id is not None
    return charge_id


def _pending(world: World) -> str:
    return world.refunds.create(_charge(world), 500, status="pending").id


def _payout(world: World) -> str:
    _charge(world)
    world.clock.advance(4 * 86_400)
    return world.payouts.create().id


def _stay(world: World, *, fails: bool = False) -> str:
    customer = world.customer("Nadia", "nadia@mail.example")
    return world.subscriptions.create(replace(EURO, customer=customer.id), fails=fails).id


def _draft(world: World) -> str:
    return world.subscriptions.renew(_stay(world), draft=True).id


def _open(world: World) -> str:
    return world.invoices.finalize(_draft(world)).id


def _lone(world: World) -> str:
    return world.invoices.create(replace(EURO, customer=world.customer("Nadia").id)).id


OPERATIONS: dict[str, Callable[[World], Record]] = {
    "create": lambda world: world.payments.create(EURO),
    "require action": lambda world: world.payments.require_action(world.payments.create(EURO).id),
    "succeed": lambda world: world.pay(EURO),
    "succeed in yen": lambda world: world.pay(YEN),
    "fail": lambda world: world.payments.fail(world.payments.create(EURO).id),
    "fail, then succeed": lambda world: world.payments.succeed(world.payments.fail(world.payments.create(EURO).id).id),
    "process": lambda world: world.store.intent(_processing(world)),
    "settle": lambda world: world.payments.settle(_processing(world)),
    "fail later": lambda world: world.payments.fail_debit(_processing(world)),
    "authorize": lambda world: world.store.intent(_authorized(world)),
    "capture": lambda world: world.payments.capture(_authorized(world)),
    "capture a part": lambda world: world.payments.capture(_authorized(world), 7_000),
    "cancel": lambda world: world.payments.cancel(world.payments.create(EURO).id, "abandoned"),
    "release": lambda world: world.payments.cancel(_authorized(world), "expired"),
    "describe": lambda world: world.payments.describe(world.pay(EURO).id, description="x", metadata=(("a", "b"),)),
    "charge": lambda world: world.payments.charge(EURO),
    "customer": lambda world: world.customer("Guðrún Jónsdóttir", "gudrun@mail.example"),
    "refund": lambda world: world.refunds.create(_charge(world)),
    "refund of a debit": lambda world: world.refunds.create(
        world.payments.settle(_processing(world)).latest_charge or ""
    ),
    "pending refund": lambda world: world.store.refund(_pending(world)),
    "refund that fails": lambda world: world.refunds.update(_pending(world), "failed", "declined"),
    "refund that waits": lambda world: world.refunds.create(_charge(world), 500, status="requires_action"),
    "refund that is given up": lambda world: world.refunds.update(_pending(world), "canceled"),
    "dispute": lambda world: world.disputes.open(_charge(world)),
    "inquiry": lambda world: world.disputes.open(_charge(world), inquiry=True),
    "dispute with evidence": lambda world: world.disputes.respond(world.disputes.open(_charge(world)).id),
    "payout": lambda world: world.store.payout(_payout(world)),
    "payout that fails": lambda world: world.payouts.fail(_payout(world)),
    "subscription": lambda world: world.store.subscription(_stay(world)),
    "subscription that fails": lambda world: world.store.subscription(_stay(world, fails=True)),
    "subscription that goes on": lambda world: world.subscriptions.renew(_stay(world)),
    "subscription that goes on unpaid": lambda world: world.subscriptions.renew(_stay(world), fails=True),
    "subscription that ends": lambda world: world.subscriptions.cancel(_stay(world)),
    "subscription that will end": lambda world: world.subscriptions.cancel(_stay(world), at_period_end=True),
    "draft invoice": lambda world: world.store.invoice(_draft(world)),
    "open invoice": lambda world: world.store.invoice(_open(world)),
    "invoice paid elsewhere": lambda world: world.subscriptions.pay(_open(world), elsewhere=True),
    "void invoice": lambda world: world.invoices.void(_open(world)),
    "uncollectible invoice": lambda world: world.invoices.give_up(_open(world)),
    "lone invoice": lambda world: world.store.invoice(_lone(world)),
    "lone invoice that is paid": lambda world: world.subscriptions.pay(world.invoices.finalize(_lone(world)).id),
    "payment of an invoice": lambda world: world.store.invoice_payments.where(invoice=_open(world))[0],
    "page": lambda world: world.checkout.open(EURO),
    "page on which a guest paid": lambda world: world.checkout.complete(world.checkout.open(EURO).id),
    "page with a debit": lambda world: world.checkout.complete(world.checkout.open(DEBIT).id),
    "link": lambda world: world.links.create(EURO, "Hotel", metadata=(("a", "b"),), limit=1),
    "link with a page of its own": lambda world: world.links.create(EURO, "Hotel", redirect_url="https://x.example"),
    "link that was paid by": lambda world: world.store.link(
        world.links.pay(world.links.create(EURO, "Hotel", limit=1).id).payment_link or ""
    ),
    "page behind a link": lambda world: world.links.visit(world.links.create(EURO, "Hotel").id),
    "page that nobody used": lambda world: world.checkout.expire(world.checkout.open(YEN).id),
    "dispute that is won": lambda world: world.disputes.close(world.disputes.open(_charge(world)).id, won=True),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_after_every_operation_all_objects_are_stripes(name: str, world: World, schemas: Schemas) -> None:
    record = OPERATIONS[name](world)
    asker = Asker(world)
    assert schemas.faults(asker.show(record)) == []
    assert schemas.faults(asker.show(record, expanded=True)) == []
    schemas.check(asker.show(line) for line in world.store.transactions)
    schemas.check(asker.everything(expanded=True))


@pytest.mark.parametrize("expanded", [False, True])
def test_the_whole_sample_is_stripes(expanded: bool, sample_world: World, schemas: Schemas) -> None:
    asker = Asker(sample_world)
    assert schemas.check(asker.everything(expanded=expanded)) > 400
    assert schemas.check(asker.show(line, expanded=expanded) for line in sample_world.store.transactions) > 150


def test_a_bulk_account_is_stripes(schemas: Schemas) -> None:
    world = World(7, WorldClock(NOON, frozen=True))
    populate_bulk(world, 400)
    asker = Asker(world)
    assert schemas.check(asker.everything(expanded=True)) > 800


def test_the_account_is_stripes(world: World, schemas: Schemas) -> None:
    shown = Asker(world).get("/v1/account")
    assert schemas.faults(shown) == []
    assert (shown["default_currency"], shown["settings"]["dashboard"]["timezone"]) == ("eur", "Europe/Rome")


def test_the_schemas_refuse_what_stripe_would_not_send(world: World, schemas: Schemas) -> None:
    shown = Asker(world).show(world.payments.charge(EURO))
    assert schemas.faults(shown | {"status": "paid"}) != []
    assert schemas.faults(shown | {"invoice": None}) != []
    assert schemas.faults({key: value for key, value in shown.items() if key != "level3"}) != []
    details = shown["payment_method_details"]
    assert schemas.faults(shown | {"payment_method_details": details | {"sepa_debit": None}}) != []
    assert schemas.faults(shown | {"payment_method_details": {"card": {}, "type": "card"}}) != []


def test_ids_look_like_stripes(world: World) -> None:
    intent = world.pay(EURO)
    charge = world.store.charge(intent.latest_charge or "")
    refund = world.refunds.create(charge.id, 100)
    assert intent.id.startswith("pi_3")
    assert (charge.id.startswith("ch_3"), refund.id.startswith("re_3")) == (True, True)
    assert (charge.balance_transaction or "").startswith("txn_3")
    assert {len(intent.id), len(charge.id)} == {27}
    assert world.account.startswith("acct_1")
    assert len(world.account) == 21
    assert world.customer().id.startswith("cus_")


def test_a_bank_debit_has_ids_of_its_own(world: World) -> None:
    intent = world.payments.settle(_processing(world))
    charge_id = intent.latest_charge or ""
    assert charge_id.startswith("py_3")
    assert world.refunds.create(charge_id).id.startswith("pyr_1")
    assert [line.type for line in world.store.transactions] == ["payment", "payment_refund"]
