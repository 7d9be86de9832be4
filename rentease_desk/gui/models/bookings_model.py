"""Bookings as rows."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import BookingQuery, BookingSort
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.words import balance_chip, booking_chip, spoken_amount, tr

if TYPE_CHECKING:
    from rentease_desk.services.bookings import BookingService


class BookingSource(Struct, frozen=True):
    """The bookings of one query."""

    service: BookingService
    query: BookingQuery

    def keys(self, limit: int | None = None, /) -> array[int]:
        """All keys, in order; the first ``limit`` of what words find."""
        return self.service.keys(self.query, limit)

    def rows(self, keys: Sequence[int]) -> list[Booking]:
        """Some bookings."""
        return self.service.page(keys)

    def key_of(self, row: Booking) -> int:
        """The booking's key."""
        return row.pk


class BookingsModel(PagedModel[Booking]):
    """Columns of the bookings list."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        super().__init__(context.tasks, self._make_columns(), parent)

    def _make_columns(self) -> list[Column[Booking]]:
        by = BookingSort
        return [
            Column("reference", tr("Reference"), 100, self._reference, by.REFERENCE),
            Column("guest", tr("Guest"), 180, lambda one: Cell(one.guest.name), by.GUEST, stretch=True),
            Column("room", tr("Room"), 72, lambda one: Cell(", ".join(one.rooms)), by.ROOM),
            Column("arrival", tr("Arrival"), 104, lambda one: self._day(one, departure=False), by.ARRIVAL),
            Column(
                "departure", tr("Departure"), 104, lambda one: self._day(one, departure=True), by.DEPARTURE, give_way=2
            ),
            Column("nights", tr("Nights"), 56, lambda one: Cell(str(one.nights)), align=Align.RIGHT, give_way=5),
            Column(
                "channel", tr("Channel"), 104, lambda one: Cell(one.channel, colour="text2"), by.CHANNEL, give_way=6
            ),
            Column(
                "total",
                tr("Total"),
                112,
                lambda one: self._sum(one, one.totals.charged),
                by.TOTAL,
                Align.RIGHT,
                give_way=4,
            ),
            Column("paid", tr("Paid"), 88, self._paid, by.PAID, Align.RIGHT, give_way=3),
            Column("balance", tr("Balance"), 172, self._balance, by.BALANCE, firm=True),
            Column(
                "status",
                tr("Stay"),
                112,
                lambda one: Cell(chip=booking_chip(one.status)),
                by.STATUS,
                give_way=1,
                firm=True,
            ),
        ]

    def _reference(self, booking: Booking) -> Cell:
        return Cell(booking.reference, colour="text2")

    def _day(self, booking: Booking, *, departure: bool) -> Cell:
        day = booking.departure if departure else booking.arrival
        formats = self._context.formats
        return Cell(formats.short_date(day), colour="text2", tip=formats.long_date(day), spoken=formats.long_date(day))

    def _sum(self, booking: Booking, minor: int, *, coded: bool = True) -> Cell:
        formats = self._context.formats
        return Cell(
            formats.amount(minor, booking.currency),
            code=booking.currency.upper() if coded else None,
            colour="text" if minor else "text2",
            spoken=spoken_amount(minor, booking.currency, formats),
        )

    def _paid(self, booking: Booking) -> Cell:
        return self._sum(booking, booking.totals.paid - booking.totals.refunded, coded=False)

    def _balance(self, booking: Booking) -> Cell:
        chip = balance_chip(booking, self._context.formats, self._context.today())
        return Cell(chip=chip, spoken=chip.word)
