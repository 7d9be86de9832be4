"""Bookings: made, edited, found, and their folios."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, Latest, checked
from rentease_desk.domain.disputes import newest_first
from rentease_desk.domain.errors import InputError, NotFoundError
from rentease_desk.domain.folio import Folio, build_folio
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.payment import Source
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import fold, words
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.prices import price_of, set_price
from rentease_desk.storage import bookings as store
from rentease_desk.storage.booking_list import booking_keys, near_keys
from rentease_desk.storage.charges import charges_of
from rentease_desk.storage.database import Unit
from rentease_desk.storage.disputes import disputes_of
from rentease_desk.storage.links import links_of
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.parts import refund_shares, transfers_of
from rentease_desk.storage.payments import payments_of, refunds_of
from rentease_desk.storage.receipts import labels_of
from rentease_desk.storage.rooms import room_names
from rentease_desk.storage.settings import next_reference, read_property
from rentease_desk.storage.stripe_claims import settle_claims

_NEAR = 20
"""How many bookings that arrived lately, and that arrive next, are looked at for the likely ones."""
_LIKELY = 7
_HERE = (BookingStatus.TENTATIVE, BookingStatus.CONFIRMED, BookingStatus.IN_HOUSE)

_ENDED = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


class BookingService:
    """Everything about bookings but their payments."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, draft: BookingDraft) -> Saved[Booking]:
        """Make a booking; without a reference it gets the next number.

        Raises InputError naming a field, or ConflictError ``room.taken``.
        """
        with self._desk.doing(Permission.EDIT_BOOKING) as unit:
            settings = read_property(unit.connection) or Property()
            open_days(unit, settings.days)
            draft = checked(_in_currency(draft, settings))
            pk = add_booking(unit, draft, settings, self._desk.ids.uid())
            booking = _loaded(unit, pk)
        return Saved(booking, unit.changes)

    def edit(self, pk: int, version: int, draft: BookingDraft) -> Saved[Booking]:
        """Save an edited booking that was opened at ``version``.

        Raises InputError naming a field, ConflictError ``booking.changed`` or ``room.taken``.
        """
        with self._desk.doing(Permission.EDIT_BOOKING) as unit:
            settings = read_property(unit.connection) or Property()
            open_days(unit, settings.days)
            edit_booking(unit, pk, version, draft, settings)
            booking = _loaded(unit, pk)
        return Saved(booking, unit.changes)

    def get(self, pk: int) -> Booking:
        """The booking with this key. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = store.load_booking(connection, pk)
        if found is None:
            raise NotFoundError("booking.not_found", reference=pk)
        return found

    def latest(self, pk: int) -> Latest:
        """The booking as it stands now, and who saved it so. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = store.load_booking(connection, pk)
            if found is None:
                raise NotFoundError("booking.not_found", reference=pk)
            return Latest(found, *store.last_change(connection, found.uid))

    def find(self, reference: str) -> Booking:
        """The booking with this reference, in any case. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = store.find_booking(connection, reference)
        if found is None:
            raise NotFoundError("booking.not_found", reference=reference)
        return found

    def keys(self, query: BookingQuery, limit: int | None = None) -> array[int]:
        """The keys of the bookings asked for, in order; the first ``limit`` where that is quicker."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            return booking_keys(connection, query, settings.currency, limit)

    def near(self, text: str, today: date) -> tuple[Booking, ...]:
        """The few bookings that a text means most likely: the one with this reference, who is here, who comes next."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            named = store.find_booking(connection, text)
            keys = near_keys(connection, text, today, settings.currency, _NEAR) if words(text) else ()
            found = store.load_bookings(connection, keys)
        likely = sorted(found, key=lambda one: _distance(one, words(text), today))
        first = () if named is None else (named,)
        return (*first, *(one for one in likely if named is None or one.pk != named.pk))[:_LIKELY]

    def page(self, pks: Sequence[int]) -> list[Booking]:
        """Bookings by key, in the order of the keys."""
        with self._desk.db.reading() as connection:
            return store.load_bookings(connection, pks)

    def folio(self, pk: int) -> Folio:
        """The booking's ledger. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            booking = store.load_booking(connection, pk)
            if booking is None:
                raise NotFoundError("booking.not_found", reference=pk)
            settings = read_property(connection) or Property()
            paid = payments_of(connection, pk)
            moved, shares = transfers_of(connection, pk), refund_shares(connection, pk)
            lines = charges_of(connection, pk), paid, refunds_of(connection, pk, list(shares))
            known = [*paid, *(one.payment for one in moved if not one.whole)]
            links = links_of(connection, pk)
            receipts = labels_of(connection, [one.pk for one in known])
            disputes = disputes_of(connection, {one.pk for one in known if one.source is Source.STRIPE})
        folio = build_folio(booking, *lines, settings.days, moved, shares)
        return replace(folio, disputes=newest_first(disputes), links=tuple(links), receipts=receipts)

    def rooms(self) -> tuple[str, ...]:
        """The names of the property's rooms."""
        with self._desk.db.reading() as connection:
            return room_names(connection)


def add_booking(unit: Unit, draft: BookingDraft, settings: Property, uid: str) -> int:
    """Write a checked draft inside a transaction; returns its key. For services that make several things at once."""
    if not draft.reference:
        draft = replace(draft, reference=_free_reference(unit, settings.reference_prefix))
    pk = store.insert_booking(unit, draft, uid)
    _set_total(unit, pk, uid, draft, settings, is_same_stay=False)
    settle_claims(unit, pk, uid, draft.reference)
    return pk


def edit_booking(unit: Unit, pk: int, version: int, draft: BookingDraft, settings: Property) -> None:
    """Write an edited booking inside a transaction. Raises as ``BookingService.edit``."""
    current = store.lock_booking(unit.connection, pk, version)
    if draft.status != current.status and draft.status in _ENDED:
        unit.require(Permission.CANCEL_BOOKING)
    draft = checked(_in_currency(replace(draft, reference=draft.reference or current.reference), settings))
    if draft.currency != current.currency:
        _require_free_currency(unit, pk, current.currency)
    priced = draft.total is not None and draft.total != price_of(unit, pk, draft.currency)
    store.update_booking(unit, current, draft, priced=priced)
    is_same_stay = (draft.arrival, draft.departure) == (current.arrival, current.departure)
    _set_total(unit, pk, current.uid, draft, settings, is_same_stay=is_same_stay)
    settle_claims(unit, pk, current.uid, draft.reference)


def _distance(booking: Booking, wanted: Sequence[str], today: date) -> tuple[int, bool, int]:
    """The less the likelier: who is here, then who comes, then who has left; of each who has the room that was named,
    then the nearest.
    """
    is_here = booking.status in _HERE and booking.arrival <= today <= booking.departure
    when = 0 if is_here else 1 if booking.arrival > today else 2
    return when, not any(fold(room) in wanted for room in booking.rooms), abs((today - booking.arrival).days)


def _in_currency(draft: BookingDraft, settings: Property) -> BookingDraft:
    return replace(draft, currency=(draft.currency or settings.currency).lower())


def _loaded(unit: Unit, pk: int) -> Booking:
    booking = store.load_booking(unit.connection, pk)
    if booking is None:
        raise NotFoundError("booking.not_found", reference=pk)
    return booking


def _free_reference(unit: Unit, prefix: str) -> str:
    while True:
        reference = f"{prefix}{next_reference(unit.connection)}"
        if store.find_booking(unit.connection, reference) is None:
            return reference


def _require_free_currency(unit: Unit, pk: int, currency: str) -> None:
    held = (charges_of, payments_of, transfers_of)
    if any(found(unit.connection, pk) for found in held):
        raise InputError("booking.currency_fixed", field="currency", currency=currency.upper())


def _set_total(unit: Unit, pk: int, uid: str, draft: BookingDraft, settings: Property, *, is_same_stay: bool) -> None:
    total = draft.total if draft.total is not None else price_of(unit, pk, draft.currency)
    stay = (draft.arrival, draft.departure)
    set_price(unit, pk, uid, total, stay, settings, is_same_stay=is_same_stay)
