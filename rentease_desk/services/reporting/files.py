"""Reports as files, each with a sidecar of control figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import chain, groupby, islice
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.datev import Datev
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.reporting import NAMES, Cell
from rentease_desk.reports.csv_files import ISO
from rentease_desk.reports.datev import Batch, Booking, write_batch
from rentease_desk.reports.tables_csv import Control, write_table
from rentease_desk.services.exports import dialect_of
from rentease_desk.services.reporting.context import Context, Found, Totals, in_currency
from rentease_desk.services.reporting.presets import MOST_BYTES, MOST_ROWS, bookings_of

_LAID_OUT = frozenset({Preset.XERO, Preset.QUICKBOOKS, Preset.DATEV})
MOST_BOOKINGS = 99_999
"""How many DATEV takes in a batch."""
Rows = Iterator[tuple[Cell, ...]]


class ReportFile(Struct, frozen=True):
    """A file that was written, its sidecar, and the control figures in it."""

    path: Path
    sidecar: Path
    control: Control


def write_report(context: Context, found: Found, path: Path) -> tuple[ReportFile, ...]:
    """Write the file of a report, or several. Raises KnownError ``file.cannot_write``."""
    preset = context.ask.preset
    rows = in_currency(found, None if preset in _LAID_OUT else context.ask.currency)
    if preset is Preset.DATEV:
        return tuple(_batches(context, rows, path))
    if preset in _LAID_OUT:
        return tuple(_parts(context, found, rows, path))
    dialect = dialect_of(preset, context.settings.language)
    return (_put(context, path, lambda out: write_table(out, found.columns, rows, dialect)),)


def _parts(context: Context, found: Found, rows: Rows, path: Path) -> Iterator[ReportFile]:
    """Files no larger than a bank feed takes; one of a header where there is no row."""
    number = 0
    for part in _fitting(found, rows):
        number += 1
        name = _numbered(path, number)
        yield _put(context, name, lambda out, part=part: write_table(out, found.columns, part, ISO))  # type: ignore[misc]
    if not number:
        yield _put(context, path, lambda out: write_table(out, found.columns, (), ISO))


def _fitting(found: Found, rows: Rows) -> Iterator[Sequence[tuple[Cell, ...]]]:
    while part := tuple(islice(rows, MOST_ROWS)):
        yield from _halved(found, part)


def _halved(found: Found, part: Sequence[tuple[Cell, ...]]) -> Iterator[Sequence[tuple[Cell, ...]]]:
    out = BytesIO()
    write_table(out, found.columns, part, ISO)
    if out.tell() <= MOST_BYTES or len(part) == 1:
        yield part
        return
    middle = len(part) // 2
    for half in (part[:middle], part[middle:]):
        yield from _halved(found, half)


def _batches(context: Context, rows: Rows, path: Path) -> Iterator[ReportFile]:
    """A file a fiscal year, and no more bookings in it than DATEV takes."""
    datev, asked = context.settings.datev, context.ask.days
    number = 0
    for begun, group in groupby(bookings_of(rows), lambda one: datev.year_of(one.day)):
        for first in group:
            number += 1
            bookings = chain((first,), islice(group, MOST_BOOKINGS - 1))  # noqa: B031 - the loop goes on behind them
            year = DateRange(max(asked.first, begun), min(asked.last, _last_of(datev, begun)))
            yield _batch(context, _numbered(path, number), year, first.amount.currency, bookings)
    if not number:
        yield _batch(context, path, asked, context.settings.currency, ())


def _batch(context: Context, path: Path, days: DateRange, currency: str, bookings: Iterable[Booking]) -> ReportFile:
    label = f"{NAMES[context.ask.name].title} {days.first:%d.%m.%y}"
    batch = Batch(context.settings.datev, days.first, days.last, currency, label)
    return _put(context, path, lambda out: write_batch(out, batch, bookings, "Umsatz"))


def _last_of(datev: Datev, begun: date) -> date:
    return datev.year_of(begun + timedelta(days=370)) - timedelta(days=1)


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _put(context: Context, path: Path, write: Callable[[BinaryIO], Control]) -> ReportFile:
    """The file and its sidecar, which names it as it is called in the end."""
    place, control = context.put(path, write)
    told = json.dumps(_told(context, place, control), indent=2, ensure_ascii=False) + "\n"
    sidecar, _ = context.put(place.with_name(f"{place.name}.control.json"), lambda out: out.write(told.encode()))
    return ReportFile(place, sidecar, control)


def _told(context: Context, path: Path, control: Control) -> dict[str, object]:
    ask = context.ask
    return {
        "file": path.name,
        "report": ask.name.value,
        "preset": ask.preset.value,
        "rows": control.rows,
        "totals": decimals(control.totals),
        "currency": ask.currency.upper() if ask.currency else None,
        "basis": context.basis.value,
        "against": ask.against.value if ask.against else None,
        "zone": context.settings.zone,
        "from": ask.days.first.isoformat(),
        "to": ask.days.last.isoformat(),
        "sha256": control.sha256,
    }


def decimals(totals: Totals) -> dict[str, dict[str, str]]:
    """Totals for people and programs alike: a dot, and as many decimals as the currency has."""
    return {
        currency.upper(): {name: told_amount(minor, currency) for name, minor in sums.items()}
        for currency, sums in totals.items()
    }


def told_amount(minor: int, currency: str) -> str:
    """A total as text; a count has no currency."""
    return plain_decimal(Money(minor, currency)) if currency else str(minor)
