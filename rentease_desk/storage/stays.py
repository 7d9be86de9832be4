"""What happens to a stay, written: its status, its nights, its price, and what is needed to undo it exactly."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, and_, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.stays import FREES_ROOM, RESULT, Deed, Freed
from rentease_desk.storage.bookings import refresh_search
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.charges import ChargeRow, add_charge
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.open_days import counting_day
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.rooms import names_of, nights_of, release_nights, rooms_of, take_free
from rentease_desk.storage.stay_tables import UNDO, stay_changes, stay_charges, stay_nights
from rentease_desk.storage.tables import bookings, charge_lines, payment_transfers, payment_voids, payments, refunds

_Row = Row[*tuple[Any, ...]]
_MOVES = ("amount", "state", "status", "booking")
"""What of a payment or refund must change for its money to move; a fee that becomes known moves nothing here."""

_MERGES = ("merge", "undo_merge")
"""Of what people say of two payments that look alike, only this moves money."""


def write_deed(unit: Unit, booking: Booking, deed: Deed, day: date, open_balance: int = 0) -> tuple[str, Freed]:
    """Do what was found to be allowed with a locked booking; returns the uid of the change, and what it gave back.

    ``open_balance``: what was owed when the guest was let go, minor units. The dates that were booked stay: who leaves
    early is told by the day of the change.
    """
    uid, change_pk = _insert_change(unit, booking, deed.value, day, None)
    freed, told = Freed(), {"open_balance": open_balance} if open_balance else {}
    if deed in FREES_ROOM:
        freed = _give_back_nights(unit, booking.pk, (uid, change_pk), None)
    if deed is Deed.CHECK_OUT:
        freed = _give_back_nights(unit, booking.pk, (uid, change_pk), day)
        told |= {"nights_given_back": freed.nights} if freed.nights else {}
    if deed is Deed.CANCEL:
        _take_back_price(unit, booking, (uid, change_pk), counting_day(unit))
    _move(unit, booking, RESULT[deed], deed.value, {"change": uid, **told})
    return uid, freed


def undo_deed(unit: Unit, booking: Booking, change: _Row, day: date) -> None:
    """Bring a locked booking back to where it stood before a change that ``last_change`` found.

    Raises ConflictError ``stay.room_taken`` if somebody else has a night of it now.
    """
    uid, _ = _insert_change(unit, booking, UNDO, day, change.pk)
    nights = select(stay_nights.c.room_pk, stay_nights.c.night).where(stay_nights.c.change_pk == change.pk)
    found = [(row.room_pk, row.night) for row in unit.connection.execute(nights.order_by(stay_nights.c.night))]
    try:
        take_free(unit, booking.pk, found)
    except ConflictError as error:
        raise ConflictError("stay.room_taken", **error.params) from error
    _charge_again(unit, booking, change.pk, counting_day(unit))
    _move(unit, booking, BookingStatus(change.status_before), f"{UNDO}_{change.deed}", {"change": uid})


def last_change(connection: Connection, booking_pk: int) -> _Row | None:
    """The latest deed that stands, with ``later``: how many changes of the stay came after it and cancel out."""
    undoing = stay_changes.alias("undoing")
    undone = select(undoing.c.undoes_pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()
    after = stay_changes.alias("after")
    later = select(func.count()).where(after.c.booking_pk == booking_pk, after.c.pk > stay_changes.c.pk)
    query = select(stay_changes, later.scalar_subquery().label("later")).where(
        stay_changes.c.booking_pk == booking_pk, stay_changes.c.deed != UNDO, ~undone
    )
    return connection.execute(query.order_by(stay_changes.c.pk.desc()).limit(1)).first()


def money_moved_since(connection: Connection, booking: Booking, action: str) -> bool:
    """Whether anything of the booking's money was written after the last such row of its journal: charges, payments,
    moves, voids, merges, refunds.
    """
    done = select(func.max(journal.c.seq)).where(
        journal.c.entity == "booking", journal.c.entity_uid == booking.uid, journal.c.action == action
    )
    moved = or_(
        and_(journal.c.entity == "charge", journal.c.entity_uid.in_(_charges(booking.pk))),
        and_(journal.c.entity == "transfer", journal.c.entity_uid.in_(_transfers(booking.pk, payment_transfers.c.uid))),
        and_(journal.c.entity == "void", journal.c.entity_uid.in_(_voids(booking.pk))),
        and_(journal.c.entity == "pair", journal.c.entity_uid.in_(_pairs(booking.pk)), journal.c.action.in_(_MERGES)),
        and_(journal.c.entity == "payment", journal.c.entity_uid.in_(_payments(booking.pk)), _is_move()),
        and_(journal.c.entity == "refund", journal.c.entity_uid.in_(_refunds(booking.pk)), _is_move()),
        and_(journal.c.entity == "payment", journal.c.before.contains(booking.uid)),  # it has left the booking
    )
    later = select(journal.c.seq).where(journal.c.seq > done.scalar_subquery(), moved)
    return connection.execute(later.limit(1)).first() is not None


def _is_move() -> ColumnElement[bool]:
    return or_(journal.c.action != "update", *(journal.c.after.contains(f'"{name}":') for name in _MOVES))


def _charges(pk: int) -> Select[Any]:
    return select(charge_lines.c.uid).where(charge_lines.c.booking_pk == pk)


def _payments(pk: int) -> Select[Any]:
    return select(payments.c.uid).where(_holds(pk))


def _holds(pk: int) -> ColumnElement[bool]:
    """Of a payment: it is the booking's own, or money of it was moved there or away."""
    return or_(payments.c.booking_pk == pk, payments.c.pk.in_(_transfers(pk, payment_transfers.c.payment_pk)))


def _transfers(pk: int, column: Column[Any]) -> Select[Any]:
    moved = payment_transfers.c
    return select(column).where(or_(moved.from_booking_pk == pk, moved.to_booking_pk == pk))


def _voids(pk: int) -> Select[Any]:
    of = payments.c.pk == payment_voids.c.payment_pk
    return select(payment_voids.c.uid).join(payments, of).where(_holds(pk))


def _pairs(pk: int) -> Select[Any]:
    of = payments.c.pk == payment_pairs.c.manual_pk
    return select(payment_pairs.c.uid).join(payments, of).where(_holds(pk))


def _refunds(pk: int) -> Select[Any]:
    """Those of its own payments, and those that lower a part here."""
    lowered = refunds.c.pk.in_(_transfers(pk, payment_transfers.c.refund_pk))
    own = select(refunds.c.uid).join(payments, payments.c.pk == refunds.c.payment_pk)
    return own.where(or_(payments.c.booking_pk == pk, lowered))


def _insert_change(unit: Unit, booking: Booking, deed: str, day: date, undoes: int | None) -> tuple[str, int]:
    uid = unit.ids.uid()
    row = {"uid": uid, "booking_pk": booking.pk, "deed": deed, "status_before": booking.status.value,
           "version": booking.version + 1, "business_date": day, "undoes_pk": undoes, **unit.made}  # fmt: skip
    pk = unit.connection.execute(insert(stay_changes).values(row).returning(stay_changes.c.pk)).scalar_one()
    told = {"undoes": None if undoes is None else _uid_of(unit.connection, undoes)}
    unit.record(deed, "stay", uid, None, document("stay", row, booking=booking.uid, **told), row | {"pk": pk})
    return uid, int(pk)


def _uid_of(connection: Connection, pk: int) -> str:
    return str(connection.execute(select(stay_changes.c.uid).where(stay_changes.c.pk == pk)).scalar_one())


def _give_back_nights(unit: Unit, booking_pk: int, change: tuple[str, int], since: date | None) -> Freed:
    """From a night on, or all; from now on they can be sold again."""
    found = nights_of(unit.connection, booking_pk, since)
    if not found:
        return Freed()
    uid, change_pk = change
    rows = [{"change_pk": change_pk, "room_pk": room, "night": night} for room, night in found]
    insert_many(unit.connection, stay_nights, rows)
    release_nights(unit, booking_pk, since)
    names = names_of(unit.connection, (room for room, _ in found))
    nights = sorted({night.isoformat() for _, night in found})
    unit.record("give_back", "stay_nights", uid, None, {"rooms": list(names), "nights": nights})
    return Freed(names, len({night for _, night in found}))


def _move(unit: Unit, booking: Booking, status: BookingStatus, action: str, told: dict[str, object]) -> None:
    """Its row of the journal comes last: what is written of its money later is what came after it."""
    values = {"status": status.value, "version": booking.version + 1}
    unit.connection.execute(update(bookings).where(bookings.c.pk == booking.pk).values(values))
    refresh_search(unit.connection, [booking.pk])
    rooms = rooms_of(unit.connection, [booking.pk]).get(booking.pk, ())
    before = {"status": booking.status.value, "room": ", ".join(booking.rooms)}
    unit.record(action, "booking", booking.uid, before, {"status": status.value, "room": ", ".join(rooms), **told})
    unit.changes |= Changes(bookings=frozenset({booking.pk}))


# --- the price of a stay that will not be


def _take_back_price(unit: Unit, booking: Booking, change: tuple[str, int], day: date) -> None:
    """What was charged for the stay is owed no more; a fee for the cancelling itself would stand."""
    strokes = []
    for row in unit.connection.execute(_standing(booking.pk)).all():
        stroke = _copy(unit, row, -row.amount, day, "The booking was cancelled", corrects=row.pk)
        add_charge(unit, booking.uid, stroke)
        pk = select(charge_lines.c.pk).where(charge_lines.c.uid == stroke.uid).scalar_subquery()
        unit.connection.execute(insert(stay_charges).values(change_pk=change[1], charge_pk=pk))
        strokes.append(stroke.uid)
    if strokes:
        unit.record("take_back", "stay_charges", change[0], None, {"charges": strokes})


def _charge_again(unit: Unit, booking: Booking, change_pk: int, day: date) -> None:
    """New lines in the place of those that a cancelling took back."""
    stroke = charge_lines.alias("stroke")
    query = (
        select(charge_lines)
        .join(stroke, stroke.c.corrects_pk == charge_lines.c.pk)
        .join(stay_charges, stay_charges.c.charge_pk == stroke.c.pk)
        .where(stay_charges.c.change_pk == change_pk)
    )
    for row in unit.connection.execute(query.order_by(charge_lines.c.pk)).all():
        add_charge(unit, booking.uid, _copy(unit, row, row.amount, day, "The cancellation was undone"))


def _standing(booking_pk: int) -> Select[Any]:
    corrected = select(charge_lines.c.corrects_pk).where(
        charge_lines.c.corrects_pk.is_not(None), charge_lines.c.booking_pk == booking_pk
    )
    of_stay = (
        charge_lines.c.booking_pk == booking_pk,
        charge_lines.c.corrects_pk.is_(None),
        charge_lines.c.kind != ChargeKind.CANCELLATION_FEE.value,
        charge_lines.c.pk.not_in(corrected),
    )
    return select(charge_lines).where(*of_stay).order_by(charge_lines.c.pk)


def _copy(unit: Unit, row: _Row, amount: int, day: date, reason: str, corrects: int | None = None) -> ChargeRow:
    return ChargeRow(
        booking_pk=row.booking_pk,
        kind=ChargeKind(row.kind),
        amount=amount,
        currency=row.currency,
        business_date=day,
        text=row.text,
        tax_rate_ppm=row.tax_rate_ppm,
        service_from=row.service_from,
        service_to=row.service_to,
        corrects_pk=corrects,
        reason=reason,
        uid=unit.ids.uid(),
        quantity=row.quantity,
        unit_amount=row.unit_amount if amount == row.amount or row.unit_amount is None else -row.unit_amount,
    )
