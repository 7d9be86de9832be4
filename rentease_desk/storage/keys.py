"""Long lists of row keys, as compact arrays: a million take 8 MB."""

from __future__ import annotations

from array import array
from typing import Any

import orjson
from sqlalchemy import Connection, Select, Text, cast, func, select


def read_keys(connection: Connection, query: Select[Any]) -> array[int]:
    """The first column of a query, in its order. The database writes it as one JSON array: rows, even the driver's
    bare tuples, would cost three times as much. Both engines keep a subquery's order for these aggregates.
    """
    key = query.subquery().c[0]
    sqlite = connection.dialect.name == "sqlite"
    made = func.json_group_array(key) if sqlite else cast(func.json_agg(key), Text)
    text = connection.execute(select(made)).scalar_one()
    return array("q", orjson.loads(text) if text else ())
