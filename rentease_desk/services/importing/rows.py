"""Bookings from files: looked through, tried without writing anything, and taken in."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.import_dates import DayReader, months_of
from rentease_desk.domain.import_facts import Facts, Samples
from rentease_desk.domain.import_presets import fitting, mapped_by, preset_named, preset_of, suggested
from rentease_desk.domain.import_reading import RowReader
from rentease_desk.domain.imports import (
    ColumnMap,
    Fate,
    Field,
    Question,
    Row,
    Survey,
    questions,
    require_columns,
    settled,
)
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.settings import Property
from rentease_desk.intake.csv_rows import Cells, Opened, opened_csv
from rentease_desk.services.desk import Desk
from rentease_desk.services.importing.ahead import read_ahead
from rentease_desk.services.importing.parsing import Parsed, Parser
from rentease_desk.services.importing.planning import Planner, Report
from rentease_desk.services.importing.reporting import save_report
from rentease_desk.services.importing.spool import Spool
from rentease_desk.services.importing.writing import Writer
from rentease_desk.storage.import_sources import ROWS, StoredSource, save_source, source_named, sources_of
from rentease_desk.storage.rooms import room_names
from rentease_desk.storage.settings import read_property

CHUNK = 500
"""Rows of one transaction."""


_COLUMNS = json_reader(ColumnMap)


class Looked(Struct, frozen=True):
    """A file that was looked through. ``preset``: the known export that it is, ""; ``remembered``: its source is known,
    and its rows are read as the last time. ``rooms`` are the property's.
    """

    survey: Survey
    mapped: ColumnMap
    preset: str
    remembered: bool
    rooms: tuple[str, ...]

    @property
    def open(self) -> tuple[Question, ...]:
        """What a person has to say."""
        return questions(self.mapped, self.survey)


class Outcome(Struct, frozen=True):
    """What became of the rows; ``cancelled``: somebody stopped it before the end. What is in stays in."""

    spool: Spool
    cancelled: bool = False


class RowImportService:
    """Takes in rows that people or other programs have written. A row that came in once never comes in again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sources(self) -> tuple[str, ...]:
        """Names of the sources that are known."""
        with self._desk.db.reading() as connection:
            return tuple(one.name for one in sources_of(connection, ROWS))

    def look(
        self,
        path: Path,
        source: str = "",
        mapped: ColumnMap | None = None,
        *,
        preset: str = "",
        layout: tuple[str, str] = ("", ""),
        cancel: threading.Event | None = None,
    ) -> Looked:
        """Go through a file once. Without ``mapped`` its columns are those remembered of the source, or a suggestion.

        ``layout``: delimiter and encoding, where they were said. Raises KnownError ``file.cannot_read``, ``import.…``.
        """
        found = self._source(source) if source.strip() else None
        kept = None if found is None else _COLUMNS.decode(found.settings)
        given = mapped or kept or ColumnMap({})
        delimiter, encoding = layout[0] or given.delimiter, layout[1] or given.encoding
        with opened_csv(path, delimiter, encoding) as file:
            used, remembered = _used(file, mapped, kept, preset)
            used = replace(used, delimiter=delimiter, encoding=encoding)
            return self._looked(path, file, used, cancel or threading.Event(), remembered=remembered)

    def preview(self, path: Path, source: str, looked: Looked, cancel: threading.Event, report: Report) -> Outcome:
        """What would become of each row; nothing is written.

        Raises KnownError ``import.open``, ``import.unmapped``, ``import.file_changed``, or as ``look``.
        """
        with self._pass(path, source, looked) as one:
            planner = Planner(one.source_pk, looked.mapped, one.today, claims=True)
            spool = Spool()
            for rows in one.pieces:
                if cancel.is_set():
                    return Outcome(spool, cancelled=True)
                with self._desk.db.reading() as connection:
                    spool.add(planned.row for planned in planner.plan(connection, rows))
                report(spool.counts.rows, looked.survey.rows)
        return Outcome(spool)

    def run(
        self,
        path: Path,
        source: str,
        looked: Looked,
        cancel: threading.Event,
        report: Report,
        *,
        apply_changes: bool = False,
    ) -> Outcome:
        """Take the rows in, a transaction a chunk; a run that was stopped is gone on with by the next one.

        ``apply_changes``: also those of rows that came in before. Raises as ``preview``.
        """
        self._desk.require(Permission.IMPORT)
        with self._pass(path, source, looked) as one:
            kept = self._saved(source, looked.mapped)
            planner, spool = Planner(kept.pk, looked.mapped, one.today, claims=False), Spool()
            for rows in one.pieces:
                if cancel.is_set():
                    return Outcome(spool, cancelled=True)
                spool.add(self._taken_in(kept, planner, rows, apply_changes=apply_changes))
                report(spool.counts.rows, looked.survey.rows)
        return Outcome(spool)

    def _taken_in(
        self, source: StoredSource, planner: Planner, rows: Sequence[Parsed | Row], *, apply_changes: bool
    ) -> list[Row]:
        with self._desk.db.reading() as connection:
            planned = planner.plan(connection, rows)
        fates = {Fate.NEW, Fate.CHANGED} if apply_changes else {Fate.NEW}
        if not any(one.row.fate in fates for one in planned):
            return [one.row for one in planned]
        with self._desk.doing(Permission.IMPORT) as unit:
            settings = read_property(unit.connection) or Property()
            return Writer(unit, source, settings).write(planned, apply_changes=apply_changes)

    @contextmanager
    def _pass(self, path: Path, source: str, looked: Looked) -> Iterator[_Pass]:
        """Open the file for its rows, when nothing of it is left open."""
        mapped, survey = looked.mapped, looked.survey
        require_columns(mapped, survey.header)
        if looked.open:
            told = " ".join(open_told(looked, one) for one in looked.open)
            raise KnownError("import.open", questions=told)
        found, settings = self._source(source), self._property()
        with opened_csv(path, survey.delimiter, survey.encoding) as file:
            if _stamp(path) != survey.stamp or file.header != survey.header:
                raise KnownError("import.file_changed")
            reader = RowReader(mapped, file.header, settings.currency, _days(settings))
            parser = Parser(reader, has_reference=Field.REFERENCE in mapped.fields)
            today = settings.days.business_date(self._desk.clock.now())
            with closing(read_ahead(_pieces(parser.parse(file.rows)))) as pieces:
                yield _Pass(None if found is None else found.pk, today, pieces)

    def save_report(self, spool: Spool, path: Path) -> int:
        """Write the broken rows to a file; returns how many. Raises KnownError ``file.cannot_write``."""
        return save_report(spool, path, self._property().language)

    def _looked(
        self, path: Path, file: Opened, used: ColumnMap, cancel: threading.Event, *, remembered: bool
    ) -> Looked:
        known = preset_of(file.header)
        with self._desk.db.reading() as connection:
            rooms, settings = room_names(connection), read_property(connection) or Property()
        survey = _survey(path, file, used, rooms, settings, cancel)
        return Looked(survey, settled(used, survey), known.name if known else "", remembered, rooms)

    def _source(self, name: str) -> StoredSource | None:
        with self._desk.db.reading() as connection:
            return source_named(connection, name, ROWS)

    def _property(self) -> Property:
        return self._desk.property()

    def _saved(self, name: str, mapped: ColumnMap) -> StoredSource:
        settings = msgspec.json.encode(mapped, order="deterministic").decode()
        with self._desk.doing(Permission.IMPORT) as unit:
            return save_source(unit, name, ROWS, settings)


class _Pass(Struct, frozen=True):
    """One way through a file, so many rows at a time as one transaction takes."""

    source_pk: int | None
    today: date
    pieces: Iterator[list[Parsed | Row]]


def _pieces(rows: Iterator[Parsed | Row]) -> Iterator[list[Parsed | Row]]:
    while piece := list(islice(rows, CHUNK)):
        yield piece


def open_told(looked: Looked, question: Question) -> str:
    """What is open, in a sentence."""
    survey = looked.survey
    examples: Mapping[Question, Sequence[str]] = {
        Question.DATES: survey.open_dates,
        Question.DECIMAL: survey.open_amounts,
        Question.CURRENCY: survey.signs,
        Question.STATUS: survey.unknown,
        Question.ROOMS: survey.rooms,
    }
    asked = {
        Question.DATES: "Which is the day, which the month ({shown})?",
        Question.DECIMAL: "Which is the decimal mark ({shown})?",
        Question.CURRENCY: "Which currency is meant ({shown})?",
        Question.STATUS: "What do these words for a status mean ({shown})?",
        Question.ROOMS: "Which rooms are these, or are they new ({shown})?",
    }
    shown = ", ".join(f"“{one}”" for one in examples[question][:6])
    return asked[question].format(shown=shown or "there are rows of either kind")


def _used(file: Opened, mapped: ColumnMap | None, kept: ColumnMap | None, preset: str) -> tuple[ColumnMap, bool]:
    """How the rows are read, and whether that was remembered."""
    if mapped is not None:
        return mapped, False
    fits = None if preset or kept is None else fitting(kept, file.header)
    return (_chosen(preset, file.header), False) if fits is None else (fits, True)


def _chosen(preset: str, header: Sequence[str]) -> ColumnMap:
    named = preset_named(preset) if preset else None
    return suggested(header) if named is None else mapped_by(named, header)


def _survey(
    path: Path, file: Opened, mapped: ColumnMap, rooms: tuple[str, ...], settings: Property, cancel: threading.Event
) -> Survey:
    samples, count, days = Samples(len(file.header)), 0, _days(settings)
    facts = None
    if set(mapped.columns()) <= set(file.header):
        facts = Facts(mapped, RowReader(mapped, file.header, settings.currency, days), days, rooms)
    for row in _until(file.rows, cancel):
        count += 1
        samples.add(row.cells)
        if facts is not None and row.trouble is None:
            facts.add(row.cells)
    plain = Survey(file.encoding, file.delimiter, file.header, samples.found(), count, _stamp(path))
    return plain if facts is None else facts.told(plain)


def _stamp(path: Path) -> str:
    about = path.stat()
    return f"{about.st_size}-{about.st_mtime_ns}"


def _until(rows: Iterator[Cells], cancel: threading.Event) -> Iterator[Cells]:
    for row in rows:
        if cancel.is_set():
            return
        yield row


def _days(settings: Property) -> DayReader:
    """Months may be written in the property's language too."""
    try:
        locale = Locale.parse(settings.language)
    except (UnknownLocaleError, ValueError):
        return DayReader()
    names = [
        (month, name)
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=locale).items()
    ]
    return DayReader(months_of(names))
