"""What is done about cash while the database is away, and when it is back, from wherever in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.outbox import Entry, Kept
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.gui.dialogs.waiting import WaitingDialog
    from rentease_desk.services.outbox import Delivered


class OutboxDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``receipt_asked`` a payment's key and None."""

    told = Signal(str)
    refused = Signal(object)
    receipt_asked = Signal(object, object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._dialog: WaitingDialog | None = None
        context.ready.connect(self._deliver_fresh)
        context.away.returned.connect(self._deliver_fresh)

    @Slot()
    def take_cash(self) -> None:
        """Take cash against a typed reference."""
        outbox = self._context.away.outbox
        if outbox is None or not outbox.is_used:
            return
        from rentease_desk.gui.dialogs.take_cash import TakeCashDialog

        dialog = TakeCashDialog(self._context, self._window, outbox)
        dialog.kept.connect(self.show_kept)
        dialog.open()

    @Slot(object)
    def show_kept(self, kept: Kept) -> None:
        """Cash was kept: say so, and show its slip."""
        amount = self._context.formats.money(kept.draft.amount)
        self.told.emit(self.tr("{amount} wait at this desk: slip {slip}.").format(amount=amount, slip=kept.slip))
        self._context.away.count()
        self._show_slip(kept)

    @Slot()
    def show_waiting(self) -> None:
        """Show what waits."""
        outbox = self._context.away.outbox
        if outbox is None or not outbox.is_used:
            self.refused.emit(KnownError("outbox.not_needed"))
            return
        from rentease_desk.gui.dialogs.waiting import WaitingDialog

        self._dialog = dialog = WaitingDialog(self._context, self._window, outbox)
        dialog.deliver_asked.connect(self.deliver)
        dialog.lines.slip_asked.connect(lambda entry: self._show_slip(entry.kept))
        dialog.lines.choose_asked.connect(self._choose)
        dialog.lines.undo_asked.connect(self._undo)
        dialog.lines.receipt_asked.connect(self._ask_receipt)
        dialog.open()

    @Slot()
    def deliver(self) -> None:
        """Bring all that waits into the database."""
        self._deliver(refused_too=True)

    @Slot()
    def _deliver_fresh(self) -> None:
        """What was refused before waits for a person."""
        self._deliver(refused_too=False)

    def _deliver(self, *, refused_too: bool) -> None:
        if self._context.is_ready and self._context.services.outbox.is_used:
            deliveries = self._context.services.deliveries
            work = lambda: deliveries.deliver(refused_too=refused_too)  # noqa: E731 - a word
            self._context.tasks.run(Lane.NETWORK, self, work, self._delivered, self._not_delivered, channel="deliver")

    def _delivered(self, found: Delivered) -> None:
        self._context.away.count()
        self._reload()
        if found.payments:
            one, more = self.tr("1 payment that waited is delivered."), self.tr("{count} that waited are delivered.")
            count = len(found.payments)
            self.told.emit(one if count == 1 else more.format(count=count))

    def _not_delivered(self, error: KnownError) -> None:
        self._context.away.count()
        self._reload()
        if self._context.away.since is None:
            self.refused.emit(error)

    def _reload(self) -> None:
        if self._dialog is not None and shiboken6.isValid(self._dialog) and not self._dialog.is_closed:
            self._dialog.reload()

    def _parent(self) -> QWidget:
        """The list of what waits, where that is open."""
        dialog = self._dialog
        is_open = dialog is not None and shiboken6.isValid(dialog) and not dialog.is_closed
        return dialog if is_open and dialog is not None else self._window

    def _show_slip(self, kept: Kept) -> None:
        outbox = self._context.away.outbox
        assert outbox is not None
        from rentease_desk.gui.dialogs.slip import SlipDialog

        dialog = SlipDialog(self._context, self._parent(), outbox, kept)
        dialog.given_out.connect(self.told)
        dialog.open()

    def _choose(self, entry: Entry) -> None:
        from rentease_desk.gui.dialogs.choose_booking import ChooseBookingDialog

        dialog = ChooseBookingDialog(self._context, self._parent(), entry)
        dialog.chosen.connect(self.deliver)
        dialog.open()

    def _undo(self, entry: Entry) -> None:
        from rentease_desk.gui.dialogs.choose_booking import UndoKeptDialog

        dialog = UndoKeptDialog(self._context, self._parent(), entry)
        dialog.undone.connect(self._undone)
        dialog.open()

    @Slot(object)
    def _undone(self, entry: Entry) -> None:
        self.told.emit(self.tr("Slip {slip} is undone.").format(slip=entry.kept.slip))
        self._context.away.count()
        self._reload()

    def _ask_receipt(self, entry: Entry) -> None:
        payments, uid = self._context.services.payments, entry.kept.draft.uid

        def found(payment: Payment) -> None:
            if self._dialog is not None and shiboken6.isValid(self._dialog):
                self._dialog.reject()
            self.receipt_asked.emit(payment.pk, None)

        self._context.tasks.run(Lane.READ, self, lambda: payments.find(uid), found, self.refused.emit, channel="paid")
