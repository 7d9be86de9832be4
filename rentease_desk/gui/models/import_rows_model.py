"""Rows of an import with their fates, read from the report a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.imports import Fate, Row
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.import_words import fate_chip, tr, why
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.words import booking_chip

if TYPE_CHECKING:
    from rentease_desk.services.importing.spool import Spool


class PlacedRow(Struct, frozen=True):
    """A row, and where it stands in the report."""

    place: int
    row: Row


class ReportSource:
    """The rows of one fate, or all."""

    def __init__(self, spool: Spool, fate: Fate | None) -> None:
        self._spool, self._fate = spool, fate

    def keys(self, limit: int | None = None, /) -> array[int]:
        """Where they stand; all are known at once."""
        return self._spool.places(self._fate)[:limit]

    def rows(self, keys: Sequence[int]) -> list[PlacedRow]:
        """Those at these places."""
        return [PlacedRow(at, row) for at, row in zip(keys, self._spool.rows(keys), strict=True)]

    def key_of(self, row: PlacedRow) -> int:
        """Where a row stands."""
        return row.place


class ImportRowsModel(PagedModel[PlacedRow]):
    """``load`` it with a ``ReportSource``."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._formats = context.formats
        columns: tuple[Column[PlacedRow], ...] = (
            Column("line", tr("Line"), 52, _line, align=Align.RIGHT),
            Column("fate", tr("What happens"), 104, lambda one: Cell(chip=fate_chip(one.row)), firm=True),
            Column(
                "reference",
                tr("Reference"),
                116,
                lambda one: Cell(one.row.reference, tip=one.row.reference),
                give_way=1,
            ),
            Column("guest", tr("Guest"), 150, _guest),
            Column("stay", tr("Stay"), 156, self._stay),
            Column("room", tr("Room"), 64, lambda one: Cell(one.row.room, tip=one.row.room), give_way=2),
            Column("total", tr("Total"), 112, self._total, align=Align.RIGHT),
            Column("status", tr("Status"), 104, _status, give_way=3),
            Column("why", tr("Why"), 220, self._why, stretch=True),
        )
        super().__init__(context.tasks, columns, parent)

    def _stay(self, one: PlacedRow) -> Cell:
        row = one.row
        if row.arrival is None or row.departure is None:
            return Cell(DASH, colour="text2")
        formats = self._formats
        return Cell(f"{formats.day_month(row.arrival)} {DASH} {formats.short_date(row.departure)}")

    def _total(self, one: PlacedRow) -> Cell:
        total = one.row.total
        if total is None:
            return Cell(DASH, colour="text2")
        return Cell(self._formats.amount(total.minor, total.currency), code=total.currency.upper())

    def _why(self, one: PlacedRow) -> Cell:
        told = why(one.row, self._formats, short=True)
        is_news = one.row.trouble is not None and one.row.fate is not Fate.SAME
        colour = "wrong" if is_news else "text2"
        return Cell(told, colour=colour, tip=why(one.row, self._formats))


def _line(one: PlacedRow) -> Cell:
    return Cell(str(one.row.line) if one.row.line else DASH, colour="text2")


def _guest(one: PlacedRow) -> Cell:
    name = " ".join(one.row.guest.split())
    return Cell(name, tip=name)


def _status(one: PlacedRow) -> Cell:
    return Cell(booking_chip(BookingStatus(one.row.status)).word, colour="text2") if one.row.status else Cell("")
