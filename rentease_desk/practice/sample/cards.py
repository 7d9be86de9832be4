"""A part of the bill as a card payment through Stripe, and how it says which booking it is for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from rentease_desk.practice.sample.model import Booking, CardPayment, Guest, NamedBy, Outcome
from rentease_desk.practice.sample.settlement import Piece

_CARDS: Final = (
    ("visa", "4242"),
    ("visa", "1881"),
    ("visa", "0341"),
    ("mastercard", "4444"),
    ("mastercard", "8210"),
    ("mastercard", "5100"),
    ("amex", "8431"),
)
_NAMINGS: Final = (
    *(NamedBy.BOOKING_ID,) * 9,
    *(NamedBy.BOOKING_REFERENCE,) * 5,
    *(NamedBy.DESCRIPTION,) * 4,
    *(NamedBy.NOTHING,) * 2,
)
_WITH_REFERENCE: Final = ("Hotel Lanterna {}", "Booking {}, thank you", "Deposit for {}", "{} / balance", "Rif. {}")
_WITHOUT: Final = (None, "Hotel Lanterna, Trieste", "Room payment", "Hotel stay")
_COMPANIES: Final = ("Globex Travel GmbH", "Initech Viaggi S.r.l.", "Umbrella Reisen AG")


def card_payment(piece: Piece, booking: Booking, people: Sequence[Guest], rng: Random) -> CardPayment:
    """A payment that simply succeeds."""
    named_by = rng.choice(_NAMINGS)
    brand, last4 = rng.choice(_CARDS)
    return CardPayment(
        amount=piece.amount,
        currency="eur",
        at=piece.at,
        outcome=Outcome.SUCCEEDED,
        named_by=named_by,
        description=_description(named_by, booking, rng),
        cardholder=_cardholder(booking.guest, people, rng),
        email=booking.guest.email,
        country=booking.guest.country,
        brand=brand,
        last4=last4,
        known_customer=rng.random() < 0.25,
        captured_amount=piece.amount,
        moved_at=piece.at,
    )


def _description(named_by: NamedBy, booking: Booking, rng: Random) -> str | None:
    if named_by is NamedBy.DESCRIPTION:
        return rng.choice(_WITH_REFERENCE).format(booking.reference)
    return rng.choice(_WITHOUT)


def _cardholder(guest: Guest, people: Sequence[Guest], rng: Random) -> str:
    """Mostly the guest, in capitals at times; now and then somebody else, or a company."""
    chance = rng.random()
    if chance < 0.08:
        return rng.choice(people).name
    if chance < 0.14:
        return rng.choice(_COMPANIES)
    return guest.name.upper() if chance < 0.3 else guest.name
