"""Objects of payments as pages of the domain's values: what Stripe showed together stays together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from msgspec.structs import replace

from rentease_desk.domain.stripe_objects import Page, StripeCharge, StripeIntent, StripeTransaction, Unreadable
from rentease_desk.stripe_gateway.mapping import (
    charge_from,
    customer_from,
    dispute_from,
    intent_from,
    refund_from,
    transaction_from,
)
from rentease_desk.stripe_gateway.reader import Json, id_of
from rentease_desk.stripe_gateway.replies import each, page_of
from rentease_desk.stripe_gateway.transport import Reply


def payments_of(reply: Reply, objects: list[Json], livemode: bool) -> Page:
    """Intents and their charges. One whose charge cannot be read is not read either: its date would be wrong."""
    pairs, unreadable = each("payment_intent", objects, lambda one: _pair(one, reply.observed_at, livemode))
    return page_of(
        reply,
        intents=tuple(intent for intent, _ in pairs),
        charges=tuple(charge for _, charge in pairs if charge is not None),
        unreadable=tuple(unreadable),
    )


def charges_of(reply: Reply, objects: list[Json], livemode: bool) -> Page:
    """Charges. One that cannot be read is told as the payment it belongs to, which is the same payment again."""
    charges, unreadable = each("charge", objects, lambda one: charge_from(one, livemode, reply.observed_at))
    intents = {id_of(one): one.get("payment_intent") for one in objects}
    told = tuple(_of_payment(one, intents.get(one.id)) for one in unreadable)
    return page_of(reply, charges=tuple(charges), unreadable=told)


def refunds_of(reply: Reply, objects: list[Json]) -> Page:
    """Refunds, whichever payment they belong to."""
    refunds, unreadable = each("refund", objects, refund_from)
    return page_of(reply, refunds=tuple(refunds), unreadable=tuple(unreadable))


def disputes_of(reply: Reply, objects: list[Json], livemode: bool) -> Page:
    """Disputes, with their charges and the money they moved where those came along."""
    disputes, unreadable = each("dispute", objects, lambda one: dispute_from(one, livemode))
    shown = [one["charge"] for one in objects if isinstance(one.get("charge"), dict)]
    charges, unread = each("charge", shown, lambda one: charge_from(one, livemode, reply.observed_at))
    page = page_of(reply, disputes=tuple(disputes), charges=tuple(charges), unreadable=(*unreadable, *unread))
    moved = [part for one in objects for part in one.get("balance_transactions") or ()]
    return replace(page, transactions=_transactions(moved))


def customers_of(reply: Reply, objects: list[Json], livemode: bool) -> Page:
    """Customers that are there."""
    customers, unreadable = each("customer", objects, lambda one: customer_from(one, livemode))
    return page_of(reply, customers=tuple(customers), unreadable=tuple(unreadable))


def transactions_of(reply: Reply, objects: list[Json]) -> Page:
    """Balance transactions."""
    moved, unreadable = each("balance_transaction", objects, transaction_from)
    return page_of(reply, transactions=tuple(moved), unreadable=tuple(unreadable))


def with_transactions(page: Page, shown: object) -> Page:
    """The page, with the balance transactions that came expanded in an object."""
    parts = ("balance_transaction", "failure_balance_transaction")
    return replace(page, transactions=_transactions(shown.get(name) for name in parts) if _is_json(shown) else ())


def _pair(data: Json, observed_at: int, livemode: bool) -> tuple[StripeIntent, StripeCharge | None]:
    intent = intent_from(data, livemode)
    charge = data.get("latest_charge")
    return intent, charge_from(charge, livemode, observed_at) if isinstance(charge, dict) else None


def _transactions(parts: Iterable[object]) -> tuple[StripeTransaction, ...]:
    """Those that can be understood; the others are told where they are listed."""
    return tuple(each("balance_transaction", [one for one in parts if _is_json(one)], transaction_from)[0])


def _is_json(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _of_payment(charge: Unreadable, intent: object) -> Unreadable:
    if not isinstance(intent, str):
        return charge
    return Unreadable("payment_intent", id_of({"id": intent}), f"its charge {charge.id}: {charge.reason}")
