"""Manual payments: taken and voided; and the lists of all payments."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from datetime import date

from msgspec.structs import replace

from rentease_desk.domain.errors import InputError, KnownError, NotFoundError
from rentease_desk.domain.lists import MoneyRow, PaymentQuery, PaymentTotals
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.open_days import Counted, OpenDays
from rentease_desk.domain.payment import Crossing, Payment, PaymentDraft, PaymentStatus, Refund, Source, TwinError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import Approvable, Approval, ApprovedDeed
from rentease_desk.domain.text import clean_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import payments as store
from rentease_desk.storage.bookings import find_payee, load_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.drawers import hold_drawer, hold_session_of_payment, is_session_open
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.parts import spread_over
from rentease_desk.storage.payment_list import payment_keys, payment_totals
from rentease_desk.storage.payment_rows import money_rows
from rentease_desk.storage.refund_requests import find_refund
from rentease_desk.storage.settings import read_property

SIMILAR_SECONDS = 2 * 24 * 60 * 60
"""Two payments of one amount on one booking within two days may be the same one twice (money rule 9)."""

_MONEY = (PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED)


class PaymentService:
    """Everything about payments but the sync."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, draft: PaymentDraft, told: Collection[str] | None = None) -> Saved[Payment]:
        """Take a manual payment. The same draft again, by its ``uid``, takes nothing and returns what was taken.

        ``told`` are the uids of the like payments that the person has been told of; None looks for none. Raises
        TwinError if another stands there, InputError naming a field, or NotFoundError.
        """
        with self._desk.doing(Permission.TAKE_PAYMENT) as unit:
            settings = read_property(unit.connection) or Property()
            place = _place(unit, draft, settings)
            booking = find_payee(unit.connection, draft.booking_pk)
            if booking is None:
                raise NotFoundError("booking.not_found", reference=draft.booking_pk)
            draft = checked(draft, booking.currency, settings)
            if told is not None:
                _require_told(unit, draft, told)
            pk = store.insert_manual(unit, draft, *place, booking.uid)
            payment = _loaded(unit, pk)
        return Saved(payment, unit.changes)

    def on(self, booking_pk: int) -> frozenset[int]:
        """The keys of a booking's payments: what somebody knows of who looks at it now."""
        with self._desk.db.reading() as connection:
            return frozenset(one.pk for one in store.payments_of(connection, booking_pk))

    def crossing(self, taken: Payment, known: Collection[int]) -> Crossing | None:
        """What came to the folio beside a payment that was just taken by who knew of these keys: the newest that is
        money and is not theirs. None if there is none, or if the folio is not overpaid.
        """
        if taken.booking_pk is None:
            return None
        with self._desk.db.reading() as connection:
            booking = load_booking(connection, taken.booking_pk)
            paid = store.payments_of(connection, taken.booking_pk)
        came = [one for one in paid if one.pk not in {taken.pk, *known} and one.status in _MONEY]
        if booking is None or booking.totals.balance >= 0 or not came:
            return None
        return Crossing(max(came, key=lambda one: one.pk), -booking.totals.balance)

    def similar(self, draft: PaymentDraft) -> list[Payment]:
        """Payments that look like this one: same booking, same amount, within two days."""
        now = self._desk.clock.now() if draft.occurred_at is None else draft.occurred_at
        with self._desk.db.reading() as connection:
            return store.similar_payments(connection, draft, around=now, seconds=SIMILAR_SECONDS)

    def void(self, pk: int, reason: str, approval: Approval | None = None) -> Saved[Payment]:
        """Void a manual payment while its business day and its drawer are open; one that was in no drawer, on its own
        day. Raises InputError, NotFoundError or KnownError ``void.…``; ApprovalNeededError where it is above the
        property's limit.
        """
        reason = clean_text(reason, "reason", 200)
        if not reason:
            raise InputError("void.reason_missing", field="reason")
        with self._desk.doing(Permission.VOID, approval) as unit:
            settings = read_property(unit.connection) or Property()
            days = open_days(unit, settings.days)
            hold_session_of_payment(unit, pk)
            store.lock_payment(unit.connection, pk)
            payment = _loaded(unit, pk)
            today = days.day(unit.now)
            _require_voidable(payment)
            _require_open(unit, payment, days, today)
            if settings.is_above(settings.void_limit, payment.money):
                about = Approvable(ApprovedDeed.VOID, (payment.money,), payment.booking_reference or "")
                unit.require(Permission.VOID_ABOVE_LIMIT, f"void {payment.uid}", about)
            store.insert_void(unit, payment, reason, today)
            voided = _loaded(unit, pk)
        return Saved(voided, unit.changes)

    def get(self, pk: int) -> Payment:
        """The payment with this key. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = store.load_payments(connection, [pk])
        if not found:
            raise NotFoundError("payment.not_found")
        return found[0]

    def find(self, uid: str) -> Payment:
        """The payment with this id. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = store.find_payment(connection, uid.strip())
        if found is None:
            raise NotFoundError("payment.not_found")
        return found

    def find_refund(self, uid: str) -> Refund:
        """The refund with this id. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            found = find_refund(connection, uid.strip())
        if found is None:
            raise NotFoundError("payment.not_found")
        return found

    def keys(self, query: PaymentQuery) -> array[int]:
        """The keys of the payments, refunds and returns asked for, in order."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            return payment_keys(connection, query, settings.days)

    def page(self, keys: Sequence[int]) -> list[MoneyRow]:
        """Rows by key, in the order of the keys."""
        with self._desk.db.reading() as connection:
            return money_rows(connection, keys)

    def totals(self, query: PaymentQuery) -> PaymentTotals:
        """The sums of what was asked for."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            return payment_totals(connection, query, settings.days)

    def by_keys(self, keys: Sequence[int]) -> list[Payment]:
        """The payments among a list's keys, with every stored field."""
        with self._desk.db.reading() as connection:
            return store.load_payments(connection, [key // 2 for key in keys if not key % 2])

    def spread(self, pks: Sequence[int]) -> dict[int, dict[str, int]]:
        """By payment: how much of it (minor units) is on which further booking; without those that are not split."""
        with self._desk.db.reading() as connection:
            return spread_over(connection, pks)

    def refunds_by_keys(self, keys: Sequence[int]) -> list[Refund]:
        """The refunds among a list's keys, with every stored field."""
        with self._desk.db.reading() as connection:
            return store.load_refunds(connection, [key // 2 for key in keys if key > 0 and key % 2])


def take_payment(unit: Unit, draft: PaymentDraft, settings: Property, booking_uid: str) -> int:
    """Write a checked draft, of the booking with this uid, inside a transaction; returns its key."""
    return store.insert_manual(unit, draft, *_place(unit, draft, settings), booking_uid)


def _place(unit: Unit, draft: PaymentDraft, settings: Property) -> tuple[Counted, int | None]:
    """On which day it counts, and in which drawer it is: both stay open until the transaction ends."""
    days = open_days(unit, settings.days)
    session_pk = hold_drawer(unit, draft.occurred_at)
    return days.counted(unit.now if draft.occurred_at is None else draft.occurred_at), session_pk


def checked(draft: PaymentDraft, currency: str, settings: Property) -> PaymentDraft:
    """The draft with clean texts, for a booking of this ``currency``. Raises InputError naming the field that cannot
    be taken.
    """
    method = settings.method(draft.method)
    require_positive(draft.amount)
    if draft.amount.currency != currency:
        raise InputError(
            "payment.other_currency",
            field="currency",
            booking=currency.upper(),
            payment=draft.amount.currency.upper(),
        )
    due = Money(settings.cash_due(method, draft.amount), draft.amount.currency)
    if draft.cash_due not in {None, due.minor}:
        raise InputError("payment.cash_due", field="amount", due=due, amount=draft.amount)
    if draft.tendered is not None and draft.tendered < due.minor:
        given = Money(draft.tendered, due.currency)
        raise InputError("amount.tendered_short", field="tendered", tendered=given, amount=due)
    reference = clean_text(draft.reference, "reference", 120)
    if method.needs_reference and not reference:
        raise InputError("payment.reference_missing", field="reference", method=method.label)
    return replace(draft, reference=reference, note=clean_text(draft.note, "note"), cash_due=due.minor)


def _require_told(unit: Unit, draft: PaymentDraft, told: Collection[str]) -> None:
    """Two desks that take the same money at once stand in line here: the second is told of the first."""
    store.lock_folio(unit.connection, draft.booking_pk)
    around = unit.now if draft.occurred_at is None else draft.occurred_at
    twins = store.similar_payments(unit.connection, draft, around=around, seconds=SIMILAR_SECONDS)
    if any(twin.uid not in told for twin in twins):
        raise TwinError(tuple(twins))


def _loaded(unit: Unit, pk: int) -> Payment:
    found = store.load_payments(unit.connection, [pk])
    if not found:
        raise NotFoundError("payment.not_found")
    return found[0]


def _require_voidable(payment: Payment) -> None:
    if payment.source is Source.STRIPE:
        raise KnownError("void.stripe")
    if payment.status is PaymentStatus.VOIDED:
        raise KnownError("void.already")
    if payment.refunded:
        raise KnownError("void.refunded")


def _require_open(unit: Unit, payment: Payment, days: OpenDays, today: date) -> None:
    """Money rule 5: after its drawer or its day was closed, a payment is given back by a refund."""
    if payment.business_date in days.closed:
        raise KnownError("void.day_closed", day=payment.business_date)
    if payment.session_pk is None:
        if payment.business_date != today:
            raise KnownError("void.day_over", day=payment.business_date)
    elif not is_session_open(unit.connection, payment.session_pk):
        raise KnownError("void.drawer_closed")
