"""The table of a report as CSV, some rows at a time: any number of them in the memory of a few hundred.

A column of these rows is made into text at once, which takes half the time of one cell after the other.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, BinaryIO

from msgspec import Struct

from rentease_desk.domain.money import Money, digits, plain_decimal
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.reports.csv_files import DANGEROUS, Dialect, inert

_CHUNK = 500
_FIRST = frozenset(DANGEROUS)
_CURRENCY = attrgetter("currency")
_Texts = Iterable[Any]
"""Of a column: what the csv module writes as it is to be: text, a whole number, or None for nothing."""


class Control(Struct, frozen=True):
    """The control figures of a file: its rows, the sums of its summed columns by currency (minor units; those of counts
    stand under ""), and its SHA-256.
    """

    rows: int
    totals: Mapping[str, Mapping[str, int]]
    sha256: str


def write_table(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], dialect: Dialect) -> Control:
    """Write a header, and the rows as they come."""
    digest, sums = hashlib.sha256(), _Sums(columns)
    for chunk in _chunks(columns, rows, dialect, sums):
        digest.update(chunk)
        out.write(chunk)
    return Control(sums.rows, sums.totals(), digest.hexdigest())


def _chunks(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], dialect: Dialect, sums: _Sums
) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.separator, lineterminator="\r\n")
    formats = [_format(column.kind, dialect.decimal_mark) for column in columns]
    if dialect.bom:
        yield "\ufeff".encode()
    writer.writerow([inert(column.name) for column in columns])
    pending = iter(rows)
    while chunk := tuple(islice(pending, _CHUNK)):
        cells = tuple(zip(*chunk, strict=True))
        texts = [form(own) for form, own in zip(formats, cells, strict=True)]
        writer.writerows(zip(*texts, strict=True))
        sums.add(cells)
        yield _drain(buffer)
    yield _drain(buffer)


class _Sums:
    """Of the summed columns, by currency."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.rows = 0
        self._summed = [(at, column) for at, column in enumerate(columns) if column.summed]
        self._sums: dict[str, dict[str, int]] = {}

    def add(self, cells: Sequence[Sequence[Any]]) -> None:
        """Add rows, column by column."""
        self.rows += len(cells[0])
        for at, column in self._summed:
            known = [cell for cell in cells[at] if cell is not None]
            if column.kind is not ColumnKind.MONEY:
                self._add("", column.name, known)
                continue
            for currency in set(map(_CURRENCY, known)):
                self._add(currency, column.name, [one.minor for one in known if one.currency == currency])

    def _add(self, currency: str, name: str, found: Sequence[int]) -> None:
        if found:
            own = self._sums.setdefault(currency, {})
            own[name] = own.get(name, 0) + sum(found)

    def totals(self) -> dict[str, dict[str, int]]:
        """By currency and column."""
        return dict(sorted(self._sums.items()))


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _format(kind: ColumnKind, mark: str) -> Callable[[Sequence[Any]], _Texts]:
    """What makes the cells of a column texts."""
    if kind is ColumnKind.TEXT:
        return _inert
    if kind is ColumnKind.MONEY:
        return lambda cells: [_amount(cell, mark) for cell in cells]
    if kind is ColumnKind.SHARE:
        return lambda cells: [_share(cell, mark) for cell in cells]
    return _days if kind is ColumnKind.DAY else _as_they_are


def _as_they_are(cells: Sequence[str | int | None]) -> _Texts:
    return cells


def _inert(cells: Sequence[str | None]) -> _Texts:
    """As ``inert``, which is asked only where it may have something to do."""
    return [inert(cell) if cell and cell[0] in _FIRST else cell for cell in cells]


def _days(cells: Sequence[date | None]) -> _Texts:
    return map(_day, cells)


@cache
def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(money: Money | None, mark: str) -> str | None:
    """As ``plain_decimal``, several times as quick: a file may have a million of them."""
    if money is None:
        return None
    text, places = str(money.minor), _places(money.currency)
    if len(text) <= places + 1:
        return _small(money.minor, money.currency, mark)
    return f"{text[:-places]}{mark}{text[-places:]}" if places else text


@cache
def _places(currency: str) -> int:
    return digits(currency)


@lru_cache(2_048)
def _small(minor: int, currency: str, mark: str) -> str:
    """Of an amount with hardly a whole unit: with noughts before its digits."""
    return plain_decimal(Money(minor, currency)).replace(".", mark)


def _share(mille: int | None, mark: str) -> str | None:
    """Per mille as per cent."""
    return None if mille is None else f"{mille // 10}{mark}{mille % 10}"
