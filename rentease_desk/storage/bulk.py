"""Many rows at once, straight through the driver: SQLAlchemy's own way costs 15 µs a row more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Date, Select, Table, func, select, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

_WORTH_A_COPY = 10
"""Rows from which on PostgreSQL takes a stream of them sooner than a statement for each."""

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
    elif rows:
        statement, first_date = _statement(connection.dialect, table, columns)
        if first_date is not None and connection.dialect.name == "sqlite":
            rows = _with_iso_dates(rows, first_date)
        connection.exec_driver_sql(statement, rows)


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
    """Raises what SQLAlchemy makes of the driver's errors, which nothing but its own statements would."""
    driver = connection.dialect.loaded_dbapi.Error
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except driver as error:
        raise DBAPIError.instance(statement, None, error, driver) from error


def _with_iso_dates(rows: list[tuple[Any, ...]], first: int) -> list[tuple[Any, ...]]:
    """SQLite has no dates; SQLAlchemy keeps them as ISO text."""
    return [(*row[:first], *map(_iso, row[first:])) for row in rows]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _dates_last(table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Where they are changed with the least trouble."""
    return tuple(sorted(columns, key=lambda name: isinstance(table.c[name].type, Date)))


@lru_cache(maxsize=64)
def _statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> tuple[str, int | None]:
    """The text, and the first place at which it takes a date."""
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.name == "sqlite" else "%s"
    names, marks = ", ".join(map(quote, columns)), ", ".join([mark] * len(columns))
    insert = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    return insert, next((at for at, name in enumerate(columns) if isinstance(table.c[name].type, Date)), None)


@lru_cache(maxsize=64)
def _copy_statement(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    return f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
