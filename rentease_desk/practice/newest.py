"""What happens to the newest object to which it can happen: a learner need not know any ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rentease_desk.practice.billing_records import InvoicePayment
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.inputs import ControlError, Input
from rentease_desk.practice.operations import perform
from rentease_desk.practice.orders import Order
from rentease_desk.practice.records import BalanceTransaction, Customer, Dispute, Payout, Record, Refund
from rentease_desk.practice.store import Store
from rentease_desk.practice.world import World


@dataclass(frozen=True, slots=True)
class Target:
    """What an operation happens to: the field that names it, and all objects that it could be."""

    field: str
    all: Callable[[Store], Sequence[Record]]


_INTENT: Final = Target("intent", lambda store: store.intents.where())
_CHARGE: Final = Target("charge", lambda store: store.charges.where())
_REFUND: Final = Target("refund", lambda store: store.refunds.where())
_DISPUTE: Final = Target("dispute", lambda store: store.disputes.where())
_PAYOUT: Final = Target("payout", lambda store: store.payouts.where())
_SUBSCRIPTION: Final = Target("subscription", lambda store: store.subscriptions.where())
_INVOICE: Final = Target("invoice", lambda store: store.invoices.where())
_LINK: Final = Target("link", lambda store: store.links.where())
_SESSION: Final = Target("session", lambda store: store.sessions.where())

TARGETS: Final[Mapping[str, Target]] = {
    "describe": _INTENT,
    "require-action": _INTENT,
    "succeed": _INTENT,
    "fail": _INTENT,
    "process": _INTENT,
    "settle": _INTENT,
    "fail-debit": _INTENT,
    "authorize": _INTENT,
    "capture": _INTENT,
    "cancel": _INTENT,
    "refund": _CHARGE,
    "update-refund": _REFUND,
    "dispute": _CHARGE,
    "dispute-respond": _DISPUTE,
    "dispute-escalate": _DISPUTE,
    "dispute-close": _DISPUTE,
    "payout-fail": _PAYOUT,
    "subscription-renew": _SUBSCRIPTION,
    "subscription-describe": _SUBSCRIPTION,
    "subscription-cancel": _SUBSCRIPTION,
    "invoice-finalize": _INVOICE,
    "invoice-pay": _INVOICE,
    "invoice-void": _INVOICE,
    "invoice-give-up": _INVOICE,
    "checkout-complete": _SESSION,
    "checkout-fail": _SESSION,
    "checkout-settle": _SESSION,
    "checkout-expire": _SESSION,
    "payment-link-switch": _LINK,
    "payment-link-visit": _LINK,
    "payment-link-pay": _LINK,
}
"""By the operation's name at the control address."""


def happen_to_newest(world: World, name: str, given: Mapping[str, object]) -> Record:
    """Let an operation happen to the newest object that Stripe lets it happen to. Returns the object that came or
    changed. Raises ControlError where there is none."""
    target = TARGETS.get(name)
    if target is None:
        raise ControlError(f"“{name}” does not happen to something; there are {', '.join(TARGETS)}.", 404)
    for record in reversed(target.all(world.store)):
        try:
            return perform(world, name, Input({**given, target.field: record.id}))[-1]
        except ApiError:
            continue  # Stripe refuses it for this one; an older one may do
    raise ControlError("There is nothing in the account just now to which this could happen.")


def amount_of(record: Record) -> int:
    """Minor units; 0 where nothing has an amount."""
    if isinstance(record, Refund | Payout | Dispute | BalanceTransaction):
        return record.amount
    if isinstance(record, InvoicePayment):
        return record.amount_requested
    return 0 if isinstance(record, Customer) else record.order.amount


def order_behind(store: Store, record: Record) -> Order | None:
    """What somebody was asked to pay; None for what belongs to nobody."""
    if isinstance(record, Payout | BalanceTransaction | Customer):
        return None
    if isinstance(record, InvoicePayment):
        return store.invoice(record.invoice).order
    if isinstance(record, Dispute | Refund):
        return store.charge(record.charge).order
    return record.order
