"""Whole bookings with their charges and payments, all or none: for moving in, and for the sample property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingDraft, ChargeKind, checked
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.services.bookings import add_booking
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import take_payment
from rentease_desk.storage.charges import ChargeRow, add_charge
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.rooms import room_named
from rentease_desk.storage.settings import read_property


class ChargeEntry(Struct, frozen=True):
    """A charge line to bring in. ``amount`` in minor units of the booking, ``occurred_at`` in UTC seconds."""

    kind: ChargeKind
    text: str
    amount: int
    occurred_at: int
    tax_rate_ppm: int = 0
    service_from: date | None = None
    service_to: date | None = None


class PaymentEntry(Struct, frozen=True):
    """A manual payment to bring in. ``amount`` in minor units of the booking's currency."""

    uid: str
    method: str
    amount: int
    occurred_at: int
    reference: str = ""


class BookingEntry(Struct, frozen=True):
    """A booking to bring in, with an identity of its own and everything that stands on its folio."""

    uid: str
    draft: BookingDraft
    charges: tuple[ChargeEntry, ...] = ()
    payments: tuple[PaymentEntry, ...] = ()


class ImportService:
    """Brings bookings in: all of them, or none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def load(self, entries: Iterable[BookingEntry], kinds: Mapping[str, str] | None = None) -> Changes:
        """Write the entries, and the rooms of ``kinds`` (name: what it is, as Double) that are new.

        Raises InputError or ConflictError for the first that cannot be taken.
        """
        with self._desk.doing(Permission.IMPORT) as unit:
            settings = read_property(unit.connection) or Property()
            open_days(unit, settings.days)
            for name, kind in (kinds or {}).items():
                room_named(unit, name, kind)
            for entry in entries:
                _load(unit, entry, settings)
        return unit.changes


def _load(unit: Unit, entry: BookingEntry, settings: Property) -> None:
    draft = checked(replace(entry.draft, currency=entry.draft.currency or settings.currency))
    pk = add_booking(unit, draft, settings, entry.uid)
    for charge in entry.charges:
        day = open_days(unit, settings.days).day(charge.occurred_at)
        row = ChargeRow(
            booking_pk=pk,
            kind=charge.kind,
            amount=charge.amount,
            currency=draft.currency,
            business_date=day,
            text=charge.text,
            tax_rate_ppm=charge.tax_rate_ppm,
            service_from=charge.service_from,
            service_to=charge.service_to,
            occurred_at=charge.occurred_at,
        )
        add_charge(unit, entry.uid, row)
    for payment in entry.payments:
        money = Money(payment.amount, draft.currency)
        taken = PaymentDraft(
            payment.uid, pk, payment.method, money, reference=payment.reference, occurred_at=payment.occurred_at
        )
        take_payment(unit, taken, settings, entry.uid)
