"""What goes wrong at Stripe, as syncs would have written it, without a Stripe."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_card

from msgspec.structs import replace
from sqlalchemy import update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.lists import BookingQuery, BookingView
from rentease_desk.domain.stripe_billing import StripeInvoice, StripeInvoicePayment
from rentease_desk.domain.stripe_objects import Identity, Page, StripeDispute, StripeRefund
from rentease_desk.services.bundle import Services
from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_store import store_billing
from rentease_desk.storage.settings import read_property, write_property
from rentease_desk.storage.stripe_money import store_disputes
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.storage.stripe_store import store_payments
from rentease_desk.storage.stripe_tables import sync_cursors
from rentease_desk.storage.sync_state import EVENTS
from tests.tools.gui import DAY, NOON
from tests.tools.gui_stripe import Card

ACCOUNT = Identity("acct_window", livemode=False)


@dataclass
class Trouble:
    """Writes what Stripe shows of an account, each picture newer than the one before. In a worker."""

    desk: Desk
    identity: Identity = ACCOUNT
    now: int = NOON
    seen: int = 0

    def bind(self) -> None:
        """The desk knows its account."""
        with self.desk.writing() as unit:
            settings = read_property(unit.connection)
            assert settings is not None
            write_property(unit, replace(settings, identity=self.identity))

    def pay(self, card: Card, *, charge: str = "", code: str | None = None) -> None:
        """A card payment stands like this; ``charge`` names another attempt, ``code`` why the bank declined."""
        intent, attempt = card.intent, card.charge
        if charge:
            intent, attempt = replace(intent, latest_charge_id=charge), replace(attempt, id=charge)
        if code:
            intent, attempt = replace(intent, error_code=code), replace(attempt, failure_code=code)
        with self.desk.writing() as unit:
            store_payments(unit, self.identity, self.desk.property().days, [Page(self._now(), (intent,), (attempt,))])

    def refund(self, card: Card, minor: int, status: str = "failed", reason: str | None = "lost_or_stolen_card") -> str:
        """A refund stands like this; returns its id."""
        shown = StripeRefund(
            id=f"re_{card.name}_{minor}", charge_id=f"ch_{card.name}", payment_intent_id=f"pi_{card.name}",
            created=self.now - 3_600, amount=minor, currency=card.currency, status=status,
            reason="requested_by_customer", failure_reason=reason,
        )  # fmt: skip
        with self.desk.writing() as unit:
            _, homeless = store_refunds(unit, self.identity, self.desk.property().days, self._now(), [shown])
        assert not homeless
        return shown.id

    def dispute(
        self, card: Card, status: str = "needs_response", *, due_in: int | None = 7 * DAY, reason: str = "fraudulent"
    ) -> str:
        """A dispute stands like this; returns its id. ``due_in`` seconds until the answer is due."""
        shown = StripeDispute(
            id=f"du_{card.name}", charge_id=f"ch_{card.name}", payment_intent_id=None, created=self.now - DAY,
            amount=card.minor, currency=card.currency, status=status, reason=reason,
            due_by=None if due_in is None else self.now + due_in,
        )  # fmt: skip
        with self.desk.writing() as unit:
            store_disputes(unit, self.identity, self._now(), [shown])
        return shown.id

    def invoice(self, card: Card, attempts: int = 1, status: str = "open", next_in: int | None = 3 * DAY) -> str:
        """An invoice that a card was to pay; returns its id."""
        shown = StripeInvoice(
            id=f"in_{card.name}", created=self.now - 2 * DAY, number="LN-0007", subscription_id=None, customer_id=None,
            customer_name="Ada Longstay", customer_email="ada@longstay.example", status=status, amount_due=card.minor,
            amount_paid=0, amount_remaining=card.minor, amount_paid_off_stripe=0, currency=card.currency,
            period_start=None, period_end=None, attempt_count=attempts,
            next_payment_attempt=None if next_in is None else self.now + next_in, last_error=None, paid_at=None,
            metadata={}, subscription_metadata={},
        )  # fmt: skip
        paid = StripeInvoicePayment(
            id=f"inpay_{card.name}", created=self.now - 2 * DAY, invoice_id=shown.id, payment_id=f"pi_{card.name}",
            status="open", amount_requested=card.minor, amount_paid=None, currency=card.currency, paid_at=None,
        )  # fmt: skip
        page = Page(self._now(), invoices=(shown,), invoice_payments=(paid,))
        with self.desk.writing() as unit:
            store_billing(unit, self.identity, self.desk.property().days, page)
        return shown.id

    def _now(self) -> int:
        self.seen += 1_000_000
        return self.now * 1_000_000 + self.seen


def pictured(services: Services) -> int:
    """Enough of everything for pictures, on bookings that are there; returns the key of one with disputes."""
    desk, identity = services.desk, services.settings.get().identity
    assert identity is not None
    found = services.bookings.page(services.bookings.keys(BookingQuery(today=desk.property().days.calendar_date(
        desk.clock.now()), view=BookingView.CURRENT, descending=False))[:9])  # fmt: skip
    trouble, past = Trouble(desk, identity, desk.clock.now()), (desk.clock.now() - NOON) // DAY
    cards = [
        Card(f"pictured{at}", 9_900 + 4_310 * at, one.reference, days_ago=at + 2 - past, payer="Disputed Guest",
             disputed=at < 4)
        for at, one in enumerate(found)
    ]  # fmt: skip
    for card in cards[:6]:
        trouble.pay(card)
    ways = (("needs_response", 6, "fraudulent"), ("warning_needs_response", 2, "product_unacceptable"),
            ("needs_response", -1, "duplicate"), ("under_review", 9, "credit_not_processed"))  # fmt: skip
    for card, (status, days, reason) in zip(cards, ways, strict=False):
        trouble.dispute(card, status, due_in=days * DAY, reason=reason)
    trouble.refund(cards[4], 5_000)
    for card, code, words in (
        (cards[6], "insufficient_funds", "Your card has insufficient funds."),
        (cards[7], "authentication_required", "Your card was declined. This transaction requires authentication."),
    ):
        trouble.pay(replace_card(card, status="requires_payment_method", message=words), code=code)
    stay = replace_card(cards[8], status="requires_payment_method", message="Your card has expired.")
    trouble.pay(stay, code="expired_card")
    trouble.invoice(stay, attempts=2)
    service = services.follow_ups
    service.write_note(service.find(f"pi_{cards[6].name}"), "Called, no answer; e-mail sent. Tries again at check-out.")
    return found[0].pk


def open_gap(services: Services, days: int = 30) -> None:
    """The events were not read for so long, and everybody hears. In a worker."""
    with services.desk.writing() as unit:
        where = sync_cursors.c.kind == EVENTS
        unit.connection.execute(update(sync_cursors).where(where).values(position=unit.now - days * DAY))
        unit.changes |= Changes(syncs=True)
