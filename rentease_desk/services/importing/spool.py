"""What became of each row, on the disk: a file of a million rows takes nine bytes of memory a row."""

from __future__ import annotations

import tempfile
import threading
import weakref
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rentease_desk.domain.imports import Counts, Fate, Row, counted
from rentease_desk.domain.reading import msgpack_reader

_FATES = tuple(Fate)
_AT_ONCE = 500
_IN_MEMORY = 1 << 20


_ROWS = msgpack_reader(Row)


class Spool:
    """Rows in the order they were added; they can be read while more are added, from any thread.

    The file is made for more than a few rows; it has no name, and goes with the object: nobody else sees it.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the spool
        self._end = weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = _ROWS.decode
        self._ends = array("Q", [0])
        self._fates = bytearray()
        self._counts: Counter[Fate] = Counter()
        self._applied = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Put rows behind the others."""
        with self._lock:
            self._file.seek(self._ends[-1])
            for row in rows:
                self._ends.append(self._ends[-1] + self._file.write(self._encode(row)))
                self._fates.append(_FATES.index(row.fate))
                self._counts[row.fate] += 1
                self._applied += row.fate is Fate.CHANGED and row.written

    @property
    def counts(self) -> Counts:
        """How many met which fate."""
        return counted(self._counts, self._applied)

    def places(self, fate: Fate | None = None) -> array[int]:
        """Where the rows of a fate stand; None: all of them."""
        if fate is None:
            return array("q", range(len(self._fates)))
        wanted = _FATES.index(fate)
        return array("q", (at for at, one in enumerate(self._fates) if one == wanted))

    def rows(self, places: Sequence[int]) -> list[Row]:
        """The rows at these places."""
        with self._lock:
            return [self._read(at) for at in places]

    def all(self, fate: Fate | None = None) -> Iterator[Row]:
        """Every row of a fate, streaming."""
        places = self.places(fate)
        for start in range(0, len(places), _AT_ONCE):
            yield from self.rows(places[start : start + _AT_ONCE])

    def close(self) -> None:
        """Forget them."""
        self._end()

    def _read(self, at: int) -> Row:
        self._file.seek(self._ends[at])
        return self._decode(self._file.read(self._ends[at + 1] - self._ends[at]))
