"""Cash while the database is away: kept at this desk without it, and delivered when it is back, once each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingStatus, reference_key
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import Clock
from rentease_desk.domain.errors import InputError, KnownError, is_away
from rentease_desk.domain.money import Money, digits, plain_decimal, require_positive
from rentease_desk.domain.outbox import (
    Entry,
    KeepDraft,
    Kept,
    KeptState,
    Remembered,
    Standing,
    remembered_of,
    standing_of,
)
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.payment import MethodKind, Payment, PaymentDraft
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.receipts import Page
from rentease_desk.domain.settings import Property
from rentease_desk.domain.staff import ForbiddenError
from rentease_desk.domain.text import clean_text
from rentease_desk.reports.receipt_pages import as_html, as_text
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.payments import checked, take_payment
from rentease_desk.services.provisional_slip import compose
from rentease_desk.services.seat import Seat
from rentease_desk.storage.bookings import load_booking, resolve_claims
from rentease_desk.storage.database import Unit
from rentease_desk.storage.journal import told_alone, told_before
from rentease_desk.storage.outbox import Happening, Outbox
from rentease_desk.storage.payments import find_payment
from rentease_desk.storage.settings import read_property

log = logging.getLogger(__name__)

_SLIP = "slip"
"""The journal's word for cash that was undone before it was delivered."""


class OutboxService:
    """What needs no database. Where ``box`` is None, the property's database is a file, and nothing is ever kept."""

    def __init__(self, box: Outbox | None, clock: Clock, operator: Operator, seat: Seat) -> None:
        self._box, self._clock = box, clock
        self._operator, self._seat = operator, seat

    @property
    def is_used(self) -> bool:
        """Whether this property's database can be away."""
        return self._box is not None

    @property
    def box(self) -> Outbox:
        """The file. Raises KnownError ``outbox.not_needed``."""
        if self._box is None:
            raise KnownError("outbox.not_needed")
        return self._box

    @property
    def path(self) -> Path:
        """Where the file is. Raises KnownError ``outbox.not_needed``."""
        return self.box.path

    def remember(self, settings: Property) -> None:
        """Keep what is needed of the settings when the database is away. Raises DatabaseError ``outbox.…``."""
        if self._box is not None:
            self._box.remember(remembered_of(settings))

    def remembered(self) -> Remembered | None:
        """What is known of the property; None before its database was ever reached. Raises DatabaseError."""
        return None if self._box is None else self._box.remembered()

    def keep(self, draft: KeepDraft, settings: Property) -> Kept:
        """Keep cash that was taken, on the disk. The same draft again, by its ``uid``, keeps nothing.

        ``settings``: the property as the desk knows it. Raises InputError naming a field, DatabaseError ``outbox.…``.
        """
        sitter, now = self._seat.sitter, self._clock.now()
        staff_uid, actor = ("", self._operator.actor) if sitter is None else (sitter.uid, sitter.name)
        day = settings.days.business_date(now)
        row = Kept(0, _checked(draft, settings), now, day, staff_uid, actor, self._operator.desk)
        return self.box.keep(row)

    def entries(self) -> list[Entry]:
        """All that was ever kept, oldest first. Raises DatabaseError ``outbox.…``."""
        return [] if self._box is None else self._box.entries()

    def find(self, name: str) -> Entry:
        """One by its ``uid`` or its slip. Raises NotFoundError ``outbox.not_found``."""
        return self.box.find(name)

    def standing(self) -> Standing:
        """What waits. Raises DatabaseError ``outbox.…``."""
        return standing_of(self.entries())

    def require_empty(self) -> None:
        """Nothing waits. Raises KnownError ``outbox.drawer_waits``, DatabaseError ``outbox.…``."""
        found = self.standing()
        if found.count:
            sums = ", ".join(f"{plain_decimal(one)} {one.currency.upper()}" for one in found.sums)
            raise KnownError("outbox.drawer_waits", count=found.count, sums=sums)

    def slip(self, kept: Kept, settings: Property) -> Page:
        """A provisional slip: it has no receipt number, and says so."""
        return compose(kept, settings)

    def slip_text(self, kept: Kept, settings: Property) -> str:
        """The slip as lines."""
        return as_text(self.slip(kept, settings))

    def slip_html(self, kept: Kept, settings: Property, paper: Paper) -> str:
        """The slip as a document for paper or PDF."""
        return as_html(self.slip(kept, settings), paper)


class Delivered(Struct, frozen=True):
    """What a delivery came to: payments that are in the database now, and those that still wait for a person."""

    payments: tuple[Payment, ...] = ()
    refused: tuple[Entry, ...] = ()


class DeliveryService:
    """What needs the database. One delivery at a time in a process; two processes do no harm to each other."""

    def __init__(self, desk: Desk, outbox: OutboxService) -> None:
        self._desk, self._outbox = desk, outbox
        self._lock = threading.Lock()

    def deliver(self, *, refused_too: bool = True) -> Delivered:
        """Bring what waits into the database, each payment by its ``uid``: one that is in it already stays as it is.
        What was undone before it was delivered is told to the journal, once.

        What is refused stays, with the reason; without ``refused_too`` what was refused before is left alone. Raises
        DatabaseError, when the database goes away again: what was not delivered waits on.
        """
        if not self._outbox.is_used:
            return Delivered()
        taken: list[Payment] = []
        refused: list[Entry] = []
        with self._lock:
            entries = self._outbox.entries()
            self._tell_undone([one for one in entries if one.state is KeptState.UNDONE])
            for entry in (one for one in entries if one.is_waiting):
                payment = self._deliver(entry) if refused_too or not entry.needs_person else None
                if payment is not None:
                    taken.append(payment)
                else:
                    refused.append(self._outbox.find(entry.kept.draft.uid))
        return Delivered(tuple(taken), tuple(one for one in refused if one.is_waiting))

    def choose(self, uid: str, booking: Booking) -> Entry:
        """Somebody says where a payment goes, and stands for it. It is delivered with the next delivery.

        Raises KnownError ``outbox.ended``, ForbiddenError ``staff.…``.
        """
        self._desk.require(Permission.TAKE_PAYMENT)
        sitter, now = self._desk.seat.sitter, self._desk.clock.now()
        staff_uid, actor = ("", self._desk.operator.actor) if sitter is None else (sitter.uid, sitter.name)
        said = Happening("chosen", now, booking_uid=booking.uid, reference=booking.reference, staff_uid=staff_uid,
                         actor=actor)  # fmt: skip
        return self._note(uid, said)

    def undo(self, uid: str, reason: str) -> Entry:
        """The money went back before it was delivered. Who took it may say so at any time, others if they may void.

        Raises InputError ``outbox.reason_missing``; KnownError ``outbox.ended``, ``outbox.may_be_in`` or
        ``outbox.others``.
        """
        reason = clean_text(reason, "reason", 200)
        if not reason:
            raise InputError("outbox.reason_missing", field="reason")
        actor = self._desk.acting.actor
        self._require_own(self._outbox.find(uid).kept, actor)
        return self._note(uid, Happening("undone", self._desk.clock.now(), told=reason, actor=actor), _never_sent)

    def _tell_undone(self, undone: Sequence[Entry]) -> None:
        """Cash came in and went back: no money of anybody's is left, so it is in no drawer and on no folio. But the
        books say that it was so. Which guest it was is not told: a reference that was typed may be a name.
        """
        names = [one.kept.draft.uid for one in undone]
        if not names:
            return
        with self._desk.db.reading() as connection:
            known = told_before(connection, _SLIP, names)
        for entry in undone:
            if entry.kept.draft.uid not in known:
                self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        kept, uid = entry.kept, entry.kept.draft.uid
        desk = replace(self._desk, operator=Operator(entry.ended_by, kept.desk), seat=Seat())
        with desk.writing() as unit:
            if told_alone(unit.connection, _SLIP, uid):
                return
            draft = kept.draft
            told = {
                "slip": kept.slip, "amount": draft.amount.minor, "currency": draft.amount.currency,
                "booking": draft.booking_uid or None, "method": draft.method, "occurred_at": kept.occurred_at,
                "business_date": kept.business_date.isoformat(), "taken_by": kept.actor, "undone_at": entry.ended_at,
                "reason": entry.reason,
            }  # fmt: skip
            unit.record("undo", _SLIP, uid, None, told)

    def _require_own(self, kept: Kept, actor: str) -> None:
        if kept.actor == actor:
            return
        try:
            self._desk.require(Permission.VOID)
        except KnownError as error:
            if is_away(error):
                raise KnownError("outbox.others", actor=kept.actor, slip=kept.slip) from error
            raise

    def _note(self, uid: str, what: Happening, allowed: Callable[[Entry], KnownError | None] = lambda _: None) -> Entry:
        entry = self._outbox.find(uid)
        if not self._outbox.box.note(entry.kept.draft.uid, what, allowed):
            raise KnownError("outbox.ended", slip=entry.kept.slip)
        return self._outbox.find(uid)

    def _deliver(self, entry: Entry) -> Payment | None:
        """One payment; None: it was refused, or has ended meanwhile."""
        uid, box = entry.kept.draft.uid, self._outbox.box
        with self._desk.db.reading() as connection:
            payment = find_payment(connection, uid)
        attempt = self._desk.ids.uid()
        if payment is None:
            if not box.note(uid, Happening("sent", self._desk.clock.now(), attempt)):
                return None
            try:
                payment = self._write(entry).value
            except KnownError as error:
                if is_away(error):
                    raise
                log.info("slip %s is not delivered: %s", entry.kept.slip, error.code)
                box.note(uid, Happening("refused", self._desk.clock.now(), attempt, error.code, str(error)))
                return None
        box.note(uid, Happening("delivered", self._desk.clock.now(), attempt))
        return payment

    def _write(self, entry: Entry) -> Saved[Payment]:
        """In the name of who took it; where they may not any more, of who has chosen its booking."""
        kept, chosen = entry.kept, entry.chosen
        try:
            return self._write_as(entry, kept.staff_uid, kept.actor)
        except ForbiddenError:
            if chosen is None:
                raise
            return self._write_as(entry, chosen.staff_uid, chosen.actor)

    def _write_as(self, entry: Entry, staff_uid: str, actor: str) -> Saved[Payment]:
        seat = Seat()
        if staff_uid:
            seat.sit(staff_uid, actor)
        desk = replace(self._desk, operator=Operator(actor, entry.kept.desk), seat=seat)
        with desk.doing(Permission.TAKE_PAYMENT) as unit:
            settings = read_property(unit.connection) or Property()
            booking = _booking(unit, entry)
            draft = checked(_draft(entry.kept, booking), booking.currency, settings)
            if settings.method(draft.method).kind is not MethodKind.CASH:
                raise KnownError("outbox.only_cash")
            take_payment(unit, draft, settings, booking.uid)
            payment = find_payment(unit.connection, draft.uid)
            assert payment is not None
        return Saved(payment, unit.changes)


def _booking(unit: Unit, entry: Entry) -> Booking:
    """Where it goes: what somebody has chosen, or what was shown when it was taken, or what the reference names."""
    draft, chosen = entry.kept.draft, entry.chosen
    claim = chosen.booking_uid if chosen is not None else draft.booking_uid or reference_key(draft.reference)
    pk = resolve_claims(unit.connection, [claim]).get(claim)
    found = None if pk is None else load_booking(unit.connection, pk)
    if found is None:
        raise KnownError("outbox.no_booking", reference=draft.reference)
    if found.status is BookingStatus.CANCELLED and chosen is None:
        raise KnownError("outbox.booking_cancelled", reference=found.reference)
    return found


def _draft(kept: Kept, booking: Booking) -> PaymentDraft:
    draft = kept.draft
    return PaymentDraft(
        draft.uid, booking.pk, draft.method, draft.amount, note=draft.note, tendered=draft.tendered,
        occurred_at=kept.occurred_at, cash_due=draft.cash_due,
    )  # fmt: skip


def _checked(draft: KeepDraft, settings: Property) -> KeepDraft:
    """What can be told without the database."""
    require_positive(draft.amount)
    digits(draft.amount.currency)
    method = next((one for one in settings.methods if one.code == draft.method), None)
    if method is None or method.kind is not MethodKind.CASH:
        raise KnownError("outbox.only_cash")
    reference = clean_text(draft.reference, "reference", 120)
    if not draft.booking_uid and not reference:
        raise InputError("outbox.reference_missing", field="reference")
    due = Money(settings.cash_due(method, draft.amount), draft.amount.currency)
    if draft.tendered is not None and draft.tendered < due.minor:
        given = Money(draft.tendered, due.currency)
        raise InputError("amount.tendered_short", field="tendered", tendered=given, amount=due)
    return replace(draft, reference=reference, note=clean_text(draft.note, "note"), cash_due=due.minor)


def _never_sent(entry: Entry) -> KnownError | None:
    return KnownError("outbox.may_be_in", slip=entry.kept.slip) if entry.is_open else None
