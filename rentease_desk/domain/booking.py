"""Bookings, guests and folios."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.language import language_tag
from rentease_desk.domain.money import Money, digits
from rentease_desk.domain.text import clean_text, name_key, storable

MAX_NIGHTS = 730
MAX_PERSONS = 99


class BookingStatus(StrEnum):
    """Where a stay stands. ``TENTATIVE`` holds a room without a promise."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    IN_HOUSE = "in_house"
    DEPARTED = "departed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class ChargeKind(StrEnum):
    """What a charge line is for."""

    ACCOMMODATION = "accommodation"
    EXTRA = "extra"
    CITY_TAX = "city_tax"
    DISCOUNT = "discount"
    CANCELLATION_FEE = "cancellation_fee"
    ADJUSTMENT = "adjustment"


def reference_key(reference: str) -> str:
    """What makes two references the same: case and spaces around do not matter, everything else does."""
    return storable(reference).strip().casefold()


def room_key(name: str) -> str:
    """What makes two names of a room (or bed) the same: case, accents and spacing do not matter."""
    return name_key(name)


class Guest(Struct, frozen=True):
    """Whoever booked. ``email`` and ``phone`` may be empty; ``language`` (BCP 47) "" is the property's."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = ""


class BookingDraft(Struct, frozen=True):
    """What the form or the command line says of a booking. ``reference`` "" lets the desk number it.

    ``room`` is a room's (or bed's) name or "" for none yet; ``total`` is the price of the stay, None to leave it.
    """

    guest: Guest
    arrival: date
    departure: date
    reference: str = ""
    room: str = ""
    adults: int = 1
    children: int = 0
    channel: str = ""
    note: str = ""
    currency: str = ""
    total: Money | None = None
    status: BookingStatus = BookingStatus.CONFIRMED


class Totals(Struct, frozen=True):
    """A booking's sums in its own currency, minor units. ``pending`` is on its way and counts as nothing yet."""

    charged: int = 0
    paid: int = 0
    refunded: int = 0
    pending: int = 0

    @property
    def balance(self) -> int:
        """What the guest still owes; negative is the guest's own money (money rule 4)."""
        return self.charged - self.paid + self.refunded


class Booking(Struct, frozen=True):
    """One booking as stored, with its sums. ``pk`` is the row's key, ``uid`` its identity everywhere else."""

    pk: int
    uid: str
    reference: str
    guest: Guest
    rooms: tuple[str, ...]
    arrival: date
    departure: date
    adults: int
    children: int
    channel: str
    note: str
    currency: str
    status: BookingStatus
    version: int
    created_at: int
    totals: Totals

    @property
    def nights(self) -> int:
        """Nights between arrival and departure."""
        return (self.departure - self.arrival).days

    @property
    def charged(self) -> Money:
        """The sum of its charges, those that were taken back left out."""
        return Money(self.totals.charged, self.currency)

    @property
    def balance(self) -> Money:
        """What is still owed."""
        return Money(self.totals.balance, self.currency)


class Latest(Struct, frozen=True):
    """A booking as it stands, who wrote that, and when (UTC seconds, by their computer's clock)."""

    booking: Booking
    operator: Operator
    at: int


def checked(draft: BookingDraft) -> BookingDraft:
    """The draft with clean texts. Raises InputError naming the field that cannot be taken."""
    name = clean_text(draft.guest.name, "guest", 200)
    if not name:
        raise InputError("booking.guest_empty", field="guest")
    _check_stay(draft)
    digits(draft.currency)
    if draft.total is not None and draft.total.minor < 0:
        raise InputError("booking.total_negative", field="total")
    language = language_tag(draft.guest.language) if draft.guest.language.strip() else ""
    email, phone = clean_text(draft.guest.email, "email", 200), clean_text(draft.guest.phone, "phone", 60)
    return BookingDraft(
        guest=Guest(name, email, phone, language),
        arrival=draft.arrival,
        departure=draft.departure,
        reference=clean_text(draft.reference, "reference", 60),
        room=clean_text(draft.room, "room", 40),
        adults=draft.adults,
        children=draft.children,
        channel=clean_text(draft.channel, "channel", 60),
        note=clean_text(draft.note, "note"),
        currency=draft.currency.lower(),
        total=draft.total,
        status=draft.status,
    )


def check_nights(arrival: date, departure: date) -> None:
    """Raises InputError ``booking.dates`` or ``booking.too_long``."""
    nights = (departure - arrival).days
    if nights < 1:
        raise InputError("booking.dates", field="departure", arrival=arrival, departure=departure)
    if nights > MAX_NIGHTS:
        raise InputError("booking.too_long", field="departure", nights=nights, limit=MAX_NIGHTS)


def _check_stay(draft: BookingDraft) -> None:
    check_nights(draft.arrival, draft.departure)
    if draft.adults < 0 or draft.children < 0 or not 1 <= draft.adults + draft.children <= MAX_PERSONS:
        raise InputError("booking.persons", field="adults", limit=MAX_PERSONS)
