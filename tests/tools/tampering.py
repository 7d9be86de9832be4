"""Somebody changes the database by hand, past every trigger, check and foreign key. All of it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Date, Integer, Table, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from rentease_desk.storage.database import Database
from rentease_desk.storage.journal_tables import journal, journal_head
from rentease_desk.storage.proofs import NAME, PROVEN, Proven
from tests.tools.databases import as_admin

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 ÄñŁ€"


class Flip(NamedTuple):
    """One value that was changed: where, from what to what, and what names its row before and after."""

    table: str
    column: str
    before: object
    after: object
    entity: str
    names: frozenset[str]


@contextmanager
def tampering(db: Database) -> Iterator[Connection]:
    """A connection that nothing holds back; whatever was done with it is undone at the end."""
    engine = create_engine(as_admin(db.url.render_as_string(hide_password=False)))
    try:
        with engine.connect() as connection:
            _free(connection)
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def _free(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute("PRAGMA ignore_check_constraints = ON")
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def flips(connection: Connection, random: Random, count: int) -> Iterator[Flip]:
    """Make so many changes, each of another value, chosen over all tables, then columns, then rows; each is taken back
    when the next is asked for.
    """
    made = 0
    while made < count:
        with connection.begin_nested() as savepoint:
            flip = _flip(connection, random)
            if flip is not None:
                made += 1
                yield flip
            savepoint.rollback()


def _flip(connection: Connection, random: Random) -> Flip | None:
    entity = random.choice([*PROVEN, "journal", "journal", "journal_head"])
    proven = PROVEN.get(entity)
    table = (journal_head if entity == "journal_head" else journal) if proven is None else proven.table
    column = table.c[random.choice(proven.columns if proven else table.columns.keys())]
    rows = _rows(connection, table, proven)
    row = random.choice(rows)
    before = row[str(column.name)]
    after = _other(column, before, random, broken=connection.dialect.name == "sqlite")
    key = {str(one.name): row[one.name] for one in table.primary_key.columns}
    try:
        with connection.begin_nested():
            _write(connection, table, str(column.name), after, key)
    except DBAPIError:  # a unique key, or a rule of PostgreSQL's: it cannot happen
        return None
    names = {str(row.get(NAME, row.get("seq"))), _text(after)}
    if column.name in key or column.foreign_keys:
        names |= {str(one.get(NAME)) for one in rows} | {"None"}  # now it may be somebody else's
    for foreign in column.foreign_keys:
        names |= set(connection.scalars(select(foreign.column.table.columns.get("uid", foreign.column))))
    return Flip(table.name, str(column.name), before, after, entity, frozenset(names))


def _text(value: object) -> str:
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else str(value)


def _rows(connection: Connection, table: Table, proven: Proven | None) -> list[dict[str, Any]]:
    query = select(table) if proven is None else select(table, proven.name.label(NAME)).select_from(proven.source)
    return [dict(row) for row in connection.execute(query).mappings()]


def _write(connection: Connection, table: Table, column: str, value: object, key: dict[str, Any]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    given = "CAST(:value AS TEXT)" if isinstance(value, bytes) else ":value"
    here = " AND ".join(f"{quote(name)} = :key_{name}" for name in key)
    values = {"value": value} | {f"key_{name}": one for name, one in key.items()}
    if connection.dialect.name == "sqlite":
        values = {name: one.isoformat() if isinstance(one, date) else one for name, one in values.items()}
    connection.execute(text(f"UPDATE {quote(table.name)} SET {quote(column)} = {given} WHERE {here}"), values)


def _other(column: Column[Any], value: Any, random: Random, *, broken: bool) -> object:
    """Another value: a bit of a number, a letter of a text, a day; nothing where something was, or the other way."""
    if value is None:
        return next(made for kind, made in _FIRST if isinstance(column.type, kind))
    if column.nullable and random.random() < 0.2:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return random.choice([value + 1, value - 1, value ^ (1 << random.randrange(31))])
    if isinstance(value, date):
        return value + timedelta(days=random.choice([-1, 1]))
    return _broken(value, random) if broken and random.random() < 0.3 else _misspelt(value, random)


_FIRST: list[tuple[type, object]] = [(Boolean, True), (Date, date(2026, 1, 1)), (Integer, 1), (object, "x")]


def _misspelt(value: str, random: Random) -> str:
    if not value:
        return "x"
    at = random.randrange(len(value))
    return value[:at] + random.choice([one for one in _LETTERS if one != value[at]]) + value[at + 1 :]


def _broken(value: str, random: Random) -> bytes:
    """A byte of the text, with one bit turned over: mostly no Unicode any more."""
    raw = bytearray(value.encode() or b" ")
    raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(raw)
