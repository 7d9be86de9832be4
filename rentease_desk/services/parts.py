"""A payment goes to another booking, or is spread over several. Its own row, and Stripe's, say the same as before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.money import Money
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.domain.parts import MoveDraft, Parts, SplitDraft, steps
from rentease_desk.domain.payment import UNMATCHED_STATES, Payment, PaymentState, PaymentStatus
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import parts as store
from rentease_desk.storage.bookings import find_payee
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.payments import load_payments, lock_payment
from rentease_desk.storage.settings import read_property

PERSON = "person"


class PartService:
    """Moves what is left of payments. What was given back stays where it was; a void payment cannot be moved."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def parts(self, payment_pk: int) -> Parts:
        """What of a payment is on which booking. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = load_payments(connection, [payment_pk])
            if not found:
                raise NotFoundError("payment.not_found")
            return store.parts_of(connection, found[0])

    def move(self, draft: MoveDraft) -> Saved[Parts]:
        """All that is left of a part goes to another booking; the same draft again, by its ``uid``, moves nothing.

        Raises NotFoundError, InputError, KnownError ``parts.…`` or ConflictError ``parts.changed``.
        """
        reason = clean_text(draft.reason, "reason", 200)
        with self._desk.doing(Permission.MOVE_PAYMENT) as unit:
            found = _locked(unit, draft.payment_pk)
            if not _is_done(unit, draft.uid, draft.payment_pk):
                home = found.payment.booking_pk
                source = home if draft.from_booking_pk is None else draft.from_booking_pk
                part = found.part_on(source)
                if draft.left is not None and part.left != draft.left:
                    raise ConflictError("parts.changed")
                if source == draft.to_booking_pk:
                    raise InputError("parts.same", field="booking")
                _require_some(found.payment, part.left)
                wanted = {one.booking_pk: one.left for one in found.parts if one.booking_pk not in {source, None}}
                wanted[draft.to_booking_pk] = wanted.get(draft.to_booking_pk, 0) + part.left
                _Arranging(unit, found, draft.uid, reason).arrange({pk: left for pk, left in wanted.items() if pk})
            value = _locked(unit, draft.payment_pk)
        return Saved(value, unit.changes)

    def split(self, draft: SplitDraft) -> Saved[Parts]:
        """Spread what is left of a payment over bookings; the same draft again, by its ``uid``, changes nothing.

        Raises as ``move``, and InputError ``parts.sum``, ``parts.amount`` or ``parts.twice``.
        """
        reason, wanted = clean_text(draft.reason, "reason", 200), dict(draft.wanted)
        if len(wanted) != len(draft.wanted):
            raise InputError("parts.twice", field="booking")
        with self._desk.doing(Permission.MOVE_PAYMENT) as unit:
            found = _locked(unit, draft.payment_pk)
            if not _is_done(unit, draft.uid, draft.payment_pk):
                if draft.left is not None and found.left != draft.left:
                    raise ConflictError("parts.changed")
                _require_some(found.payment, found.left)
                _require_sum(found, wanted)
                _Arranging(unit, found, draft.uid, reason).arrange(wanted)
            value = _locked(unit, draft.payment_pk)
        return Saved(value, unit.changes)

    def undo(self, payment_pk: int, deed: str | None, uid: str) -> Saved[Parts]:
        """Take back a move or split by its ``uid``; None: the latest of the payment. ``uid``: of the undoing.

        Raises NotFoundError, KnownError ``parts.no_deed``, ConflictError ``parts.undone`` or ``parts.used``.
        """
        with self._desk.doing(Permission.MOVE_PAYMENT) as unit:
            found = _locked(unit, payment_pk)
            if not _is_done(unit, uid, payment_pk):
                deed = deed or store.last_deed(unit.connection, payment_pk)
                rows = [] if deed is None else store.rows_of(unit.connection, deed)
                if deed is None or not rows or rows[0].payment_pk != payment_pk:
                    raise KnownError("parts.no_deed")
                if store.is_undone(unit.connection, deed):
                    raise ConflictError("parts.undone")
                _Arranging(unit, found, uid, "").take_back(rows)
            value = _locked(unit, payment_pk)
        return Saved(value, unit.changes)


class _Arranging:
    """One deed: its rows are numbered as they are written."""

    def __init__(self, unit: Unit, found: Parts, uid: str, reason: str) -> None:
        self._unit, self._found, self._payment = unit, found, found.payment
        self._uid, self._reason, self._position = uid, reason, 0
        self._day: date = _days(unit).day(unit.now)

    def arrange(self, wanted: Mapping[int, int]) -> None:
        """Come to this spread of what is left."""
        for pk in wanted:
            _require_currency(self._unit, pk, self._payment)
        targets = [pk for pk, amount in wanted.items() if amount]
        held = sum(one.back for one in self._found.parts)
        home = self._payment.booking_pk
        if len(targets) == 1 and not self._found.is_split and not held and targets[0] != home:
            self._move_home(targets[0])
            return
        _require_paid(self._payment)
        now = {one.booking_pk: one.left for one in self._found.parts}
        if not self._has_home():
            self._move_home(targets[0])
            now = {targets[0]: now.get(home, 0)}
        store.keep_home(self._unit, self._payment)
        for step in steps({pk: left for pk, left in now.items() if pk is not None}, wanted):
            self._add(*step)

    def take_back(self, rows: list[Any]) -> None:
        """Every row of a deed backwards, if nobody has used the money since."""
        left = {one.booking_pk: one.left for one in self._found.parts}
        moved = [row for row in rows if not row.whole]
        for row in moved:
            left[row.to_booking_pk] = left.get(row.to_booking_pk, 0) - row.amount
            left[row.from_booking_pk] = left.get(row.from_booking_pk, 0) + row.amount
        if self._payment.status is PaymentStatus.VOIDED or min(left.values()) < 0:
            raise ConflictError("parts.used")
        for row in moved:
            self._add(row.to_booking_pk, row.from_booking_pk, row.amount, undoes=row.uid)
        for row in rows:
            if row.whole:
                self._take_home_back(row)

    def _take_home_back(self, row: Any) -> None:
        (payment,) = load_payments(self._unit.connection, [self._payment.pk])
        found = store.parts_of(self._unit.connection, payment)
        held = sum(one.back for one in found.parts)
        if payment.booking_pk != row.to_booking_pk or found.is_split or (held and row.from_booking_pk is not None):
            raise ConflictError("parts.used")
        self._payment = payment
        self._move_home(row.from_booking_pk, undoes=row.uid)

    def _has_home(self) -> bool:
        """A booking in the payment's own currency, which counts it."""
        pk = self._payment.booking_pk
        booking = None if pk is None else find_payee(self._unit.connection, pk)
        return booking is not None and booking.currency == self._payment.currency

    def _move_home(self, pk: int | None, undoes: str | None = None) -> None:
        if self._payment.state not in UNMATCHED_STATES:
            raise KnownError("parts.not_paid")
        store.set_home(self._unit, self._payment, pk, None if pk is None else PERSON)
        self._add(self._payment.booking_pk, pk, self._payment.amount, whole=True, undoes=undoes)
        (self._payment,) = load_payments(self._unit.connection, [self._payment.pk])

    def _add(self, source: int | None, target: int | None, amount: int, **more: object) -> None:
        place, moved = (self._uid, self._position), (source, target, amount)
        store.add_transfer(self._unit, self._payment, place, moved, self._day, reason=self._reason, **more)
        self._position += 1


def _days(unit: Unit) -> OpenDays:
    return open_days(unit, (read_property(unit.connection) or Property()).days)


def _locked(unit: Unit, payment_pk: int) -> Parts:
    _days(unit)
    lock_payment(unit.connection, payment_pk)
    found = load_payments(unit.connection, [payment_pk])
    if not found:
        raise NotFoundError("payment.not_found")
    return store.parts_of(unit.connection, found[0])


def _is_done(unit: Unit, uid: str, payment_pk: int) -> bool:
    rows = store.rows_of(unit.connection, uid)
    if any(row.payment_pk != payment_pk for row in rows):
        raise InputError("parts.uid_reused", field="booking")
    return bool(rows)


def _require_some(payment: Payment, left: int) -> None:
    if payment.status is PaymentStatus.VOIDED:
        raise KnownError("parts.void")
    if payment.state not in UNMATCHED_STATES:
        raise KnownError("parts.not_paid")
    if left <= 0:
        raise InputError("parts.nothing_left", field="booking")


def _require_paid(payment: Payment) -> None:
    if payment.state is not PaymentState.SUCCEEDED:
        raise KnownError("parts.not_paid")


def _require_sum(found: Parts, wanted: Mapping[int, int]) -> None:
    currency = found.payment.currency
    if not wanted or min(wanted.values()) <= 0:
        raise InputError("parts.amount", field="amount")
    if sum(wanted.values()) != found.left:
        sums = {"left": Money(found.left, currency), "sum": Money(sum(wanted.values()), currency)}
        raise InputError("parts.sum", field="amount", **sums)


def _require_currency(unit: Unit, pk: int, payment: Payment) -> None:
    booking = find_payee(unit.connection, pk)
    if booking is None:
        raise NotFoundError("booking.not_found", reference=pk)
    if booking.currency != payment.currency:
        codes = {"payment": payment.currency.upper(), "booking": booking.currency.upper()}
        raise InputError("match.other_currency", field="booking", reference=booking.reference, **codes)
