"""What a learner can make happen: a guest pays, a payment fails, money goes back, a bank disputes.

Each action depends on the account, the sample and its input alone, so that replaying the input repeats it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rentease_desk.practice.inputs import ControlError, Input
from rentease_desk.practice.newest import amount_of, happen_to_newest, order_behind
from rentease_desk.practice.orders import Decline, Metadata, Method, Order, Payer
from rentease_desk.practice.paying import How, begin
from rentease_desk.practice.populate import naming
from rentease_desk.practice.records import Charge, CheckoutSession, Intent, PaymentLink
from rentease_desk.practice.sample import Booking, NamedBy, Sample, Status
from rentease_desk.practice.world import World

_DECLINE = Decline("card_declined", "Your card has insufficient funds.", "insufficient_funds")
_ASKED = "request_uid"
"""In the metadata of what a desk asked for."""
_MAY_OWE = frozenset({Status.CONFIRMED, Status.IN_HOUSE, Status.DEPARTED})


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, ready for a window. ``amount`` in minor units; ``id`` is the object that came or changed,
    ``payment`` the PaymentIntent or charge it belongs to; ``reference`` is what the payment says, None if nothing."""

    action: str
    guest: str | None
    amount: int
    currency: str
    reference: str | None
    id: str
    payment: str
    status: str


class Learner:
    """Actions on one account; guests and bookings come from the sample, or from what the action says."""

    def __init__(self, world: World, sample: Sample | None) -> None:
        self._world = world
        bookings = sample.bookings if sample else ()
        self._bookings = {booking.reference: booking for booking in bookings}
        self._owing = [booking for booking in bookings if booking.status in _MAY_OWE and booking.balance > 0]
        self._references = {booking.uid: booking.reference for booking in bookings}
        self._done = 0

    @property
    def actions(self) -> Mapping[str, Callable[[Input], Happening]]:
        """By the name they have at the control address."""
        return {
            "guest-pays": self.guest_pays,
            "payment-fails": self.payment_fails,
            "refund": self.refund,
            "dispute": self.dispute,
            "payout": self.payout,
            "burst": self.burst,
            "pay-link": self.pay_link,
            "newest": self.newest,
        }

    def guest_pays(self, given: Input) -> Happening:
        """``how`` (card), ``reference``, ``guest``, ``amount``, ``currency``, ``named_by``: all optional."""
        how = given.choice("how", How, How.CARD)
        record = begin(self._world, self._order(given), how)
        if isinstance(record, Intent):
            return self._of_intent("guest-pays", record)
        return self._happening("guest-pays", record.order, record.order.amount, record.id, record.id, record.status)

    def burst(self, given: Input) -> Happening:
        """``count`` (20) guests pay in one second, without naming a booking. Returns the last payment."""
        count = given.number("count", 20, least=1, most=1_000)
        given.refuse_rest()
        orders = [Order(1_000 + number, payer=Payer(f"Guest {number}")) for number in range(1, count + 1)]
        return self._of_intent("burst", [self._world.pay(order) for order in orders][-1])

    def newest(self, given: Input) -> Happening:
        """``operation`` happens to the newest object to which it can, with what is ``given`` besides."""
        name, more = given.needed_text("operation"), given.values_of("given")
        given.refuse_rest()
        record = happen_to_newest(self._world, name, more)
        order, amount = order_behind(self._world.store, record), amount_of(record)
        if order is None:
            return Happening(name, None, amount, self._world.store.profile.currency, None, record.id, record.id, "")
        return self._happening(name, order, amount, record.id, record.id, getattr(record, "status", ""))

    def pay_link(self, given: Input) -> Happening:
        """A guest pays by the newest link that a desk made and that can be paid by."""
        given.refuse_rest()
        world, store = self._world, self._world.store
        open_: list[CheckoutSession | PaymentLink] = [*store.links.where(activity="true")]
        open_ += [one for one in store.sessions.where(status="open") if _ASKED in dict(one.metadata)]
        if not open_:
            raise ControlError("There is no payment link just now that a guest could pay by.")
        newest = max(open_, key=lambda one: one.seq)
        is_link = isinstance(newest, PaymentLink)
        paid = world.links.pay(newest.id) if is_link else world.checkout.complete(newest.id)
        return self._happening("pay-link", paid.order, paid.order.amount, paid.id, paid.intent or paid.id, paid.status)

    def payment_fails(self, given: Input) -> Happening:
        """As ``guest_pays``, but the bank declines."""
        intent = self._world.payments.create(self._order(given))
        return self._of_intent("payment-fails", self._world.payments.fail(intent.id, _DECLINE))

    def refund(self, given: Input) -> Happening:
        """``charge`` (the newest that can be refunded), ``amount`` (all that is left), ``pending`` (false)."""
        charge_id, amount, pending = given.text("charge"), given.whole("amount", 1), given.flag("pending")
        given.refuse_rest()
        charge = self._charge(charge_id)
        status = "pending" if pending else "succeeded"
        refund = self._world.refunds.create(charge.id, amount, status=status)
        return self._of_charge("refund", charge, refund.amount, refund.id, refund.status)

    def dispute(self, given: Input) -> Happening:
        """``charge`` (the newest that can be disputed)."""
        charge_id = given.text("charge")
        given.refuse_rest()
        charge = self._charge(charge_id)
        dispute = self._world.disputes.open(charge.id)
        return self._of_charge("dispute", charge, dispute.amount, charge.id, "disputed")

    def payout(self, given: Input) -> Happening:
        """What is available goes to the bank."""
        given.refuse_rest()
        payout = self._world.payouts.create()
        return Happening("payout", None, payout.amount, payout.currency, None, payout.id, payout.id, payout.status)

    def _order(self, given: Input) -> Order:
        reference, guest = given.text("reference"), given.text("guest")
        amount, currency = given.whole("amount", 1, 99_999_999), given.text("currency") or "eur"
        named_by = given.choice("named_by", NamedBy, NamedBy.BOOKING_REFERENCE)
        given.refuse_rest()
        if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
            raise ControlError("“currency” must be three letters.")
        booking = self._booking(reference)
        asked = amount if amount is not None else max(booking.balance, 1_000) if booking else 10_000
        name = guest or (booking.guest.name if booking else "A guest")
        words, metadata = _naming(named_by, reference or (booking.reference if booking else None), booking)
        email = booking.guest.email if booking else None
        return Order(asked, currency.lower(), words, metadata, None, Payer(name, email), Method())

    def _booking(self, reference: str | None) -> Booking | None:
        """The sample's booking; without a reference, the next one of those who owe money."""
        if reference is not None:
            return self._bookings.get(reference)
        if not self._owing:
            return None
        booking = self._owing[self._done % len(self._owing)]
        self._done += 1
        return booking

    def _charge(self, charge_id: str | None) -> Charge:
        charges = self._world.store.charges
        if charge_id is not None:
            return self._world.store.charge(charge_id)
        for charge in reversed(charges.where()):
            if charge.refundable and not charge.disputed:
                return charge
        raise ControlError("There is no payment that could be given back.")

    def _of_intent(self, action: str, intent: Intent) -> Happening:
        return self._happening(action, intent.order, intent.order.amount, intent.id, intent.id, intent.status)

    def _of_charge(self, action: str, charge: Charge, amount: int, id_: str, status: str) -> Happening:
        return self._happening(action, charge.order, amount, id_, charge.intent or charge.id, status)

    def _happening(self, action: str, order: Order, amount: int, id_: str, payment: str, status: str) -> Happening:
        reference = self._reference(order)
        return Happening(action, order.payer.name, amount, order.currency, reference, id_, payment, status)

    def _reference(self, order: Order) -> str | None:
        """The booking that the payment's own words name."""
        metadata = dict(order.metadata)
        named = metadata.get("booking_reference") or self._references.get(metadata.get("booking_id", ""))
        words = (word.strip(",.") for word in (order.description or "").split())
        return named or next((word for word in words if word in self._bookings), None)


def _naming(named_by: NamedBy, reference: str | None, booking: Booking | None) -> tuple[str, Metadata]:
    """Description and metadata. A booking that is not the sample's is known by its reference only."""
    if reference is None or named_by is NamedBy.NOTHING:
        return "Hotel Lanterna", ()
    if named_by is NamedBy.DESCRIPTION:
        return f"Hotel Lanterna {reference}", ()
    if booking is not None:
        return "Hotel Lanterna", naming(named_by, booking)
    return "Hotel Lanterna", (("booking_reference", reference),)
