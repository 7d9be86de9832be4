"""What can be done with payment links, from anywhere in the window."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.links import LinkState, PaymentLink
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.gui.dialogs.show_link import ShowLinkDialog

_Found = tuple[Booking, list[PaymentLink]]


class LinkDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError."""

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._cancel = threading.Event()

    def stop(self) -> None:
        """Wait for Stripe no longer: what was asked is settled by the next start."""
        self._cancel.set()
        self._cancel = threading.Event()

    @Slot(object)
    def ask(self, booking_pk: int) -> None:
        """Ask over how much a link is made."""
        bookings, links = self._context.services.bookings, self._context.services.links
        self._context.tasks.run(
            Lane.READ,
            self,
            lambda: (bookings.get(booking_pk), links.of_booking(booking_pk)),
            self._open,
            channel="link",
        )

    @Slot(object)
    def show_link(self, link: PaymentLink) -> None:
        """Show a link again."""
        bookings = self._context.services.bookings
        self._context.tasks.run(
            Lane.READ,
            self,
            lambda: bookings.get(link.booking_pk),
            lambda booking: self._show(booking, link).look(),  # it may have been paid since the last sync
            channel="show",
        )

    @Slot(object)
    def cancel(self, link: PaymentLink) -> None:
        """Let nobody pay by it any more."""
        links, cancel = self._context.services.links, self._cancel
        self._context.tasks.run(
            Lane.NETWORK, self, lambda: links.cancel(link.uid, cancel).value, self._cancelled, self.refused.emit
        )

    @Slot(object)
    def look_at(self, payment: Payment) -> None:
        """Money was taken: if links could still bring more than is owed, say so."""
        pk = payment.booking_pk
        if pk is None:
            return
        bookings, links = self._context.services.bookings, self._context.services.links
        self._context.tasks.run(
            Lane.READ, self, lambda: (bookings.get(pk), links.too_many(pk)), self._warn, channel="open"
        )

    def _open(self, found: _Found) -> None:
        from rentease_desk.gui.dialogs.payment_link import PaymentLinkDialog

        booking, links = found
        dialog = PaymentLinkDialog(self._context, self._window, booking, links, self._cancel)
        dialog.made.connect(lambda link: self._made(booking, link))
        dialog.open()

    def _made(self, booking: Booking, link: PaymentLink) -> None:
        if link.trouble is not None:
            self.refused.emit(link.trouble)
        elif link.state is LinkState.OPEN:
            self._show(booking, link)

    def _show(self, booking: Booking, link: PaymentLink) -> ShowLinkDialog:
        from rentease_desk.gui.dialogs.show_link import ShowLinkDialog

        dialog = ShowLinkDialog(self._context, self._window, booking, link, self._cancel)
        dialog.cancel_asked.connect(self.cancel)
        dialog.paid.connect(self._fetch)
        dialog.open()
        return dialog

    def _warn(self, found: _Found) -> None:
        booking, links = found
        if not links:
            return
        from rentease_desk.gui.dialogs.open_links import OpenLinksDialog

        dialog = OpenLinksDialog(self._context, self._window, booking, links, self._cancel)
        dialog.cancelled.connect(lambda: self.told.emit(self.tr("Nobody can pay by these links any more.")))
        dialog.open()

    @Slot()
    def _fetch(self) -> None:
        """The payment is there: it is fetched now, and not with the timer's next turn."""
        sync, cancel = self._context.services.sync, self._cancel
        self._context.tasks.run(Lane.NETWORK, self, lambda: sync.tick(cancel), lambda _: None, self._not_fetched)

    def _not_fetched(self, error: KnownError) -> None:
        """A sync that is under way brings it as well."""
        if not isinstance(error, ConflictError):
            self.refused.emit(error)

    def _cancelled(self, link: PaymentLink) -> None:
        amount = self._context.formats.money(link.money)
        self.told.emit(self.tr("The payment link over {amount} is cancelled.").format(amount=amount))
