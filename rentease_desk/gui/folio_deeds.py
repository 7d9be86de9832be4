"""What can be done on a folio besides money: charging, and taking a charge back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.folio import Charge, FolioLine
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane


class FolioDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError."""

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    @Slot(object)
    def charge(self, pk: int) -> None:
        """Ask what is charged on a booking."""
        bookings = self._context.services.bookings
        self._context.tasks.run(Lane.READ, self, lambda: bookings.get(pk), self._open_charge, channel="charge")

    @Slot(object)
    def reverse(self, line: FolioLine) -> None:
        """Ask why a charge is wrong; say at once what could never be taken back."""
        item = line.item
        if not isinstance(item, Charge):
            return
        if item.corrects_pk is not None:
            self.refused.emit(KnownError("charge.is_reversal"))
        elif item.corrected_on is not None:
            self.refused.emit(ConflictError("charge.reversed"))
        else:
            from rentease_desk.gui.dialogs.reverse_charge import ReverseChargeDialog

            dialog = ReverseChargeDialog(self._context, self._window, item, line.currency)
            dialog.reversed.connect(lambda saved: self._reversed(saved, line.currency))
            dialog.open()

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
