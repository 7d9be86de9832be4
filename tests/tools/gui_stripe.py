"""Card payments as a sync would have written them, without a Stripe."""

from __future__ import annotations

from dataclasses import dataclass

from rentease_desk.domain.stripe_objects import Identity, Page, StripeCharge, StripeIntent, StripeRefund
from rentease_desk.services.bundle import Services
from rentease_desk.storage.stripe_refunds import store_refunds
from rentease_desk.storage.stripe_store import store_payments
from tests.tools.gui import DAY, NOON

_ACCOUNT = Identity("acct_window", livemode=False)
_CHARGED = {"succeeded": "succeeded", "processing": "pending", "requires_payment_method": "failed"}


@dataclass(frozen=True, slots=True)
class Card:
    """A card payment. ``reference`` names its booking; "" is none. ``status`` is the intent's, as Stripe words it."""

    name: str
    minor: int
    reference: str = ""
    status: str = "succeeded"
    currency: str = "eur"
    days_ago: int = 1
    brand: str = "mastercard"
    last4: str = "4444"
    payer: str = "Jürgen Müller"
    message: str | None = None
    disputed: bool = False

    @property
    def at(self) -> int:
        """When it happened, UTC seconds."""
        return NOON - self.days_ago * DAY

    @property
    def intent(self) -> StripeIntent:
        """What Stripe says of the payment."""
        done = self.status == "succeeded"
        metadata = {"booking_reference": self.reference} if self.reference else {}
        return StripeIntent(
            id=f"pi_{self.name}", created=self.at, amount=self.minor, amount_received=self.minor if done else 0,
            amount_capturable=0, currency=self.currency, status=self.status, capture_method="automatic",
            latest_charge_id=f"ch_{self.name}", customer_id=None, payer_email=None, description=None,
            error_code="card_declined" if self.message else None, error_message=self.message, metadata=metadata,
        )  # fmt: skip

    @property
    def charge(self) -> StripeCharge:
        """What Stripe says of the attempt."""
        done = self.status == "succeeded"
        return StripeCharge(
            id=f"ch_{self.name}", payment_intent_id=f"pi_{self.name}", created=self.at, amount=self.minor,
            amount_captured=self.minor if done else 0, captured=done, released=False, manual_capture=False,
            currency=self.currency, status=_CHARGED[self.status], disputed=self.disputed, method_type="card",
            brand=self.brand, last4=self.last4, failure_code="card_declined" if self.message else None,
            failure_message=self.message, payer_name=self.payer, payer_email=None, description=None, customer_id=None,
            balance_transaction_id=None, captured_at=None, metadata={},
        )  # fmt: skip


def charge(services: Services, *cards: Card) -> None:
    """Stripe has shown these. In a worker."""
    days = services.settings.get().days
    with services.desk.writing() as unit:
        intents, charges = (one.intent for one in cards), (one.charge for one in cards)
        store_payments(unit, _ACCOUNT, days, [Page(NOON * 1_000_000, tuple(intents), tuple(charges))])


def refund(services: Services, card: Card, minor: int, status: str = "succeeded") -> None:
    """Stripe has shown that money of a card payment goes back. In a worker."""
    days = services.settings.get().days
    shown = StripeRefund(
        id=f"re_{card.name}_{minor}", charge_id=f"ch_{card.name}", payment_intent_id=f"pi_{card.name}", created=NOON,
        amount=minor, currency=card.currency, status=status, reason="requested_by_customer", failure_reason=None,
    )  # fmt: skip
    with services.desk.writing() as unit:
        _, homeless = store_refunds(unit, _ACCOUNT, days, NOON * 1_000_000, [shown])
    assert not homeless
