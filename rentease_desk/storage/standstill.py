"""Who changes tables has them alone: what others are writing is waited for, and what they begin meanwhile waits."""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import OperationalError

from rentease_desk.storage.migrations import VERSION_TABLE
from rentease_desk.storage.whole_schema import metadata

PATIENCE: Final = 30.0
"""Seconds until it gives up: longer than the longest page of a sync, with all desks at work."""
_PAUSE = 0.05


def take_tables(connection: Connection, mode: str = "ACCESS EXCLUSIVE", patience: float = PATIENCE) -> None:
    """Hold all of our tables of a PostgreSQL until the transaction ends, all of them or none. ``mode``: ``EXCLUSIVE``
    lets others read.

    One after the other they would wait for writers that wait for them. Raises what the driver does (55P03) where the
    desks leave no moment free.
    """
    tables = {*metadata.tables, VERSION_TABLE} & set(inspect(connection).get_table_names())
    if not tables:
        return
    statement = f"LOCK TABLE {', '.join(sorted(tables))} IN {mode} MODE NOWAIT"
    ends = time.monotonic() + patience
    while not _taken(connection, statement, last=time.monotonic() >= ends):
        time.sleep(_PAUSE)


def _taken(connection: Connection, statement: str, *, last: bool) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except OperationalError as error:
        if last or getattr(error.orig, "sqlstate", None) != "55P03":
            raise
        return False
    return True
