"""The state of one practice account: its objects, its ids and its clock. Only operations change it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from rentease_desk.practice.agenda import Agenda
from rentease_desk.practice.billing_records import Invoice, InvoicePayment, Subscription
from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.collection import Collection, R
from rentease_desk.practice.errors import missing
from rentease_desk.practice.events import Events
from rentease_desk.practice.ids import Ids
from rentease_desk.practice.objects import API_VERSION
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
    Refund,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose account it is."""

    name: str = "Hotel Lanterna"
    email: str = "desk@hotel-lanterna.example"
    country: str = "IT"
    currency: str = "eur"
    zone: str = "Europe/Rome"


class Store:
    """Collections in creation order. ``partial_capture_counts_as_refunded``: sources disagree whether a charge's
    ``amount_refunded`` shows what was authorised but not captured; both ways can be tried."""

    def __init__(self, seed: int, clock: WorldClock, profile: Profile, *, livemode: bool) -> None:
        self.clock = clock
        self.profile = profile
        self.livemode = livemode
        self.ids = Ids(seed)
        self.agenda = Agenda()
        self.opened = clock.now()
        self.partial_capture_counts_as_refunded = True
        self.events = Events(seed, clock, API_VERSION)
        note = self.events.note
        self.intents: Collection[Intent] = Collection("customer", note=note)
        self.charges: Collection[Charge] = Collection("customer", "intent", note=note)
        self.refunds: Collection[Refund] = Collection("charge", "intent", note=note)
        self.customers: Collection[Customer] = Collection("email", note=note)
        self.disputes: Collection[Dispute] = Collection("charge", "intent", note=note)
        self.transactions: Collection[BalanceTransaction] = Collection(
            "source", "type", "currency", "paid_out_by", "unpaid"
        )
        self.payouts: Collection[Payout] = Collection("status", note=note)
        self.subscriptions: Collection[Subscription] = Collection(
            "customer", "status", "uncanceled", "ended", note=note
        )
        self.invoices: Collection[Invoice] = Collection("customer", "status", "subscription", note=note)
        self.invoice_payments: Collection[InvoicePayment] = Collection("invoice", "intent", "kind", "status", note=note)
        self.sessions: Collection[CheckoutSession] = Collection(
            "customer", "intent", "payment_link", "status", note=note
        )
        self.links: Collection[PaymentLink] = Collection("activity", note=note)
        self.pages = "https://checkout.stripe.com/c/pay/"
        """Where guests find the pages to pay on: what stands before an id."""
        self._numbers = count(1)

    def catch_up(self) -> None:
        """Let happen what is due by the account's clock, each thing with its own time."""
        for at, act in self.agenda.due(self.clock.now()):
            with self.events.dated(at):
                act(at)

    def next_seq(self) -> int:
        """The number of the next object."""
        return next(self._numbers)

    def moment(self, at: int | None) -> int:
        """``at``, or now."""
        return self.clock.now() if at is None else at

    def intent(self, id_: str, param: str = "intent") -> Intent:
        """Raises ApiError ``resource_missing``."""
        return _found(self.intents, id_, "payment_intent", param)

    def charge(self, id_: str, param: str = "id") -> Charge:
        """Raises ApiError ``resource_missing``."""
        return _found(self.charges, id_, "charge", param)

    def refund(self, id_: str, param: str = "id") -> Refund:
        """Raises ApiError ``resource_missing``."""
        return _found(self.refunds, id_, "refund", param)

    def customer(self, id_: str, param: str = "id") -> Customer:
        """Raises ApiError ``resource_missing``."""
        return _found(self.customers, id_, "customer", param)

    def dispute(self, id_: str, param: str = "id") -> Dispute:
        """Raises ApiError ``resource_missing``."""
        return _found(self.disputes, id_, "dispute", param)

    def payout(self, id_: str, param: str = "payout") -> Payout:
        """Raises ApiError ``resource_missing``."""
        return _found(self.payouts, id_, "payout", param)

    def subscription(self, id_: str, param: str = "id") -> Subscription:
        """Raises ApiError ``resource_missing``."""
        return _found(self.subscriptions, id_, "subscription", param)

    def invoice(self, id_: str, param: str = "invoice") -> Invoice:
        """Raises ApiError ``resource_missing``."""
        return _found(self.invoices, id_, "invoice", param)

    def invoice_payment(self, id_: str, param: str = "invoice_payment") -> InvoicePayment:
        """Raises ApiError ``resource_missing``."""
        return _found(self.invoice_payments, id_, "invoice_payment", param)

    def session(self, id_: str, param: str = "session") -> CheckoutSession:
        """Raises ApiError ``resource_missing``."""
        return _found(self.sessions, id_, "checkout.session", param)

    def link(self, id_: str, param: str = "payment_link") -> PaymentLink:
        """Raises ApiError ``resource_missing``."""
        return _found(self.links, id_, "payment link", param)

    def event(self, id_: str, param: str = "id") -> Event:
        """Raises ApiError ``resource_missing``, also where it is too old or not shown yet."""
        event = self.events.get(id_)
        if event is None:
            raise missing("notification", id_, param=param)
        return event

    def transaction(self, id_: str, param: str = "id") -> BalanceTransaction:
        """Raises ApiError ``resource_missing``."""
        return _found(self.transactions, id_, "balance transaction", param)


def _found(collection: Collection[R], id_: str, noun: str, param: str) -> R:
    record = collection.get(id_)
    if record is None:
        raise missing(noun, id_, param=param)
    return record
