"""Opening, migrating and refusing databases."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.schema import SchemaItem

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.staff import SYSTEM
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage import opening
from rentease_desk.storage.migrations import HEAD, MOVED, REVISIONS, VERSION_TABLE
from rentease_desk.storage.migrations.run import configuration
from rentease_desk.storage.network_share import Mount, share_kind
from rentease_desk.storage.sync_state import OBSERVED, move_cursor, read_cursor
from rentease_desk.storage.whole_schema import metadata
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import as_admin


def _open(address: str) -> None:
    opening.open_database(address, SetClock(0), CountedIds()).close()


def _execute(address: str, *statements: str) -> None:
    engine = create_engine(as_admin(address))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_the_known_revisions_are_the_files() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert [one.revision for one in script.walk_revisions()][::-1] == list(REVISIONS)
    assert script.get_heads() == [HEAD]


def test_an_empty_database_gets_the_tables_of_the_metadata(empty_address: str) -> None:
    _open(empty_address)
    engine = create_engine(as_admin(empty_address))

    def is_meant(one: SchemaItem, *_: object) -> bool:
        return one.info.get("engine") in {None, engine.dialect.name}

    with engine.connect() as connection:
        known = {"include_name": lambda name, kind, _: (kind, name) != ("table", VERSION_TABLE)}
        options = {"compare_type": True, "include_object": is_meant, **known}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_check_constraints_are_those_of_the_metadata(empty_address: str) -> None:
    _open(empty_address)
    engine = create_engine(as_admin(empty_address))
    for table in metadata.sorted_tables:
        found = {one["name"] for one in inspect(engine).get_check_constraints(table.name)}
        declared = {one.name for one in table.constraints if one.__visit_name__ == "table_or_column_check_constraint"}
        assert found == declared, table.name
    engine.dispose()


def test_every_step_down_and_up_again(empty_address: str) -> None:
    _open(empty_address)
    for revision in (*reversed(REVISIONS[:-1]), "base"):
        opening.downgrade(empty_address, revision)
        expected = None if revision == "base" else revision
        assert opening.current_revision(empty_address) == expected
    engine = create_engine(as_admin(empty_address))
    assert set(inspect(engine).get_table_names()) <= {VERSION_TABLE}
    engine.dispose()
    opening.upgrade(empty_address)
    assert opening.current_revision(empty_address) == HEAD


def test_an_older_database_is_not_written_before_it_is_migrated(empty_address: str) -> None:
    _open(empty_address)
    opening.downgrade(empty_address, REVISIONS[-2])
    with pytest.raises(DatabaseError) as caught:
        _open(empty_address)
    assert caught.value.code == "database.older"
    opening.upgrade(empty_address)
    _open(empty_address)


@pytest.mark.parametrize(("revision", "code"), [("9999", "database.newer"), (MOVED, "database.moved")])
def test_what_is_not_journalled_is_not_written_into_a_newer_database_either(
    address: str, revision: str, code: str
) -> None:
    """A desk that runs while another one migrates: the pictures and cursors of its sync are of the old tables."""
    db = opening.open_database(address, SetClock(0), CountedIds())
    _execute(address, f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'")
    with pytest.raises(DatabaseError) as caught, db.writing(Operator(SYSTEM, "Desk 1")) as unit:
        move_cursor(unit, Identity("acct_1", False), OBSERVED, 7)
    assert caught.value.code == code
    with db.reading() as connection:
        assert read_cursor(connection, Identity("acct_1", False), OBSERVED) is None
    db.close()


def test_a_newer_database_is_refused_and_left_alone(address: str) -> None:
    _execute(address, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    for action in (_open, opening.upgrade, lambda where: opening.downgrade(where, "base")):
        with pytest.raises(DatabaseError) as caught:
            action(address)
        assert caught.value.code == "database.newer"
    assert "Update the program" in str(caught.value)
    assert opening.current_revision(address) == "9999"


def test_a_sqlite_file_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    _open(address)
    opening.downgrade(address, REVISIONS[-2])
    _execute(address, "UPDATE counters SET value = 4711")
    copy = opening.upgrade(address)
    assert copy is not None
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == (REVISIONS[-2],)
        assert connection.execute("SELECT value FROM counters").fetchone() == (4711,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    opening.downgrade(address, REVISIONS[-2])
    second = opening.upgrade(address)
    assert second not in {None, copy}


def test_sqlite_is_set_up_for_money(tmp_path: Path) -> None:
    database = opening.open_database(f"sqlite:///{tmp_path / 'd.sqlite3'}", SetClock(0), CountedIds())
    with database.reading() as connection:
        pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in
                   ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}  # fmt: skip
    database.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError) as caught:
        _open(f"sqlite:///{path}")
    assert caught.value.code == "database.foreign"
    assert path.read_bytes() == before


_LETTER = b"this is not a database, it is a letter to a guest" * 50


@pytest.mark.parametrize(("content", "code"), [(_LETTER, "other_file"), (bytes(4096), "corrupt"), (None, "corrupt")])
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "desk.sqlite3"
    address = f"sqlite:///{path}"
    if content is None:
        _open(address)
        whole = path.read_bytes()
        content = whole[:100] + bytes(4000) + whole[4100:]
    path.write_bytes(content)
    with pytest.raises(DatabaseError) as caught:
        _open(address)
    assert caught.value.code == f"database.{code}"
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    _open(f"sqlite:///{path}")
    with pytest.raises(DatabaseError) as caught:
        _open(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert caught.value.code == "database.readonly"


def test_a_read_only_postgresql_is_told(postgresql_maker: object, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue("postgresql_maker").copy()
    name = make_url(address).database
    _execute(address, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseError) as caught:
        _open(address)
    assert caught.value.code == "database.readonly"


def test_a_locked_file_is_told_after_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rentease_desk.storage.engine.BUSY_SECONDS", 0.2)
    path = tmp_path / "desk.sqlite3"
    _open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError) as caught:
            _open(f"sqlite:///{path}")
    assert caught.value.code == "database.locked"


def test_an_unreachable_server_is_told() -> None:
    with pytest.raises(DatabaseError) as caught:
        _open("postgresql://nobody:secret@127.0.0.1:1/desk")
    assert caught.value.code == "database.unreachable"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        _open(address)
    assert caught.value.code == "database.url"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/share/desk/a.sqlite3", "nfs4"), ("/home/ana/a.sqlite3", None), ("/srv/shared.sqlite3", None)],
)
def test_network_shares_are_known_by_their_mount(path: str, kind: str | None) -> None:
    mounted = [Mount("/", "ext4", "rw"), Mount("/srv/share", "nfs4", "rw"), Mount("/home", "ext4", "rw")]
    assert share_kind(Path(path), mounted) == kind


def test_a_windows_share_is_known_by_its_name_and_its_drive() -> None:
    assert share_kind(Path("//server/desk/a.sqlite3"), []) == "Windows"
    assert share_kind(Path("/mnt/z/a.sqlite3"), [Mount("/mnt/z", "ntfs", "rw,remote")]) == "ntfs"


def test_a_file_on_a_share_is_refused_naming_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "mounts", lambda: [Mount(str(tmp_path), "cifs", "rw")])
    with pytest.raises(DatabaseError) as caught:
        _open(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    assert caught.value.code == "database.network_share"
    assert "PostgreSQL" in str(caught.value)


def test_two_programs_may_open_an_empty_database_at_once(empty_address: str) -> None:
    script = (
        "import sys; from rentease_desk.domain.clock import *; from rentease_desk.storage.opening import *;"
        "open_database(sys.argv[1], SystemClock(), RandomIds()).close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, empty_address], stderr=subprocess.PIPE) for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], errors
    assert opening.current_revision(empty_address) == HEAD


def test_a_failed_migration_leaves_the_database_as_it_was(empty_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(op, "create_index", broken)
    with pytest.raises(RuntimeError):
        _open(empty_address)
    assert opening.current_revision(empty_address) is None
    monkeypatch.undo()
    _open(empty_address)
