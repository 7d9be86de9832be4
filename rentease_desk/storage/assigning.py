"""A person puts a payment on a booking, says that it belongs to none, or takes either back; each is journalled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.payment import UNMATCHED_STATES, IgnoreDraft, PaymentState, Source
from rentease_desk.storage.bookings import booking_uid
from rentease_desk.storage.change_feed import UNASSIGN
from rentease_desk.storage.database import Unit
from rentease_desk.storage.ignoring import add_row, end_ignoring, ignored_now, last_ordinal, payment_of
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.parts import parts_of
from rentease_desk.storage.payments import load_payments
from rentease_desk.storage.tables import bookings, payments

PERSON = "person"
_Row = Row[*tuple[Any, ...]]


def assign_payment(unit: Unit, pk: int, version: int | None, booking: Booking) -> None:
    """Put a payment, as it was read at ``version``, on a booking; where it is there already, nothing is written.

    One that was ignored is not any more. ``version`` None: however it is now. Raises NotFoundError
    ``payment.not_found``, KnownError ``match.manual``, InputError ``match.other_currency``, ConflictError
    ``match.taken``, ``match.ignored`` or ``match.changed``.
    """
    row = _locked(unit.connection, pk)
    if row.booking_pk == booking.pk:
        return
    _require_free(unit.connection, row, version)
    if row.currency != booking.currency:
        codes = {"payment": row.currency.upper(), "booking": booking.currency.upper()}
        raise InputError("match.other_currency", field="booking", reference=booking.reference, **codes)
    end_ignoring(unit, [pk])
    _write(unit, row, booking.pk, PERSON)
    after = {"booking": booking.uid, "assigned_by": PERSON}
    unit.record("assign", "payment", row.uid, {"booking": None, "assigned_by": None}, after)
    unit.changes |= Changes(payments=frozenset({pk}), bookings=frozenset({booking.pk}))


def unassign_payment(unit: Unit, pk: int, booking_pk: int | None) -> None:
    """Take back what a person assigned. ``booking_pk``: where it is thought to be; None: wherever it is.

    Raises NotFoundError ``payment.not_found``, KnownError ``match.not_assigned`` or ``match.not_by_person``,
    ConflictError ``match.moved``.
    """
    row = _locked(unit.connection, pk)
    if row.booking_pk is None:
        raise KnownError("match.not_assigned")
    if booking_pk is not None and row.booking_pk != booking_pk:
        raise ConflictError("match.moved", **_whereabouts(unit.connection, row))
    if row.source == Source.MANUAL.value:
        raise KnownError("match.manual")
    if row.assigned_by != PERSON:
        raise KnownError("match.not_by_person", reference=_reference(unit.connection, row.booking_pk))
    (payment,) = load_payments(unit.connection, [pk])
    if parts_of(unit.connection, payment).is_split:
        raise KnownError("parts.split")
    _write(unit, row, None, None)
    before = {"booking": booking_uid(unit.connection, row.booking_pk), "assigned_by": PERSON}
    unit.record(UNASSIGN, "payment", row.uid, before, {"booking": None, "assigned_by": None})
    unit.changes |= Changes(payments=frozenset({pk}), bookings=frozenset({row.booking_pk}))


def ignore_payment(unit: Unit, draft: IgnoreDraft, reason: str) -> None:
    """A payment waits for no booking any more; the same draft again, by its ``uid``, writes nothing.

    Raises NotFoundError ``payment.not_found``, KnownError ``match.manual`` or ``match.not_waiting``, InputError
    ``match.uid_reused``, ConflictError ``match.taken``, ``match.ignored`` or ``match.changed``.
    """
    row = _locked(unit.connection, draft.payment_pk)
    if _is_said(unit.connection, draft.uid, row.pk):
        return
    _require_free(unit.connection, row, draft.version)
    if PaymentState(row.state) not in UNMATCHED_STATES:
        raise KnownError("match.not_waiting")
    _require_not_ignored(unit.connection, row.pk)
    add_row(unit, draft.uid, (row.pk, row.uid), last_ordinal(unit.connection, row.pk) + 1, reason)
    _raise_version(unit, row, "ignore")


def unignore_payment(unit: Unit, pk: int, uid: str, seen: str | None) -> None:
    """A payment that was ignored waits again; the same ``uid`` again writes nothing. ``seen``: the ``uid`` of the
    saying that is taken back; None: whichever stands.

    Raises NotFoundError ``payment.not_found``, KnownError ``match.not_ignored``, InputError ``match.uid_reused``,
    ConflictError ``match.moved`` if it has found a booking, or ``match.ignored`` if it was ignored anew.
    """
    row = _locked(unit.connection, pk)
    if _is_said(unit.connection, uid, pk):
        return
    if row.booking_pk is not None:
        raise ConflictError("match.moved", **_whereabouts(unit.connection, row))
    found = ignored_now(unit.connection, [pk])
    if not found:
        raise KnownError("match.not_ignored")
    if seen is not None and found[0].uid != seen:
        raise ConflictError("match.ignored", actor=found[0].actor, reason=found[0].reason)
    add_row(unit, uid, (pk, row.uid), found[0].ordinal + 1, "")
    _raise_version(unit, row, "unignore")


def _is_said(connection: Connection, uid: str, pk: int) -> bool:
    known = payment_of(connection, uid)
    if known not in {None, pk}:
        raise InputError("match.uid_reused", field="payment")
    return known is not None


def _require_not_ignored(connection: Connection, pk: int) -> None:
    for row in ignored_now(connection, [pk]):
        raise ConflictError("match.ignored", actor=row.actor, reason=row.reason)


def _raise_version(unit: Unit, row: _Row, action: str) -> None:
    """Whoever has seen the payment before has seen another one."""
    unit.connection.execute(update(payments).where(payments.c.pk == row.pk).values(version=row.version + 1))
    unit.record(action, "payment", row.uid, {}, {}, always=True)


def _locked(connection: Connection, pk: int) -> _Row:
    row = connection.execute(select(payments).where(payments.c.pk == pk).with_for_update()).first()
    if row is None:
        raise NotFoundError("payment.not_found")
    return row


def _require_free(connection: Connection, row: _Row, version: int | None) -> None:
    if row.source == Source.MANUAL.value:
        raise KnownError("match.manual")
    if row.booking_pk is not None:
        raise ConflictError("match.taken", **_whereabouts(connection, row))
    if version is not None and row.version != version:
        _require_not_ignored(connection, row.pk)
        raise ConflictError("match.changed")


def _write(unit: Unit, row: _Row, booking_pk: int | None, assigned_by: str | None) -> None:
    values = {"booking_pk": booking_pk, "assigned_by": assigned_by, "version": row.version + 1}
    unit.connection.execute(update(payments).where(payments.c.pk == row.pk).values(values))


def _whereabouts(connection: Connection, row: _Row) -> dict[str, str]:
    """Which booking the payment is on, and who wrote of it last."""
    latest = select(func.max(journal.c.seq)).where(journal.c.entity == "payment", journal.c.entity_uid == row.uid)
    actor = connection.scalar(select(journal.c.actor).where(journal.c.seq == latest.scalar_subquery()))
    return {"actor": str(actor), "reference": _reference(connection, row.booking_pk)}


def _reference(connection: Connection, booking_pk: int) -> str:
    return str(connection.scalar(select(bookings.c.reference).where(bookings.c.pk == booking_pk)))
