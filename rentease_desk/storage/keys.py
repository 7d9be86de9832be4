"""Long lists of row keys, as compact arrays: a million take 8 MB."""

from __future__ import annotations

from array import array
from typing import Any

import orjson
from sqlalchemy import Connection, Select, Text, cast, func, select


def read_keys(connection: Connection, query: Select[Any]) -> array[int]:
    """The first column of a query, in its order."""
    return read_array(connection, one_array(query, connection.dialect.name))


def one_array(query: Select[Any], dialect: str) -> Select[str | None]:
    """A question for that column as one JSON array: rows, even the driver's bare tuples, would cost three times as
    much. Both engines keep a subquery's order for these aggregates.
    """
    key = query.subquery().c[0]
    made: Any = func.json_group_array(key) if dialect == "sqlite" else cast(func.json_agg(key), Text)
    return select(made)


def read_array(connection: Connection, query: Select[str | None]) -> array[int]:
    """What ``one_array`` asks for."""
    text = connection.execute(query).scalar_one()
    return array("q", orjson.loads(text) if text else ())
