"""Sums of reports, asked side by side: SQLite answers a question with one core, and there are two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select

Rows = Sequence[Row[*tuple[Any, ...]]]


class Question(Struct, frozen=True):
    """A statement that adds up, and its parameters."""

    query: Select[Any]
    given: Mapping[str, Any]


def answers(connection: Connection, beside: Connection | None, questions: Iterable[Question]) -> list[Rows]:
    """The rows of each question, in their order. ``beside``: another connection that sees the same moment, used by a
    thread of its own until all is answered.
    """
    pending = _Pending(questions)
    if beside is None or pending.count < 2:
        pending.work(connection)
        return pending.found
    with ThreadPoolExecutor(1, "report-reader") as threads:
        helping = threads.submit(pending.work, beside)
        pending.work(connection)
        helping.result()
    return pending.found


class _Pending:
    """Questions that several threads take one by one."""

    def __init__(self, questions: Iterable[Question]) -> None:
        whole = list(questions)
        self.count = len(whole)
        self.found: list[Rows] = [()] * self.count
        self._rest: Iterator[tuple[int, Question]] = iter(enumerate(whole))
        self._lock = Lock()

    def work(self, connection: Connection) -> None:
        """Answer until none is left; after an error nobody takes another one."""
        while (taken := self._next()) is not None:
            at, question = taken
            try:
                self.found[at] = connection.execute(question.query, question.given).all()
            except BaseException:
                self._rest = iter(())
                raise

    def _next(self) -> tuple[int, Question] | None:
        with self._lock:
            return next(self._rest, None)
