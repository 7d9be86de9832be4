"""Files for accountants, each with a sidecar of control figures."""

from __future__ import annotations

import filecmp
import json
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol
from msgspec import Struct

from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.reports.csv_files import ISO, Dialect, Written, excel_dialect, write_csv
from rentease_desk.reports.payments_csv import SUMMED, cells, header
from rentease_desk.services.desk import Desk
from rentease_desk.services.whole_files import gone, refused, replace_file, written
from rentease_desk.storage.payment_list import iterate_rows
from rentease_desk.storage.settings import read_property

T = TypeVar("T")


class Exported(Struct, frozen=True):
    """A file that was written, its sidecar, and the control figures in it."""

    path: Path
    sidecar: Path
    written: Written


class ExportService:
    """Writes lists to files. The same data gives the same bytes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def payments(self, query: PaymentQuery, path: Path, preset: Preset = Preset.ISO) -> Exported:
        """The payments, refunds and returns of a list, in its order, all from one moment. Of business days each row's
        status is that of the evening of the last one, as far as no status is asked for: so the file of past days stays
        as it was when money is given back later. The sidecar tells which it is.

        Raises InputError ``report.preset``, and KnownError ``file.cannot_write``; then neither file is there, or the
        old ones are whole.
        """
        self._desk.require(Permission.EXPORT)
        if preset not in {Preset.ISO, Preset.EXCEL}:
            raise InputError("report.preset", field="preset", preset=preset.value, report="payments")
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            found = iterate_rows(connection, query, settings.days, evening_of(query))
            accounts = settings.badges
            rows = (cells(row, settings.days, accounts) for row in found)
            dialect = dialect_of(preset, settings.language)
            done = replace_file(path, lambda out: write_csv(out, header(accounts), rows, SUMMED, dialect))
        sidecar = path.with_name(f"{path.name}.control.json")
        replace_file(sidecar, lambda out: out.write(_control(path, query, settings, done)))
        return Exported(path, sidecar, done)


def evening_of(query: PaymentQuery) -> date | None:
    """The evening of which statuses are told; None: they are those of now."""
    return None if query.days is None or query.status is not None else query.days.last


def dialect_of(preset: Preset, language: str) -> Dialect:
    """How a file is written for a spreadsheet of a language, or for other programs."""
    if preset is Preset.ISO:
        return ISO
    try:
        return excel_dialect(get_decimal_symbol(Locale.parse(language)))
    except (UnknownLocaleError, ValueError):
        return excel_dialect(".")


def _control(path: Path, query: PaymentQuery, settings: Property, written: Written) -> bytes:
    days, evening = query.days, evening_of(query)
    told = {
        "file": path.name,
        "rows": written.rows,
        "totals": {
            currency.upper(): plain_decimal(Money(minor, currency)) for currency, minor in written.totals.items()
        },
        "basis": "business day",
        "status": "now" if evening is None else f"evening of {evening.isoformat()}",
        "zone": settings.zone,
        "from": days.first.isoformat() if days else None,
        "to": days.last.isoformat() if days else None,
        "sha256": written.sha256,
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


class Put(Protocol):
    """How a file gets to its place. Returns where it is then, and what writing it returned."""

    def __call__(self, path: Path, write: Callable[[BinaryIO], T]) -> tuple[Path, T]:
        """Raises KnownError ``file.cannot_write``."""


def replaced(path: Path, write: Callable[[BinaryIO], T]) -> tuple[Path, T]:
    """As ``replace_file``: somebody has chosen this place, and was asked about what is there."""
    return path, replace_file(path, write)


def added(path: Path, write: Callable[[BinaryIO], T]) -> tuple[Path, T]:
    """Write a file that takes no other's place, whole and on the disk: where something else is there, ``name (2)`` is
    written, and where the very same is there, nothing. The folder is never made: it may be a drive that is away.
    """
    if not path.parent.is_absolute() or not path.parent.is_dir():
        raise KnownError("export.no_folder", folder=path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with refused(path), gone(beside):
        result = written(beside, write)
        place = next(one for one in _places(path) if _takes(beside, one))
        _keep_folder(path.parent)
    return place, result


def _places(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def _takes(beside: Path, place: Path) -> bool:
    """Whether the file is at this place now. A link is made by one of two only; where a disk knows none, the name is
    taken first.
    """
    try:
        os.link(beside, place)
    except FileExistsError:
        return place.is_file() and filecmp.cmp(beside, place, shallow=False)
    except OSError:
        return _takes_without_links(beside, place)
    return True


def _takes_without_links(beside: Path, place: Path) -> bool:
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return place.is_file() and filecmp.cmp(beside, place, shallow=False)
    beside.replace(place)
    return True


def _keep_folder(folder: Path) -> None:
    """The name is on the disk too. Windows keeps it by itself, and opens no folder."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
