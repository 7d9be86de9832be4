"""A whole practice account: its state and everything that can happen to it.

Given the same seed, clock and operations, every id and every amount is the same again.
"""

from __future__ import annotations

from rentease_desk.practice.checkout import Checkout
from rentease_desk.practice.clock import WorldClock
from rentease_desk.practice.disputes import Disputes
from rentease_desk.practice.invoices import Invoices
from rentease_desk.practice.ledger import Ledger
from rentease_desk.practice.orders import Metadata, Order
from rentease_desk.practice.payment_links import PaymentLinks
from rentease_desk.practice.payments import Payments
from rentease_desk.practice.payouts import Payouts
from rentease_desk.practice.records import Customer, Intent
from rentease_desk.practice.refunds import Refunds
from rentease_desk.practice.store import Profile, Store
from rentease_desk.practice.subscriptions import Subscriptions


class World:
    """One Stripe account, in test mode unless ``livemode``. Not for use by two threads at once."""

    def __init__(self, seed: int, clock: WorldClock, *, livemode: bool = False, profile: Profile | None = None) -> None:
        self.seed = seed
        self.clock = clock
        self.store = Store(seed, clock, profile or Profile(), livemode=livemode)
        self.ledger = Ledger(self.store)
        self.refunds = Refunds(self.store, self.ledger)
        self.disputes = Disputes(self.store, self.ledger)
        self.payouts = Payouts(self.store, self.ledger)
        self.payments = Payments(self.store, self.ledger)
        self.checkout = Checkout(self.store, self.payments)
        self.links = PaymentLinks(self.store, self.checkout)
        self.invoices = Invoices(self.store, self.payments)
        self.subscriptions = Subscriptions(self.store, self.invoices)

    @property
    def account(self) -> str:
        """The account's id, ``acct_…``."""
        return self.store.ids.account

    @property
    def livemode(self) -> bool:
        """Whether it says that its money is real (for tests; it never is)."""
        return self.store.livemode

    def customer(
        self,
        name: str | None = None,
        email: str | None = None,
        *,
        phone: str | None = None,
        metadata: Metadata = (),
        at: int | None = None,
    ) -> Customer:
        """A new customer."""
        store = self.store
        id_, seq = store.ids.customer(), store.next_seq()
        return store.customers.add(Customer(id_, seq, store.moment(at), name, email, phone, metadata))

    def pay(self, order: Order, *, at: int | None = None) -> Intent:
        """Ask and be paid in the same second."""
        return self.payments.succeed(self.payments.create(order, at=at).id, at=at)
