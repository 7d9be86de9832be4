"""Disk full, file read-only, cut short, gone, or another program's: it is told, and what was committed is there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rentease_desk.config import Config
from rentease_desk.domain.backups import Reason
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.storage import backups, engine, opening
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.database import Database
from rentease_desk.storage.tables import guests
from rentease_desk.wiring import build
from tests.conftest import NOON
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import SqliteMaker
from tests.tools.memory import own_folder
from tests.tools.staffed import services_at

ELENA = Operator("Elena", "Desk 1")
LINUX_ROOT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only the system's administrator may do this"
)


@pytest.fixture
def path(sqlite_maker: SqliteMaker, tmp_path: Path) -> Path:
    sqlite_maker.copy(tmp_path / "desk.sqlite3")
    return tmp_path / "desk.sqlite3"


def opened(path: Path) -> Database:
    return opening.open_database(f"sqlite:///{path}", SetClock(NOON), CountedIds())


def note(database: Database, text: str) -> None:
    with database.writing(ELENA) as unit:
        unit.record("test", "test", text[:20], None, {"text": text})


def _guest(pk: int) -> dict[str, Any]:
    name = {"name": f"{pk} Ada" * 1_000, "name_key": ""}
    return {"pk": pk, "uid": f"guest {pk}", "salt": "", **name, "email": "", "phone": "", "version": 1}


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count, head = connection.execute("SELECT (SELECT count(*) FROM journal), seq FROM journal_head").fetchone()
        assert count == head, "nothing is half-written"
        return int(count)


def refused(path: Path) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        opened(path).close()
    return caught.value


# --- the disk is full


def test_a_full_disk_loses_nothing_and_takes_the_same_write_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with monkeypatch.context() as full:
        full.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS, f"max_page_count = {pages}"))
        database = opened(path)
        note(database, "small")
        with pytest.raises(DatabaseError) as caught:
            note(database, "much" * 10_000)
        assert caught.value.code == "database.full"
        assert "Nothing was lost" in str(caught.value)
        with pytest.raises(DatabaseError) as caught, database.writing(ELENA) as unit, unit.savepoint():
            insert_many(unit.connection, guests, [_guest(pk) for pk in range(1, 101)])
        assert caught.value.code == "database.full"  # SQLite has given up the savepoint with the rest
        database.close()
    assert rows(path) == 1
    database = opened(path)
    note(database, "much" * 10_000)
    database.close()
    assert rows(path) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@LINUX_ROOT
def test_a_disk_that_is_really_full(path: Path, small_disk: Path) -> None:
    target = small_disk / "desk.sqlite3"
    shutil.copyfile(path, target)
    database = opened(target)
    note(database, "first")
    room = shutil.disk_usage(small_disk).free
    (small_disk / "photos").write_bytes(bytes(room - 16_384))
    with pytest.raises(DatabaseError) as caught:
        note(database, "much" * 30_000)
    assert caught.value.code == "database.full"
    with pytest.raises(DatabaseError) as caught:
        backups.back_up(target, backups.folder_of(target), NOON, Reason.ASKED)
    assert caught.value.code == "database.full"
    assert list(backups.folder_of(target).iterdir()) == []
    with database.reading():
        pass
    (small_disk / "photos").unlink()
    note(database, "second")
    database.close()
    assert rows(target) == 2


@LINUX_ROOT
def test_a_desk_on_a_disk_without_any_room_is_read(path: Path, small_disk: Path) -> None:
    """SQLite cannot even make what it keeps beside the file, and says no more than that it failed."""
    target = small_disk / "desk.sqlite3"
    shutil.copyfile(path, target)
    with services_at(f"sqlite:///{target}", small_disk, SetClock(NOON)) as services:
        services.settings.set({"name": "Lanterna"})
    written = rows(target)
    (small_disk / "photos").write_bytes(bytes(shutil.disk_usage(small_disk).free))
    assert _read_and_write(target) == f"True Lanterna {written} database.full"
    (small_disk / "photos").unlink()
    assert rows(target) == written


# --- it may not be written


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may go through, as pytest's own are not."""
    folder = own_folder("reading")
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def as_nobody(work: Callable[[], str]) -> str:
    """What somebody finds who may write nothing, in a process of their own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            told = work()
        except BaseException as error:
            told = repr(error)
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as found:
        return found.read()


def _read_and_write(path: Path) -> str:
    services = build(Config(path.parent, f"sqlite:///{path}", "Elena", "Desk 1"))
    told = f"{services.desk.db.is_read_only} {services.settings.get().name} {services.journal.head().head.seq}"
    try:
        services.settings.set({"name": "Mine"})
    except DatabaseError as error:
        return f"{told} {error.code}"
    finally:
        services.close()
    return told


@LINUX_ROOT
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_written_is_read(path: Path, open_folder: Path, what: str) -> None:
    target = open_folder / "desk.sqlite3"
    shutil.copyfile(path, target)
    with services_at(f"sqlite:///{target}", open_folder, SetClock(NOON)) as services:
        services.settings.set({"name": "Lanterna"})
    written = rows(target)
    target.chmod(0o444)
    open_folder.chmod(0o777 if what == "file" else 0o755)
    assert as_nobody(lambda: _read_and_write(target)) == f"True Lanterna {written} database.readonly"
    assert rows(target) == written


def _told_of_writing(path: Path) -> str:
    try:
        with closing(opened(path)) as database:
            note(database, "written")
    except KnownError as error:
        return str(error)
    return "written"


@LINUX_ROOT
def test_a_file_that_may_be_written_again_is_written(path: Path, open_folder: Path) -> None:
    """Who could only read left files beside it that may not be written either; nobody knows of them."""
    target = open_folder / "desk.sqlite3"
    shutil.copyfile(path, target)
    target.chmod(0o444)
    assert as_nobody(lambda: _read_and_write(target)).endswith("database.readonly")
    beside = target.with_name(f"{target.name}-shm")
    assert not beside.stat().st_mode & 0o222
    target.chmod(0o666)
    assert as_nobody(lambda: _told_of_writing(target)) == "written"
    assert rows(target) == 1


@LINUX_ROOT
def test_what_may_not_be_written_is_named(path: Path, open_folder: Path) -> None:
    target = open_folder / "desk.sqlite3"
    shutil.copyfile(path, target)
    target.chmod(0o666)
    beside = target.with_name(f"{target.name}-shm")
    beside.touch(0o444)
    told = as_nobody(lambda: _told_of_writing(target))
    assert told.startswith(f"The database cannot be written. {beside} is read-only for this user.")
    target.chmod(0)
    told = as_nobody(lambda: _told_of_writing(target))
    assert told.startswith(f"The file cannot be read. {target}: Permission denied.")
    assert rows(target) == 0


def test_a_desk_that_can_only_read_refuses_whoever_writes(path: Path) -> None:
    opened(path).close()
    database = opening.open_for_reading(f"sqlite:///{path}", SetClock(NOON), CountedIds())
    with database.reading(), pytest.raises(DatabaseError) as caught:
        note(database, "never")
    assert caught.value.code == "database.readonly"
    assert database.path == path
    database.close()


# --- it is not what it was


def backed_up(path: Path) -> Path:
    return backups.back_up(path, backups.folder_of(path), NOON, Reason.DAILY).path


def test_a_file_that_was_cut_short_is_found_before_it_is_opened(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path).code == "database.corrupt"
    assert path.stat().st_size == len(whole) // 2


@pytest.mark.parametrize("size", [0, 40_000, -1])
def test_nothing_is_written_into_a_file_that_is_cut_short_meanwhile(path: Path, size: int) -> None:
    """SQLite would say that it is saved, and even back up the nothing that is left."""
    good, database = backed_up(path), opened(path)
    note(database, "before")
    os.truncate(path, path.stat().st_size - 4096 if size < 0 else size)
    with pytest.raises(DatabaseError) as caught:
        note(database, "never")
    assert caught.value.code == "database.corrupt"
    with pytest.raises(DatabaseError) as caught:
        backups.back_up(path, backups.folder_of(path), NOON + 1, Reason.ASKED)
    assert caught.value.code == "database.corrupt"
    assert list(good.parent.iterdir()) == [good]
    database.close()
    assert rows(good) == 0


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_into_a_file_that_was_taken_away(path: Path, replaced: bool) -> None:
    """Who was told that it is saved would never find it again."""
    database, away = opened(path), path.with_name("away.sqlite3")
    note(database, "before")
    path.rename(away)
    if replaced:
        shutil.copyfile(away, path)
    with pytest.raises(DatabaseError) as caught:
        note(database, "never")
    assert caught.value.code == "database.taken_away"
    away.replace(path)
    note(database, "after")
    database.close()
    assert rows(path) == 2


def test_a_file_that_is_finished_after_a_crash_is_not_cut_short(path: Path) -> None:
    """What is not in the file yet waits beside it."""
    database = opened(path)
    note(database, "much" * 100_000)
    copy = path.with_name("copy.sqlite3")
    for side in ("", "-wal"):
        shutil.copyfile(f"{path}{side}", f"{copy}{side}")
    database.close()
    opened(copy).close()
    assert rows(copy) == 1


@pytest.mark.parametrize(("content", "code"), [(None, "gone"), (b"", "corrupt"), (b"%PDF-1.7 " * 90, "corrupt")])
def test_a_file_that_was_ours_once_is_missed(path: Path, content: bytes | None, code: str) -> None:
    """Where there are backups, an empty file is no new desk."""
    backed_up(path)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert refused(path).code == f"database.{code}"
    assert (path.read_bytes() if path.exists() else None) == content


def test_a_file_of_another_program_is_told_by_its_mark(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 252006675")  # a GeoPackage's would be another
    before = path.read_bytes()
    assert refused(path).code == "database.other_file"
    assert path.read_bytes() == before


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_told_and_left_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "desk.sqlite3")
    assert refused(tmp_path / "desk.sqlite3").code == "database.no_file"
    assert [one.name for one in tmp_path.iterdir()] == ["desk.sqlite3"]


def test_what_is_set_aside_is_kept_with_what_lies_beside_it(path: Path) -> None:
    path.write_bytes(b"\0" * 5000)
    path.with_name(f"{path.name}-wal").write_bytes(b"what waits")
    kept = backups.set_aside(path, NOON)
    assert kept is not None
    assert kept.read_bytes() == b"\0" * 5000
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"what waits"
    assert not path.exists()
    path.write_bytes(b"another")
    assert backups.set_aside(path, NOON) not in {None, kept}
    assert backups.set_aside(path, NOON) is None


def test_a_spoilt_page_is_found_by_the_look_through(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'payments'").fetchone()[0]
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    with services_at(f"sqlite:///{path}", path.parent, SetClock(NOON)) as services:
        services.backups.check()
    with path.open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xa5" * page)
    with services_at(f"sqlite:///{path}", path.parent, SetClock(NOON)) as services:
        with pytest.raises(DatabaseError) as caught:
            services.backups.check()
        assert caught.value.code == "database.corrupt"
