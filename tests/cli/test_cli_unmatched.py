"""Card payments without a booking, on the command line."""

from __future__ import annotations

from tests.tools.accounts import Account
from tests.tools.commands import Commands
from tests.tools.stories import Happening


def test_a_payment_waits_is_suggested_assigned_and_taken_back(desk: Commands, account: Account) -> None:
    desk.run("poll")
    assert desk.json("unmatched", "list") == []
    account.advance(60)
    Happening(account).all("create succeed")
    desk.run("poll")
    (found,) = desk.json("unmatched", "list")
    payment, amount = found["stripe_payment_id"], found["amount"]
    assert payment in desk.run("unmatched", "list").out
    desk.run(
        "bookings", "add", "--reference", "LN-2041", "--guest", "Amara Okafor", "--arrival", "2026-11-05",
        "--departure", "2026-11-08", "--total", f"{amount / 100:.2f}",
    )  # fmt: skip
    (suggested,) = desk.json("unmatched", "suggest", payment)
    assert (suggested["booking_reference"], suggested["balance"]) == ("LN-2041", amount)
    balance = next(one for one in suggested["reasons"] if one["code"] == "balance")
    assert (balance["text"], balance["points"] > 0) == ("amount = balance", True)
    assert "amount = balance" in desk.run("unmatched", "suggest", payment).out
    assert desk.json("unmatched", "suggest", payment, "--search", "nobody") == []
    assert desk.json("unmatched", "list") == [found], "a suggestion assigns nothing"
    assert "is on LN-2041 now." in desk.run("unmatched", "assign", payment, "ln-2041").out
    assert desk.json("unmatched", "assign", payment, "LN-2041")["booking_reference"] == "LN-2041"
    assert desk.json("unmatched", "list") == []
    assert desk.json("unmatched", "undo", payment)["booking_reference"] is None
    again = desk.run("unmatched", "undo", payment, "--json", status=1)
    assert again.json["error"]["code"] == "match.not_assigned"
    desk.run("unmatched", "assign", "pi_nobody", "LN-2041", status=1)
    told = desk.run("unmatched", "ignore", payment, "--reason", "web shop").out
    assert "waits for no booking any more." in told
    assert desk.json("unmatched", "list") == []
    (ignored,) = desk.json("unmatched", "list", "--ignored")
    assert ignored["ignored"]["reason"] == "web shop"
    assert "web shop" in desk.run("unmatched", "list", "--ignored").out
    assert [one["amount"] for one in desk.json("payments", "list", "--ignored")] == [amount]
    assert desk.json("unmatched", "unignore", payment)["ignored"] is None
    assert len(desk.json("unmatched", "list")) == 1
    desk.run("unmatched", "ignore", payment, "--reason", " ", status=1)


def test_names_are_compared_only_where_they_are_needed(cli: Commands) -> None:
    from tests.tools.commands import run_many

    _, modules = run_many(cli, [("payments", "list"), ("unmatched", "list")])
    assert not any(one.startswith("rapidfuzz") for one in modules)
