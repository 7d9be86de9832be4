"""Bookings from other programs' files: which column is what, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.import_amounts import DecimalMark
from rentease_desk.domain.import_dates import DateOrder
from rentease_desk.domain.money import Money


class Field(StrEnum):
    """What a column may be. ``NIGHTS`` stand for a missing ``DEPARTURE``, ``RATE`` (a night) for a ``TOTAL``."""

    REFERENCE = "reference"
    GUEST = "guest"
    EMAIL = "email"
    PHONE = "phone"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    NIGHTS = "nights"
    ROOM = "room"
    ADULTS = "adults"
    CHILDREN = "children"
    CHANNEL = "channel"
    NOTE = "note"
    CURRENCY = "currency"
    TOTAL = "total"
    RATE = "rate"
    STATUS = "status"


class Columns(Struct, frozen=True):
    """Where a field comes from: columns by name (texts beside each other, counts summed), or always the ``text``."""

    names: tuple[str, ...] = ()
    text: str = ""


class ColumnMap(Struct, frozen=True):
    """How the rows of a source are read; remembered with it.

    ``dates`` and ``decimal`` None: not needed, as every row has one meaning only. ``currency`` "" is the property's.
    ``words`` say what a status is called there, ``rooms`` what a room (both folded); ``new_rooms``: rooms that are not
    here yet are made. ``over_departed``: a confirmed stay whose departure has passed comes in as departed.
    ``delimiter`` and ``encoding`` "": as the file shows.
    """

    fields: dict[Field, Columns]
    dates: DateOrder | None = None
    decimal: DecimalMark | None = None
    currency: str = ""
    words: dict[str, BookingStatus] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    new_rooms: bool = False
    over_departed: bool = True
    delimiter: str = ""
    encoding: str = ""

    def columns(self) -> tuple[str, ...]:
        """Every column that it names, once."""
        return tuple(dict.fromkeys(name for one in self.fields.values() for name in one.names))


class Fate(StrEnum):
    """What becomes of a row. ``FREED``: a calendar's entry that is not there any more gives its room back."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    FREED = "freed"
    BROKEN = "broken"


class Value(Struct, frozen=True, array_like=True):
    """A text, a day or an amount, as a row's report keeps it."""

    text: str = ""
    day: date | None = None
    money: Money | None = None

    def __str__(self) -> str:
        return str(self.money) if self.money else self.day.isoformat() if self.day else self.text


class Change(Struct, frozen=True, array_like=True):
    """What the source says otherwise than before. ``kept``: somebody edited it at the desk, whose word stands."""

    field: Field
    before: Value
    after: Value
    kept: bool = False


class Trouble(Struct, frozen=True, array_like=True):
    """Why a row cannot go in: a known error that can be kept."""

    code: str
    params: dict[str, Value]
    field: str = ""

    def error(self) -> KnownError:
        """The error with its sentences."""
        known = {name: one.money or one.day or one.text for name, one in self.params.items()}
        return KnownError(self.code, **known)


class Row(Struct, frozen=True, array_like=True):
    """A row of a file, or an entry of a calendar, and its fate. ``line``: where it begins, 1 is the file's first.

    ``written``: it is in, or its changes are. Of a dry run nothing is. ``trouble`` of a row that is the same
    was told by an import before.
    """

    line: int
    fate: Fate
    reference: str = ""
    guest: str = ""
    room: str = ""
    arrival: date | None = None
    departure: date | None = None
    total: Money | None = None
    status: str = ""
    changes: tuple[Change, ...] = ()
    trouble: Trouble | None = None
    written: bool = False


class Counts(Struct, frozen=True):
    """How many rows met which fate. ``applied``: of the changed ones, those whose changes are in."""

    new: int = 0
    same: int = 0
    changed: int = 0
    freed: int = 0
    broken: int = 0
    applied: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.new + self.same + self.changed + self.freed + self.broken


class Question(StrEnum):
    """What a file leaves open, and a person has to say."""

    DATES = "dates"
    DECIMAL = "decimal"
    CURRENCY = "currency"
    STATUS = "status"
    ROOMS = "rooms"


class Survey(Struct, frozen=True):
    """A file looked through once, with the columns as they are mapped.

    ``samples``: a few values of each column. ``orders``, ``marks``: what all rows fit. ``open_dates`` and
    ``open_amounts`` are examples of what has to be told; ``signs`` stand beside amounts and are none of the file's
    currency; ``unknown`` are words for a status, ``rooms`` names that no room has. ``stamp`` changes with the file.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    rows: int
    stamp: str
    orders: frozenset[DateOrder] = frozenset(DateOrder)
    marks: frozenset[DecimalMark] = frozenset(DecimalMark)
    open_dates: tuple[str, ...] = ()
    open_amounts: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()


REQUIRED = (Field.GUEST, Field.ARRIVAL)


def settled(mapped: ColumnMap, survey: Survey) -> ColumnMap:
    """With what the whole file leaves no choice about."""
    changes: dict[str, object] = {}
    if mapped.dates is None and survey.open_dates and len(survey.orders) == 1:
        changes["dates"] = next(iter(survey.orders))
    if mapped.decimal is None and len(survey.marks) == 1:
        changes["decimal"] = next(iter(survey.marks))
    return replace(mapped, **changes)


def questions(mapped: ColumnMap, survey: Survey) -> tuple[Question, ...]:
    """What has to be answered before any row can be read for certain. ``mapped`` as ``settled``."""
    open_ = {
        Question.DATES: mapped.dates is None and bool(survey.open_dates),
        Question.DECIMAL: mapped.decimal is None and bool(survey.open_amounts or not survey.marks),
        Question.CURRENCY: bool(survey.signs),
        Question.STATUS: bool(survey.unknown),
        Question.ROOMS: bool(survey.rooms) and not mapped.new_rooms,
    }
    return tuple(one for one, is_open in open_.items() if is_open)


def require_columns(mapped: ColumnMap, header: Iterable[str]) -> None:
    """Raises InputError ``import.unmapped`` or ``import.no_column``."""
    known = set(header)
    for name in mapped.columns():
        if name not in known:
            raise InputError("import.no_column", field="columns", column=name, known=", ".join(header))
    missing = [one for one in REQUIRED if one not in mapped.fields]
    if Field.DEPARTURE not in mapped.fields and Field.NIGHTS not in mapped.fields:
        missing.append(Field.DEPARTURE)
    if missing:
        raise InputError("import.unmapped", field="columns", names=", ".join(missing))


def trouble_of(error: KnownError) -> Trouble:
    """The error as a row's report keeps it."""
    params = {name: _value(one) for name, one in error.params.items()}
    return Trouble(error.code, params, error.field if isinstance(error, InputError) else "")


def trouble_text(trouble: Trouble) -> str:
    """In English: what happened, and to which field."""
    told = trouble.error().explain()
    return f"{told.title}: {told.happened}" if told.happened else told.title


def counted(fates: Mapping[Fate, int], applied: int) -> Counts:
    """The counts of a report."""
    return Counts(**{fate.value: fates.get(fate, 0) for fate in Fate}, applied=applied)


def _value(one: object) -> Value:
    if isinstance(one, Money):
        return Value(money=one)
    return Value(day=one) if isinstance(one, date) else Value(str(one))
