"""What leads from one page to another, and what a deed shows on the page from which it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Slot

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.moves import Moved
from rentease_desk.domain.parts import Parts
from rentease_desk.gui.context import Context
from rentease_desk.gui.deeds import Deeds
from rentease_desk.gui.pages import Pages


class Leads(QObject):
    """``go`` shows a page by its name."""

    def __init__(
        self, context: Context, pages: Pages, deeds: Deeds, go: Callable[[str], None], window: QObject
    ) -> None:
        super().__init__(window)
        self._context, self._pages, self._deeds, self._go = context, pages, deeds, go

    @Slot(object)
    def show_unmatched(self, pk: int | None) -> None:
        """The page where payments find their bookings, on this one."""
        self._go("unmatched")
        if pk is not None:
            self._pages.unmatched.open_payment(pk)

    @Slot(object)
    def show_day(self, day: date) -> None:
        """The payments of one day, behind a row of a report."""
        self._go("payments")
        self._pages.payments.show_day(day)

    @Slot()
    def go_drawer(self) -> None:
        """The drawer."""
        self._go("drawer")

    @Slot()
    def close_drawer(self) -> None:
        """The drawer, to be counted."""
        if self._context.is_ready:
            self._go("drawer")
            self._pages.drawer.close_drawer()

    @Slot()
    def sync_now(self) -> None:
        """The sync, which begins."""
        if self._context.is_ready:
            self._go("sync")
            self._pages.sync.now.ask()

    @Slot()
    def export(self) -> None:
        """A file of the report on show; from any other page, of the payments as they are filtered."""
        if self._pages.shown == "reports":
            self._pages.reports.export()
        elif self._context.is_ready:
            self._go("payments")
            self.export_query(self._pages.payments.query)

    @Slot(object)
    def export_query(self, query: PaymentQuery) -> None:
        """A file of these payments."""
        self._deeds.export_payments(query, self._pages.payments.model.rowCount())

    @Slot()
    def search(self) -> None:
        """The search of the page on show; where it has none, that of the bookings."""
        pages = self._pages
        view = pages.payments if pages.shown == "payments" else pages.bookings
        if pages.shown not in {"payments", "bookings"}:
            self._go("bookings")
        view.search.setFocus()
        view.search.selectAll()

    @Slot(object, bool)
    def payment_splitting(self, pk: int, writing: bool) -> None:
        """It is being written, or was not."""
        if self._pages.shown == "unmatched":
            self._pages.unmatched.deeds.expect(pk, writing)

    @Slot(object, str)
    def payment_split(self, found: Parts, uid: str) -> None:
        """It can be taken back where it was split."""
        if self._pages.shown == "unmatched":
            self._pages.unmatched.deeds.note_split(found, uid)

    @Slot(object)
    def booking_saved(self, booking: Booking) -> None:
        """It is marked in the list from which it was asked for."""
        if self._pages.shown == "bookings":
            self._pages.bookings.mark_when_loaded(booking.pk)

    @Slot(object)
    def moved(self, moved: Moved) -> None:
        """A stay has other days or another room."""
        if self._pages.is_made("tape"):
            self._pages.tape.moved(moved)

    @Slot()
    def not_moved(self) -> None:
        """It stays where it was."""
        if self._pages.is_made("tape"):
            self._pages.tape.chart.not_moved()
