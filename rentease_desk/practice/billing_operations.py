"""Operations on subscriptions, invoices, Checkout Sessions and Payment Links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from rentease_desk.practice.acts import Act, Operation, on
from rentease_desk.practice.checkout import DAY, Page
from rentease_desk.practice.inputs import Input
from rentease_desk.practice.order_input import order_of
from rentease_desk.practice.orders import Method, Order
from rentease_desk.practice.records import Record
from rentease_desk.practice.world import World


class _Way(StrEnum):
    ORDERED = "ordered"
    CARD = "card"
    DEBIT = "sepa_debit"


class _Interval(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def _subscribe(given: Input) -> Act:
    """An order, ``interval`` (month), ``interval_count`` (1), ``fails`` (false). Without ``customer`` one is made."""
    order, interval = order_of(given), given.choice("interval", _Interval, _Interval.MONTH)
    count, fails = given.number("interval_count", 1, least=1, most=36), bool(given.flag("fails"))

    def act(world: World) -> list[Record]:
        known = _with_customer(world, order)
        return [world.subscriptions.create(known, interval.value, count, fails=fails)]

    return act


def _renew(given: Input) -> Act:
    """``subscription``, ``fails`` (false), ``draft`` (false). Returns the subscription and its new invoice."""
    subscription = given.needed_text("subscription")
    fails, draft = bool(given.flag("fails")), bool(given.flag("draft"))

    def act(world: World) -> list[Record]:
        invoice = world.subscriptions.renew(subscription, fails=fails, draft=draft)
        return [world.store.subscription(subscription), invoice]

    return act


def _describe(given: Input) -> Act:
    """``subscription``, ``description``, ``metadata``."""
    id_, description, metadata = given.needed_text("subscription"), given.text("description"), given.pairs("metadata")
    return lambda world: [world.subscriptions.describe(id_, description=description, metadata=metadata)]


def _cancel(given: Input) -> Act:
    """``subscription``, ``at_period_end`` (false)."""
    subscription, later = given.needed_text("subscription"), bool(given.flag("at_period_end"))
    return lambda world: [world.subscriptions.cancel(subscription, at_period_end=later)]


def _invoice(given: Input) -> Act:
    """An order: a draft for one thing. Without ``customer`` one is made."""
    order = order_of(given)
    return lambda world: [world.invoices.create(_with_customer(world, order))]


def _pay(given: Input) -> Act:
    """``invoice``, ``fails`` (false), ``elsewhere`` (false): it was paid outside of Stripe."""
    invoice = given.needed_text("invoice")
    fails, elsewhere = bool(given.flag("fails")), bool(given.flag("elsewhere"))
    return lambda world: [world.subscriptions.pay(invoice, fails=fails, elsewhere=elsewhere)]


def _checkout(given: Input) -> Act:
    """An order, ``session_metadata``, ``reference``, ``payment_link``, ``lasts`` (86400 seconds), ``title``,
    ``success_url``.
    """
    order, metadata = order_of(given), given.pairs("session_metadata")
    reference, link = given.text("reference"), given.text("payment_link")
    lasts = given.number("lasts", DAY, least=1_800, most=DAY)
    page = Page(metadata, reference, link, lasts, given.text("title"), given.text("success_url"))
    return lambda world: [world.checkout.open(order, page)]


def _complete(given: Input) -> Act:
    """``session``, ``method`` (that of its order)."""
    session, chosen = given.needed_text("session"), given.choice("method", _Way, _Way.ORDERED)
    method = {_Way.ORDERED: None, _Way.CARD: Method(), _Way.DEBIT: Method("sepa_debit", "3000", "DE")}[chosen]
    return lambda world: [world.checkout.complete(session, method)]


def _payment_link(given: Input) -> Act:
    """An order, ``link_metadata``, ``title`` (Hotel Lanterna), ``limit`` (none), ``redirect_url``."""
    order, metadata, title = order_of(given), given.pairs("link_metadata"), given.text("title") or "Hotel Lanterna"
    limit, redirect = given.whole("limit", 1), given.text("redirect_url")
    return lambda world: [world.links.create(order, title, metadata=metadata, limit=limit, redirect_url=redirect)]


def _switch(given: Input) -> Act:
    """``link``, ``active`` (false)."""
    link, active = given.needed_text("link"), bool(given.flag("active"))
    return lambda world: [world.links.switch(link, active=active)]


def _checkout_settle(given: Input) -> Act:
    """``session``, ``fails`` (false)."""
    session, fails = given.needed_text("session"), bool(given.flag("fails"))
    return lambda world: [world.checkout.settle(session, fails=fails)]


def _with_customer(world: World, order: Order) -> Order:
    if order.customer is not None:
        return order
    return replace(order, customer=world.customer(order.payer.name, order.payer.email).id)


BILLING_OPERATIONS: Final[Mapping[str, Operation]] = {
    "subscribe": _subscribe,
    "subscription-renew": _renew,
    "subscription-describe": _describe,
    "subscription-cancel": _cancel,
    "invoice": _invoice,
    "invoice-finalize": on("invoice", lambda world, invoice: world.invoices.finalize(invoice)),
    "invoice-pay": _pay,
    "invoice-void": on("invoice", lambda world, invoice: world.invoices.void(invoice)),
    "checkout": _checkout,
    "checkout-complete": _complete,
    "checkout-fail": on("session", lambda world, session: world.checkout.fail(session)),
    "checkout-settle": _checkout_settle,
    "checkout-expire": on("session", lambda world, session: world.checkout.expire(session)),
    "payment-link": _payment_link,
    "payment-link-switch": _switch,
    "payment-link-visit": on("link", lambda world, link: world.links.visit(link)),
    "payment-link-pay": on("link", lambda world, link: world.links.pay(link)),
    "invoice-give-up": on("invoice", lambda world, invoice: world.invoices.give_up(invoice)),
}
"""By the name they have at the control address."""
