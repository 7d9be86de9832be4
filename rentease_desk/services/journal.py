"""The journal as people use it: is all as it was written, what was its head on a day, and a copy of it as a file."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from rentease_desk.domain.dates import DateRange, iso_utc
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.history import HistoryLine, lines_of
from rentease_desk.domain.journal import JournalRow
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.settings import Property
from rentease_desk.domain.verification import DayHead, Head, Verification, parse_head
from rentease_desk.services.desk import Desk
from rentease_desk.services.whole_files import replace_file
from rentease_desk.storage.history import history_of_booking, history_of_payment
from rentease_desk.storage.journal import head_before, read_head, read_rows
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.verifying import count_rows, first_misfit

Report = Callable[[int, int], None]
"""Called with how many rows were looked at, and of how many."""
FORMAT = "rentease-desk-journal"
_AT_ONCE = 1000
_LAST = 4096
"""Bytes at the end of a file in which its last line stands."""


class Exported(Struct, frozen=True):
    """A copy of the journal: how many rows it has, and the head of it."""

    path: Path
    rows: int
    head: Head


class StoppedError(Exception):
    """Somebody wants it to end."""


class JournalService:
    """Reads only. Each reading sees one moment, however long it takes and whoever writes meanwhile."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def verify(self, cancel: threading.Event, report: Report, known: Head | None = None) -> Verification:
        """Walk the journal and the ledger. ``known``: a head that was written down once, which must still be there."""
        self._desk.require(Permission.VERIFY_JOURNAL)
        with self._desk.db.reading() as connection:
            head, counted = Head(*read_head(connection)), _Counted(cancel, report, count_rows(connection))
            try:
                misfit = first_misfit(connection, known, counted.step)
            except StoppedError:
                return Verification(head, counted.done, cancelled=True)
        return Verification(head, counted.done, misfit)

    def history_of_booking(self, pk: int) -> list[HistoryLine]:
        """What happened to a booking, its guest, its charges and its payments, oldest first."""
        with self._desk.db.reading() as connection:
            return lines_of(*history_of_booking(connection, pk))

    def history_of_payment(self, pk: int) -> list[HistoryLine]:
        """What happened to a payment, oldest first."""
        with self._desk.db.reading() as connection:
            return lines_of(*history_of_payment(connection, pk))

    def head(self, day: date | None = None) -> DayHead:
        """The journal's head at the end of a business day; of today, as far as it has come."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            day = day or settings.days.business_date(self._desk.clock.now())
            found = head_before(connection, settings.days.business_span(DateRange(day, day)).end)
        head = Head(0) if found is None else Head(found[0], found[1])
        return DayHead(settings.name, settings.zone, day, head, None if found is None else found[2])

    def save_head(self, path: Path, day: date | None = None) -> DayHead:
        """Write a day's head to a file. Raises KnownError ``file.cannot_write``."""
        self._desk.require(Permission.VERIFY_JOURNAL)
        found = self.head(day)
        replace_file(path, lambda out: out.write((json.dumps(head_json(found), ensure_ascii=False) + "\n").encode()))
        return found

    def export(self, path: Path, cancel: threading.Event, report: Report) -> Exported | None:
        """Write the whole journal to a file, a JSON object a line, its head as the last one. The same journal gives the
        same bytes. None: somebody has ended it, and the file is as it was.

        Raises KnownError ``file.cannot_write``.
        """
        self._desk.require(Permission.VERIFY_JOURNAL)
        with self._desk.db.reading() as connection:
            head, settings = Head(*read_head(connection)), read_property(connection) or Property()
            counted = _Counted(cancel, report, head.seq)
            lines = _lines(settings, counted.over(read_rows(connection)), head)
            try:
                replace_file(path, lambda out: _write(out, lines))
            except StoppedError:
                path.with_name(f".{path.name}.part").unlink(missing_ok=True)
                return None
        return Exported(path, counted.done, head)


def read_head_file(path: Path) -> Head:
    """The head in a file that ``save_head`` or ``export`` has written: its last line.

    Raises KnownError ``file.cannot_read``, or InputError ``journal.head``.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LAST))
            told = file.read().splitlines()[-1:]
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error
    try:
        found = _LINES.decode(told[0] if told else b"").head
    except msgspec.DecodeError:
        return parse_head(path.name)
    return parse_head(f"{found.seq}:{found.hash}")


class _Line(Struct):
    head: Head


_LINES = json_reader(_Line)


def head_json(found: DayHead) -> dict[str, object]:
    """A day's head for files and programs."""
    return {
        "property": found.property,
        "business_date": found.day.isoformat(),
        "zone": found.zone,
        "written_at": None if found.at is None else iso_utc(found.at),
        "head": {"seq": found.head.seq, "hash": found.head.hash},
    }


class _Counted:
    """Tells how far it is, and ends where it is asked to."""

    def __init__(self, cancel: threading.Event, report: Report, total: int) -> None:
        self.done = 0
        self._cancel, self._report, self._total = cancel, report, total

    def step(self, count: int) -> None:
        """So many more. Raises StoppedError."""
        self.done += count
        self._report(self.done, self._total)
        if self._cancel.is_set():
            raise StoppedError

    def over(self, rows: Iterable[JournalRow]) -> Iterator[JournalRow]:
        """The rows, counted."""
        count = 0
        for count, row in enumerate(rows, start=1):
            yield row
            if count % _AT_ONCE == 0:
                self.step(_AT_ONCE)
        self.step(count % _AT_ONCE)


def _lines(settings: Property, rows: Iterable[JournalRow], head: Head) -> Iterator[dict[str, object]]:
    yield {"format": FORMAT, "version": 1, "property": settings.name, "zone": settings.zone}
    for row in rows:
        one = row.entry
        yield {
            "seq": row.seq, "at": one.at, "actor": one.actor, "desk": one.desk, "action": one.action,
            "entity": one.entity, "entity_uid": one.entity_uid, "before": one.before, "after": one.after,
            "proof": one.proof, "previous_hash": row.previous_hash, "hash": row.hash,
        }  # fmt: skip
    yield {"head": {"seq": head.seq, "hash": head.hash}}


def _write(out: BinaryIO, lines: Iterable[dict[str, object]]) -> None:
    out.writelines(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
