"""Rows that are read in one step are those that the driver gives one by one."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    select,
)

from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.together import rows_together
from tests.storage.test_among import HOSTILE
from tests.tools.databases import ENGINES

_NUMBERS = (0, -1, 2**53 + 1, 2**63 - 1, -(2**63))


_TEXTS = [None, *HOSTILE, "\x01\x1f\x7f", "</script>", "'; DROP TABLE payments; --"]
_told = Table(
    "told",
    MetaData(),
    Column("pk", Integer, primary_key=True, autoincrement=False),
    Column("words", Text),
    Column("amount", BigInteger, nullable=False),
    Column("day", Date),
)
_QUERY = select(_told.c.words, _told.c.amount, _told.c.day).where(_told.c.amount >= bindparam("least"))


@pytest.fixture
def told(empty_address: str) -> Iterator[Connection]:
    """A table with texts, numbers and days that are not ordinary."""
    engine = create_engine(empty_address)
    with engine.begin() as connection:
        _told.create(connection)
        insert_many(connection, _told, [_row(at) for at in range(len(_TEXTS))])
        yield connection
    engine.dispose()


def _row(at: int) -> dict[str, Any]:
    day = None if at % 3 else date(2026, 1, 1 + at)
    return {"pk": at, "words": _TEXTS[at], "amount": _NUMBERS[at % len(_NUMBERS)], "day": day}


@pytest.mark.parametrize("least", [-(2**63), 1, 2**63 - 1])
@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_they_are_those_of_the_driver(told: Connection, least: int) -> None:
    found = {tuple(row) for row in rows_together(told, _QUERY, {"least": least})}
    assert found == {tuple(row) for row in told.execute(_QUERY, {"least": least})}
    assert len(found) == sum(_row(at)["amount"] >= least for at in range(len(_TEXTS)))


@pytest.mark.parametrize("engine_name", ENGINES, indirect=True)
def test_of_none_there_are_none(told: Connection) -> None:
    assert list(rows_together(told, _QUERY.where(_told.c.words == "nowhere"), {"least": 0})) == []


@pytest.mark.parametrize("edited", ["words = x'ff00'", "amount = 9e999"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_no_json_can_hold_is_what_the_driver_tells(told: Connection, edited: str) -> None:
    """Only somebody who edits a file by hand can put it there."""
    told.exec_driver_sql(f"UPDATE told SET {edited} WHERE pk = 4")
    found = [tuple(row) for row in rows_together(told, _QUERY, {"least": -(2**63)})]
    assert found == [tuple(row) for row in told.execute(_QUERY, {"least": -(2**63)})]
    assert any(value in {b"\xff\x00", math.inf} for row in found for value in row)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_too_long_for_one_text_is_what_the_driver_tells(told: Connection) -> None:
    driver: Any = told.connection.driver_connection
    driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 200)
    found = [tuple(row) for row in rows_together(told, _QUERY, {"least": -(2**63)})]
    assert len(found) == len(_TEXTS)
