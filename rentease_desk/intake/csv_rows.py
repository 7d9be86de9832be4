"""Rows of a CSV file with the lines they begin on, streaming. A row that no reader could make sense of is told."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.intake.text_files import opened_text

DELIMITERS = (",", ";", "\t", "|")
MOST_FIELD = 100_000
"""Characters of one cell."""
_MOST_LINE = 1_000_000
_MOST_COLUMNS = 500


class Cells(Struct, frozen=True, gc=False):
    """A row. ``line``: the physical line that it begins on, 1 is the first of the file."""

    line: int
    cells: list[str]
    trouble: InputError | None = None


class Opened(Struct, frozen=True):
    """An open file: how it is written, its columns, and its rows, which can be gone through once."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: Iterator[Cells]


@contextmanager
def opened_csv(path: Path, delimiter: str = "", encoding: str = "") -> Iterator[Opened]:
    """Open a file of rows. ``delimiter`` and ``encoding`` "" are found out by the header and the bytes.

    Raises KnownError ``import.empty``, ``import.no_rows``, or as ``opened_text``.
    """
    with opened_text(path, encoding) as (text, found):
        lines = _Lines(text)
        first = lines.first_with_text()
        if first is None:
            raise KnownError("import.empty", path=path.name)
        told, header_line = _separator_line(first, lines)
        mark = delimiter or told or sniffed(header_line)
        rows = _rows(lines, header_line, mark)
        header = next(rows, None)
        if header is None or header.trouble is not None or len(header.cells) > _MOST_COLUMNS:
            raise KnownError("import.no_text", path=path.name)
        names = _names(header.cells)
        yield Opened(found, mark, names, _checked(rows, len(names)))


def sniffed(header: str) -> str:
    """What stands between the names of the columns: the mark that is there most often outside of quotes."""
    plain = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=plain.count)


class _Lines:
    """Physical lines, counted; of one without end, no more than can be held."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.count = 0
        self.cut: set[int] = set()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_MOST_LINE)
        if not line:
            raise StopIteration
        self.count += 1
        if len(line) == _MOST_LINE and not line.endswith(("\n", "\r")):
            self._skip()
            self.cut.add(self.count)
            return "\n"
        return line

    def first_with_text(self) -> str | None:
        """The first line that is not empty; None in a file without any."""
        return next((line for line in self if line.strip()), None)

    def _skip(self) -> None:
        rest = self._text.readline(_MOST_LINE)
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._text.readline(_MOST_LINE)


def _separator_line(first: str, lines: _Lines) -> tuple[str, str]:
    """Excel's ``sep=;`` before the header says it outright."""
    if first.lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):
        told = first.rstrip("\r\n")[4:5]
        return told, lines.first_with_text() or ""
    return "", first


def _rows(lines: _Lines, header: str, delimiter: str) -> Iterator[Cells]:
    """Every row, the header first. Whatever is wrong with one, the next begins on a line of its own."""
    csv.field_size_limit(MOST_FIELD)
    given = _Again(header, lines)
    reader = csv.reader(given, delimiter=delimiter)
    while True:
        start = lines.count if given.waits else lines.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Cells(start, [], InputError("import.too_long", field="row", limit=MOST_FIELD))
            continue
        if start in lines.cut:
            yield Cells(start, [], InputError("import.too_long", field="row", limit=MOST_FIELD))
        elif any(map(str.strip, cells)):
            yield Cells(start, cells)


class _Again:
    """Lines, with one that was read already before them."""

    def __init__(self, first: str, lines: _Lines) -> None:
        self._first: str | None = first
        self._lines = lines

    @property
    def waits(self) -> bool:
        """Whether that one is still to come."""
        return self._first is not None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._lines)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """Every column has a name of its own."""
    names: dict[str, None] = {}
    for at, cell in enumerate(cells, start=1):
        plain = " ".join(cell.replace("\ufeff", "").split()) or f"Column {at}"
        name, again = plain, 1
        while name in names:
            again += 1
            name = f"{plain} ({again})"
        names[name] = None
    return tuple(names)


def _checked(rows: Iterator[Cells], columns: int) -> Iterator[Cells]:
    """A row with more cells than there are columns has a mark too many: what is what then would be a guess."""
    for row in rows:
        if len(row.cells) > columns and any(cell.strip() for cell in row.cells[columns:]):
            error = InputError("import.too_many_cells", field="row", found=len(row.cells), columns=columns)
            yield Cells(row.line, row.cells, error)
        else:
            yield row
