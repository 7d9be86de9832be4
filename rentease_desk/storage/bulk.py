"""Many rows at once, straight through the driver: SQLAlchemy's own way costs 15 µs a row more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, Select, Table, func, select, text
from sqlalchemy.engine import Dialect

from rentease_desk.storage.driver import driver_of

_WORTH_A_COPY = 10
"""Rows from which on PostgreSQL takes a stream of them sooner than a statement for each."""
_TOGETHER = (100, 10)
"""How many rows one statement takes on SQLite: few numbers, as each is a statement of its own to it."""
_MOST_VALUES = 32_766
"""What SQLite takes in one statement, as it is built everywhere (sqlite.org/limits.html)."""

_NEXT_KEYS = text(
    "SELECT nextval(named.keys) FROM generate_series(1, :count),"
    " (SELECT pg_get_serial_sequence(:table, 'pk')::regclass AS keys OFFSET 0) AS named"
)
"""The sequence is looked up once, not for every key."""


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns. No default is filled in."""
    if rows:
        columns = _dates_last(table, tuple(rows[0]))
        insert_values(connection, table, columns, list(map(itemgetter(*columns), rows)))


def insert_values(connection: Connection, table: Table, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """The same of rows that are their values in the order of the columns."""
    if connection.dialect.name != "sqlite" and len(rows) >= _WORTH_A_COPY:
        _copy(connection, _copy_statement(connection.dialect, table, columns), rows)
    elif connection.dialect.name == "sqlite":
        _insert_together(connection, table, columns, _with_iso_dates(rows, _first_date(table, columns)))
    elif rows:
        connection.exec_driver_sql(_statement(connection.dialect, table, columns), rows)


def new_keys(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Keys for rows to come, which nobody else gets: known before, they need not be asked for after.

    On SQLite for a transaction that writes, as it is alone.
    """
    if connection.dialect.name == "sqlite":
        last = connection.scalar(_last_key(table)) or 0
        return range(last + 1, last + 1 + count)
    return connection.scalars(_NEXT_KEYS, {"table": table.name, "count": count}).all()


@cache
def _last_key(table: Table) -> Select[Any]:
    return select(func.max(table.c.pk))


def _copy(connection: Connection, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    with driver_of(connection, statement) as raw, raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


def _insert_together(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Many rows in each statement, the rest one by one. Python's driver asks for Python's lock again after every row
    that SQLite takes, and beside busy threads waits for each: 100 rows together take a tenth to a twentieth of that.
    """
    at = 0
    for size in _TOGETHER:
        while len(rows) - at >= size and size * len(columns) <= _MOST_VALUES:
            statement = _statement(connection.dialect, table, columns, size)
            connection.exec_driver_sql(statement, tuple(chain.from_iterable(rows[at : at + size])))
            at += size
    if at < len(rows):
        connection.exec_driver_sql(_statement(connection.dialect, table, columns), list(rows[at:]))


def _with_iso_dates(rows: Sequence[tuple[Any, ...]], first: int | None) -> Sequence[tuple[Any, ...]]:
    """SQLite has no dates; SQLAlchemy keeps them as ISO text."""
    return rows if first is None else [(*row[:first], *map(_iso, row[first:])) for row in rows]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _dates_last(table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Where they are changed with the least trouble."""
    return tuple(sorted(columns, key=lambda name: isinstance(table.c[name].type, Date)))


@lru_cache(maxsize=64)
def _first_date(table: Table, columns: tuple[str, ...]) -> int | None:
    """The first place at which a row has a date."""
    return next((at for at, name in enumerate(columns) if isinstance(table.c[name].type, Date)), None)


@lru_cache(maxsize=192)
def _statement(dialect: Dialect, table: Table, columns: tuple[str, ...], rows: int = 1) -> str:
    """The text for so many rows. What inserts several at once fails without undoing those before the bad one, else
    SQLite would keep a copy of every page it changes: who inserts gives up the whole transaction. ``OR FAIL`` goes for
    what triggers do, too.
    """
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.name == "sqlite" else "%s"
    names, marks = ", ".join(map(quote, columns)), f"({', '.join([mark] * len(columns))})"
    verb = "INSERT" if rows == 1 else "INSERT OR FAIL"
    return f"{verb} INTO {quote(table.name)} ({names}) VALUES {', '.join([marks] * rows)}"


@lru_cache(maxsize=64)
def _copy_statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
