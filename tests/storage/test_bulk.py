"""Rows that are inserted many at a time: each stands once and as it was given, and a bad one leaves nothing behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Date, Integer, MetaData, Table, Text, create_engine, select
from sqlalchemy.exc import DBAPIError

from rentease_desk.storage.bulk import insert_many, insert_values
from tests.storage.test_among import HOSTILE
from tests.tools.databases import ENGINES

_FIRST = date(2026, 1, 1)
_COUNTS = (1, 9, 10, 11, 99, 100, 123, 321)
_metadata = MetaData()
_rows = Table(
    "bulk_rows",
    _metadata,
    Column("pk", Integer, primary_key=True, autoincrement=False),
    Column("day", Date),
    Column("words", Text),
    Column("amount", Integer, nullable=False),
)
_wide = Table(
    "bulk_wide",
    _metadata,
    Column("pk", Integer, primary_key=True, autoincrement=False),
    *(Column(f"c{at}", Integer) for at in range(400)),
)


def _row(pk: int) -> dict[str, Any]:
    words = None if pk % 7 == 0 else HOSTILE[pk % len(HOSTILE)]
    return {"pk": pk, "day": None if pk % 5 == 0 else _FIRST + timedelta(days=pk), "words": words, "amount": -pk}


def _stand(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(_rows).order_by(_rows.c.pk)).mappings()]


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_each_row_stands_once_and_as_it_was_given(empty_address: str) -> None:
    engine = create_engine(empty_address)
    expected: list[dict[str, Any]] = []
    with engine.begin() as connection:
        _metadata.create_all(connection)
        insert_many(connection, _rows, [])
        for count in _COUNTS:
            more = [_row(len(expected) + at + 1) for at in range(count)]
            insert_many(connection, _rows, more)
            expected += more
        assert _stand(connection) == expected
    engine.dispose()


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_row_wider_than_a_hundred_of_them_may_be(empty_address: str) -> None:
    """SQLite takes so many values in a statement, not more."""
    engine = create_engine(empty_address)
    columns = tuple(column.name for column in _wide.columns)
    rows = [tuple(pk * 1_000 + at for at in range(len(columns))) for pk in range(1, 131)]
    with engine.begin() as connection:
        _metadata.create_all(connection)
        insert_values(connection, _wide, columns, rows)
        assert [tuple(row) for row in connection.execute(select(_wide).order_by(_wide.c.pk))] == rows
    engine.dispose()


@pytest.mark.parametrize("bad", [0, 57, 110, 129])
@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_bad_row_leaves_none_of_its_transaction(empty_address: str, bad: int) -> None:
    engine = create_engine(empty_address)
    rows = [_row(pk) for pk in range(1, 131)]
    rows[bad]["amount"] = None
    with engine.begin() as connection:
        _metadata.create_all(connection)
    with pytest.raises(DBAPIError), engine.begin() as connection:
        insert_many(connection, _rows, rows)
    with engine.connect() as connection:
        assert _stand(connection) == []
    engine.dispose()


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_a_bad_row_leaves_none_of_its_savepoint(empty_address: str) -> None:
    """An import goes on after it, with the half of its rows."""
    engine = create_engine(empty_address)
    rows = [_row(pk) for pk in range(1, 131)]
    rows[57]["pk"] = 5
    with engine.begin() as connection:
        _metadata.create_all(connection)
        insert_many(connection, _rows, [_row(1_000)])
        with pytest.raises(DBAPIError), connection.begin_nested():
            insert_many(connection, _rows, rows)
    with engine.connect() as connection:
        assert _stand(connection) == [_row(1_000)]
    engine.dispose()
