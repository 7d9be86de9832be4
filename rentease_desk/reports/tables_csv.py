"""The table of a report as CSV, row by row: any number of rows in the memory of a few hundred."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, BinaryIO

from msgspec import Struct

from rentease_desk.domain.money import Money, digits
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.reports.csv_files import DANGEROUS, Dialect, inert

_CHUNK = 500
_FIRST = frozenset(DANGEROUS)


class Control(Struct, frozen=True):
    """The control figures of a file: its rows, the sums of its summed columns by currency (minor units; those of counts
    stand under ""), and its SHA-256.
    """

    rows: int
    totals: Mapping[str, Mapping[str, int]]
    sha256: str


def write_table(
    out: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], dialect: Dialect, *, head: bool = True
) -> Control:
    """Write a header, and the rows as they come."""
    digest, count = hashlib.sha256(), 0
    sums = _Sums(columns)
    formats = [_formatter(column.kind, dialect.decimal_mark) for column in columns]
    pending = iter(rows)
    for chunk in _texts(dialect, [inert(column.name) for column in columns] if head else None, pending, formats, sums):
        digest.update(chunk)
        out.write(chunk)
    count = sums.rows
    return Control(count, sums.totals(), digest.hexdigest())


def _texts(
    dialect: Dialect,
    head: Sequence[str] | None,
    pending: Iterable[Sequence[Cell]],
    formats: Sequence[Callable[[Any], str]],
    sums: _Sums,
) -> Iterable[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.separator, lineterminator="\r\n")
    if dialect.bom:
        yield "\ufeff".encode()
    if head is not None:
        writer.writerow(head)
    rows = iter(pending)
    while chunk := list(islice(rows, _CHUNK)):
        writer.writerows([[form(cell) for form, cell in zip(formats, row, strict=True)] for row in chunk])
        sums.add(chunk)
        yield _drain(buffer)
    yield _drain(buffer)


class _Sums:
    """Of the summed columns, by currency."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.rows = 0
        self._places = [(at, column.name) for at, column in enumerate(columns) if column.summed]
        self._sums: dict[tuple[str, str], int] = {}

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows."""
        self.rows += len(rows)
        for at, name in self._places:
            for row in rows:
                cell = row[at]
                if isinstance(cell, Money):
                    key, minor = (cell.currency, name), cell.minor
                elif isinstance(cell, int):
                    key, minor = ("", name), cell
                else:
                    continue
                self._sums[key] = self._sums.get(key, 0) + minor

    def totals(self) -> dict[str, dict[str, int]]:
        """By currency and column."""
        told: dict[str, dict[str, int]] = {}
        for (currency, name), minor in sorted(self._sums.items(), key=lambda one: one[0][0]):
            told.setdefault(currency, {})[name] = minor
        return told


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _formatter(kind: ColumnKind, mark: str) -> Callable[[Any], str]:
    forms: dict[ColumnKind, Callable[[Any], str]] = {
        ColumnKind.TEXT: _text,
        ColumnKind.DAY: _day,
        ColumnKind.CODE: _code,
        ColumnKind.MOMENT: _code,
        ColumnKind.MONEY: _money(mark),
        ColumnKind.COUNT: _count,
        ColumnKind.SHARE: _share(mark),
    }
    return forms[kind]


def _text(cell: str | None) -> str:
    """As ``inert``, which is asked only where it may have something to do."""
    return "" if not cell else inert(cell) if cell[0] in _FIRST else cell


def _code(cell: str | None) -> str:
    return cell or ""


@cache
def _iso(day: date) -> str:
    return day.isoformat()


def _day(cell: date | None) -> str:
    return _iso(cell) if cell is not None else ""


def _count(cell: int | None) -> str:
    return "" if cell is None else str(cell)


def _money(mark: str) -> Callable[[Money | None], str]:
    """As ``plain_decimal``, ten times as quick: a file may have a million of them."""
    scales: dict[str, tuple[int, int]] = {}
    noughts: dict[str, str] = {}

    def form(money: Money | None) -> str:
        if money is None:
            return ""
        minor, currency = money.minor, money.currency
        if not minor and currency in noughts:
            return noughts[currency]
        scale = scales.get(currency)
        if scale is None:
            places = digits(currency)
            scale = scales[currency] = (10**places, places)
        unit, places = scale
        if not places:
            return str(minor)
        noughts[currency] = f"0{mark}{0:0{places}}"
        sign, minor = ("-", -minor) if minor < 0 else ("", minor)
        return f"{sign}{minor // unit}{mark}{minor % unit:0{places}}"

    return form


def _share(mark: str) -> Callable[[int | None], str]:
    """Per mille as per cent."""
    return lambda cell: "" if cell is None else f"{cell // 10}{mark}{cell % 10}"
