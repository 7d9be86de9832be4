"""The sample property as plain values. Amounts in minor units, instants in UTC seconds, days as local dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Where a stay stands at the sample's "now"."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    IN_HOUSE = "in_house"
    DEPARTED = "departed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    """What a charge line is for."""

    ACCOMMODATION = "accommodation"
    EXTRA = "extra"
    CITY_TAX = "city_tax"
    DISCOUNT = "discount"
    CANCELLATION_FEE = "cancellation_fee"


class NamedBy(StrEnum):
    """How a card payment says which booking it is for: metadata ``booking_id`` (its uid), metadata
    ``booking_reference``, the reference within the description, or not at all."""

    BOOKING_ID = "booking_id"
    BOOKING_REFERENCE = "booking_reference"
    DESCRIPTION = "description"
    NOTHING = "nothing"


class Outcome(StrEnum):
    """What became of a card payment. ``LEGACY`` succeeded without a PaymentIntent; ``CAPTURED`` came later than
    the authorisation, ``PARTLY_CAPTURED`` took less than was authorised, ``RELEASED`` nothing of it."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    FAILED_THEN_SUCCEEDED = "failed_then_succeeded"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    CAPTURED = "captured"
    PARTLY_CAPTURED = "partly_captured"
    CANCELED = "canceled"
    RELEASED = "released"
    INCOMPLETE = "incomplete"
    LEGACY = "legacy"
    DISPUTED = "disputed"


MONEY_MOVED = frozenset(
    {
        Outcome.SUCCEEDED,
        Outcome.FAILED_THEN_SUCCEEDED,
        Outcome.CAPTURED,
        Outcome.PARTLY_CAPTURED,
        Outcome.LEGACY,
        Outcome.DISPUTED,
    }
)


@dataclass(frozen=True, slots=True)
class Room:
    """A room; ``rate`` is the price of a night, ``sleeps`` how many persons fit."""

    name: str
    kind: str
    sleeps: int
    rate: int


@dataclass(frozen=True, slots=True)
class Guest:
    """Who booked. ``country`` is ISO 3166's two letters."""

    name: str
    email: str
    phone: str
    country: str


@dataclass(frozen=True, slots=True)
class Line:
    """One charge on a folio; discounts are negative. ``tax_rate_ppm``: 100000 is 10 %, included in the amount.

    ``service_from`` and ``service_to`` (the day of departure) are set for accommodation only.
    """

    kind: LineKind
    text: str
    amount: int
    tax_rate_ppm: int
    occurred_at: int
    service_from: date | None = None
    service_to: date | None = None


@dataclass(frozen=True, slots=True)
class ManualPayment:
    """Money taken at the desk. ``method``: cash, cheque, transfer or card_terminal."""

    uid: str
    method: str
    amount: int
    occurred_at: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class CardRefund:
    """Money that goes back through Stripe. ``status``: succeeded, pending or failed."""

    amount: int
    status: str
    at: int


@dataclass(frozen=True, slots=True)
class CardPayment:
    """A payment through Stripe, by card or ``sepa_debit``. ``amount`` is what was asked for, ``captured_amount`` what
    was taken in the end (0 while nothing moved); ``currency`` is mostly, not always, the property's.

    ``at`` is when it was asked for, ``moved_at`` when the money moved, None if it did not.
    """

    amount: int
    currency: str
    at: int
    outcome: Outcome
    named_by: NamedBy
    description: str | None
    cardholder: str
    email: str
    country: str
    brand: str
    last4: str
    method: str = "card"
    known_customer: bool = False
    captured_amount: int = 0
    moved_at: int | None = None
    refunds: tuple[CardRefund, ...] = ()


@dataclass(frozen=True, slots=True)
class Booking:
    """A stay with its folio. ``uid`` is a UUID that repeats with the seed; ``created_at`` is when it was booked."""

    uid: str
    reference: str
    guest: Guest
    room: str
    arrival: date
    departure: date
    adults: int
    children: int
    channel: str
    status: Status
    created_at: int
    lines: tuple[Line, ...] = ()
    manual_payments: tuple[ManualPayment, ...] = ()
    card_payments: tuple[CardPayment, ...] = ()

    @property
    def nights(self) -> int:
        """Nights between arrival and departure."""
        return (self.departure - self.arrival).days

    @property
    def charged(self) -> int:
        """The sum of the charge lines."""
        return sum(line.amount for line in self.lines)

    def paid(self, currency: str) -> int:
        """What has been paid in a currency and not given back; what is on its way counts as nothing yet."""
        manual = sum(one.amount for one in self.manual_payments) if currency == "eur" else 0
        cards = [one for one in self.card_payments if one.currency == currency]
        taken = sum(one.captured_amount for one in cards)
        return manual + taken - sum(back.amount for one in cards for back in one.refunds if back.status == "succeeded")

    @property
    def balance(self) -> int:
        """What the guest still owes in euros; negative: the guest's own money."""
        return self.charged - self.paid("eur")


@dataclass(frozen=True, slots=True)
class Sample:
    """The whole property as of ``now``. ``zone`` is an IANA name."""

    seed: int
    now: int
    zone: str
    name: str
    city: str
    currency: str
    rooms: tuple[Room, ...]
    bookings: tuple[Booking, ...]
