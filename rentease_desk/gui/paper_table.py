"""A report in the words of its paper: what is drawn, page by page, by ``table_printing``. Made in a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from msgspec import Struct

from rentease_desk.domain.money import Money
from rentease_desk.domain.report_sheet import ReportSheet
from rentease_desk.domain.reporting import NAMES, Cell, Column, ColumnKind
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.report_words import basis_word, preset_word
from rentease_desk.gui.words import tr

_FIGURES = frozenset({ColumnKind.MONEY, ColumnKind.COUNT, ColumnKind.SHARE})


class PaperTable(Struct, frozen=True):
    """``head`` stands on every page, above the titles of the columns; ``foot`` below, beside the page's number, which
    ``page`` tells with ``{number}`` and ``{count}``. ``closing``: lines after the sums.

    ``figures``: which columns stand at the right; nothing of them is ever cut.
    """

    title: str
    house: str
    head: tuple[str, ...]
    titles: tuple[str, ...]
    figures: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    foot: str
    page: str
    warning: str = ""

    def text(self) -> str:
        """For screen readers, and whoever searches it: the first lines of it."""
        rows = ["\t".join(row) for row in (self.titles, *self.rows[:50], *self.sums)]
        return "\n".join((self.house, self.title, *self.head, *rows, *self.closing))


def paper_table(sheet: ReportSheet, formats: Formats, printed: str) -> PaperTable:
    """``printed``: when and by whom, in words. A column in which nothing stands is left out, as on the screen."""
    shown = [at for at, column in enumerate(sheet.columns) if _tells(sheet, at, column)]
    columns = [sheet.columns[at] for at in shown]
    tellers = [_teller(column.kind, formats) for column in columns]
    rows = tuple(tuple(tell(row[at]) for tell, at in zip(tellers, shown, strict=True)) for row in sheet.rows)
    return PaperTable(
        title=NAMES[sheet.ask.name].title,
        house=sheet.property_name,
        head=_head(sheet, formats),
        titles=tuple(column.title for column in columns),
        figures=tuple(column.kind in _FIGURES for column in columns),
        rows=rows,
        sums=tuple(_sums(sheet, columns, formats)),
        closing=(*_control(sheet, formats), *sheet.notes),
        foot=printed,
        page=tr("Page {number} of {count}"),
        warning=sheet.warning,
    )


def range_on_paper(sheet: ReportSheet, formats: Formats) -> str:
    """Days with their year: a sheet is kept for long."""
    days = sheet.ask.days
    first, last = formats.dated(days.first), formats.dated(days.last)
    return first if first == last else f"{first} – {last}"


def _head(sheet: ReportSheet, formats: Formats) -> tuple[str, ...]:
    naming = NAMES[sheet.ask.name]
    basis = tr("by {dates}").format(dates=basis_word(sheet.basis).lower())
    against = sheet.ask.against
    parts = [range_on_paper(sheet, formats), basis, sheet.zone]
    if against is not None:
        parts.insert(2, tr("beside {dates}").format(dates=basis_word(against).lower()))
    if sheet.ask.currency:
        parts.append(sheet.ask.currency.upper())
    return naming.about, " · ".join(parts)


def _tells(sheet: ReportSheet, at: int, column: Column) -> bool:
    if column.name == "currency" and sheet.ask.currency:
        return False
    if at == 0 or column.summed or not sheet.rows:
        return True
    return any(row[at] not in {None, ""} for row in sheet.rows)


def _sums(sheet: ReportSheet, columns: list[Column], formats: Formats) -> Iterator[tuple[str, ...]]:
    """A line each currency; what has none, as counts, stands in a line of its own."""
    for currency, sums in sheet.totals.items():
        told = [_sum(sums[one.name], currency, formats) if one.name in sums else "" for one in columns]
        told[0] = told[0] or (tr("Sum {currency}").format(currency=currency.upper()) if currency else tr("Sum"))
        yield tuple(told)


def _sum(minor: int, currency: str, formats: Formats) -> str:
    return formats.amount(minor, currency) if currency else formats.count(minor)


def _control(sheet: ReportSheet, formats: Formats) -> Iterator[str]:
    """What the file's sidecar says."""
    count = len(sheet.rows)
    yield tr("1 row") if count == 1 else tr("{count} rows").format(count=formats.count(count))
    titles = {column.name: column.title for column in sheet.columns}
    for currency, sums in sheet.totals.items():
        told = (f"{titles[name]} {_sum(minor, currency, formats)}" for name, minor in sums.items())
        words = tr("Control totals {currency}: {sums}")
        yield words.format(currency=currency.upper(), sums=" · ".join(told)).replace("  ", " ").replace(" :", ":")
    words = tr("Equals the CSV ({preset}) with the SHA-256 {sum}")
    yield words.format(preset=preset_word(sheet.ask.preset), sum=sheet.sha256)


def _teller(kind: ColumnKind, formats: Formats) -> Callable[[Cell], str]:
    def day(cell: Cell) -> str:
        return formats.short_date(cell) if isinstance(cell, date) else ""

    def moment(cell: Cell) -> str:
        return formats.moment(int(datetime.fromisoformat(cell).timestamp())) if isinstance(cell, str) and cell else ""

    def money(cell: Cell) -> str:
        return formats.amount(cell.minor, cell.currency) if isinstance(cell, Money) else ""

    def count(cell: Cell) -> str:
        return formats.count(cell) if isinstance(cell, int) else ""

    def share(cell: Cell) -> str:
        return f"{cell // 10}{formats.marks()[0]}{cell % 10} %" if isinstance(cell, int) else ""

    told = {ColumnKind.DAY: day, ColumnKind.MOMENT: moment, ColumnKind.MONEY: money, ColumnKind.COUNT: count,
            ColumnKind.SHARE: share}  # fmt: skip
    return told.get(kind, lambda cell: "" if cell is None else str(cell))
