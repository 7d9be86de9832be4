"""``bookings import`` and ``import-ical``: asked, tried, taken in, and told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.tools.commands import Commands

ROWS = """Reference;Guest;Arrival;Departure;Room;Total;Status
A-1;Ada;03/12/2026;05/12/2026;101;1.234,50;fest
A-2;Bea;04/12/2026;06/12/2026;101;80;fest
A-3;Cyd;07/12/2026;07/12/2026;102;80;fest
"""
SAID = ("--dates", "dmy", "--status", "fest=confirmed", "--new-rooms")
CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a
DTSTART;VALUE=DATE:20991210
DTEND;VALUE=DATE:20991212
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def rows(tmp_path: Path) -> str:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="cp1252")
    return str(path)


def test_nothing_is_guessed_and_a_dry_run_writes_nothing(cli: Commands, rows: str) -> None:
    asked = cli.run("bookings", "import", rows, "--source", "Agency", status=1)
    for part in ("“03/12/2026”", "“fest”", "“101”", "nothing of it is guessed"):
        assert part in asked.err
    tried = cli.json("bookings", "import", rows, "--source", "Agency", *SAID, "--dry-run")
    assert [(row["line"], row["fate"], row["code"]) for row in tried["rows"]] == [
        (2, "new", None), (3, "broken", "import.room_twice"), (4, "broken", "booking.dates"),
    ]  # fmt: skip
    assert (tried["rows"][0]["total"], tried["new"], tried["broken"], tried["dry_run"]) == (123_450, 1, 2, True)
    assert cli.json("bookings", "list") == []


def test_what_came_in_once_never_comes_in_again(cli: Commands, rows: str, tmp_path: Path) -> None:
    report = tmp_path / "broken.csv"
    done = cli.run("bookings", "import", rows, "--source", "Agency", *SAID, "--report", str(report))
    assert "1 new, 0 the same, 0 changed, 2 broken." in done.out
    with report.open(encoding="utf-8-sig", newline="") as file:
        assert [row["Line"] for row in csv.DictReader(file)] == ["3", "4"]
    (ada,) = cli.json("bookings", "list")
    assert (ada["reference"], ada["arrival"], ada["total"], ada["room"]) == ("A-1", "2026-12-03", 123_450, "101")
    again = cli.json("bookings", "import", rows, "--source", "agency")
    assert (again["new"], again["same"], len(again["rows"])) == (0, 1, 2)
    Path(rows).write_text(ROWS.replace("Ada", "Ada Lovelace"), encoding="utf-8")
    assert cli.json("bookings", "import", rows, "--source", "Agency")["changed"] == 1
    assert cli.json("bookings", "import", rows, "--source", "Agency", "--apply-changes")["applied"] == 1
    assert cli.json("bookings", "list")[0]["guest"] == "Ada Lovelace"


def test_columns_are_named(cli: Commands, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("no,who,y,m,d,n,rate\n7,Ada,2026,December,24,3,80.00\n", encoding="utf-8")
    maps = ("reference=no", "guest=WHO", "arrival=y+m+d", "nights=n", "rate=rate", 'channel="Agency"')
    options = [part for one in maps for part in ("--map", one)]
    done = cli.json("bookings", "import", str(path), "--source", "Odd", *options, "--currency", "chf")
    assert done["new"] == 1
    (ada,) = cli.json("bookings", "list")
    assert (ada["total"], ada["currency"], ada["departure"], ada["channel"]) == (24_000, "chf", "2026-12-27", "Agency")
    wrong = cli.run("bookings", "import", str(path), "--source", "New", "--map", "guest=name", status=1)
    assert "No column is called “name”" in wrong.err


def test_a_calendar_blocks_a_room_and_its_address_is_no_argument(cli: Commands, tmp_path: Path) -> None:
    cli.run("bookings", "add", "--guest", "Ada", "--arrival", "2026-12-01", "--departure", "2026-12-02", "--room", "7")
    path = tmp_path / "airbnb.ics"
    path.write_text(CALENDAR)
    blocked = cli.json("bookings", "import-ical", str(path), "--source", "Airbnb 7", "--room", "7")
    assert (blocked["new"], blocked["rows"][0]["arrival"]) == (1, "2099-12-10")
    assert cli.json("bookings", "import-ical", str(path), "--source", "Airbnb 7")["same"] == 1
    stay = ("--arrival", "2099-12-11", "--departure", "2099-12-12", "--room", "7")
    assert "is blocked on 2099-12-11" in cli.run("bookings", "add", "--guest", "Bea", *stay, status=1).err
    path.write_text(CALENDAR.replace("20991210", "20261201").replace("20991212", "20261202"))
    told = [cli.json("bookings", "import-ical", str(path), "--source", "Airbnb 7")["rows"][0] for _ in range(2)]
    assert [(row["fate"], row["code"]) for row in told] == [("broken", "room.taken"), ("same", "room.taken")]
    assert "told before: " in cli.run("bookings", "import-ical", str(path), "--source", "Airbnb 7").out
    secret = "http://127.0.0.1:1/s3cr3t"
    away = cli.run("bookings", "import-ical", "--source", "Airbnb 7", "--address", typed=f"{secret}\n", status=1)
    assert "127.0.0.1: there is no connection" in away.err
    assert "s3cr3t" not in away.err + away.out
    logs = "".join(one.read_text(encoding="utf-8") for one in (tmp_path / "data").rglob("*.log"))
    assert "s3cr3t" not in logs
