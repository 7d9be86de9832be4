"""``expand[]``: ids replaced by the objects they name. docs.stripe.com/api/expanding_objects"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rentease_desk.practice import billing_objects, checkout_object, objects, payment_link_object
from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Subscription
from rentease_desk.practice.errors import ApiError, JsonObject
from rentease_desk.practice.keys import PERMISSIONS
from rentease_desk.practice.records import (
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    Event,
    Intent,
    PaymentLink,
    Payout,
    Record,
    Refund,
)
from rentease_desk.practice.store import Store

Tree = dict[str, "Tree"]

_MAX_DEPTH: Final = 4
# By kind of object: what can be expanded, and the kinds that may stand there. ``invoice.parent`` is a part of one.
_EXPANDABLE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "payment_intent": {"customer": ("customer",), "latest_charge": ("charge",)},
    "charge": {
        "balance_transaction": ("balance_transaction",),
        "customer": ("customer",),
        "failure_balance_transaction": ("balance_transaction",),
        "payment_intent": ("payment_intent",),
        "refunds": ("refund",),
    },
    "refund": {
        "balance_transaction": ("balance_transaction",),
        "charge": ("charge",),
        "failure_balance_transaction": ("balance_transaction",),
        "payment_intent": ("payment_intent",),
    },
    "balance_transaction": {"source": ("charge", "refund", "dispute", "payout")},
    "customer": {},
    "dispute": {"charge": ("charge",), "payment_intent": ("payment_intent",)},
    "payout": {
        "balance_transaction": ("balance_transaction",),
        "failure_balance_transaction": ("balance_transaction",),
    },
    "subscription": {"customer": ("customer",), "latest_invoice": ("invoice",)},
    "invoice": {
        "customer": ("customer",),
        "parent": ("invoice.parent",),
        "payments": ("invoice_payment.list",),
    },
    "invoice.parent": {"subscription_details": ("invoice.parent.details",)},
    "invoice.parent.details": {"subscription": ("subscription",)},
    "invoice_payment": {"invoice": ("invoice",), "payment": ("invoice_payment.payment",)},
    "invoice_payment.list": {"data": ("invoice_payment",)},
    "invoice_payment.payment": {"payment_intent": ("payment_intent",)},
    "checkout.session": {
        "customer": ("customer",),
        "payment_intent": ("payment_intent",),
        "payment_link": ("payment_link",),
    },
    "payment_link": {},
    "event": {},
    "account": {},
}


@dataclass(frozen=True, slots=True)
class Expansion:
    """What to expand, and every kind of object that this will show (a key must be allowed to read them all)."""

    tree: Tree
    kinds: frozenset[str]


def parse(paths: Iterable[str], kind: str, *, listed: bool) -> Expansion:
    """Paths below objects of ``kind``; in lists they begin with ``data.``. Raises ApiError for an impossible one."""
    tree: Tree = {}
    kinds = {kind}
    for path in paths:
        names = path.split(".")
        if listed:
            names = _below_data(path, names, kind)
        if len(names) > _MAX_DEPTH:
            raise ApiError(f"You cannot expand more than {_MAX_DEPTH} levels of a property ({path}).")
        kinds |= _grow(tree, path, names, (kind,))
    return Expansion(tree, frozenset(kinds))


def _below_data(path: str, names: list[str], kind: str) -> list[str]:
    if names[0] == "data" and len(names) > 1:
        return names[1:]
    hint = f" You may want to try expanding 'data.{path}' instead." if names[0] in _EXPANDABLE[kind] else ""
    raise ApiError(f"This property cannot be expanded ({path}).{hint}")


def _grow(tree: Tree, path: str, names: list[str], kinds: tuple[str, ...]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        kinds = tuple(found for kind in kinds for found in _EXPANDABLE[kind].get(name, ()))
        if not kinds:
            raise ApiError(f"This property cannot be expanded ({path}).")
        tree = tree.setdefault(name, {})
        seen |= {kind.removesuffix(".list") for kind in kinds} & PERMISSIONS.keys()
    return seen


class Renderer:
    """Shows records of an account as Stripe's objects."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._finders: Mapping[str, Callable[[str], Record | None]] = {
            "pi": store.intents.get,
            "ch": store.charges.get,
            "py": store.charges.get,
            "re": store.refunds.get,
            "pyr": store.refunds.get,
            "cus": store.customers.get,
            "txn": store.transactions.get,
            "dp": store.disputes.get,
            "po": store.payouts.get,
            "sub": store.subscriptions.get,
            "in": store.invoices.get,
            "cs": store.sessions.get,
            "plink": store.links.get,
            "inpay": store.invoice_payments.get,
        }

    def render_event(self, event: Event) -> JsonObject:
        """An event, with its object as it was; of an update, what was different before."""
        shown = self._plain(event.after)
        before = self._plain(event.before) if event.before is not None and event.type.endswith(".updated") else None
        return objects.event(event, shown, before, livemode=self._store.livemode)

    def render(self, record: Record, tree: Tree) -> JsonObject:
        """The object, with what the tree names expanded in place."""
        shown = self._plain(record)
        for name, deeper in tree.items():
            if name == "refunds" and isinstance(record, Charge):
                shown[name] = self._refunds(record, deeper)
            elif name == "payments" and isinstance(record, Invoice):
                shown[name] = self._payments(record, deeper.get("data", {}))
            elif name in shown:
                shown[name] = self._expanded(shown[name], deeper)
        return shown

    def _expanded(self, reference: object, tree: Tree) -> object:
        if isinstance(reference, dict):
            return reference | {name: self._expanded(reference[name], deeper) for name, deeper in tree.items()}
        record = self._find(reference) if isinstance(reference, str) else None
        return reference if record is None else self.render(record, tree)

    def _refunds(self, charge: Charge, tree: Tree) -> JsonObject:
        newest_first = reversed(self._store.refunds.where(charge=charge.id))
        data = [self.render(refund, tree) for refund in newest_first]
        return {"object": "list", "data": data, "has_more": False, "url": f"/v1/charges/{charge.id}/refunds"}

    def _payments(self, invoice: Invoice, tree: Tree) -> JsonObject:
        newest_first = reversed(self._store.invoice_payments.where(invoice=invoice.id))
        data = [self.render(payment, tree) for payment in newest_first]
        return {"object": "list", "data": data, "has_more": False, "url": "/v1/invoice_payments"}

    def _find(self, id_: str) -> Record | None:
        find = self._finders.get(id_.partition("_")[0])
        return find(id_) if find else None

    def _plain(self, record: Record) -> JsonObject:
        livemode = self._store.livemode
        match record:
            case Subscription() | Invoice() | InvoicePayment():
                return billing_objects.shown(record, livemode=livemode)
            case CheckoutSession() | PaymentLink():
                return self._plain_page(record)
            case Dispute() | Payout() | BalanceTransaction():
                return self._plain_money(record)
            case Intent():
                return objects.payment_intent(record, livemode=livemode)
            case Charge():
                return objects.charge(record, livemode=livemode)
            case Refund():
                return objects.refund(record)
            case Customer():
                return objects.customer(record, livemode=livemode)

    def _plain_page(self, record: CheckoutSession | PaymentLink) -> JsonObject:
        """What guests pay on."""
        pages, livemode = self._store.pages, self._store.livemode
        if isinstance(record, CheckoutSession):
            return checkout_object.checkout_session(record, pages, livemode=livemode)
        return payment_link_object.payment_link(record, pages, livemode=livemode)

    def _plain_money(self, record: Dispute | Payout | BalanceTransaction) -> JsonObject:
        """What stands between the payments and the bank."""
        livemode = self._store.livemode
        match record:
            case Dispute():
                lines = (self._find(id_) for id_ in (record.balance_transaction, record.reinstatement) if id_)
                return objects.dispute(record, [self._plain(line) for line in lines if line], livemode=livemode)
            case Payout():
                return objects.payout(record, livemode=livemode)
            case BalanceTransaction():
                return objects.balance_transaction(record, now=self._store.clock.now())
