"""When a period of a schedule is over, and how a file gets a place that nobody has."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from rentease_desk.domain.dates import Days
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import Basis, ReportName
from rentease_desk.domain.schedules import Rhythm, Schedule, due_periods, file_name
from rentease_desk.services.exports import added

ROME = Days(ZoneInfo("Europe/Rome"))


def schedule(rhythm: Rhythm, hour: int, since: str, **more: object) -> Schedule:
    made = Schedule(
        1, "s", ReportName.TAKINGS, Preset.EXCEL, rhythm, hour, "/f", None, None, date.fromisoformat(since), 1
    )
    return replace(made, **more)


_OTHERS: tuple[dict[str, object], ...] = (
    {}, {"preset": Preset.DATEV}, {"basis": Basis.PAYOUT}, {"currency": "eur"},
)  # fmt: skip


def due(one: Schedule, now: str) -> list[tuple[str, str]]:
    at = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp())
    return [(str(period.days.first), str(period.days.last)) for period in due_periods(one, ROME, at)]


def test_a_day_is_over_at_the_hour_and_never_before_the_roll() -> None:
    """On the night of 25 Oct 2026 clocks go back: six in the morning is 04:00 UTC before, and 05:00 UTC after."""
    daily = schedule(Rhythm.DAILY, 6, "2026-10-23")
    assert due(daily, "2026-10-24T03:59:59") == []
    assert due(daily, "2026-10-24T04:00:00") == [("2026-10-23", "2026-10-23")]
    assert len(due(daily, "2026-10-25T04:59:59")) == 1
    assert len(due(daily, "2026-10-25T05:00:00")) == 2
    early = schedule(Rhythm.DAILY, 0, "2026-10-24")
    assert due(early, "2026-10-25T02:59:59") == []
    assert due(early, "2026-10-25T03:00:00") == [("2026-10-24", "2026-10-24")]


def test_weeks_and_months_are_whole() -> None:
    weekly = schedule(Rhythm.WEEKLY, 7, "2026-11-05")
    assert due(weekly, "2026-11-09T05:59:59") == []
    assert due(weekly, "2026-11-16T06:00:00") == [("2026-11-02", "2026-11-08"), ("2026-11-09", "2026-11-15")]
    monthly = schedule(Rhythm.MONTHLY, 7, "2026-11-05")
    assert due(monthly, "2027-02-01T06:00:00") == [
        ("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31"), ("2027-01-01", "2027-01-31"),
    ]  # fmt: skip


def test_a_name_tells_files_of_one_folder_apart() -> None:
    [day] = due_periods(schedule(Rhythm.DAILY, 6, "2026-11-05"), ROME, 1_793_944_800)
    named = {file_name(schedule(Rhythm.DAILY, 6, "2026-11-05", **more), day.days) for more in _OTHERS}
    assert named == {
        "takings-2026-11-05-excel.csv", "EXTF_takings-2026-11-05-datev.csv", "takings-2026-11-05-payout-excel.csv",
        "takings-2026-11-05-eur-excel.csv",
    }  # fmt: skip


@pytest.mark.parametrize("has_links", [True, False])
def test_no_other_file_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    if not has_links:
        monkeypatch.setattr(os, "link", _no_links)
    path = tmp_path / "a.csv"
    written = [added(path, lambda out, text=text: out.write(text))[0] for text in (b"1", b"2", b"1", b"2", b"3")]  # type: ignore[misc]
    assert [one.name for one in written] == ["a.csv", "a (2).csv", "a.csv", "a (2).csv", "a (3).csv"]
    assert [one.read_bytes() for one in written] == [b"1", b"2", b"1", b"2", b"3"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a (2).csv", "a (3).csv", "a.csv"]
    with pytest.raises(KnownError, match="is not there"):
        added(tmp_path / "no" / "a.csv", lambda out: out.write(b"1"))
    with pytest.raises(ZeroDivisionError):
        added(path, lambda _out: 1 // 0)
    assert len(list(tmp_path.iterdir())) == 3


def _no_links(*_: object) -> None:
    raise OSError(38, "Function not implemented")
