"""A table of any length: keys in one array, rows fetched a page at a time, the latest pages kept."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal, Slot

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.models.cell import Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.tasks import Lane, Tasks

PAGE = 100
BEGINNING = 2 * PAGE
"""So many rows are asked for first: they are on the screen before the database looks for the rest."""
_REST_AFTER = 100
"""Milliseconds after that the rest is looked for: not for the letters of a word that is still being typed."""
KEPT_PAGES = 40

R = TypeVar("R")
_NOT_HERE_YET = Cell("…", colour="text2")


class Source(Protocol[R]):
    """Where rows come from. Both are called in worker threads."""

    def keys(self, limit: int | None = None, /) -> array[int]:
        """The keys of all rows, in order; of the first ``limit`` alone, where they can be read sooner than all."""

    def rows(self, keys: Sequence[int]) -> list[R]:
        """Rows by key; those that are gone are left out."""

    def key_of(self, row: R) -> int:
        """The key of a row."""


class PagedModel(CellModel[R]):
    """Shows a source. ``reloaded`` is sent after each new list of keys; ``failed`` carries a KnownError.

    While ``is_loading``, a list that was told to be reloaded may lack its end; it is sent again with the rest.
    """

    reloaded = Signal()
    failed = Signal(object)

    def __init__(self, tasks: Tasks, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._tasks = tasks
        self._source: Source[R] | None = None
        self._keys: array[int] = array("q")
        self._pages: OrderedDict[int, dict[int, R]] = OrderedDict()
        self._asked: set[int] = set()
        self._begun: array[int] | None = None  # the beginning that is shown while the rest is looked for
        self._generation = 0
        self.first_visible = 0
        self._rest = QTimer(self, singleShot=True, interval=_REST_AFTER)
        self._rest.timeout.connect(self._ask_for_rest)
        self.is_loaded = False
        self.is_loading = False

    def load(self, source: Source[R]) -> None:
        """Ask for the rows of a source; what is shown stays until they come. The latest call wins."""
        self._begun = None
        self._rest.stop()
        self._ask(source, None if self.first_visible else BEGINNING)

    def _ask(self, source: Source[R], limit: int | None) -> None:
        begun = self._begun
        first, into = self.first_visible // PAGE * PAGE, self.first_visible % PAGE
        count = PAGE if into < PAGE // 2 else 2 * PAGE  # what is on the screen may reach into the next page

        def work() -> tuple[array[int], list[R]]:
            keys = source.keys(limit)
            if begun is not None and keys[: len(begun)] == begun:
                return keys, []
            start = min(first, max(0, len(keys) - 1) // PAGE * PAGE)
            return keys, source.rows(keys[start : start + count])

        self.is_loading = True
        self._tasks.run(
            Lane.READ,
            self,
            work,
            lambda found: self._show(source, limit, *found),
            self.failed.emit,
            channel="keys",
            ended=self._end_loading,
        )

    def _show(self, source: Source[R], limit: int | None, keys: array[int], rows: list[R]) -> None:
        if self._begun is not None and keys[: len(self._begun)] == self._begun:
            self._grow(keys)
        else:
            self._replace(source, keys, rows)
        self._begun = keys if len(keys) == limit else None
        if self._begun is not None:
            self.is_loading = True
            self._rest.start()
        self.reloaded.emit()

    @Slot()
    def _ask_for_rest(self) -> None:
        if self._source is not None:
            self._ask(self._source, None)

    def _grow(self, keys: array[int]) -> None:
        """The rest of a list whose beginning is shown: what stands there already stays untouched."""
        if len(keys) == len(self._keys):
            return
        self.beginInsertRows(QModelIndex(), len(self._keys), len(keys) - 1)
        self._keys = keys
        self.endInsertRows()

    def key_at(self, row: int) -> int | None:
        """The key of a row of the table."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def row_of(self, key: int) -> int | None:
        """Where a key stands in the table."""
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def item_at(self, row: int) -> R | None:
        """The value behind a row, if it was fetched."""
        key = self.key_at(row)
        return None if key is None else self._pages.get(row // PAGE, {}).get(key)

    def count(self) -> int:
        """All rows, fetched or not."""
        return len(self._keys)

    def cell_at(self, row: int, column: Column[R]) -> Cell:
        """A cell; a placeholder while its page is on the way."""
        page = self._pages.get(row // PAGE)
        if page is None:
            self._fetch(row // PAGE)
            return _NOT_HERE_YET
        self._pages.move_to_end(row // PAGE)
        item = page.get(self._keys[row])
        return column.cell(item) if item is not None else _NOT_HERE_YET

    def _replace(self, source: Source[R], keys: array[int], rows: list[R]) -> None:
        self.beginResetModel()
        self._source, self._keys = source, keys
        self._generation += 1
        self._pages.clear()
        self._asked.clear()
        self.is_loaded = True
        if rows:
            self._keep_around(rows)
        self.endResetModel()

    def _keep_around(self, rows: list[R]) -> None:
        """Keep the rows that came with the keys: the page or two that are on the screen."""
        assert self._source is not None
        found = {self._source.key_of(row): row for row in rows}
        start = self._keys.index(next(iter(found))) // PAGE
        for page in (start, start + 1):
            keys = self._keys[page * PAGE : (page + 1) * PAGE]
            if keys and all(key in found for key in keys):
                self._pages[page] = {key: found[key] for key in keys}

    def _end_loading(self) -> None:
        """Where it failed, what was shown stays."""
        self.is_loading = False

    def _fetch(self, page: int) -> None:
        if page in self._asked or self._source is None:
            return
        self._asked.add(page)
        source, generation = self._source, self._generation
        keys = self._keys[page * PAGE : (page + 1) * PAGE]
        self._tasks.run(
            Lane.READ,
            self,
            lambda: source.rows(keys),
            lambda rows: self._keep(generation, page, rows),
            lambda error: self._not_fetched(generation, page, error),
        )

    def _not_fetched(self, generation: int, page: int, error: KnownError) -> None:
        """The rows stay placeholders, and are asked for again when they are next painted."""
        if generation == self._generation:
            self._asked.discard(page)
            self.failed.emit(error)

    def _keep(self, generation: int, page: int, rows: list[R]) -> None:
        if generation != self._generation or self._source is None:
            return
        self._asked.discard(page)
        self._pages[page] = {self._source.key_of(row): row for row in rows}
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        last = min(len(self._keys), (page + 1) * PAGE) - 1
        self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, len(self.columns) - 1))
