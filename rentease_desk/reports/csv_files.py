"""CSV as accountants need it: RFC 4180, CRLF, the same bytes for the same rows, and nothing a spreadsheet would run.

Sources: RFC 4180; OWASP, "CSV injection"; Microsoft, "Text import" (a BOM makes Excel read UTF-8).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct

from rentease_desk.domain.money import Money, plain_decimal

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\x00")
"""What a text that a spreadsheet would run begins with."""
_CHUNK = 500


class Dialect(Struct, frozen=True):
    """Separator, decimal mark, and whether a byte order mark begins the file."""

    separator: str = ","
    decimal_mark: str = "."
    bom: bool = False


ISO = Dialect()


def excel_dialect(decimal_mark: str) -> Dialect:
    """What Excel expects in a country with this decimal mark; never ``sep=``, which breaks UTF-8."""
    return Dialect(";" if decimal_mark == "," else ",", decimal_mark, bom=True)


Cell = str | Money | int | None
"""Text is made inert; an amount is written as a decimal number, an int as it is, None as nothing."""


class Written(Struct, frozen=True):
    """The control figures of a file: its rows, the sums of its amounts by currency (minor units), and its SHA-256."""

    rows: int
    totals: Mapping[str, int]
    sha256: str


class _Control(Struct):
    rows: int = 0
    totals: dict[str, int] = {}


def write_csv(
    out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], summed: int, dialect: Dialect
) -> Written:
    """Write the rows as they come. ``summed`` is the index of the column whose amounts are added up."""
    digest, control = hashlib.sha256(), _Control()
    for chunk in _chunks(header, rows, summed, dialect, control):
        digest.update(chunk)
        out.write(chunk)
    return Written(control.rows, dict(sorted(control.totals.items())), digest.hexdigest())


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula (money rule 13)."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _chunks(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], summed: int, dialect: Dialect, control: _Control
) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.separator, lineterminator="\r\n")
    if dialect.bom:
        yield "\ufeff".encode()
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(cell, dialect) for cell in row])
        _count(control, row[summed])
        if control.rows % _CHUNK == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _count(control: _Control, cell: Cell) -> None:
    control.rows += 1
    if isinstance(cell, Money):
        control.totals[cell.currency] = control.totals.get(cell.currency, 0) + cell.minor


def _cell(cell: Cell, dialect: Dialect) -> str:
    if isinstance(cell, Money):
        return plain_decimal(cell).replace(".", dialect.decimal_mark)
    return "" if cell is None else inert(cell) if isinstance(cell, str) else str(cell)
