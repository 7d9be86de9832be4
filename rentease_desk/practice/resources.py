"""The kinds of object that Stripe's addresses show: where they are, and what their lists can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rentease_desk.practice.collection import Filters, Stored, Window
from rentease_desk.practice.narrowing import Narrow, by_event_type, by_seconds, by_subscription_status
from rentease_desk.practice.records import Event, Record
from rentease_desk.practice.store import Store


class Listed(Protocol):
    """All objects of one kind."""

    def get(self, id_: str, /) -> Stored | None:
        """The object, or None."""

    def page(
        self, window: Window, filters: Filters, keep: Callable[[Any], bool] | None, /
    ) -> tuple[Sequence[Record | Event], bool]:
        """The objects of a window, newest first, and whether there are more."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object. ``filters`` maps a list's parameters to attributes of the records; ``narrow`` reads more;
    ``dated``: its list takes ``created``.
    """

    kind: str
    find: Callable[[Store, str], Record | Event]
    collection: Callable[[Store], Listed]
    filters: Mapping[str, str]
    retrieve_params: tuple[str, ...] = ()
    narrow: Narrow | None = None
    dated: bool = True


RESOURCES: Final[Mapping[str, Resource]] = {
    "payment_intents": Resource(
        "payment_intent", Store.intent, lambda store: store.intents, {"customer": "customer"}, ("client_secret",)
    ),
    "charges": Resource(
        "charge", Store.charge, lambda store: store.charges, {"customer": "customer", "payment_intent": "intent"}
    ),
    "refunds": Resource(
        "refund", Store.refund, lambda store: store.refunds, {"charge": "charge", "payment_intent": "intent"}
    ),
    "customers": Resource("customer", Store.customer, lambda store: store.customers, {"email": "email"}),
    "disputes": Resource(
        "dispute", Store.dispute, lambda store: store.disputes, {"charge": "charge", "payment_intent": "intent"}
    ),
    "payouts": Resource(
        "payout", Store.payout, lambda store: store.payouts, {"status": "status"}, narrow=by_seconds("arrival_date")
    ),
    "subscriptions": Resource(
        "subscription",
        Store.subscription,
        lambda store: store.subscriptions,
        {"customer": "customer"},
        narrow=by_subscription_status,
    ),
    "invoices": Resource(
        "invoice",
        Store.invoice,
        lambda store: store.invoices,
        {"customer": "customer", "status": "status", "subscription": "subscription"},
    ),
    "invoice_payments": Resource(
        "invoice_payment",
        Store.invoice_payment,
        lambda store: store.invoice_payments,
        {"invoice": "invoice", "status": "status", "payment[payment_intent]": "intent", "payment[type]": "kind"},
    ),
    "checkout/sessions": Resource(
        "checkout.session",
        Store.session,
        lambda store: store.sessions,
        {"customer": "customer", "payment_intent": "intent", "payment_link": "payment_link", "status": "status"},
    ),
    "payment_links": Resource(
        "payment_link", Store.link, lambda store: store.links, {"active": "activity"}, dated=False
    ),
    "events": Resource("event", Store.event, lambda store: store.events, {}, narrow=by_event_type),
    "balance_transactions": Resource(
        "balance_transaction",
        Store.transaction,
        lambda store: store.transactions,
        {"source": "source", "type": "type", "currency": "currency", "payout": "paid_out_by"},
    ),
}
"""By the words in their addresses."""
