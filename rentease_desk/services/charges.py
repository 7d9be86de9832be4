"""Charge lines from the desk: added and taken back, each once."""

from __future__ import annotations

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft, checked
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import charges as store
from rentease_desk.storage.bookings import booking_uid, load_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.payments import lock_folio
from rentease_desk.storage.settings import read_property


class ChargeService:
    """What is entered on a folio besides money. Nothing that stands there is ever changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, draft: ChargeDraft) -> Saved[Charge]:
        """Add a line. The same draft again, by its ``uid``, adds nothing and returns what was added.

        Raises InputError naming a field, or NotFoundError.
        """
        with self._desk.doing(Permission.CHARGE) as unit:
            settings = read_property(unit.connection) or Property()
            open_days(unit, settings.days)
            booking = load_booking(unit.connection, draft.booking_pk)
            if booking is None:
                raise NotFoundError("booking.not_found", reference=draft.booking_pk)
            draft = checked(draft, booking, settings)
            lock_folio(unit.connection, booking.pk)
            found = store.find_charge(unit.connection, draft.uid)
            if found is None:
                _insert(unit, booking, draft, settings)
            elif not _is_same(found, draft):
                raise InputError("folio.uid_reused", field="unit")
            line = _loaded(unit, draft.uid).charge
        return Saved(line, unit.changes)

    def reverse(self, draft: ReverseDraft) -> Saved[Charge]:
        """Take a line back by a new one; returns the new one. Doing it twice, by its ``uid``, does it once.

        Raises InputError ``folio.reason_missing``, NotFoundError, KnownError ``folio.is_reversal``, ConflictError
        ``folio.reversed``.
        """
        reason = clean_text(draft.reason, "reason", 200)
        if not reason:
            raise InputError("folio.reason_missing", field="reason")
        with self._desk.doing(Permission.CHARGE) as unit:
            settings = read_property(unit.connection) or Property()
            open_days(unit, settings.days)
            wrong = store.find_charge_by_key(unit.connection, draft.charge_pk)
            if wrong is None:
                raise NotFoundError("folio.not_found")
            lock_folio(unit.connection, wrong.booking_pk)
            found = store.find_charge(unit.connection, draft.uid)
            if found is None:
                _take_back(unit, draft.uid, draft.charge_pk, reason, settings)
            elif found.charge.corrects_pk != draft.charge_pk:
                raise InputError("folio.uid_reused", field="reason")
            line = _loaded(unit, draft.uid).charge
        return Saved(line, unit.changes)

    def find(self, uid: str) -> store.Entered:
        """The line with this identity, and its currency. Raises NotFoundError ``folio.not_found``."""
        with self._desk.db.reading() as connection:
            found = store.find_charge(connection, uid.strip())
        if found is None:
            raise NotFoundError("folio.not_found")
        return found

    def of_booking(self, booking_pk: int) -> list[Charge]:
        """A booking's lines, oldest first."""
        with self._desk.db.reading() as connection:
            return store.charges_of(connection, booking_pk)


def _insert(unit: Unit, booking: Booking, draft: ChargeDraft, settings: Property) -> None:
    row = store.ChargeRow(
        booking_pk=booking.pk,
        kind=draft.kind,
        amount=draft.amount.minor,
        currency=booking.currency,
        business_date=open_days(unit, settings.days).day(unit.now),
        text=draft.text,
        tax_rate_ppm=draft.tax_rate_ppm or 0,
        service_from=draft.service_from,
        service_to=draft.service_to,
        reason=draft.reason,
        uid=draft.uid,
        quantity=draft.quantity,
        unit_amount=draft.unit.minor,
    )
    store.add_charge(unit, booking.uid, row)
    unit.changes |= Changes(bookings=frozenset({booking.pk}))


def _take_back(unit: Unit, uid: str, pk: int, reason: str, settings: Property) -> None:
    """Read under the lock: somebody may have taken the line back a moment ago."""
    wrong = store.find_charge_by_key(unit.connection, pk)
    assert wrong is not None
    if wrong.charge.corrects_pk is not None:
        raise KnownError("folio.is_reversal")
    if wrong.charge.corrected_on is not None:
        raise ConflictError("folio.reversed")
    store.add_charge(
        unit,
        booking_uid(unit.connection, wrong.booking_pk),
        store.reversal(wrong, uid, reason, open_days(unit, settings.days).day(unit.now)),
    )
    unit.changes |= Changes(bookings=frozenset({wrong.booking_pk}))


def _loaded(unit: Unit, uid: str) -> store.Entered:
    found = store.find_charge(unit.connection, uid)
    assert found is not None
    return found


def _is_same(found: store.Entered, draft: ChargeDraft) -> bool:
    line = found.charge
    return (found.booking_pk, found.currency, line.kind, line.amount, line.text, line.corrects_pk) == (
        draft.booking_pk,
        draft.unit.currency,
        draft.kind,
        draft.amount.minor,
        draft.text,
        None,
    )
