"""What can be done from anywhere in the window: each deed opens its dialog, and says what came of it.

Dialogs are imported when they are first opened: the window is painted sooner.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.domain.lists import MoneyRow, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Parts
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, RefundStatus, Source
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.refunds import Refunded
from rentease_desk.domain.requests import RequestState
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.domain.imports import Counts
    from rentease_desk.gui.dialogs.import_bookings import ImportDialog


class Deeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``booking_saved`` the Booking, ``payment_taken`` the
    Payment, ``receipt_wanted`` one that was just taken, ``crossed`` the Crossing of one with somebody else's,
    ``cash_kept`` the Kept of cash that waits for the database.
    """

    told = Signal(str)
    refused = Signal(object)
    booking_saved = Signal(object)
    payment_taken = Signal(object)
    receipt_wanted = Signal(object)
    crossed = Signal(object)
    cash_kept = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._cancel = threading.Event()
        self._importing: ImportDialog | None = None
        self.shown: Callable[[], Booking | None] = lambda: None
        """The booking that is marked, as it was read last: while the database is away it has to do."""

    def stop(self) -> None:
        """Wait for Stripe no longer: what was asked is settled by the next start."""
        self._cancel.set()
        self._cancel = threading.Event()
        if self._importing is not None and shiboken6.isValid(self._importing):
            self._importing.stop()

    @Slot(object)
    def take_payment(self, pk: int) -> None:
        """Ask for a payment on a booking."""
        if not self._may(Permission.TAKE_PAYMENT):
            return
        bookings, payments, shown = self._context.services.bookings, self._context.services.payments, self.shown()
        seen = shown if shown is not None and shown.pk == pk else None
        if seen is not None and self._context.away.keeps_cash:
            self._open_payment(None, seen)
            return

        def read() -> tuple[frozenset[int], Booking]:
            return payments.on(pk), bookings.get(pk)

        def not_read(error: KnownError) -> None:
            if seen is not None and is_away(error) and self._context.away.keeps_cash:
                self._open_payment(None, seen)
            else:
                self.refused.emit(error)

        done = lambda found: self._open_payment(*found)  # noqa: E731 - a word
        self._context.tasks.run(Lane.READ, self, read, done, not_read, channel="pay")

    @Slot()
    def new_booking(self) -> None:
        """Ask for a new booking."""
        if self._context.is_ready and self._may(Permission.EDIT_BOOKING):
            self._open_booking(None)

    @Slot(object)
    def edit_booking(self, pk: int) -> None:
        """Ask for the changes of a booking, as it stands now."""
        if not self._may(Permission.EDIT_BOOKING):
            return
        bookings = self._context.services.bookings
        self._context.tasks.run(Lane.READ, self, lambda: bookings.get(pk), self._open_booking, channel="edit")

    @Slot(object)
    def void(self, marked: Payment | MoneyRow) -> None:
        """The same, for what a list or a folio shows of it."""
        if isinstance(marked, MoneyRow):
            self.void_row(marked)
        else:
            self.void_payment(marked)

    @Slot(object)
    def void_payment(self, payment: Payment) -> None:
        """Ask why a payment is void; say at once what could never be."""
        if not self._may(Permission.VOID):
            return
        if payment.source is Source.STRIPE:
            self.refused.emit(KnownError("void.stripe"))
        elif payment.status is PaymentStatus.VOIDED:
            self.refused.emit(KnownError("void.already"))
        else:
            from rentease_desk.gui.dialogs.void_payment import VoidPaymentDialog

            dialog = VoidPaymentDialog(self._context, self._window, payment)
            dialog.voided.connect(self._voided)
            dialog.open()

    @Slot(object)
    def void_row(self, shown: MoneyRow) -> None:
        """The same, for a row of the payments list."""
        payments, pk = self._context.services.payments, shown.payment_pk
        self._context.tasks.run(Lane.READ, self, lambda: payments.get(pk), self.void_payment, channel="void")

    @Slot(object, object)
    def refund(self, pk: int, booking_pk: int | None) -> None:
        """Ask how much of a payment goes back, and why. ``booking_pk``: of its part there; None: it is asked which."""
        if not self._may(Permission.REFUND):
            return
        parts = self._context.services.parts
        self._context.tasks.run(
            Lane.READ,
            self,
            lambda: parts.parts(pk),
            lambda found: self._open_refund(found, booking_pk),
            channel="refund",
        )

    def export_payments(self, query: PaymentQuery, rows: int) -> None:
        """Ask how the list is written."""
        if not self._may(Permission.EXPORT):
            return
        from rentease_desk.gui.dialogs.export_view import ExportDialog

        dialog = ExportDialog(self._context, self._window, query, rows)
        dialog.exported.connect(lambda done: self.told.emit(self.tr("Written: {path}").format(path=done.path)))
        dialog.open()

    @Slot()
    def import_bookings(self) -> None:
        """Ask what is imported. What that needs is loaded in the worker."""
        if not self._context.is_ready or not self._may(Permission.IMPORT):
            return
        services = self._context.services

        def known() -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
            imports = services.imports
            calendars = tuple((one.name, one.room) for one in imports.calendars.sources())
            return imports.rows.sources(), calendars, services.bookings.rooms()

        self._context.tasks.run(Lane.READ, self, known, self._open_import, channel="import")

    def _may(self, permission: Permission) -> bool:
        """What the services would refuse anyway is said before anything is typed."""
        refusal = self._context.refusal(permission)
        if refusal is not None:
            self.refused.emit(refusal)
        return refusal is None

    def _open_import(self, known: tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]) -> None:
        from rentease_desk.gui.dialogs.import_bookings import ImportDialog
        from rentease_desk.gui.widgets.import_what import Known

        self._importing = dialog = ImportDialog(self._context, self._window, Known(*known))
        dialog.imported.connect(self._imported)
        dialog.open()

    @Slot(object)
    def _imported(self, counts: Counts) -> None:
        from rentease_desk.gui.import_words import counts_told

        told = counts_told(counts, self._context.formats)
        self.told.emit(self.tr("Imported: {counts}.").format(counts=told))

    def _open_payment(self, known: frozenset[int] | None, booking: Booking) -> None:
        from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog

        dialog = TakePaymentDialog(self._context, self._window, booking, known)
        dialog.taken.connect(self._taken)
        dialog.crossed.connect(self.crossed)
        dialog.kept.connect(self.cash_kept)
        dialog.receipt_wanted.connect(self.receipt_wanted)
        dialog.open()

    def _open_refund(self, found: Parts, booking_pk: int | None) -> None:
        some = found.open_parts if booking_pk is None else (found.part_on(booking_pk),)
        trouble = _why_not_refunded(found.payment, sum(part.left for part in some))
        if trouble is not None:
            self.refused.emit(trouble)
            return
        from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog

        dialog = RefundPaymentDialog(self._context, self._window, found, some)
        dialog.planned.connect(self._refund_planned)
        dialog.open()

    @Slot(object)
    def _refund_planned(self, found: Refunded) -> None:
        """Stripe is asked while people go on working; the folio shows the refund as pending meanwhile."""
        self._refunded(found)
        if found.state is RequestState.PLANNED:
            refunds, uid, cancel = self._context.services.refunds, found.refund.uid, self._cancel
            self._context.tasks.run(
                Lane.NETWORK, self, lambda: refunds.send(uid, cancel).value, self._refunded, self.refused.emit
            )

    def _refunded(self, found: Refunded) -> None:
        amount = self._context.formats.money(Money(found.refund.amount, found.refund.currency))
        done = found.refund.status is RefundStatus.SUCCEEDED
        if found.trouble is not None:
            self.refused.emit(found.trouble)
        elif done:
            self.told.emit(self.tr("{amount} refunded.").format(amount=amount))
        else:
            self.told.emit(self.tr("{amount} is on its way back: pending at Stripe.").format(amount=amount))

    def _open_booking(self, booking: Booking | None) -> None:
        from rentease_desk.gui.dialogs.booking_dialog import BookingDialog

        def show(names: tuple[str, ...]) -> None:
            dialog = BookingDialog(self._context, self._window, names, booking)
            dialog.saved.connect(self._saved)
            dialog.open()

        self._context.tasks.run(Lane.READ, self, self._context.services.bookings.rooms, show, channel="rooms")

    @Slot(object)
    def _taken(self, payment: Payment) -> None:
        text = self.tr("{amount} taken from {guest}.")
        self.told.emit(text.format(amount=self._amount(payment), guest=payment.guest))
        self.payment_taken.emit(payment)

    @Slot(object)
    def _voided(self, payment: Payment) -> None:
        self.told.emit(self.tr("{amount} is void.").format(amount=self._amount(payment)))

    @Slot(object)
    def _saved(self, booking: Booking) -> None:
        self.told.emit(self.tr("{reference} is saved.").format(reference=booking.reference))
        self.booking_saved.emit(booking)

    def _amount(self, payment: Payment) -> str:
        return self._context.formats.money(Money(payment.amount, payment.currency))


def _why_not_refunded(payment: Payment, left: int) -> KnownError | None:
    """What could never be given back is said at once."""
    if payment.status is PaymentStatus.VOIDED:
        return KnownError("refund.void")
    if payment.state is not PaymentState.SUCCEEDED:
        return KnownError("refund.not_paid")
    return KnownError("refund.nothing_left") if left <= 0 else None
