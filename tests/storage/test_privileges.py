"""A desk's role on PostgreSQL adds to the ledger, and cannot change the past; the owner's migrations are alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage import opening
from rentease_desk.storage.database import Database
from rentease_desk.storage.migrations import HEAD, MOVED, REVISIONS, VERSION_TABLE
from rentease_desk.storage.privileges import APPENDED, DESK, OWNER, REPLACED, rights, roles_script
from rentease_desk.storage.standstill import take_tables
from rentease_desk.storage.whole_schema import metadata
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import PostgresqlMaker, as_admin, as_role, behind

ELENA = Operator("Elena", "Desk 1")
_FORBIDDEN = (
    *(f"{verb} {table}{rest}" for table in sorted(APPENDED) for verb, rest in (("DELETE FROM", ""), ("TRUNCATE", ""))),
    *(f"DELETE FROM {table}" for table in ("payments", "refunds", "receipts", "journal_head", "staff", "day_lock")),
    "UPDATE journal SET actor = 'x'",
    "UPDATE charge_lines SET amount = 1",
    "UPDATE payment_voids SET reason = 'x'",
    f"UPDATE {VERSION_TABLE} SET version_num = '0001'",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "ALTER TABLE payments DROP COLUMN note",
    "DROP TRIGGER journal_no_delete ON journal",
    "DROP TABLE journal",
    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TABLE mine (a int)",
    "SET session_replication_role = replica",
    "SET ROLE rentease_owner",
)


@pytest.fixture
def served(postgresql_maker: PostgresqlMaker) -> Iterator[str]:
    made = postgresql_maker.copy()
    yield made
    postgresql_maker.drop(made)


def test_every_table_has_rights_and_no_name_is_none() -> None:
    assert set(metadata.tables) >= APPENDED | REPLACED
    assert not APPENDED & REPLACED


def test_what_nobody_may_change_or_delete_stands_in_the_triggers_too(db: Database) -> None:
    """Two guards, of which the second stands when somebody signs in as the owner."""
    if db.url.drivername.startswith("sqlite"):
        return
    query = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_no_delete'"
    with behind(db) as connection:
        kept = set(connection.scalars(text(query)))
    assert kept >= APPENDED
    assert not kept & REPLACED


def test_a_desk_cannot_change_the_past(served: str) -> None:
    with psycopg.connect(served.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in _FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_the_owner_brings_it_up_to_date_and_desks_work_on(served: str) -> None:
    owner = as_role(served, OWNER)
    opening.downgrade(owner, REVISIONS[-2])
    for by in (served, as_role(served, DESK)):
        with pytest.raises(DatabaseError) as refused:
            opening.upgrade(by)
        assert refused.value.code == "database.not_owner"
    assert opening.current_revision(owner) == REVISIONS[-2]
    opening.downgrade(owner, "base")
    opening.upgrade(owner)
    with pytest.raises(DatabaseError) as unknown:  # nobody was given anything in the new tables
        opening.open_database(served, SetClock(0), CountedIds())
    assert unknown.value.code == "database.readonly"
    _run(served, roles_script(OWNER, DESK))
    _write(opening.open_database(served, SetClock(0), RandomIds()))


def test_a_migration_gives_the_desks_what_they_had(served: str) -> None:
    owner = as_role(served, OWNER)
    opening.downgrade(owner, REVISIONS[-2])
    _run(served, "REVOKE SELECT ON payments FROM rentease_desk")
    opening.upgrade(owner)
    _write(opening.open_database(served, SetClock(0), RandomIds()))


def test_the_script_quotes_names_and_says_what_comes_next() -> None:
    script = roles_script('o"wner', "front'desk", empty=True)
    assert 'CREATE ROLE "o""wner"' in script
    assert "rolname = 'front''desk'" in script
    assert "db upgrade" in script
    assert "GRANT SELECT, INSERT ON journal TO rentease_desk;" in roles_script(OWNER, DESK)
    assert {rights(table) for table in metadata.tables} == {
        "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE",
    }  # fmt: skip


@pytest.mark.parametrize("found", ["9999", MOVED])
def test_a_desk_at_work_writes_nothing_into_tables_it_does_not_know(db: Database, found: str) -> None:
    _write(db, close=False)
    with behind(db) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{found}'"))
    with pytest.raises(DatabaseError) as refused:
        _write(db, close=False)
    assert refused.value.code == ("database.moved" if found == MOVED else "database.newer")
    with pytest.raises(DatabaseError) as again:
        opening.open_database(db.url.render_as_string(hide_password=False), SetClock(0), CountedIds())
    assert again.value.code == refused.value.code


def test_who_waits_for_a_migration_finds_the_new_version(served: str) -> None:
    """A desk that writes while the tables are held waits, and then learns that it is too old."""
    db = opening.open_database(served, SetClock(0), RandomIds())
    _write(db, close=False)
    errors: list[DatabaseError] = []

    def write() -> None:
        try:
            _write(db, close=False)
        except DatabaseError as error:
            errors.append(error)

    waiting = threading.Thread(target=write)
    with behind(db) as connection:
        take_tables(connection)
        waiting.start()
        _until_somebody_waits(db)
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    waiting.join(20)
    db.close()
    assert [one.code for one in errors] == ["database.newer"]


def test_a_migration_waits_for_what_is_being_written(served: str) -> None:
    db = opening.open_database(served, SetClock(0), RandomIds())
    engine = create_engine(as_admin(served))
    with db.writing(ELENA) as unit, engine.connect() as connection:
        unit.connection.execute(text("UPDATE counters SET value = value"))
        with pytest.raises(Exception, match="could not obtain lock"):
            take_tables(connection, patience=0.1)
    with engine.connect() as connection:
        take_tables(connection, patience=0.1)
        held = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'journal'::regclass"
        assert connection.scalar(text(held)) == 1
    engine.dispose()
    db.close()
    assert opening.current_revision(served) == HEAD


def _until_somebody_waits(db: Database) -> None:
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(2_000):
        with behind(db) as other:
            if other.scalar(query):
                return
    raise AssertionError("nobody waits")


def _write(db: Database, *, close: bool = True) -> None:
    with db.writing(ELENA) as unit:
        unit.record("note", "property", "x", None, {"text": "y"})
    if close:
        db.close()


def _run(address: str, script: str) -> None:
    with psycopg.connect(as_admin(address).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(script.encode())
