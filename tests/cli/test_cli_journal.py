"""The journal on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.tools.commands import Commands, run_many


def test_the_journal_is_verified_told_and_written(cli: Commands, tmp_path: Path) -> None:
    cli.run("bookings", "add", "--reference", "LN-1", "--guest", "Jürgen Weiß", "--arrival", "2026-11-01",
            "--departure", "2026-11-05", "--total", "100")  # fmt: skip
    uid = cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "100.00")["id"]
    head, file = str(tmp_path / "head.json"), str(tmp_path / "journal.jsonl")
    commands = [("head", "--json"), ("head", "--out", head), ("export", "--out", file, "--json"),
                ("verify", "--json"), ("verify", "--head-file", file), ("verify", "--head-file", head),
                ("verify", "--head", "nothing", "--json"), ("head", "--date", "2020-01-01", "--json")]  # fmt: skip
    ran, modules = run_many(cli, [("journal", *one) for one in commands])
    assert [one.status for one in ran] == [0, 0, 0, 0, 0, 0, 1, 0], [one.err for one in ran]
    shown = ran[0].json["head"]
    assert f"{shown['seq']}:{shown['hash']}" in ran[1].out
    assert ran[2].json == {"file": file, "rows": shown["seq"], "head": f"{shown['seq']}:{shown['hash']}"}
    assert (ran[3].json["fits"], ran[3].json["compared with"]) == (True, None)
    assert ran[6].json["error"]["code"] == "journal.head"
    assert ran[7].json["head"]["seq"] == 0
    assert not any(name.startswith("PySide6") for name in modules)
    with closing(sqlite3.connect(cli.database)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE payments SET amount = 9000, note = 'x'")
        raw.commit()
    found = cli.run("journal", "verify", "--json", status=1).json
    assert (found["fits"], found["what"], found["entity"], found["id"]) == (False, "changed", "payment", uid)
    assert "The amount is 90.00 EUR in the ledger, 100.00 EUR in the journal" in found["first"]


def test_a_history_is_told_of_bookings_and_payments(cli: Commands) -> None:
    cli.run("bookings", "add", "--reference", "LN-1", "--guest", "Jürgen Weiß", "--arrival", "2026-11-01",
            "--departure", "2026-11-05", "--total", "100", "--note", "late")  # fmt: skip
    uid = cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "100.00")["id"]
    cli.run("refunds", "add", "--payment", uid, "--amount", "10.00", "--reason", "noise")
    commands = [("bookings", "history", "LN-1"), ("payments", "history", uid, "--json"),
                ("payments", "history", "nobody", "--json")]  # fmt: skip
    (shown, told, unknown), _ = run_many(cli, commands)
    for words in ("Booking made", "Note: late", "Charged", "Amount: 100.00 EUR", "Payment taken", "Refund given"):
        assert words in shown.out
    assert [line["what"] for line in told.json] == ["Payment taken", "Refund given"]
    taken = {one["name"]: one["after"] for one in told.json[0]["changes"]}
    assert (taken["Amount"], taken["Booking"]) == ({"amount": 10_000, "currency": "eur"}, "LN-1")
    assert unknown.json["error"]["code"] == "payment.not_found"
