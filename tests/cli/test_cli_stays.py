"""A stay's life on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tests.tools.commands import Commands


def test_check_in_check_out_and_undo(cli: Commands) -> None:
    today = datetime.now(UTC).date()
    first, last = (today - timedelta(days=2)).isoformat(), (today + timedelta(days=3)).isoformat()
    stay = ("--arrival", first, "--departure", last, "--currency", "EUR", "--total", "100")
    cli.run("bookings", "add", "--guest", "Ada", "--reference", "B-1", "--room", "1", *stay)
    assert "was not checked in" in cli.run("bookings", "check-out", "B-1", status=1).err
    assert cli.run("bookings", "check-in", "b-1", "--json").json["status"] == "in_house"
    refused = cli.run("bookings", "check-out", "B-1", "--json", status=1)
    assert refused.json["error"]["code"] == "stay.owes"
    assert "100.00 EUR" in refused.err
    out = cli.run("bookings", "check-out", "B-1", "--open-balance", "100.00")
    assert re.search(r"Room 1 can be sold again, [34] nights\.", out.out)  # tonight is yesterday's before the roll
    assert "These nights stay charged" in out.out
    assert "is not checked out any more" in cli.run("bookings", "undo", "B-1").out
    assert cli.run("bookings", "undo", "B-1", "--json").json["status"] == "confirmed"
    cli.run("payments", "add", "--booking", "B-1", "--method", "cash", "--amount", "40")
    assert "100.00 EUR stays charged" in cli.run("bookings", "no-show", "B-1").out
    cli.run("bookings", "undo", "B-1")
    told = cli.run("bookings", "cancel", "B-1").out
    assert "is cancelled" in told
    assert "40.00 EUR are owed to the guest" in told
    assert cli.run("bookings", "no-show", "B-1", status=1).err.startswith("This booking is cancelled")


def test_a_stay_is_moved_at_the_price_of_its_nights(cli: Commands) -> None:
    today = datetime.now(UTC).date()
    day = lambda number: (today + timedelta(days=number)).isoformat()  # noqa: E731 - a word
    for reference, room, first, last in (("B-1", "1", 3, 6), ("B-2", "2", 5, 9)):
        stay = ("--arrival", day(first), "--departure", day(last), "--currency", "EUR", "--total", "90")
        cli.run("bookings", "add", "--guest", f"Ada {room}", "--reference", reference, "--room", room, *stay)
    told = cli.run("bookings", "move", "b-1", "--departure", day(7)).out
    assert "The stay costs 120.00 EUR instead of 90.00 EUR." in told
    refused = cli.run("bookings", "move", "B-1", "--room", "2", "--json", status=1)
    assert refused.json["error"]["code"] == "room.taken"
    assert "Ada 2" in refused.err
    moved = cli.run("bookings", "move", "B-1", "--room", "2", "--departure", day(5), "--json").json
    assert (moved["rooms"], moved["departure"], moved["total"]) == (["2"], day(5), 6_000)
