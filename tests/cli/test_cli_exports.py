"""The accountant's file: read back with ``csv``, its sums are the database's, and nothing in it runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tools.accounts import Account
from tests.tools.commands import Commands, run_many
from tests.tools.stories import STORIES, Happening

DAYS = ("--from", "2026-09-01", "--to", "2026-12-31")
NAUGHTY = [
    '=HYPERLINK("http://evil.example","pay")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    'a";=1',
    "a,b;c",
    "l1\nl2",
    "Łukasz “Ö” 🏨",
]
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}


def _read(path: Path, language: str = "en_GB", preset: str = "iso") -> list[dict[str, str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") is (preset == "excel")
    assert b"\r\n" in content
    assert not content.decode("utf-8-sig").startswith("sep=")
    separator = ";" if preset == "excel" and language == "de_DE" else ","
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def _minor(text: str, currency: str) -> int:
    whole, _, fraction = text.replace(",", ".").partition(".")
    assert len(fraction) == DIGITS[currency]
    return int(Decimal(f"{whole}.{fraction or 0}").scaleb(DIGITS[currency]))


def _sums(rows: list[dict[str, str]], column: str = "amount") -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["currency"]] = sums.get(row["currency"], 0) + _minor(row[column], row["currency"])
    return sums


@pytest.fixture
def filled(desk: Commands, account: Account) -> dict[str, Any]:
    """Every story, three currencies, and texts that a spreadsheet would run. Returns the lists as JSON."""
    for story in STORIES.values():
        Happening(account, name="Ada").all(story)
    for number, text in enumerate(NAUGHTY):
        order = {"name": text, "description": text, "metadata": {"booking_reference": f"{text} {number}"}}
        Happening(account, currency=("jpy", "kwd")[number % 2], amount=12_340, **order).all("pay refund:1230")
    stay = ("--arrival", "2026-11-01", "--departure", "2026-11-05")
    commands = [["settings", "set", "name", "=cmd|' /C calc'!A0"]]
    commands += [
        ["bookings", "add", "--guest", text, "--reference", f"{text} {n}", "--note", text, *stay]
        for n, text in enumerate(NAUGHTY)
    ]
    commands += [
        ["payments", "add", "--booking", f"{text} {n}", "--method", "cash", "--amount", "7", "--note", text]
        for n, text in enumerate(NAUGHTY)
    ]
    told, _ = run_many(
        desk,
        [
            *commands,
            ["sync", *DAYS],
            ["payments", "list", "--json"],
            ["refunds", "list", "--json"],
            ["settings", "show", "--json"],
        ],
    )
    assert [one.status for one in told] == [0] * len(told), [one.err for one in told if one.status]
    return {"payments": told[-3].json, "refunds": told[-2].json, "zone": told[-1].json["zone"]}


def test_both_presets_hold_what_the_database_holds(desk: Commands, filled: dict[str, Any], tmp_path: Path) -> None:
    languages, presets = ("en_GB", "de_DE"), ("iso", "excel")
    paths = {(one, two): tmp_path / f"{one} {two}.csv" for one in languages for two in presets}
    commands: list[list[str]] = []
    for (language, preset), path in paths.items():
        commands.append(["settings", "set", "language", language])
        export = ["export", "payments", "--preset", preset, "--json", *DAYS, "--out"]
        commands += [[*export, str(path)], [*export, f"{path}.again"]]
    told, _ = run_many(desk, commands)
    assert [one.status for one in told] == [0] * len(told), told
    for number, ((language, preset), path) in enumerate(paths.items()):
        rows = _read(path, language, preset)
        _check_rows(rows, filled)
        content = path.read_bytes()
        assert content == Path(f"{path}.again").read_bytes()
        control = json.loads(Path(f"{path}.control.json").read_text(encoding="utf-8"))
        said = told[number * 3 + 1].json
        assert control["sha256"] == said["sha256"] == hashlib.sha256(content).hexdigest()
        assert control["rows"] == said["rows"] == len(rows)
        assert {key: _minor(value, key) for key, value in control["totals"].items()} == _sums(rows)
        assert {key.upper(): value for key, value in said["totals"].items()} == _sums(rows)
        assert (control["file"], control["from"], control["to"]) == (path.name, "2026-09-01", "2026-12-31")
        assert (control["basis"], control["zone"]) == ("business day", filled["zone"])


def _check_rows(rows: list[dict[str, str]], filled: dict[str, Any]) -> None:
    payments, refunds = filled["payments"], filled["refunds"]
    assert {row["id"] for row in rows} == {one["id"] for one in payments + refunds}
    counted: dict[str, int] = {}
    states = {one["id"]: one["state"] for one in payments}
    for one in payments:
        counted[one["id"]] = one["amount"] if one["state"] == "succeeded" else 0
    for one in refunds:
        counts = one["status"] == "succeeded" and states[one["payment_id"]] == "succeeded"
        counted[one["id"]] = -one["amount"] if counts else 0
    assert {row["id"]: _minor(row["amount"], row["currency"]) for row in rows} == counted
    for row in rows:
        for name in ("booking_reference", "guest", "note", "reference", "method", "actor", "desk", "brand"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r", "\x00")), row
    kept = {row["guest"].removeprefix("'") for row in rows}
    assert {text.strip() for text in NAUGHTY} <= {one.strip() for one in kept}


def test_a_file_that_cannot_be_written_leaves_the_old_one(desk: Commands, tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("kept")
    folder = tmp_path / "folder"
    folder.mkdir()
    outs = [
        str(tmp_path / "no" / "such" / "x.csv"),
        str(folder),
        "",
        ".",
        "/",
        f"{tmp_path}/{'x' * 300}.csv",
        "/dev/null/x.csv",
    ]
    told, _ = run_many(desk, [["export", "payments", "--out", out] for out in outs])
    for out, one in zip(outs, told, strict=True):
        assert one.status == 1, (out, one)
        assert "cannot be written" in one.err
    assert old.read_text() == "kept"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "folder", "home", "old.csv"]


def test_a_range_without_anything_is_a_header(desk: Commands, tmp_path: Path) -> None:
    out = tmp_path / "empty.csv"
    told = desk.json("export", "payments", "--out", str(out), "--from", "2020-01-01", "--to", "2020-01-01")
    assert (told["rows"], told["totals"], _read(out)) == (0, {}, [])


def test_what_is_scheduled_is_written_by_a_command_of_its_own(desk: Commands, tmp_path: Path) -> None:
    """A server runs it; who closes the day has it written. Nobody is asked for a PIN."""
    folder = tmp_path / "files"
    wanted = ["export", "schedule", "takings", "--folder", str(folder), "--every", "close", "--json"]
    told, _ = run_many(
        desk,
        [
            wanted,
            ["export", "schedule", "takings", "--folder", "files"],
            ["day", "close", "--despite-open"],
            ["export", "run-scheduled"],
            ["export", "schedules"],
        ],
    )
    assert [one.status for one in told] == [0, 1, 0, 1, 0], told
    assert "whole path" in told[1].err
    assert "cannot be reached" in told[3].err
    [standing] = told[0].json
    assert (standing["report"], standing["every"], standing["hour"], standing["last"]) == (
        "takings",
        "close",
        None,
        None,
    )
    assert str(folder) in told[4].out
    folder.mkdir()
    desk.extra["RENTEASE_DESK"] = "Server"
    [written] = desk.json("export", "run-scheduled")
    path = Path(written["file"])
    assert path.parent == folder
    assert written["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert desk.json("export", "run-scheduled") == []
    [standing] = desk.json("export", "schedules")
    assert (standing["last"]["files"], standing["last"]["desk"], standing["trouble"]) == ([path.name], "Server", None)
    assert desk.json("export", "unschedule", standing["id"]) == []
    assert "changed" in desk.run("export", "unschedule", standing["id"], status=1).err
