"""One row of a file as a booking, by the columns that a person has named. What is not certain is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.booking import BookingDraft, BookingStatus, Guest, check_nights, checked, room_key
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.import_amounts import currencies, read_amount, taken_apart
from rentease_desk.domain.import_dates import DayReader
from rentease_desk.domain.import_presets import STATUS_WORDS
from rentease_desk.domain.imports import ColumnMap, Columns, Field
from rentease_desk.domain.money import MAX_DIGITS, Money, is_currency
from rentease_desk.domain.text import fold

_COUNT = re.compile(r"(\d{1,4})(?:[.,]0+)?")
_MOST = 40


class ReadRow(Struct, frozen=True):
    """A row that can be read. ``reference`` is its identity within the source, "" where the source has none.

    ``given``: what the source itself says of each field, as plain text, to be compared with what it said before.
    """

    reference: str
    draft: BookingDraft
    given: Mapping[Field, str]


class RowReader:
    """Made once a file; ``currency`` is the property's."""

    def __init__(self, mapped: ColumnMap, header: Sequence[str], currency: str, days: DayReader) -> None:
        self._mapped, self._days = mapped, days
        self._fallback = (mapped.currency or currency).lower()
        places = {name: at for at, name in enumerate(header)}
        self._at: dict[Field, tuple[int, ...]] = {
            field: tuple(places[name] for name in one.names) for field, one in mapped.fields.items()
        }
        self._texts = {field: one.text for field, one in mapped.fields.items()}
        self._get = {field: _getter(self._at.get(field), self._texts.get(field, "")) for field in Field}
        self._price = Field.TOTAL if Field.TOTAL in self._at else Field.RATE

    def read(self, cells: Sequence[str]) -> ReadRow:
        """The row. Raises InputError naming the field, by its ``Field``, that cannot be taken."""
        arrival = self._days.read(self._get[Field.ARRIVAL](cells), self._mapped.dates, Field.ARRIVAL)
        departure = self._departure(cells, arrival)
        check_nights(arrival, departure)
        currency = self.currency(cells)
        total = self._total(cells, currency, (departure - arrival).days)
        draft = checked(
            BookingDraft(
                guest=Guest(*(self._get[field](cells) for field in (Field.GUEST, Field.EMAIL, Field.PHONE))),
                arrival=arrival,
                departure=departure,
                reference=self._get[Field.REFERENCE](cells),
                room=self._room(cells),
                adults=self._count(cells, Field.ADULTS, 1),
                children=self._count(cells, Field.CHILDREN, 0),
                channel=self._get[Field.CHANNEL](cells),
                note=self._get[Field.NOTE](cells),
                currency=currency,
                total=total,
                status=self._status(cells),
            )
        )
        if not draft.reference and Field.REFERENCE in self._at:
            raise InputError("import.no_reference", field=Field.REFERENCE)
        return ReadRow(draft.reference, draft, self._given(draft))

    def text(self, cells: Sequence[str], field: Field) -> str:
        """What the row says of a field, as it stands there."""
        return self._get[field](cells)

    def currency(self, cells: Sequence[str]) -> str:
        """Of the row: its own column, else the sign beside its amount, else the file's.

        Raises InputError ``currency.unknown`` or ``import.sign``.
        """
        told = self._get[Field.CURRENCY](cells)
        if told:
            if not is_currency(told):
                raise InputError("currency.unknown", field=Field.CURRENCY, currency=told[:_MOST])
            return told.lower()
        amount = taken_apart(self._get[self._price](cells))
        if amount is None or not amount.beside or self._fallback in currencies(amount.beside):
            return self._fallback
        meant = currencies(amount.beside)
        if len(meant) != 1 or self._mapped.currency:
            raise InputError("import.sign", field=Field.CURRENCY, sign=amount.beside)
        return next(iter(meant))

    def amount_text(self, cells: Sequence[str]) -> str:
        """The amount, as it stands there."""
        return self._get[self._price](cells)

    def _departure(self, cells: Sequence[str], arrival: date) -> date:
        if Field.DEPARTURE in self._at:
            return self._days.read(self._get[Field.DEPARTURE](cells), self._mapped.dates, Field.DEPARTURE)
        nights = self._sum(cells, Field.NIGHTS)
        if nights is None:
            raise InputError("import.count", field=Field.NIGHTS, text="")
        return arrival + timedelta(days=nights)

    def _total(self, cells: Sequence[str], currency: str, nights: int) -> Money | None:
        field = self._price
        text = self._get[field](cells)
        if not text:
            return None
        amount = read_amount(text, self._mapped.decimal, currency, field)
        if field is Field.TOTAL:
            return amount
        if abs(amount.minor * nights) >= 10**MAX_DIGITS:
            raise InputError("amount.too_large", field=field, digits=MAX_DIGITS)
        return Money(amount.minor * nights, currency)

    def _count(self, cells: Sequence[str], field: Field, missing: int) -> int:
        found = self._sum(cells, field)
        return missing if found is None else found

    def _sum(self, cells: Sequence[str], field: Field) -> int | None:
        """Counts of several columns added up; None where all of them are empty."""
        found = None
        for text in self._parts(cells, field):
            match = _COUNT.fullmatch(text)
            if match is None or not text.isascii():
                raise InputError("import.count", field=field, text=text[:_MOST])
            found = (found or 0) + int(match[1])
        return found

    def _parts(self, cells: Sequence[str], field: Field) -> list[str]:
        at = self._at.get(field, ())
        texts = [cells[one].strip() for one in at if one < len(cells)] if at else [self._texts.get(field, "")]
        return [one for one in texts if one]

    def _room(self, cells: Sequence[str]) -> str:
        name = self._get[Field.ROOM](cells)
        return self._mapped.rooms.get(room_key(name), name) if name else ""

    def _status(self, cells: Sequence[str]) -> BookingStatus:
        if Field.STATUS not in self._at:
            return BookingStatus.CONFIRMED
        word = self._get[Field.STATUS](cells)
        status = status_of(word, self._mapped)
        if status is None:
            raise InputError("import.status", field=Field.STATUS, text=word[:_MOST])
        return status

    def _given(self, draft: BookingDraft) -> Mapping[Field, str]:
        found = {field: said(draft) for field, said in SAID.items() if field in self._at}
        if Field.NIGHTS in self._at:
            found[Field.DEPARTURE] = SAID[Field.DEPARTURE](draft)
        if Field.RATE in self._at:
            found[Field.TOTAL] = SAID[Field.TOTAL](draft)
        return found


def price_said(total: Money | None) -> str:
    """A price as it is compared: none, and one of nothing, are the same."""
    return f"{total.minor} {total.currency}" if total is not None and total.minor else ""


def _getter(at: tuple[int, ...] | None, text: str) -> Callable[[Sequence[str]], str]:
    """What reads a field of a row; made once, it is asked for every row."""
    if not at:
        return lambda _cells: text
    if len(at) == 1:
        only = at[0]
        return lambda cells: cells[only].strip() if only < len(cells) else ""
    return lambda cells: " ".join(part for one in at if one < len(cells) and (part := cells[one].strip()))


SAID: Mapping[Field, Callable[[BookingDraft], str]] = {
    Field.GUEST: lambda one: one.guest.name,
    Field.EMAIL: lambda one: one.guest.email,
    Field.PHONE: lambda one: one.guest.phone,
    Field.ARRIVAL: lambda one: one.arrival.isoformat(),
    Field.DEPARTURE: lambda one: one.departure.isoformat(),
    Field.ROOM: lambda one: room_key(one.room),
    Field.ADULTS: lambda one: str(one.adults),
    Field.CHILDREN: lambda one: str(one.children),
    Field.CHANNEL: lambda one: one.channel,
    Field.NOTE: lambda one: one.note,
    Field.TOTAL: lambda one: price_said(one.total),
    Field.STATUS: lambda one: one.status.value,
}
"""What a booking says of each field that is compared."""


def status_of(word: str, mapped: ColumnMap) -> BookingStatus | None:
    """What a word means: as a person said, else as it is commonly meant."""
    known = fold(word)
    return mapped.words.get(known) or STATUS_WORDS.get(known)


def columns_from(text: str, header: Sequence[str]) -> Columns:
    """``Guest name``, ``year+month+day`` or ``"the same always"``. Raises InputError ``import.no_column``."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Columns(text=text[1:-1])
    known = {fold(name): name for name in reversed(header)}
    names = [text] if fold(text) in known else text.split("+")
    missing = next((name for name in names if fold(name) not in known), None)
    if missing is not None:
        raise InputError("import.no_column", field="columns", column=missing.strip(), known=", ".join(header))
    return Columns(tuple(known[fold(name)] for name in names))
