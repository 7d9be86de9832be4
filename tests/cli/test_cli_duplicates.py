"""A payment that stands here twice, on the command line."""

from __future__ import annotations

from tests.tools.accounts import Account
from tests.tools.commands import Commands


def test_two_payments_are_merged_taken_back_and_kept_apart(desk: Commands, account: Account) -> None:
    """The desk's clock is not the account's: what looks alike is tested where both are set."""
    desk.run(
        "bookings", "add", "--reference", "LN-2041", "--guest", "Amara Okafor", "--arrival", "2026-11-05",
        "--departure", "2026-11-08", "--total", "200.00",
    )  # fmt: skip
    account.do("pay", amount=10_000, currency="eur", metadata={"booking_reference": "LN-2041"})
    account.advance(60)
    desk.run("poll")
    (stripe,) = desk.json("payments", "list")
    taking = ("payments", "add", "--booking", "LN-2041", "--method", "card", "--amount", "100", "--terminal")
    manual = desk.run(*taking, "--note", "by post", "--reference", "0815", "--json").json
    ids = (manual["id"], stripe["stripe_payment_id"])
    merged = desk.run("payments", "merge", *ids).out
    assert "counts once on LN-2041" in merged
    assert desk.json("bookings", "list")[0]["paid"] == 10_000
    (said,) = desk.json("payments", "duplicates", "--said")
    assert (said["said"], said["stripe"]["note"], said["stripe"]["reference"]) == ("same", "by post", "0815")
    assert "same booking" in desk.run("payments", "duplicates", "--said").out
    again = desk.run("payments", "merge", *ids, "--json", status=1)
    assert again.json["error"]["code"] == "duplicates.said_same"
    assert desk.json("payments", "undo-duplicate", *ids)["said"] is None
    assert desk.json("payments", "keep-both", *ids)["said"] == "two"
    assert desk.json("payments", "duplicates") == []
    wrong = desk.run("payments", "merge", *reversed(ids), "--json", status=1)
    assert wrong.json["error"]["code"] == "duplicates.kinds"
