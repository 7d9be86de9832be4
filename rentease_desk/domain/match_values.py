"""What is known of a payment and of a booking when the two are compared, and what is found."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.booking import BookingStatus

_NONE: frozenset[str] = frozenset()


class Evidence(StrEnum):
    """The kinds of evidence, in the order in which they are told where they weigh the same."""

    AMOUNT = "amount"
    NAME = "name"
    EMAIL = "email"
    DATES = "dates"
    KNOWN = "known"
    REFERENCE = "reference"


class ReasonCode(StrEnum):
    """One thing that speaks for a booking or against it; ``match_words`` has the words."""

    REFERENCE = "reference"
    NO_REFERENCE = "no_reference"
    SAME_EMAIL = "same_email"
    SAME_MAILBOX = "same_mailbox"
    OTHER_EMAIL = "other_email"
    SAME_CUSTOMER = "same_customer"
    SAME_CARD = "same_card"
    TELEPHONE = "telephone"
    SAME_NAME = "same_name"
    NAME_ALIKE = "name_alike"
    NAME_IN_COMMON = "name_in_common"
    NAME_IN_TEXT = "name_in_text"
    OTHER_NAME = "other_name"
    BALANCE = "balance"
    TOTAL = "total"
    DEPOSIT = "deposit"
    ONE_NIGHT = "one_night"
    NEAR_BALANCE = "near_balance"
    MORE = "more"
    LESS = "less"
    NOTHING_OWED = "nothing_owed"
    ARRIVES = "arrives"
    STAYS = "stays"
    LEAVES = "leaves"
    BOOKED = "booked"
    TO_COME = "to_come"
    AWAY = "away"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Reason(Struct, frozen=True):
    """Why, with its weight: positive points speak for a booking, the others against it or for nothing.

    ``amount`` in minor units of the payment's currency, ``days`` from the payment to the stay (negative: the stay is
    past), ``percent`` a share of the total.
    """

    code: ReasonCode
    kind: Evidence
    points: int
    amount: int | None = None
    days: int | None = None
    percent: int | None = None


class PaymentFacts(Struct, frozen=True):
    """A payment that waits. ``amount`` is what is left of it, minor units.

    ``at`` is when it was made, UTC seconds, and ``day`` that day on the property's calendar.

    ``names`` and ``emails`` are those of whoever paid: cardholder, billing details, Stripe's customer.
    """

    amount: int
    currency: str
    at: int
    day: date
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    description: str = ""
    customer_id: str | None = None
    card: str | None = None


class BookingFacts(Struct, frozen=True):
    """A booking that it may be for. ``charged`` and ``balance`` in minor units.

    ``cards`` and ``customers`` have paid for this booking, or for another stay of the same guest.
    """

    pk: int
    uid: str
    reference: str
    guest: str
    arrival: date
    departure: date
    booked_on: date
    currency: str
    status: BookingStatus
    charged: int
    balance: int
    email: str = ""
    phone: str = ""
    cards: frozenset[str] = _NONE
    customers: frozenset[str] = _NONE

    @property
    def nights(self) -> int:
        """Nights of the stay."""
        return (self.departure - self.arrival).days
