"""``bookings import`` and ``bookings import-ical``. A calendar's address is a secret: it is typed, not an argument."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from rentease_desk.cli.output import JsonOption, Output
from rentease_desk.cli.session import Session
from rentease_desk.cli.sync import stoppable
from rentease_desk.domain.booking import BookingStatus, room_key
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.import_amounts import DecimalMark
from rentease_desk.domain.import_dates import DateOrder
from rentease_desk.domain.import_presets import PRESETS, preset_named, with_field
from rentease_desk.domain.import_reading import columns_from
from rentease_desk.domain.imports import ColumnMap, Counts, Fate, Field, Row, trouble_text
from rentease_desk.domain.money import digits
from rentease_desk.domain.text import fold, name_key

_COLUMNS = ("Line", "Fate", "Reference", "Guest", "Arrival", "Departure", "Room", "Total", "Status", "Why")
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_MAP = "FIELD=COLUMN, or a+b for several, or FIELD='\"text\"' for the same always. Fields: " + ", ".join(Field)
SourceOption = Annotated[str, typer.Option(help="Where it comes from, such as Booking.com; rows are known by it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would become of each row.")]


def import_rows(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file, or a ZIP with one in it.")],
    source: SourceOption,
    preset: Annotated[str, typer.Option(help=f"A known export: {', '.join(one.name for one in PRESETS)}.")] = "",
    column: Annotated[list[str] | None, typer.Option("--map", help=_MAP)] = None,
    dates: Annotated[DateOrder | None, typer.Option(help="How dates of numbers are written.")] = None,
    decimal: Annotated[DecimalMark | None, typer.Option(help="What stands before the cents.")] = None,
    currency: Annotated[str, typer.Option(help="The file's currency; the property's if left out.")] = "",
    status: Annotated[list[str] | None, typer.Option("--status", help="WORD=STATUS, what a status is called.")] = None,
    room: Annotated[list[str] | None, typer.Option("--room", help="NAME=ROOM, what a room is called there.")] = None,
    new_rooms: Annotated[bool, typer.Option("--new-rooms", help="Make the rooms that are not here yet.")] = False,
    as_is: Annotated[bool, typer.Option("--keep-confirmed", help="Stays that are over stay confirmed.")] = False,
    delimiter: Annotated[str, typer.Option(help=f"{', '.join(_DELIMITERS)}; by the header if left out.")] = "",
    encoding: Annotated[str, typer.Option(help="By the file's bytes if left out.")] = "",
    dry_run: DryRun = False,
    apply_changes: Annotated[
        bool, typer.Option("--apply-changes", help="Change bookings whose row has changed, where nobody edited them.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write the broken rows, with reasons, to this CSV file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Import bookings. A row that came in once never comes in again; a broken one is told, and the rest goes in."""
    session: Session = context.obj
    rows = session.services.imports.rows
    given = _Given(column or (), status or (), room or (), dates, decimal, currency, delimiter, encoding)
    looked = rows.look(file, source, preset=_preset(preset), layout=given.layout())
    mapped = given.applied(looked.mapped, looked.survey.header, new_rooms=new_rooms, as_is=as_is)
    if mapped != looked.mapped:
        looked = rows.look(file, source, mapped)
    cancel = threading.Event()
    with stoppable(cancel), _progress() as step:
        if dry_run:
            outcome = rows.preview(file, source, looked, cancel, step)
        else:
            outcome = rows.run(file, source, looked, cancel, step, apply_changes=apply_changes)
    if report is not None:
        rows.save_report(outcome.spool, report)
    output = Output(as_json=as_json)
    shown = outcome.spool.all() if dry_run else _told_after(outcome.spool)
    _tell(output, shown, outcome.spool.counts, dry_run=dry_run)
    if outcome.cancelled:
        output.warn("Stopped. What is in stays in; the same command goes on.")
        raise typer.Exit(1)


def import_calendar(
    context: typer.Context,
    source: SourceOption,
    file: Annotated[Path | None, typer.Argument(help="An iCalendar file; without one the address is used.")] = None,
    room: Annotated[str, typer.Option(help="The room it is of; the one of the last time if left out.")] = "",
    ask: Annotated[
        bool, typer.Option("--address", help="Ask for the address, or read it from standard input.")
    ] = False,
    remember: Annotated[bool, typer.Option("--remember", help="Keep the address in the system's keyring.")] = False,
    dry_run: DryRun = False,
    as_json: JsonOption = False,
) -> None:
    """Block a room by a calendar. It cannot tell a stay from a closed room: entries are blocks, and never revenue."""
    session: Session = context.obj
    calendars = session.services.imports.calendars
    typed = calendars.address(_address()) if ask else None
    origin = typed or file or calendars.kept_address(source)
    named = room or next((one.room for one in calendars.sources() if name_key(one.name) == name_key(source)), "")
    entries = calendars.read(origin)
    outcome = calendars.preview(source, named, entries) if dry_run else calendars.run(source, named, entries)
    if remember and typed is not None and not dry_run:
        calendars.keep_address(source, typed)
    _tell(Output(as_json=as_json), outcome.spool.all(), outcome.spool.counts, dry_run=dry_run)


class _Given:
    """What was said on the command line about how a file is to be read."""

    def __init__(
        self,
        columns: Sequence[str],
        words: Sequence[str],
        rooms: Sequence[str],
        dates: DateOrder | None,
        decimal: DecimalMark | None,
        currency: str,
        delimiter: str,
        encoding: str,
    ) -> None:
        self._columns, self._words, self._rooms = columns, words, rooms
        self._dates, self._decimal = dates, decimal
        self._currency, self._encoding = currency.strip().lower(), encoding
        self._delimiter = _DELIMITERS.get(delimiter.lower(), delimiter)
        if self._currency:
            digits(self._currency)
        if self._delimiter not in {"", *_DELIMITERS.values()}:
            raise typer.BadParameter(", ".join(_DELIMITERS), param_hint="--delimiter")

    def layout(self) -> tuple[str, str]:
        """Delimiter and encoding, "" where they were left out."""
        return self._delimiter, self._encoding

    def applied(self, mapped: ColumnMap, header: Sequence[str], *, new_rooms: bool, as_is: bool) -> ColumnMap:
        """The map with what was said."""
        for text in self._columns:
            name, place = _pair(text, "--map")
            mapped = with_field(mapped, _field(name), columns_from(place, header))
        words = {fold(word): _status(value) for word, value in (_pair(one, "--status") for one in self._words)}
        rooms = {room_key(name): value for name, value in (_pair(one, "--room") for one in self._rooms)}
        return replace(
            mapped,
            words=mapped.words | words,
            rooms=mapped.rooms | rooms,
            dates=self._dates or mapped.dates,
            decimal=self._decimal or mapped.decimal,
            currency=self._currency or mapped.currency,
            new_rooms=new_rooms or mapped.new_rooms,
            over_departed=mapped.over_departed and not as_is,
        )


def _tell(output: Output, rows: Iterator[Row], counts: Counts, *, dry_run: bool) -> None:
    if output.as_json:
        _stream(rows, counts, dry_run=dry_run)
        return
    output.rows(_COLUMNS, ((row_json(row), _cells(row)) for row in rows))
    output.line(told(counts, dry_run=dry_run))


def told(counts: Counts, *, dry_run: bool) -> str:
    """The counts in a sentence."""
    parts = [f"{counts.new} new", f"{counts.same} the same", f"{counts.changed} changed"]
    parts += [f"{counts.applied} of them applied"] if counts.applied else []
    parts += [f"{counts.freed} freed"] if counts.freed else []
    parts += [f"{counts.broken} broken"]
    return ", ".join(parts) + ("; nothing was written." if dry_run else ".")


def row_json(row: Row) -> dict[str, Any]:
    """A row and its fate. ``total`` in minor units."""
    return {
        "line": row.line,
        "fate": row.fate.value,
        "reference": row.reference,
        "guest": row.guest,
        "room": row.room,
        "arrival": row.arrival.isoformat() if row.arrival else None,
        "departure": row.departure.isoformat() if row.departure else None,
        "total": row.total.minor if row.total else None,
        "currency": row.total.currency if row.total else None,
        "status": row.status,
        "written": row.written,
        "changes": [
            {"field": one.field.value, "before": str(one.before), "after": str(one.after), "kept": one.kept}
            for one in row.changes
        ],
        "code": row.trouble.code if row.trouble else None,
        "field": row.trouble.field if row.trouble else None,
        "reason": trouble_text(row.trouble) if row.trouble else None,
    }


def why(row: Row) -> str:
    """What is wrong with a row, or what has changed."""
    if row.trouble is not None:
        return ("told before: " if row.fate is Fate.SAME else "") + trouble_text(row.trouble)
    return "; ".join(
        f"{one.field.value} {one.before} → {one.after}" + (" (edited here, stays)" if one.kept else "")
        for one in row.changes
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.line),
        row.fate.value,
        row.reference,
        row.guest,
        row.arrival.isoformat() if row.arrival else "",
        row.departure.isoformat() if row.departure else "",
        row.room,
        str(row.total) if row.total else "",
        row.status,
        why(row),
    )


def _told_after(spool: Any) -> Iterator[Row]:
    """After an import, what a person may have to do something about."""
    for fate in (Fate.CHANGED, Fate.BROKEN):
        yield from spool.all(fate)


def _stream(rows: Iterator[Row], counts: Counts, *, dry_run: bool) -> None:
    """An object whose rows stream: there may be a million."""
    print('{"rows": [', end="")  # noqa: T201
    separator = ""
    for row in rows:
        print(f"{separator}\n{json.dumps(row_json(row))}", end="")  # noqa: T201
        separator = ","
    tail = {"dry_run": dry_run, **{name: getattr(counts, name) for name in counts.__struct_fields__}}
    print(f"\n], {json.dumps(tail)[1:]}")  # noqa: T201


def _preset(name: str) -> str:
    if name and preset_named(name) is None:
        raise typer.BadParameter(", ".join(one.name for one in PRESETS), param_hint="--preset")
    return name


def _pair(text: str, option: str) -> tuple[str, str]:
    """Split at the last sign, but one that stands within quotation marks."""
    left, mark, right = text.partition("=")
    if not mark:
        raise typer.BadParameter(f"“{text}” has no =", param_hint=option)
    return left.strip(), right.strip()


def _field(name: str) -> Field:
    try:
        return Field(name.lower())
    except ValueError as error:
        raise typer.BadParameter(f"“{name}” is none of {', '.join(Field)}", param_hint="--map") from error


def _status(name: str) -> BookingStatus:
    try:
        return BookingStatus(name.lower())
    except ValueError as error:
        raise typer.BadParameter(f"“{name}” is none of {', '.join(BookingStatus)}", param_hint="--status") from error


def _address() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Address of the calendar", hide_input=True, err=True))
    found = sys.stdin.readline()
    if not found.strip():
        raise InputError("calendar.address", field="address")
    return found


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; nothing elsewhere."""
    console = Console(file=sys.stderr)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,}"),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task("Rows", total=1)
        yield lambda done, total: bar.update(task, completed=done, total=max(1, total))
