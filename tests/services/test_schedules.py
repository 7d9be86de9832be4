"""Files that are written by themselves: each period once, whatever happens in between, and over no other file."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from rentease_desk.domain.alarms import Alarm, AlarmKind
from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.errors import ConflictError, InputError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.journal import JournalEntry
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.reporting import Basis, ReportName
from rentease_desk.domain.schedules import Rhythm, ScheduleDraft
from rentease_desk.services.alarms import AlarmService
from rentease_desk.services.backups import BackupService
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import Desk
from rentease_desk.services.exports import added
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.schedules import ScheduleService
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.schedules import AGAIN, LEASE, claim_period, closed_periods
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.services.test_folio_races import at_once
from tests.tools.clocks import SetClock

DAY, HOUR = 86_400, 3_600
CANCEL = threading.Event()


def service_at(desk: Desk, name: str = "Desk 1") -> ScheduleService:
    return ScheduleService(desk, replace(desk, operator=Operator("Schedule", name)))


def wish(folder: Path, rhythm: Rhythm = Rhythm.DAILY, **more: object) -> ScheduleDraft:
    given = {"report": ReportName.TAKINGS, "preset": Preset.ISO, "hour": 6} | more
    return ScheduleDraft("daily", rhythm=rhythm, folder=str(folder), **given)  # type: ignore[arg-type]


def exported(desk: Desk) -> list[JournalEntry]:
    with desk.db.reading() as connection:
        return [one.entry for one in read_rows(connection) if one.entry.action == "export"]


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if not one.name.endswith(".control.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def booking(bookings: BookingService) -> Booking:
    return bookings.add(draft(total=None)).value


def test_each_period_is_written_once_and_missed_ones_are_caught_up(
    desk: Desk, clock: SetClock, folder: Path, booking: Booking, payments: PaymentService
) -> None:
    """At 13:00 on the 5th it begins: the 5th is due on the 6th at six; what came while all was off, at the start."""
    first, second = service_at(desk), service_at(desk, "Desk 2")
    first.save(wish(folder))
    payments.take(PaymentDraft("p", booking.pk, "cash", Money(4_711, "eur")))
    clock.advance(16 * HOUR)  # 05:00 on the 6th
    assert first.run(CANCEL) == ()
    clock.advance(HOUR)
    [written] = first.run(CANCEL)
    assert written.path == folder / "takings-2026-11-05-iso.csv"
    assert written.control.totals["eur"]["takings"] == 4_711
    told = json.loads(written.sidecar.read_text(encoding="utf-8"))
    assert told["sha256"] == hashlib.sha256(written.path.read_bytes()).hexdigest()
    assert (first.run(CANCEL), second.run(CANCEL)) == ((), ())
    clock.advance(3 * DAY)
    assert len(second.run(CANCEL)) == 3
    assert names(folder) == [f"takings-2026-11-0{day}-iso.csv" for day in (5, 6, 7, 8)]
    [state] = first.all()
    assert state.trouble is None
    assert state.last is not None
    assert (state.last.key, state.last.desk) == ("2026-11-08", "Desk 2")
    entry = exported(desk)[0]
    assert entry.actor == "Schedule"
    assert entry.after is not None
    assert told["sha256"] in entry.after
    journal_is_whole(desk)


def told(desk: Desk, tmp_path: Path) -> list[Alarm]:
    """What people are told of files that cannot be written."""
    alarms = AlarmService(desk, BackupService(desk, tmp_path / "backups.json")).standing().alarms
    return [one for one in alarms if one.kind is AlarmKind.EXPORT]


def test_a_folder_that_is_away_is_told_and_tried_again(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    """The desk that failed waits; another one, which may reach the folder, does not. The folder is never made."""
    away = tmp_path / "away"
    first, second = service_at(desk), service_at(desk, "Desk 2")
    first.save(wish(away))
    clock.advance(2 * DAY)
    assert first.run(CANCEL) == ()
    assert not away.exists()
    [alarm] = told(desk, tmp_path)
    assert str(away) in alarm.detail
    away.mkdir()
    assert first.run(CANCEL) == ()
    assert [one.path.name for one in second.run(CANCEL)] == [f"takings-2026-11-0{day}-iso.csv" for day in (5, 6)]
    assert told(desk, tmp_path) == []
    away.rename(tmp_path / "elsewhere")
    clock.advance(DAY)
    first.run(CANCEL)
    (tmp_path / "elsewhere").rename(away)
    clock.advance(AGAIN)
    assert len(first.run(CANCEL)) == 1
    away.rename(tmp_path / "elsewhere")
    clock.advance(DAY)
    first.run(CANCEL)
    [state] = first.all()
    assert state.trouble is not None
    first.save(replace(wish(tmp_path / "elsewhere"), replaces=state.schedule.version))
    assert len(first.run(CANCEL)) == 1, "who changes it waits no more"
    assert first.all()[0].trouble is None


def test_a_day_is_written_when_it_is_closed_and_again_when_it_is_closed_again(
    desk: Desk, clock: SetClock, folder: Path, booking: Booking, payments: PaymentService
) -> None:
    days, service, thursday = DayService(desk), service_at(desk), date(2026, 11, 5)
    service.save(wish(folder, Rhythm.CLOSE, report=ReportName.MOVEMENTS))
    clock.advance(2 * DAY)
    assert service.run(CANCEL) == ()
    days.close(DayDraft("c1", thursday, days.state(thursday).open_things))
    [before] = service.run(CANCEL)
    content = before.path.read_bytes()
    days.reopen(DayDraft("r", thursday, reason="a bill came late"))
    assert service.run(CANCEL) == ()
    payments.take(PaymentDraft("p", booking.pk, "cash", Money(500, "eur"), occurred_at=clock.now() - 2 * DAY))
    days.close(DayDraft("c2", thursday, days.state(thursday).open_things))
    [after] = service.run(CANCEL)
    assert (before.path.name, after.path.name) == (
        "movements-2026-11-05-iso.csv",
        "movements-2026-11-05-iso (2).csv",
    )
    assert before.path.read_bytes() == content != after.path.read_bytes()
    assert json.loads(after.sidecar.read_text(encoding="utf-8"))["file"] == after.path.name
    with desk.db.reading() as connection:
        assert [one.key for one in closed_periods(connection, thursday)] == ["2026-11-05/3"]


def test_of_many_desks_one_writes_a_period(desk: Desk, clock: SetClock, folder: Path) -> None:
    service_at(desk).save(wish(folder))
    clock.advance(5 * DAY)
    desks = [service_at(desk, f"Desk {number}") for number in range(4)]
    written: list[str] = []
    at_once(*((lambda one=one: written.extend(file.path.name for file in one.run(CANCEL))) for one in desks))
    assert sorted(written) == names(folder) == [f"takings-2026-11-{day:02}-iso.csv" for day in range(5, 10)]
    assert len(exported(desk)) == 5


def test_a_desk_that_stopped_while_it_wrote_is_waited_for_and_then_replaced(
    desk: Desk, clock: SetClock, folder: Path
) -> None:
    """The file may be there already: the same bytes are left as they are, and get their sidecar."""
    service = service_at(desk)
    service.save(wish(folder))
    clock.advance(DAY)
    [period] = service._due(service.all()[0].schedule)
    with desk.writing() as unit:
        assert claim_period(unit, service.all()[0].schedule.pk, period) is not None
    assert service.run(CANCEL) == ()
    clock.advance(LEASE)
    [written] = service.run(CANCEL)
    assert names(folder) == [written.path.name]
    written.sidecar.unlink()
    assert added(written.path, lambda out: out.write(written.path.read_bytes()))[0] == written.path
    assert names(folder) == [written.path.name]


def test_who_stops_the_program_stops_between_two_files(desk: Desk, clock: SetClock, folder: Path) -> None:
    service, stopped = service_at(desk), threading.Event()
    service.save(wish(folder))
    clock.advance(2 * DAY)
    stopped.set()
    assert service.run(stopped) == ()
    assert names(folder) == []


def test_what_ended_writes_nothing_more(desk: Desk, clock: SetClock, folder: Path) -> None:
    service = service_at(desk)
    [state] = service.save(wish(folder)).value
    assert service.save(wish(folder)).value == (state,), "the same draft again"
    with pytest.raises(ConflictError):
        service.save(replace(wish(folder), replaces=7))
    with pytest.raises(ConflictError):
        service.end("daily", 7)
    assert service.end("daily", state.schedule.version).value == ()
    clock.advance(DAY)
    assert service.run(CANCEL) == ()
    assert [action for entity, action in journal_entries(desk) if entity == "export_schedule"] == ["add", "edit"]


@pytest.mark.parametrize(
    "wrong", [{"hour": 24}, {"folder": "files"}, {"folder": ""}, {"basis": Basis.NIGHT}, {"preset": Preset.XERO}]
)
def test_what_no_schedule_can_be(desk: Desk, folder: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        service_at(desk).save(replace(wish(folder), **wrong))
    assert service_at(desk).all() == ()
