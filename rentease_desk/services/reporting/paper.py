"""Reports for paper: the rows of a file, which is written to nowhere to know its control figures."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.report_sheet import MOST_PRINTED, ReportSheet
from rentease_desk.domain.reporting import Cell
from rentease_desk.reports.tables_csv import write_table
from rentease_desk.reports.templates import printable
from rentease_desk.services.exports import dialect_of
from rentease_desk.services.reporting.context import Context, Found, in_currency

PRACTICE = "Practice: none of this money is real."


class _Nowhere(BytesIO):
    """Takes a file and keeps nothing of it."""

    def write(self, data: object, /) -> int:
        """As if it were written."""
        return memoryview(data).nbytes  # type: ignore[arg-type]


def sheet_of(context: Context, found: Found, *, practice: bool) -> ReportSheet:
    """Raises KnownError ``report.too_long``."""
    rows: list[tuple[Cell, ...]] = []
    dialect = dialect_of(context.ask.preset, context.settings.language)
    control = write_table(_Nowhere(), found.columns, _kept(context, found, rows), dialect)
    return ReportSheet(
        ask=context.ask,
        basis=context.basis,
        zone=context.settings.zone,
        property_name=printable(context.settings.name),
        columns=found.columns,
        rows=tuple(rows),
        totals=control.totals,
        sha256=control.sha256,
        notes=tuple(printable(note) for note in found.notes),
        warning=PRACTICE if practice else "",
    )


def _kept(context: Context, found: Found, rows: list[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
    """The rows of the file as they come; what is to be printed of each is kept."""
    for row in in_currency(found, context.ask.currency):
        if len(rows) == MOST_PRINTED:
            raise KnownError("report.too_long", most=MOST_PRINTED)
        rows.append(tuple(printable(cell) if isinstance(cell, str) else cell for cell in row))
        yield row
