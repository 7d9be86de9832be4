"""Rows for lists of any length, without a database."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.models.cell import Align, Cell, Column


@dataclass(frozen=True, slots=True)
class Row:
    key: int
    version: int


@dataclass
class FakeSource:
    """Rows of some keys; notes what is asked for. Behind ``gate`` it answers when that is opened.

    A ``quick`` one can read the beginning of its keys alone.
    """

    all_keys: array[int]
    version: int = 1
    gone: frozenset[int] = frozenset()
    failing: bool = False
    quick: bool = False
    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[int, int]] = field(default_factory=list)
    limits: list[int | None] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.gate.set()

    def keys(self, limit: int | None = None, /) -> array[int]:
        self.limits.append(limit)
        return self.all_keys[:limit] if self.quick else self.all_keys

    def rows(self, keys: Sequence[int]) -> list[Row]:
        assert self.gate.wait(60)
        self.threads.add(threading.current_thread().name)
        if keys:
            self.asked.append((keys[0], len(keys)))
        if self.failing:
            raise KnownError("database.locked", seconds=5)
        return [Row(key, self.version) for key in keys if key not in self.gone]

    def key_of(self, row: Row) -> int:
        return row.key


class By(StrEnum):
    """What the rows are sorted by."""

    KEY = "key"
    VERSION = "version"


COLUMNS: tuple[Column[Row], ...] = (
    Column("key", "Key", 100, lambda row: Cell(str(row.key)), By.KEY),
    Column("version", "Version", 140, lambda row: Cell(f"v{row.version}"), By.VERSION, stretch=True),
    Column("amount", "Amount", 120, lambda row: Cell(f"{row.key}.00", code="EUR"), align=Align.RIGHT, give_way=1),
    Column("note", "Note", 100, lambda row: Cell("note", aside="aside"), give_way=2),
    Column("hidden", "Hidden", 80, lambda row: Cell("hidden"), shown=False),
)
"""The second one stretches, the fourth gives way before the third, the last is not shown at first."""


def keys(count: int, first: int = 0) -> array[int]:
    """Consecutive keys."""
    return array("q", range(first, first + count))
