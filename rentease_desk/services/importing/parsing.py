"""Rows of a file as bookings, each with what it is recognised by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from rentease_desk.domain.booking import reference_key
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.import_digests import content_identity
from rentease_desk.domain.import_reading import ReadRow, RowReader
from rentease_desk.domain.imports import Fate, Field, Row, trouble_of
from rentease_desk.intake.csv_rows import Cells

_SHOWN = 80


class Parsed(Struct, frozen=True, gc=False):
    """A row that could be read: its line, its identity within the source, and the booking."""

    line: int
    identity: str
    read: ReadRow


class Parser:
    """Made once a pass through a file: a reference that comes twice is noticed."""

    def __init__(self, reader: RowReader, *, has_reference: bool) -> None:
        self._reader, self._has_reference = reader, has_reference
        self._seen: dict[int, int] = {}

    def parse(self, rows: Iterable[Cells]) -> Iterator[Parsed | Row]:
        """Each row, or why it is broken."""
        for row in rows:
            try:
                yield self._parsed(row)
            except KnownError as error:
                yield self._broken(row, error)

    def _parsed(self, row: Cells) -> Parsed:
        if row.trouble is not None:
            raise row.trouble
        read = self._reader.read(row.cells)
        if not self._has_reference:
            return Parsed(row.line, self._by_content(row), read)
        identity = reference_key(read.reference)
        first = self._seen.setdefault(hash(identity), row.line)
        if first != row.line:
            raise InputError("import.twice", field=Field.REFERENCE, reference=read.reference, first=first)
        return Parsed(row.line, identity, read)

    def _by_content(self, row: Cells) -> str:
        """Rows that are alike in everything are told apart by their number."""
        content = content_identity(row.cells)
        count = self._seen[hash(content)] = self._seen.get(hash(content), 0) + 1
        return f"={content}#{count}"

    def _broken(self, row: Cells, error: KnownError) -> Row:
        reference, guest = (self._reader.text(row.cells, field)[:_SHOWN] for field in (Field.REFERENCE, Field.GUEST))
        return Row(row.line, Fate.BROKEN, reference, guest, trouble=trouble_of(error))
