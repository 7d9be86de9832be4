"""Payment links on the command line: made, listed, cancelled, and told of where a guest could pay twice."""

from __future__ import annotations

from tests.tools.accounts import Account
from tests.tools.commands import Commands

BOOKING = ("bookings", "add", "--guest", "Søren", "--arrival", "2026-11-05", "--departure", "2026-11-07",
           "--reference", "LN-7", "--total", "120.00")  # fmt: skip


def test_a_link_over_the_balance_is_made_listed_and_cancelled(desk: Commands, account: Account) -> None:
    desk.run(*BOOKING)
    assert "website" in desk.run("links", "create", "--booking", "LN-7", status=1).err
    desk.run("settings", "set", "website", "hotel.example")
    made = desk.run("links", "create", "--booking", "LN-7", "--life", "30m", "--json").json
    assert (made["amount"], made["state"], made["kind"]) == (12_000, "open", "session")
    assert made["url"].startswith(account.url)
    told = desk.run("payments", "add", "--booking", "LN-7", "--method", "cash", "--amount", "120.00").err
    assert f"links cancel {made['id']}" in told
    assert desk.run("links", "list", "--open", "--json").json == [made]
    assert desk.run("links", "cancel", made["id"], "--json").json["state"] == "cancelled"
    assert desk.run("links", "list", "--booking", "LN-7", "--open", "--json").json == []
    assert "cancelled" in desk.run("links", "list").out
    assert [one["status"] for one in account.dump("checkout_sessions").values()] == ["expired"]


def test_another_link_has_to_be_meant(desk: Commands, account: Account) -> None:
    desk.run(*BOOKING)
    args = ("links", "create", "--booking", "LN-7", "--life", "paid", "--json")
    assert desk.run(*args).json["kind"] == "link"
    assert desk.run(*args, status=1).json["error"]["code"] == "link.others_open"
    assert desk.run(*args, "--despite-open", "--amount", "10").json["amount"] == 1_000
    assert len(account.dump("payment_links")) == 2
    assert desk.run(*args[:4], "--life", "soon", status=1).err
