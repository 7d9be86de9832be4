"""What can be done on a folio: charging, taking a charge back, and moving payments to other bookings."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.folio import Charge, FolioLine
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Parts, Transfer
from rentease_desk.domain.payment import UNMATCHED_STATES, Payment, PaymentStatus
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane


class FolioDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``payment_split`` the Parts and the deed's uid,
    ``splitting`` the key of a payment and whether it is being written just now, ``duplicates_asked`` the key of one
    that may stand here twice.
    """

    told = Signal(str)
    refused = Signal(object)
    payment_split = Signal(object, str)
    splitting = Signal(object, bool)
    duplicates_asked = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    @Slot(object)
    def charge(self, pk: int) -> None:
        """Ask what is charged on a booking."""
        refusal = self._context.refusal(Permission.CHARGE)
        if refusal is not None:
            self.refused.emit(refusal)
            return
        bookings = self._context.services.bookings
        self._context.tasks.run(Lane.READ, self, lambda: bookings.get(pk), self._open_charge, channel="charge")

    @Slot(object)
    def reverse(self, line: FolioLine) -> None:
        """Ask why a charge is wrong; say at once what could never be taken back."""
        item = line.item
        if not isinstance(item, Charge):
            return
        if item.corrects_pk is not None:
            self.refused.emit(KnownError("folio.is_reversal"))
        elif item.corrected_on is not None:
            self.refused.emit(ConflictError("folio.reversed"))
        else:
            from rentease_desk.gui.dialogs.reverse_charge import ReverseChargeDialog

            dialog = ReverseChargeDialog(self._context, self._window, item, line.currency)
            dialog.reversed.connect(lambda saved: self._reversed(saved, line.currency))
            dialog.open()

    @Slot(str, object, object)
    def rearrange(self, deed: str, line: FolioLine, booking_pk: int) -> None:
        """Move or split the payment of a line, take such a thing back, or compare it with its double."""
        item = line.item
        payment = item.payment if isinstance(item, Transfer) else item
        if not isinstance(payment, Payment):
            return
        if deed == "undo" and isinstance(item, Transfer):
            self._undo(payment.pk, item.uid)
        elif deed == "double":
            self.duplicates_asked.emit(payment.pk)
        elif deed == "split":
            self.split(payment.pk)
        else:
            self._ask_move(payment.pk, booking_pk)

    @Slot(object)
    def split(self, payment_pk: int) -> None:
        """Ask how a payment is spread over bookings."""
        parts = self._context.services.parts
        self._context.tasks.run(Lane.READ, self, lambda: parts.parts(payment_pk), self._open_split, channel="split")

    def _ask_move(self, pk: int, booking_pk: int) -> None:
        parts = self._context.services.parts
        self._context.tasks.run(
            Lane.READ,
            self,
            lambda: parts.parts(pk),
            lambda found: self._open_move(found, booking_pk),
            channel="move",
        )

    def _open_move(self, found: Parts, booking_pk: int) -> None:
        part = next((one for one in found.parts if one.booking_pk == booking_pk), None)
        left = 0 if part is None else part.left
        if not self._can_move(found, left) or part is None:
            return
        from rentease_desk.gui.dialogs.move_payment import MovePaymentDialog

        dialog = MovePaymentDialog(self._context, self._window, found, part)
        dialog.moved.connect(lambda _moved: self._moved(Money(left, found.payment.currency)))
        dialog.open()

    def _open_split(self, found: Parts) -> None:
        if not self._can_move(found, found.left):
            return
        from rentease_desk.gui.dialogs.split_payment import SplitPaymentDialog

        dialog = SplitPaymentDialog(self._context, self._window, found)
        dialog.writing.connect(partial(self.splitting.emit, found.payment.pk))
        dialog.split.connect(self._was_split)
        dialog.open()

    def _can_move(self, found: Parts, left: int) -> bool:
        """What could never be moved is said at once."""
        if found.payment.status is PaymentStatus.VOIDED:
            self.refused.emit(KnownError("parts.void"))
        elif found.payment.state not in UNMATCHED_STATES:
            self.refused.emit(KnownError("parts.not_paid"))
        elif left <= 0:
            self.refused.emit(KnownError("parts.nothing_left"))
        else:
            return True
        return False

    def _undo(self, payment_pk: int, deed: str) -> None:
        parts, uid = self._context.services.parts, self._context.services.desk.ids.uid()
        self._context.tasks.run(
            Lane.WRITE,
            self,
            lambda: parts.undo(payment_pk, deed, uid),
            lambda _saved: self.told.emit(self.tr("It is where it was before.")),
            self.refused.emit,
        )

    def _moved(self, money: Money) -> None:
        words = self.tr("{amount} moved. The menu of its line takes it back.")
        self.told.emit(words.format(amount=self._context.formats.money(money)))

    @Slot(object, str)
    def _was_split(self, found: Parts, uid: str) -> None:
        money = Money(found.payment.amount, found.payment.currency)
        places = ", ".join(part.reference or "" for part in found.parts if part.gross)
        words = self.tr("{amount} is on {places}. The menu of a line takes it back.")
        self.told.emit(words.format(amount=self._context.formats.money(money), places=places))
        self.payment_split.emit(found, uid)

    def _open_charge(self, booking: Booking) -> None:
        from rentease_desk.gui.dialogs.charge import ChargeDialog

        dialog = ChargeDialog(self._context, self._window, booking)
        dialog.charged.connect(lambda saved: self._charged(saved, booking))
        dialog.open()

    def _charged(self, charge: Charge, booking: Booking) -> None:
        amount = self._context.formats.money(Money(charge.amount, booking.currency))
        words = self.tr("{amount} charged to {guest}.")
        self.told.emit(words.format(amount=amount, guest=booking.guest.name))

    def _reversed(self, charge: Charge, currency: str) -> None:
        amount = self._context.formats.money(Money(-charge.amount, currency))
        self.told.emit(self.tr("{amount} is taken back.").format(amount=amount))
