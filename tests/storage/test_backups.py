"""Backups of a SQLite file: whole, verified, kept by a rule, and put back without losing what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentease_desk.domain.backups import (
    ASKED,
    DAILY,
    MONTHLY,
    WEEKLY,
    Backup,
    Reason,
    backup_name,
    is_due,
    parse_name,
    superfluous,
)
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.storage import backups, opening, sqlite_files
from rentease_desk.storage.migrations import HEAD, REVISIONS
from tests.conftest import NOON
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import SqliteMaker

DAY = 24 * 60 * 60


@pytest.fixture
def path(sqlite_maker: SqliteMaker, tmp_path: Path) -> Path:
    sqlite_maker.copy(tmp_path / "desk.sqlite3")
    return tmp_path / "desk.sqlite3"


def write(path: Path, name: str = "Elena") -> None:
    """One write with its journal row, as every service makes it."""
    database = opening.open_database(f"sqlite:///{path}", SetClock(NOON), CountedIds())
    with database.writing(Operator(name, "Desk 1")) as unit:
        unit.record("test", "test", name, None, {"name": name})
    database.close()


def seq(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT seq FROM journal_head").fetchone()[0])


def make(path: Path, now: int = NOON, reason: Reason = Reason.ASKED) -> Backup:
    return backups.back_up(path, backups.folder_of(path), now, reason)


# --- the rule


def utc_day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def daily(days: int) -> list[Backup]:
    return [Backup(Path(f"{one}"), NOON - one * DAY, Reason.DAILY) for one in range(days)]


def kept(made: list[Backup]) -> list[Backup]:
    gone = superfluous(made, utc_day)
    return [one for one in made if one not in gone]


def test_a_backup_a_day_for_two_years_leaves_days_weeks_and_months() -> None:
    left = [utc_day(one.taken_at) for one in kept(daily(730))]
    today = utc_day(NOON)
    assert left[:DAILY] == [today - timedelta(days=one) for one in range(DAILY)]
    assert len({one.isocalendar()[:2] for one in left[:DAILY]} | {one.isocalendar()[:2] for one in left}) >= WEEKLY
    assert len({(one.year, one.month) for one in left}) == MONTHLY
    assert len(left) <= DAILY + WEEKLY + MONTHLY


@given(st.lists(st.tuples(st.integers(0, 900 * DAY), st.sampled_from(list(Reason))), max_size=40))
def test_the_rule_keeps_the_newest_and_loses_no_period(told: list[tuple[int, Reason]]) -> None:
    made = [Backup(Path(str(at)), NOON - age, reason) for at, (age, reason) in enumerate(told)]
    left = kept(made)
    for most, period in ((DAILY, utc_day), (MONTHLY, lambda at: (utc_day(at).year, utc_day(at).month))):
        of: Callable[[int], object] = period
        wanted = sorted({of(one.taken_at) for one in made}, reverse=True)[:most]  # type: ignore[type-var]
        assert set(wanted) <= {of(one.taken_at) for one in left}
    assert not made or max(one.taken_at for one in made) in {one.taken_at for one in left}
    assert kept(left) == left
    asked = [one for one in made if one.reason is not Reason.DAILY]
    newest = sorted(asked, key=lambda one: one.taken_at, reverse=True)[:ASKED]
    assert {one.taken_at for one in newest} <= {one.taken_at for one in left}


def test_a_day_needs_one_backup() -> None:
    assert is_due([], NOON, utc_day)
    assert is_due(daily(3)[1:], NOON, utc_day)
    assert not is_due(daily(3), NOON, utc_day)
    assert is_due([Backup(Path("future"), NOON + DAY, Reason.DAILY)], NOON, utc_day)


def test_only_our_own_names_are_backups() -> None:
    name = backup_name("desk", NOON, Reason.MIGRATION)
    found = parse_name("desk", Path(name))
    assert found is not None
    assert (found.taken_at, found.reason) == (NOON, Reason.MIGRATION)
    wrong = (f"my-{name}", f"{name}.bak", name.replace("2026", "20xx"), name.replace("1105T", "1350T"))
    for other in ("desk.sqlite3", *wrong):
        assert parse_name("desk", Path(other)) is None, other


# --- made


def test_a_backup_holds_what_was_there_while_others_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path)
    monkeypatch.setattr(sqlite_files, "_PAGES", 5)
    steps: list[int] = []

    def step(done: int, _total: int) -> None:
        if not steps:
            write(path, "Marco")
        steps.append(done)

    made = backups.back_up(path, backups.folder_of(path), NOON, Reason.DAILY, step)
    assert len(steps) > 5, "it was copied in one go"
    assert (seq(made.path), seq(path)) == (1, 2)
    assert backups.verify(made.path).head.seq == 1
    assert made == backups.listed(path, backups.folder_of(path))[0]
    assert sorted(one.name for one in made.path.parent.iterdir()) == [made.path.name]


def test_two_backups_of_one_second_have_two_names(path: Path) -> None:
    assert make(path).path != make(path).path
    assert len(backups.listed(path, backups.folder_of(path))) == 2


def test_what_is_not_the_same_gets_no_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's disk writes something else than it was given."""
    write(path)
    real = sqlite_files.copy_pages

    def spoilt(source: sqlite3.Connection, target: Path, step: sqlite_files.Step | None = None) -> object:
        held = real(source, target, step)
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("UPDATE journal_head SET seq = 4711")
            connection.commit()
        return held

    monkeypatch.setattr(backups, "copy_pages", spoilt)
    with pytest.raises(DatabaseError) as caught:
        make(path)
    assert caught.value.code == "backup.not_same"
    assert list(backups.folder_of(path).iterdir()) == []


def test_a_spoilt_page_is_found(path: Path) -> None:
    made = make(path)
    page = 4096 * 3
    with made.path.open("r+b") as file:
        file.seek(page)
        file.write(b"\xa5" * 4096)
    with pytest.raises(DatabaseError) as caught:
        backups.verify(made.path)
    assert caught.value.code == "database.corrupt"


def test_a_second_folder_gets_the_same(path: Path, tmp_path: Path) -> None:
    made = make(path)
    copied = backups.copy_to(made, tmp_path / "stick")
    assert copied.read_bytes() == made.path.read_bytes()
    with pytest.raises(KnownError) as caught:
        backups.copy_to(made, path / "no folder")
    assert caught.value.code == "file.cannot_write"


def test_what_the_rule_does_not_keep_is_removed(path: Path) -> None:
    made = make(path)
    folder = made.path.parent
    for one in range(1, 30):
        (folder / backup_name("desk", NOON - one * DAY, Reason.DAILY)).write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    gone = backups.prune(backups.listed(path, folder), utc_day)
    assert len(gone) > 15
    assert made in backups.listed(path, folder)
    assert (folder / "notes.txt").exists()


# --- before a migration


def test_without_a_backup_nothing_is_migrated(path: Path) -> None:
    address = f"sqlite:///{path}"
    opening.downgrade(address, REVISIONS[-2])
    for one in backups.folder_of(path).iterdir():
        one.unlink()
    backups.folder_of(path).rmdir()
    backups.folder_of(path).write_text("in the way")
    with pytest.raises(KnownError) as caught:
        opening.upgrade(address)
    assert caught.value.code == "file.cannot_write"
    assert opening.current_revision(address) == REVISIONS[-2]


# --- put back


def test_a_restore_keeps_what_was_there(path: Path) -> None:
    write(path)
    made = make(path)
    write(path, "Marco")
    done = backups.restore(path, made.path, NOON + 60)
    assert seq(path) == 1
    assert done.held.head.seq == 1
    assert done.head_before is not None
    assert done.head_before.seq == 2
    assert done.kept is not None
    assert seq(done.kept) == 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    write(path, "Lena")
    again = backups.restore(path, done.kept, NOON + 120)
    assert again.held.revision == HEAD
    assert seq(path) == 2
    assert not [one for one in path.parent.iterdir() if one.name.endswith(".part")]


def test_a_restore_waits_for_nobody_who_has_it_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_PATIENCE_SECONDS", 0)
    made = make(path)
    write(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT seq FROM journal_head").fetchone()
        with pytest.raises(DatabaseError) as caught:
            backups.restore(path, made.path, NOON)
    assert caught.value.code == "database.locked"
    assert seq(path) == 1


def test_who_waited_for_the_old_file_is_not_told_that_it_saved(path: Path) -> None:
    """Another process asked for the lock before the file was replaced, and gets it on what has no name any more."""
    made = make(path)
    write(path)
    kept = path.with_name("kept.sqlite3")
    kept.hardlink_to(path)
    backups.restore(path, made.path, NOON)
    with closing(sqlite3.connect(kept)) as late, pytest.raises(sqlite3.OperationalError):
        late.execute("UPDATE journal_head SET seq = 5")
    assert seq(path) == 0


def test_a_damaged_file_is_set_aside_by_a_restore(path: Path) -> None:
    write(path)
    made = make(path)
    path.write_bytes(b"SQLite format 3\0" + b"\xa5" * 20_000)
    done = backups.restore(path, made.path, NOON)
    assert done.kept is not None
    assert ".damaged-" in done.kept.name
    assert done.kept.read_bytes().startswith(b"SQLite format 3\0\xa5")
    assert seq(path) == 1


@pytest.mark.parametrize("spoil", [b"", b"%PDF-1.7", None])
def test_what_is_no_backup_is_not_put_back(path: Path, tmp_path: Path, spoil: bytes | None) -> None:
    other = tmp_path / "other.sqlite3"
    if spoil is not None:
        other.write_bytes(spoil)
    before = path.read_bytes()
    with pytest.raises(KnownError):
        backups.restore(path, other, NOON)
    assert path.read_bytes() == before


def test_what_is_lost_is_counted(path: Path) -> None:
    write(path)
    loss = sqlite_files.loss_since(path, 0)
    assert (loss.rows, loss.cash, loss.receipts) == (1, 0, 0)
    assert sqlite_files.loss_since(path.with_name("gone"), 0).rows is None
