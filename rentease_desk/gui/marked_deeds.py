"""Actions of the menus and their keys that are about what is marked on the page on show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.parts import Transfer
from rentease_desk.domain.payment import Payment, Refund
from rentease_desk.domain.stays import Deed
from rentease_desk.gui.deeds import Deeds
from rentease_desk.gui.folio_deeds import FolioDeeds
from rentease_desk.gui.link_deeds import LinkDeeds
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.stay_deeds import StayDeeds
from rentease_desk.gui.views.folio_beside import FolioBeside

if TYPE_CHECKING:
    from rentease_desk.gui.views.folio_view import FolioView
    from rentease_desk.gui.views.payments_view import PaymentsView


class MarkedDeeds(QObject):
    """``said`` carries what has to be marked first; ``…_history_asked`` a key, and what it is in words."""

    said = Signal(str)
    booking_history_asked = Signal(object, str)
    payment_history_asked = Signal(object, str)

    def __init__(
        self,
        pages: Pages,
        deeds: Deeds,
        folio_deeds: FolioDeeds,
        links: LinkDeeds,
        stays: StayDeeds,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self._deeds, self._folio_deeds, self._links, self._stays = deeds, folio_deeds, links, stays

    def stay(self) -> Booking | None:
        """The booking that actions are about, as the person sees it."""
        pages, shown = self._pages, self._pages.shown
        if shown == "folio":
            return pages.folio.folio.booking if pages.folio.folio is not None else None
        if shown in {"today", "tape"}:
            return (pages.today if shown == "today" else pages.tape).current_item
        return pages.bookings.current_item if shown == "bookings" else None

    def reference(self) -> str | None:
        """Its reference."""
        booking = self.stay()
        return booking.reference if booking else None

    def do(self, deed: Deed) -> None:
        """Check in, check out, and the like."""
        booking = self.stay()
        if booking is not None:
            self._stays.ask(deed, booking)
        else:
            self.said.emit(self.tr("Mark a booking first."))

    @Slot()
    def pay(self) -> None:
        """Take a payment."""
        self._with_booking(self._deeds.take_payment, self.tr("Mark a booking first: a payment belongs to one."))

    @Slot()
    def charge(self) -> None:
        """Charge something."""
        self._with_booking(self._folio_deeds.charge, self.tr("Mark a booking first."))

    @Slot()
    def link(self) -> None:
        """Make a payment link."""
        self._with_booking(self._links.ask, self.tr("Mark a booking first: a payment link is for one."))

    @Slot()
    def edit(self) -> None:
        """Edit the booking."""
        self._with_booking(self._deeds.edit_booking, self.tr("Mark a booking first."))

    @Slot()
    def void(self) -> None:
        """Void the payment."""
        self._with_payment(lambda page: page.ask_void())

    @Slot()
    def refund(self) -> None:
        """Give the payment back."""
        self._with_payment(lambda page: page.ask_refund())

    @Slot()
    def receipt(self) -> None:
        """Show the receipt of the payment or refund."""
        self._with_payment(lambda page: page.ask_receipt())

    @Slot()
    def history(self) -> None:
        """Tell what happened to the booking."""
        booking, mark_first = self.stay(), self.tr("Mark a booking first.")
        about = f"{booking.reference} · {booking.guest.name}" if booking is not None else ""
        self._with_booking(lambda pk: self.booking_history_asked.emit(pk, about), mark_first)

    @Slot()
    def payment_history(self) -> None:
        """Tell what happened to the payment."""
        pages, pk, named = self._pages, None, self.stay()
        about = "" if named is None else f"{named.reference} · {named.guest.name}"
        if pages.shown == "payments" and pages.payments.current_row is not None:
            row = pages.payments.current_row
            pk, about = row.payment_pk, " · ".join(filter(None, (row.booking_reference, row.guest or row.payer_name)))
        elif pages.shown == "folio" and pages.folio.current_line is not None:
            pk = _payment_of(pages.folio.current_line.item)
        if pk is None:
            self.said.emit(self.tr("Mark a payment first."))
        else:
            self.payment_history_asked.emit(pk, about)

    def _with_booking(self, act: Callable[[int], object], otherwise: str) -> None:
        pk = self._booking()
        if pk is not None:
            act(pk)
        else:
            self.said.emit(otherwise)

    def _booking(self) -> int | None:
        if self._pages.shown == "folio":
            return self._pages.folio.booking_pk
        page = self._pages.named(self._pages.shown)
        return page.current_booking if isinstance(page, FolioBeside) else None

    def _with_payment(self, ask: Callable[[FolioView | PaymentsView], bool]) -> None:
        """Ask the page on show, if it has payments; no other is made for that."""
        pages = self._pages
        page = pages.folio if pages.shown == "folio" else pages.payments if pages.shown == "payments" else None
        if page is None or not ask(page):
            self.said.emit(self.tr("Mark a payment first."))


def _payment_of(item: Charge | Payment | Refund | Transfer) -> int | None:
    """The key of the payment that a line of a folio is about."""
    match item:
        case Payment():
            return item.pk
        case Refund():
            return item.payment_pk
        case Transfer():
            return item.payment.pk
        case Charge():
            return None
