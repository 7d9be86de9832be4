"""Many rows of a query in one step of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Date, Select, func, select
from sqlalchemy.exc import DBAPIError


def rows_together(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Rows of texts, whole numbers and days, in no order.

    SQLite tells them as one JSON text: Python's driver makes each value by itself, and gives Python's lock away and
    takes it back for each row, which costs more than to write that text and to read it. What no JSON can hold, as bytes
    in a file that was edited by hand, and what is too long for one text, the driver tells.
    """
    rows = _told(connection, query, given) if connection.dialect.name == "sqlite" else None
    if rows is None:
        return connection.execute(query, given).all()
    for at in _days(query):
        for row in rows:
            row[at] = _day(row[at])
    return rows


def _told(connection: Connection, query: Select[Any], given: Mapping[str, Any]) -> list[list[Any]] | None:
    """None where SQLite cannot tell them; if there is another reason the driver finds it too."""
    try:
        rows: list[list[Any]] = orjson.loads(connection.execute(_as_text(query), given).scalar_one())
    except (DBAPIError, orjson.JSONDecodeError):
        return None
    return rows


@lru_cache(maxsize=64)
def _as_text(query: Select[Any]) -> Select[Any]:
    return select(func.json_group_array(func.json_array(*query.subquery().columns)))


@lru_cache(maxsize=64)
def _days(query: Select[Any]) -> tuple[int, ...]:
    """Which columns hold days, which SQLite keeps as ISO texts."""
    return tuple(at for at, column in enumerate(query.selected_columns) if isinstance(column.type, Date))


@lru_cache(maxsize=4_096)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
