"""Where money went: a payment, refund or dispute, the bookings that have it, and the payout it left with."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from rentease_desk.domain.takings import Move


class Behind(Struct, frozen=True, gc=False):
    """The payment behind what moved. ``charge_id`` None: it is none of Stripe's."""

    pk: int
    uid: str
    business_date: date | None
    reference: str
    description: str | None
    brand: str | None
    last4: str | None
    stripe_payment_id: str | None
    charge_id: str | None
    booking_pk: int | None


class Stay(Struct, frozen=True, gc=False):
    """The booking that has a part of it."""

    pk: int
    uid: str
    reference: str
    guest: str
    arrival: date
    departure: date
    channel: str
    status: str


class Settled(Struct, frozen=True, gc=False):
    """A movement of Stripe's balance, minor units of the settlement currency; ``fee`` is what Stripe kept. Times are
    UTC seconds. ``payout_id`` None: it is in none that Stripe tells the lines of.
    """

    id: str
    type: str
    source_id: str | None
    created: int
    available_on: int
    amount: int
    fee: int
    net: int
    currency: str
    payout_id: str | None


class Trail(Struct, frozen=True, gc=False):
    """What moved, on its day. ``parts``: by booking (None: it has none) what of the amount it has.

    ``move`` None: Stripe took or gave something that belongs to no payment that counts here, as a fee of the account.
    ``stripe_account``: Stripe's id of the account; None of manual money, and of moves where there is but one.
    """

    day: date
    at: int
    move: Move | None
    behind: Behind | None
    parts: tuple[tuple[Stay | None, int], ...]
    settled: tuple[Settled, ...]
    stripe_account: str | None = None
