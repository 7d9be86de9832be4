"""The ways in which a learner's guest can begin to pay."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from rentease_desk.practice.billing_records import Subscription
from rentease_desk.practice.orders import Method, Order
from rentease_desk.practice.records import CheckoutSession, Intent
from rentease_desk.practice.world import World


class How(StrEnum):
    """``HOLD`` reserves the amount; ``DEBIT`` is under way for days; ``PAGE`` only opens a page to pay on."""

    CARD = "card"
    HOLD = "hold"
    DEBIT = "debit"
    PAGE = "page"
    MONTHLY = "monthly"


def begin(world: World, order: Order, how: How) -> Intent | CheckoutSession | Subscription:
    """Let a guest begin to pay. Returns what came of it."""
    payments = world.payments
    match how:
        case How.CARD:
            return world.pay(order)
        case How.HOLD:
            return payments.authorize(payments.create(replace(order, manual=True)).id)
        case How.DEBIT:
            return payments.process(payments.create(replace(order, method=Method("sepa_debit", "3000", "DE"))).id)
        case How.PAGE:
            return world.checkout.open(order)
        case How.MONTHLY:
            customer = world.customer(order.payer.name, order.payer.email)
            return world.subscriptions.create(replace(order, customer=customer.id))
