"""The rows that could not go in, as a file: for whoever corrects them where they come from."""

from __future__ import annotations

from pathlib import Path

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.imports import Fate, Row
from rentease_desk.reports.csv_files import Cell, write_csv
from rentease_desk.services.exports import dialect_of
from rentease_desk.services.importing.spool import Spool
from rentease_desk.services.whole_files import replace_file

_HEADER = ("Line", "Reference", "Guest", "Arrival", "Departure", "Room", "Field", "Reason", "What to do")


def save_report(spool: Spool, path: Path, language: str) -> int:
    """Write the broken rows, so that a spreadsheet of that language opens them; returns how many.

    Raises KnownError ``file.cannot_write``.
    """
    dialect = dialect_of(Preset.EXCEL, language)
    rows = (_cells(row) for row in spool.all(Fate.BROKEN))
    return replace_file(path, lambda out: write_csv(out, _HEADER, rows, 0, dialect)).rows


def _cells(row: Row) -> tuple[Cell, ...]:
    assert row.trouble is not None
    told = row.trouble.error().explain()
    return (
        row.line,
        row.reference,
        row.guest,
        row.arrival.isoformat() if row.arrival else "",
        row.departure.isoformat() if row.departure else "",
        row.room,
        row.trouble.field,
        f"{told.title}: {told.happened}",
        told.remedy,
    )
