"""What somebody is asked to pay, who pays, and with what: the parts that records of payments share.

Amounts are minor units of a lower-case ISO 4217 currency as Stripe sends it.
"""

from __future__ import annotations

from dataclasses import dataclass

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Payer:
    """Billing details as typed at checkout; the cardholder need not be the guest."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """What was paid with. ``type`` is ``card`` or ``sepa_debit``; the fields that do not apply are empty or 0."""

    type: str = "card"
    last4: str = "4242"
    country: str = "IT"
    brand: str = "visa"
    funding: str = "credit"
    exp_month: int = 8
    exp_year: int = 2030
    fingerprint: str = "Kq2vT0pXcR7uYb1L"

    @property
    def is_card(self) -> bool:
        """Cards settle at once; a bank debit stays pending for days, and its objects have ids of their own kind."""
        return self.type == "card"


@dataclass(frozen=True, slots=True)
class Decline:
    """Why an attempt failed, in the words of the bank."""

    code: str = "card_declined"
    message: str = "Your card was declined."
    decline_code: str | None = "generic_decline"


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody is asked to pay, and with what they will. ``manual``: authorise now, capture later."""

    amount: int
    currency: str = "eur"
    description: str | None = None
    metadata: Metadata = ()
    customer: str | None = None
    payer: Payer = Payer()
    method: Method = Method()
    manual: bool = False
