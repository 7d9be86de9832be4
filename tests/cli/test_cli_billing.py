"""Long stays and payouts on the command line."""

from __future__ import annotations

from tests.tools.accounts import DAY, Account
from tests.tools.commands import Commands

STAY = ("--arrival", "2026-11-01", "--departure", "2026-12-31", "--reference", "LN-1801")


def test_what_a_booking_pays_by_the_month_and_what_waits(desk: Commands, account: Account) -> None:
    desk.run("bookings", "add", "--guest", "Nadia", *STAY)
    named = {"booking_reference": "LN-1801"}
    subscription = account.do("subscribe", amount=90_000, currency="eur", metadata=named)["id"]
    account.advance(60)
    declined = account.do("subscription-renew", subscription=subscription, fails=True)
    account.advance(5 * DAY)
    payout = account.do("payout")
    desk.run("sync", "--from", "2026-11-01", "--to", "2026-11-30")

    shown = desk.json("bookings", "show", "LN-1801")
    assert [(one["id"], one["status"], one["assigned_by"]) for one in shown["subscriptions"]] == [
        (subscription, "past_due", "metadata")
    ]
    assert [(one["status"], one["due"], one["by_card"], one["attempts"]) for one in shown["invoices"]] == [
        ("open", 90_000, 0, 1),
        ("paid", 90_000, 90_000, 1),
    ]
    assert shown["paid"] == 90_000

    [waiting] = desk.json("invoices", "waiting")
    assert (waiting["id"], waiting["guest"], waiting["remaining"]) == (declined["id"], "Nadia", 90_000)
    assert waiting["next_attempt_at"] == "2026-11-08T12:01:00Z"
    assert "900.00" in desk.run("invoices", "waiting").out

    [paid_out] = desk.json("payouts", "list")
    assert (paid_out["id"], paid_out["amount"], paid_out["status"]) == (payout["id"], payout["amount"], "pending")
    assert payout["id"] in desk.run("payouts", "list").out


def test_without_an_account_there_is_nothing(cli: Commands) -> None:
    assert cli.json("invoices", "waiting") == cli.json("payouts", "list") == []
