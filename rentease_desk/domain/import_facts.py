"""What a whole file says about how it is to be read: which orders of a date and which decimal marks every row fits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from rentease_desk.domain.booking import room_key
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.import_amounts import DecimalMark, currencies, fitting_marks, is_open, taken_apart
from rentease_desk.domain.import_dates import DateOrder, DayReader
from rentease_desk.domain.import_reading import RowReader, status_of
from rentease_desk.domain.imports import ColumnMap, Field, Survey
from rentease_desk.domain.money import digits
from rentease_desk.domain.text import fold

_SAMPLES = 3
_EXAMPLES = 3
_WORDS = 50
_SAMPLE_LENGTH = 60


class Samples:
    """A few different values of each column."""

    def __init__(self, columns: int) -> None:
        self._found: list[list[str]] = [[] for _ in range(columns)]
        self._open = set(range(columns))

    def add(self, cells: Sequence[str]) -> None:
        """Look at another row."""
        for at in tuple(self._open):
            text = " ".join(cells[at].split())[:_SAMPLE_LENGTH] if at < len(cells) else ""
            if text and text not in self._found[at]:
                self._found[at].append(text)
                if len(self._found[at]) == _SAMPLES:
                    self._open.discard(at)

    def found(self) -> tuple[tuple[str, ...], ...]:
        """What was seen."""
        return tuple(tuple(one) for one in self._found)


class Facts:
    """Looks at row after row. ``rooms`` are the names of the property's rooms."""

    def __init__(self, mapped: ColumnMap, reader: RowReader, days: DayReader, rooms: Collection[str]) -> None:
        self._mapped, self._reader, self._days = mapped, reader, days
        self._rooms = {room_key(name) for name in rooms}
        self.orders, self.marks = set(DateOrder), set(DecimalMark)
        self.open_dates: dict[str, None] = {}
        self.open_amounts: dict[str, None] = {}
        self.signs: dict[str, None] = {}
        self.unknown: dict[str, None] = {}
        self.rooms: dict[str, None] = {}
        self._dated = [field for field in (Field.ARRIVAL, Field.DEPARTURE) if field in mapped.fields]
        self._seen_words: set[str] = set()
        self._seen_rooms: set[str] = set()

    def add(self, cells: Sequence[str]) -> None:
        """Look at another row."""
        for field in self._dated:
            self._add_date(self._reader.text(cells, field))
        self._add_amount(cells)
        if Field.STATUS in self._mapped.fields:
            self._add_word(self._reader.text(cells, Field.STATUS))
        if Field.ROOM in self._mapped.fields:
            self._add_room(self._reader.text(cells, Field.ROOM))

    def told(self, plain: Survey) -> Survey:
        """The survey with what was found."""
        return replace(
            plain,
            orders=frozenset(self.orders),
            marks=frozenset(self.marks),
            open_dates=tuple(self.open_dates),
            open_amounts=tuple(self.open_amounts),
            signs=tuple(self.signs),
            unknown=tuple(self.unknown),
            rooms=tuple(self.rooms),
        )

    def _add_date(self, text: str) -> None:
        found = self._days.fits(text)
        if not found or None in found:
            return  # no date at all, or one that has a single meaning
        self.orders &= {order for order in found if order is not None}
        if len(self.open_dates) < _EXAMPLES and len(found) > 1:
            self.open_dates[text] = None
        self.open_dates = self.open_dates or {text: None}

    def _add_amount(self, cells: Sequence[str]) -> None:
        found = taken_apart(self._reader.amount_text(cells))
        if found is None:
            return
        try:
            places = digits(self._reader.currency(cells))
        except InputError:
            if (found.beside and not currencies(found.beside)) or len(self.signs) >= _EXAMPLES:
                return
            self.signs[found.beside] = None
            return
        fit = fitting_marks(found.number, places)
        self.marks &= fit or self.marks
        if is_open(found.number, places) and len(self.open_amounts) < _EXAMPLES:
            self.open_amounts[found.number] = None

    def _add_word(self, word: str) -> None:
        known = fold(word)
        if known in self._seen_words:
            return
        self._seen_words.add(known)
        if known and status_of(word, self._mapped) is None and len(self.unknown) < _WORDS:
            self.unknown[word] = None

    def _add_room(self, name: str) -> None:
        known = room_key(name)
        if not known or known in self._seen_rooms:
            return
        self._seen_rooms.add(known)
        told = room_key(self._mapped.rooms.get(known, name))
        if told and told not in self._rooms and known not in self._mapped.rooms and len(self.rooms) < _WORDS:
            self.rooms[name] = None
