"""Inserts that lose politely: where a unique key is taken already, they say so instead of failing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Insert, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

_AT_ONCE = 300


def insert_if_free(connection: Connection, row: Mapping[str, Any], returning: Column[Any], unique: str = "") -> Any:
    """Insert a row into the table of ``returning``, and return that column; None if the row's key is taken.

    ``unique`` names the column whose key may be taken; without it, any key. On PostgreSQL the insert waits for another
    transaction that is about to take the key.
    """
    statement = _insert(connection.dialect.name)(returning.table).values(dict(row)).returning(returning)
    return connection.scalar(statement.on_conflict_do_nothing(index_elements=[unique] if unique else None))


def insert_free(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """Insert those rows whose keys are free, some hundreds in one statement. Returns their primary keys.

    On PostgreSQL it waits as ``insert_if_free`` does.
    """
    statement = _insert(connection.dialect.name)(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
    found: set[tuple[Any, ...]] = set()
    for at in range(0, len(rows), _AT_ONCE):
        some = [dict(row) for row in rows[at : at + _AT_ONCE]]
        found |= {tuple(row) for row in connection.execute(statement.values(some))}
    return found


def insert_or_add(connection: Connection, row: Mapping[str, Any], number: Column[Any]) -> None:
    """Insert a row into the table of ``number``; where its primary key is taken, add its number to the one there."""
    statement = _insert(connection.dialect.name)(number.table)
    added = {number.name: number + statement.excluded[number.name]}
    keys = number.table.primary_key.columns
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=added), dict(row))


def insert_or_raise(connection: Connection, row: Mapping[str, Any], number: Column[Any]) -> None:
    """Insert a row into the table of ``number``; where its primary key is taken, raise the number there, never lower
    it.
    """
    connection.execute(_raising(connection.dialect.name, number), dict(row))


@cache
def _raising(dialect: str, number: Column[Any]) -> Insert:
    """Made once: it is asked with every page of a sync."""
    statement = _insert(dialect)(number.table)
    shown = statement.excluded[number.name]
    keys = number.table.primary_key.columns
    raised: Insert = statement.on_conflict_do_update(
        index_elements=keys, set_={number.name: shown}, where=shown > number
    )
    return raised


def _insert(dialect: str) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 0.1 s that a desk on SQLite does not need

        return postgresql.insert
    return sqlite.insert


def is_about(error: IntegrityError, column: str) -> bool:
    """Whether a broken constraint is one of this column (both engines name it in what they say)."""
    return column in str(error.orig)
