"""Reports on the command line: what is printed is what is written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

from tests.tools.accounts import Account
from tests.tools.commands import Commands
from tests.tools.stories import Happening

DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")


def test_takings_are_printed_and_written_alike(desk: Commands, account: Account, tmp_path: Path) -> None:
    Happening(account, amount=10_000, currency="eur").all("pay refund:1234")
    Happening(account, amount=24_800, currency="jpy").all("pay")
    desk.run("settings", "set", "zone", "Europe/Rome")
    desk.run("sync", *DAYS)
    told = desk.json("report", "takings", *DAYS)
    assert [(one["business_day"], one["currency"], one["takings"]) for one in told["rows"]] == [
        ("2026-11-05", "EUR", 8_766),
        ("2026-11-05", "JPY", 24_800),
    ]
    assert told["totals"]["eur"]["returned"] == -1_234
    assert (told["basis"], told["zone"], told["others"]) == ("business-day", "Europe/Rome", {})
    printed = desk.run("report", "takings", "--currency", "EUR", *DAYS).out
    assert "87.66" in printed
    assert "248" not in printed
    assert "Europe/Rome" in printed

    out = tmp_path / "takings.csv"
    done = desk.json("report", "takings", "--currency", "eur", "--csv", str(out), *DAYS)
    content = out.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [(one["business_day"], one["takings"], one["returned"]) for one in rows] == [
        ("2026-11-05", "87.66", "-12.34")
    ]
    control = json.loads(Path(done["control"]).read_text(encoding="utf-8"))
    assert control["sha256"] == done["sha256"] == hashlib.sha256(content).hexdigest()
    assert control["totals"]["EUR"]["takings"] == "87.66"
    assert (control["basis"], control["zone"], control["rows"]) == ("business-day", "Europe/Rome", 1)
    desk.json("report", "takings", "--currency", "eur", "--csv", str(tmp_path / "again.csv"), *DAYS)
    assert (tmp_path / "again.csv").read_bytes() == content


def test_what_a_report_cannot_be_asked_for(cli: Commands) -> None:
    assert "by night" in cli.run("report", "takings", "--basis", "night", status=1).err
    assert "nothing to compare" in cli.run("report", "differences", "--against", "business-day", status=1).err
    assert cli.json("report", "movements")["rows"] == []
