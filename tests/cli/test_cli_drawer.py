"""The drawer and the close of days on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rentease_desk.cli.drawer import money_given, pieces_given
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from tests.tools.commands import Commands

_BOOKING = ("bookings", "add", "--reference", "LN-1", "--guest", "Ada", "--arrival", "2026-11-01",
            "--departure", "2026-11-05", "--total", "400")  # fmt: skip


def test_a_drawer_is_opened_moved_counted_and_closed(cli: Commands, tmp_path: Path) -> None:
    cli.run(*_BOOKING)
    cli.run("settings", "set", "drawer_tolerance", "EUR 5")
    opened = cli.json("drawer", "open", "--float", "200.00")
    assert "none of its sessions is closed" in cli.run("drawer", "z-report", status=1).err
    assert (opened["number"], opened["open"]) == (1, True)
    taken = ("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "50.00", "--tendered", "100.00")
    cli.json(*taken)
    assert cli.run("drawer", "in", "20", "--json", status=1).json["error"]["code"] == "drawer.reason_missing"
    cli.json("drawer", "in", "20.00", "--reason", "coins from the safe")
    cli.json("drawer", "out", "18.40", "--reason", "flowers")
    assert cli.json("drawer", "drop", "50", "--reason", "to the safe")["amount"] == 5_000
    blind = cli.json("drawer", "show")
    assert "cash" not in blind
    assert cli.json("drawer", "show", "--expected")["cash"][0]["expected"] == 20_160
    count = ("drawer", "close", "--count", "100=1,50=2,1=1", "--drop", "50.00")
    assert cli.run(*count, "--json", status=1).json["error"]["code"] == "drawer.note_missing"
    closed = cli.json(*count, "--note", "sixty cents short")
    (line,) = closed["variances"]
    assert (line["expected"], line["counted"], line["variance"], line["left"]) == (20_160, 20_100, -60, 15_100)
    file = tmp_path / "z.csv"
    printed = cli.run("drawer", "show", "1", "--csv", str(file)).out
    assert "Z report 1" in printed
    assert "-0.60 EUR" in printed
    assert "flowers" in printed
    assert file.read_bytes().startswith(b"report,desk,section,line,detail,amount,currency\r\n")
    control = json.loads((tmp_path / "z.csv.control.json").read_text())
    assert control["rows"] == file.read_bytes().count(b"\r\n") - 1
    assert "<title>Z report 1" in cli.run("drawer", "show", "1", "--format", "html").out
    pdf = tmp_path / "z.pdf"
    assert cli.run("drawer", "z-report", "--pdf", str(pdf)).out == f"Written: {pdf}\n"
    assert pdf.read_bytes().startswith(b"%PDF")
    assert cli.run("drawer", "z-report", "1").out == cli.run("drawer", "show", "1").out
    refused = cli.run("drawer", "z-report", "1", "--pdf", str(tmp_path / "nowhere" / "z.pdf"), status=1)
    assert "No such file or directory" in refused.err
    assert cli.json("drawer", "show")["handed_over"] == [{"amount": 15_100, "currency": "eur"}]
    assert cli.json("drawer", "open")["number"] == 2
    assert [one["number"] for one in cli.json("drawer", "list")] == [2, 1]


def test_a_day_is_closed_despite_what_is_open_and_reopened(cli: Commands) -> None:
    cli.run(*_BOOKING)
    cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "50.00")
    state = cli.json("day", "show")
    day = state["day"]
    assert (state["closed"], [one["kind"] for one in state["open"]]) == (False, ["not_counted"])
    refused = cli.run("day", "close", "--json", status=1).json["error"]
    assert refused["code"] == "day.something_open"
    assert "not counted" in refused["happened"]
    assert cli.json("day", "close", "--despite-open")["closed"]
    late = cli.json("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "60.00")
    assert late["business_date"] > day
    assert "closed" in cli.run("day", "show", day).out
    assert cli.run("day", "reopen", day, "--json", status=1).json["error"]["code"] == "day.reason_missing"
    again = cli.json("day", "reopen", day, "--reason", "a slip was found")
    assert (again["closed"], [one["closed"] for one in again["deeds"]]) == (False, [True, False])


def test_amounts_and_pieces_are_read_with_and_without_a_currency() -> None:
    assert {money_given(text, "eur") for text in ("20", "20.00", "EUR 20", "20.00 eur")} == {Money(2_000, "eur")}
    assert money_given("1.234 KWD", "eur") == Money(1_234, "kwd")
    assert pieces_given("CHF 100=2, 0.05=3", "eur") == [("chf", 10_000, 2), ("chf", 5, 3)]
    assert pieces_given("0.20=0", "eur") == [("eur", 20, 0)]
    for text in ("100", "100=x", "x=1", "100=-1"):
        with pytest.raises(InputError):
            pieces_given(text, "eur")
    with pytest.raises(InputError):
        money_given("EUR 20 CHF", "eur")
