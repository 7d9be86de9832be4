"""A whole database taken to another place, of either engine, row by row; what arrives is held against what was there.

Both are held while it lasts: nobody writes in the old one, nobody sees the new one before it is whole. Then the old one
is marked, and refuses whoever still works with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import BigInteger, Connection, Engine, Table, delete, func, select, text

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.money import Money
from rentease_desk.storage.bulk import insert_values
from rentease_desk.storage.engine import connect_engine, identity, parse_url, place
from rentease_desk.storage.failures import explained
from rentease_desk.storage.journal import read_head, streamed
from rentease_desk.storage.migrations import MOVED, VERSION_TABLE
from rentease_desk.storage.news import announce
from rentease_desk.storage.opening import Schema, explained_to_the_owner, make_tables, schema_of
from rentease_desk.storage.standstill import take_tables
from rentease_desk.storage.sync_state import current_lease
from rentease_desk.storage.verifying import first_misfit
from rentease_desk.storage.whole_schema import metadata

_PAGE: Final = 1_000
_RING: Final = 1 << 256
_SUMMED: Final = ("charge_lines", "payments", "refunds")
_HELD = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"

Step = Callable[[int], None]
"""Called with how many rows were copied or looked at since it was called last; may raise to end it."""


class Moved(Struct, frozen=True):
    """What was moved, and found alike in both places: rows a table, sums of money a table, the journal's head."""

    rows: dict[str, int]
    sums: dict[str, tuple[Money, ...]]
    seq: int
    hash: str


def move_database(source: str, target: str, step: Step = lambda _: None) -> Moved:
    """Take everything from one address to another, whose database is empty, or has empty tables of this version.

    Raises DatabaseError: ``database.older`` and others as ``open_database``; ``.not_empty``; ``.not_owner``, where a
    server's tables are another user's; ``.move_syncing`` while a sync runs; ``.move_differs`` if what arrived is not
    what was there. Then, and when it is stopped, all is as it was.
    """
    old, new = connect_engine(parse_url(source)), connect_engine(parse_url(target))
    try:
        _require_current(old)
        _require_empty(new, old)
        with explained(old.url), _writing(old) as here:
            _hold(here)
            with explained_to_the_owner(new), _writing(new) as there:
                moved = _moved(here, there, step)
            here.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :moved"), {"moved": MOVED})  # noqa: S608 - constants
            announce(here)
    finally:
        old.dispose()
        new.dispose()
    return moved


def _require_current(engine: Engine) -> None:
    with explained(engine.url):
        state = schema_of(engine)
    if state is not Schema.CURRENT:
        raise DatabaseError("database.move_older", path=place(engine.url))


def _require_empty(engine: Engine, source: Engine) -> None:
    if identity(engine.url) == identity(source.url):
        raise DatabaseError("database.not_empty", path=place(engine.url))
    make_tables(engine)
    with explained(engine.url), engine.connect() as connection:
        if read_head(connection)[0]:
            raise DatabaseError("database.not_empty", path=place(engine.url))


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _hold(connection: Connection) -> None:
    """Whoever writes there is waited for, and nobody writes from here on."""
    if connection.dialect.name == "postgresql":
        take_tables(connection, "EXCLUSIVE")
    if current_lease(connection) is not None:
        raise DatabaseError("database.move_syncing")


def _moved(here: Connection, there: Connection, step: Step) -> Moved:
    with _without_triggers(there):
        for table in reversed(metadata.sorted_tables):
            there.execute(delete(table))
        copied = {table.name: _copied(here, there, table, step) for table in metadata.sorted_tables}
        _count_on(there)
    for table in metadata.sorted_tables:
        _require_alike(table.name, copied[table.name], _digest(_rows(there, table), step))
    sums, head = _sums(there), read_head(there)
    _require_alike("sums", _sums(here), sums)
    _require_alike("journal_head", read_head(here), head)
    misfit = first_misfit(there, step=step)
    _require_alike(misfit.entity or "journal" if misfit else "", None, misfit)
    return Moved({name: rows for name, (rows, _) in copied.items()}, sums, *head)


def _require_alike(what: str, before: object, after: object) -> None:
    if before != after:
        raise DatabaseError("database.move_differs", what=what)


@contextmanager
def _without_triggers(connection: Connection) -> Iterator[None]:
    """The rows have passed them once, in the order in which they came about, which is not the order of the copy."""
    if connection.dialect.name == "postgresql":
        for table in metadata.tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in metadata.tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    triggers = connection.exec_driver_sql(_HELD).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, made in triggers:
        connection.exec_driver_sql(made)


def _copied(here: Connection, there: Connection, table: Table, step: Step) -> tuple[int, int]:
    """Returns how many rows, and their digest."""
    columns = tuple(column.name for column in table.columns)
    rows, digest, count = _rows(here, table), 0, 0
    while page := [tuple(row) for row in islice(rows, _PAGE)]:
        insert_values(there, table, columns, page)
        digest = (digest + _added(page)) % _RING
        count += len(page)
        step(len(page))
    return count, digest


def _digest(rows: Iterator[Any], step: Step) -> tuple[int, int]:
    digest, count = 0, 0
    while page := list(islice(rows, _PAGE)):
        digest = (digest + _added(page)) % _RING
        count += len(page)
        step(len(page))
    return count, digest


def _added(rows: Iterable[Any]) -> int:
    """The sum of the rows' hashes: engines put texts in different orders."""
    return sum(int.from_bytes(hashlib.sha256(msgspec.json.encode(tuple(row))).digest()) for row in rows)


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    """By key, so that a row which names an earlier one comes after it."""
    return streamed(connection, select(table).order_by(*table.primary_key.columns))


def _sums(connection: Connection) -> dict[str, tuple[Money, ...]]:
    return {name: tuple(_sum(connection, metadata.tables[name])) for name in _SUMMED}


def _sum(connection: Connection, table: Table) -> Iterator[Money]:
    total = func.sum(table.c.amount).cast(BigInteger)
    for currency, minor in connection.execute(select(table.c.currency, total).group_by(table.c.currency)):
        yield Money(minor, currency)


def _count_on(connection: Connection) -> None:
    """New keys of a server come after the ones that were brought."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "pk" in table.primary_key.columns:
            last = f"SELECT max(pk) FROM {table.name}"  # noqa: S608 - names of our own tables
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'pk'), coalesce(({last}), 1),"
                f" ({last}) IS NOT NULL)"
            )
