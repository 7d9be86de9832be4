"""The rows of a report, as its file has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QObject

from rentease_desk.domain import reporting
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import ColumnKind, Preview, ReportName
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.words import spoken_amount, tr

Row = tuple[reporting.Cell, ...]
_WIDTHS = {
    ColumnKind.TEXT: 112,
    ColumnKind.CODE: 96,
    ColumnKind.DAY: 104,
    ColumnKind.MOMENT: 136,
    ColumnKind.MONEY: 92,
    ColumnKind.COUNT: 64,
    ColumnKind.SHARE: 88,
}
_FIGURES = frozenset({ColumnKind.MONEY, ColumnKind.COUNT, ColumnKind.SHARE})
_OF_A_LETTER, _OF_A_WORD = 6.8, 7.3
_FIRST, _FIRST_WORDS, _FIRST_KIND, _NARROWEST = 176, 200, 136, 72
_EDGE = 16
_WIDEST = {ColumnKind.TEXT: 176, ColumnKind.CODE: 128}
"""Words have the room that they need, up to this: ids and notes are cut."""
_DAILY = frozenset({ReportName.TAKINGS, ReportName.NIGHTS, ReportName.OCCUPANCY})
"""Whose rows are days each: in a list of payments it need not be said of each row that its day is still open."""
_WORDS = frozenset({"kind", "status", "why", "movement", "transaction_type"})
"""Codes that are words, and are read as such on the screen; ids stay as they are."""
_GIVE_WAY = {"method_code": 7, "stripe_id": 6, "transaction": 6, "source": 5, "id": 5, "desk": 4, "channel": 4,
             "payment_date": 3, "status": 3, "person": 3, "account": 3, "method": 2, "arrival": 2, "departure": 2,
             "age": 1, "occurred_at": 1}  # fmt: skip
_OF_LISTS = (
    "previous_hash", "hash", "proof", "booking_id", "payment_id", "stripe_charge_id", "stripe_payment_id",
    "stripe_refund_id", "dispute_id", "payout_id", "transaction_type", "available_on", "settlement_currency", "last4",
    "brand", "description", "note", "reference", "late_of", "made_at", "part", "payout_status", "asked_for",
    "returned_by_then", "corrects", "children", "adults", "quantity", "each", "service_from", "service_to", "reason",
)  # fmt: skip
"""What lists have besides, which are wider than any screen: left out before all else, the first ones first."""
_GIVE_WAY |= {name: 10 + len(_OF_LISTS) - at for at, name in enumerate(_OF_LISTS)}
"""What is left out first where there is too little room: words, never a sum; the file has it all the same. Where there
are no rows, what is at the right goes.
"""
_NARROW = frozenset({"currency", "last4", "tax_rate"})
_LONG = frozenset({"before", "after", "payout", "stripe_id", "transaction"})
"""What is cut where there is room beside it, unless it takes that room."""


class ReportModel(CellModel[Row]):
    """The rows of one preview. Amounts stand as people read them; a day that is not over says so."""

    def __init__(self, context: Context, found: Preview, parent: QObject | None = None) -> None:
        """A column of nothing but noughts or blanks stands in the file, and not on the screen."""
        self._context, self._found = context, found
        self._is_daily = found.ask.name in _DAILY
        self._last = next((one.name for one in reversed(found.columns) if one.summed), "")
        self._widest = _widest(found.columns)
        super().__init__([self._column(at, one) for at, one in enumerate(found.columns)], parent)

    def count(self) -> int:
        """Those that are shown."""
        return len(self._found.rows)

    def cell_at(self, row: int, column: Column[Row]) -> Cell:
        """A cell."""
        return column.cell(self._found.rows[row])

    def day_of(self, row: int) -> date | None:
        """The day that a row is about."""
        first = self._found.rows[row][0] if 0 <= row < self.count() else None
        return first if isinstance(first, date) else None

    def totals(self, currency: str) -> dict[str, Cell]:
        """The sums under the columns."""
        sums = self._found.totals.get(currency, {})
        told = {name: self._sum(minor, currency) for name, minor in sums.items()}
        shown = self._found.columns[0].name
        count = self._found.count
        return {shown: Cell(tr("Sum") if count is None else self._counted(count), strong=True)} | told

    def _counted(self, count: int) -> str:
        """``30 days``, where each row is one; else ``30 rows``."""
        of_days = self._found.ask.name is ReportName.TAKINGS and bool(self._found.ask.currency)
        if count == 1:
            return tr("1 day") if of_days else tr("1 row")
        words = tr("{count} days") if of_days else tr("{count} rows")
        return words.format(count=self._context.formats.count(count))

    def _sum(self, minor: int, currency: str) -> Cell:
        formats = self._context.formats
        if not currency:
            return Cell(formats.count(minor), strong=True)
        colour = "wrong" if minor < 0 else "text"
        spoken = spoken_amount(minor, currency, formats)
        return Cell(formats.amount(minor, currency), colour=colour, strong=True, spoken=spoken)

    def _column(self, at: int, column: reporting.Column) -> Column[Row]:
        figures = column.kind in _FIGURES
        width = self._first_width(column) if at == 0 else self._width(at, column)
        currency = self._found.ask.currency
        title = f"{column.title}, {currency.upper()}" if column.name == self._last and currency else column.title
        return Column(
            column.name,
            title,
            max(width, round(len(title) * _OF_A_LETTER) + 16),
            self._teller(at, column),
            align=Align.RIGHT if figures else Align.LEFT,
            stretch=column.name in self._widest,
            shown=at == 0 or self._tells(at, column),
            firm=figures,
            give_way=_GIVE_WAY.get(column.name, 0) if self._found.rows and at else at,
        )

    def _width(self, at: int, column: reporting.Column) -> int:
        """Words are measured: what needs little leaves it to names beside it."""
        if column.name in _NARROW:
            return _NARROWEST
        most = _WIDEST.get(column.kind)
        if most is None or not self._found.rows:
            return _WIDTHS[column.kind]
        told = _as_word if column.name in _WORDS else _plain
        longest = max(len(told(row[at])) for row in self._found.rows)
        return min(most, max(_NARROWEST, round(longest * _OF_A_WORD) + 24))

    def _first_width(self, column: reporting.Column) -> int:
        """Days say whether they are over, where each has one row; words have room where nothing else needs it."""
        if column.kind is ColumnKind.DAY and not self._is_daily:
            return _WIDTHS[column.kind] + _EDGE
        if column.kind is ColumnKind.COUNT:
            return _WIDTHS[column.kind]
        if column.kind is not ColumnKind.TEXT:
            return _FIRST
        return _FIRST_WORDS if column.name in self._widest else max(_FIRST_KIND, self._width(0, column) + _EDGE)

    def _tells(self, at: int, column: reporting.Column) -> bool:
        """Whether anything stands in it. (The currency that was chosen stands above the last column.)"""
        if column.name == "currency" and self._found.ask.currency:
            return False
        if not self._found.rows or column.name == self._last:
            return True
        told = (row[at] for row in self._found.rows)
        return any(cell.minor if isinstance(cell, Money) else cell not in {None, ""} for cell in told)

    def _teller(self, at: int, column: reporting.Column) -> Callable[[Row], Cell]:
        tell: dict[ColumnKind, Callable[[reporting.Cell], Cell]] = {
            ColumnKind.DAY: self._day,
            ColumnKind.MOMENT: self._moment,
            ColumnKind.MONEY: self._last_money if column.name == self._last else self._money,
            ColumnKind.COUNT: self._count,
            ColumnKind.SHARE: self._share,
        }
        told = tell.get(column.kind, _word if column.name in _WORDS else _text)
        return lambda row: told(row[at])

    def _day(self, cell: reporting.Cell) -> Cell:
        if not isinstance(cell, date):
            return Cell(DASH)
        formats, is_open = self._context.formats, self._is_daily and cell == self._context.today()
        aside = tr("day still open") if is_open else ""
        return Cell(formats.short_date(cell), aside=aside, aside_colour="attn", tip=formats.long_date(cell))

    def _moment(self, cell: reporting.Cell) -> Cell:
        if not isinstance(cell, str) or not cell:
            return Cell()
        return Cell(self._context.formats.moment(int(datetime.fromisoformat(cell).timestamp())), tip=cell)

    def _money(self, cell: reporting.Cell, *, strong: bool = False) -> Cell:
        if not isinstance(cell, Money):
            return Cell()
        if not cell.minor:
            return Cell(DASH, colour="text2", spoken=tr("nothing"))
        formats, colour = self._context.formats, "wrong" if cell.minor < 0 else "text"
        spoken = spoken_amount(cell.minor, cell.currency, formats)
        return Cell(formats.amount(cell.minor, cell.currency), colour=colour, strong=strong, spoken=spoken)

    def _last_money(self, cell: reporting.Cell) -> Cell:
        return self._money(cell, strong=True)

    def _count(self, cell: reporting.Cell) -> Cell:
        return Cell(self._context.formats.count(cell)) if isinstance(cell, int) else Cell()

    def _share(self, cell: reporting.Cell) -> Cell:
        if not isinstance(cell, int):
            return Cell(DASH)
        return Cell(f"{cell // 10}{self._context.formats.marks()[0]}{cell % 10} %")


def _word(cell: reporting.Cell) -> Cell:
    return _text(_as_word(cell))


def _as_word(cell: reporting.Cell) -> str:
    """``city tax``, where the file has ``city_tax``; what Stripe did by itself is not called by its name only."""
    text = str(cell or "").replace("_", " ")
    return tr("Stripe's own") if text == "stripe" else text


def _text(cell: reporting.Cell) -> Cell:
    text = _plain(cell)
    return Cell(text, tip=text)


def _plain(cell: reporting.Cell) -> str:
    return "" if cell is None else str(cell)


def _widest(columns: Sequence[reporting.Column]) -> frozenset[str]:
    """Which take what the others leave: guests, or what is long by nature, or what stands first."""
    names = [one.name for one in columns]
    return frozenset({"guest"}.intersection(names) or _LONG.intersection(names) or names[:1])
