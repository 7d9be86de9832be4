"""Each kind of what went wrong at Stripe on the command line, what resolves by itself, and what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.tools.accounts import DAY, Account
from tests.tools.commands import Commands, run_many
from tests.tools.stories import Happening

STAY = ("--arrival", "2026-11-01", "--departure", "2026-12-31", "--reference", "LN-1801", "--total", "500")
WHO = ("--guest", "Nadia", "--email", "nadia@guest.example", "--phone", "+43 1 234")
DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")
NAMED = {"booking_reference": "LN-1801"}
DECLINE = {
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Your card has insufficient funds.",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One of each kind, by Stripe's ids."""

    dispute: str
    invoice: str
    refund: str
    payment: str


@pytest.fixture
def wrong(desk: Commands, account: Account) -> Wrong:
    """A dispute, a declined invoice, a failed refund and a declined payment, all read by a sync."""
    desk.run("bookings", "add", *WHO, *STAY)
    stay = account.do("subscribe", amount=90_000, metadata=NAMED)["id"]
    invoice = account.do("subscription-renew", subscription=stay, fails=True)["id"]
    failed = Happening(account, metadata=NAMED, amount=9_900).all("create")
    account.do("fail", intent=failed.intent, **DECLINE)
    back = Happening(account).all("pay wait:60 refund:500 wait:60 update-refund:failed")
    disputed = Happening(account, metadata=NAMED, amount=7_000).all("pay")
    dispute = account.do("dispute", charge=disputed.charge, reason="unrecognized")["id"]
    desk.run("sync", *DAYS)
    return Wrong(dispute, invoice, back.refund, failed.intent)


def test_each_kind_says_why_who_and_until_when(desk: Commands, wrong: Wrong) -> None:
    told = {one["id"]: one for one in desk.json("follow-ups", "list")}
    assert next(iter(told)) == wrong.dispute
    assert {key: one["kind"] for key, one in told.items()} == {
        wrong.dispute: "dispute", wrong.invoice: "invoice", wrong.refund: "refund", wrong.payment: "payment"
    }  # fmt: skip
    paid = told[wrong.payment]
    assert (paid["code"], paid["message"]) == ("insufficient_funds", "Your card has insufficient funds.")
    assert (paid["amount"], paid["currency"]) == (9_900, "eur")
    assert (paid["guest"], paid["email"], paid["phone"]) == ("Nadia", "nadia@guest.example", "+43 1 234")
    assert (paid["booking_reference"], paid["booking_balance"]) == ("LN-1801", 50_000 - 90_000 - 7_000)
    assert (told[wrong.dispute]["code"], told[wrong.dispute]["due_by"]) == ("unrecognized", "2026-11-14T12:02:00Z")
    assert (told[wrong.invoice]["amount"], told[wrong.invoice]["attempts"]) == (90_000, 1)
    assert told[wrong.invoice]["next_attempt_at"] == "2026-11-08T12:00:00Z"
    assert (told[wrong.refund]["amount"], told[wrong.refund]["booking_reference"]) == (500, None)
    assert not {"pk", "payment_pk", "booking_pk"} & set(paid)


def test_reopen_takes_done_back_and_keeps_the_note(desk: Commands, wrong: Wrong) -> None:
    for key in (wrong.dispute, wrong.refund):
        commands = (["note", key, "called"], ["done", key], ["list", "--json"], ["reopen", key, "--json"],
                    ["list", "--done", "--json"], ["reopen", key, "--json"])  # fmt: skip
        told, _ = run_many(desk, [["follow-ups", *one] for one in commands])
        assert [one.status for one in told] == [0, 0, 0, 0, 0, 1]
        assert key not in {one["id"] for one in told[2].json}
        again = told[3].json
        assert (again["open"], again["done_at"], again["done_by"], again["note"]) == (True, None, "", "called")
        assert told[4].json == []
        assert json.loads(told[5].out)["error"]["code"] == "follow_up.settled"


def test_what_resolves_by_itself_leaves_the_list(desk: Commands, account: Account, wrong: Wrong) -> None:
    account.do("succeed", intent=wrong.payment)
    account.do("dispute-close", dispute=wrong.dispute, won=True)
    account.advance(3 * DAY)
    account.do("invoice-pay", invoice=wrong.invoice)
    desk.run("sync", *DAYS)
    assert [one["id"] for one in desk.json("follow-ups", "list")] == [wrong.refund]
    settled = [(one["id"], one["status"], one["done_by"]) for one in desk.json("follow-ups", "list", "--done")]
    assert settled == [(wrong.dispute, "won", "")]
    assert "resolved by itself" in desk.run("follow-ups", "done", wrong.dispute, status=1).err


def test_a_card_number_is_kept_nowhere(desk: Commands, wrong: Wrong) -> None:
    number = ["follow-ups", "note", wrong.payment, "4242 4242 4242 4242"]
    told, modules = run_many(desk, [number, ["follow-ups", "list", "--json"]])
    assert [one.status for one in told] == [1, 0]
    assert "card number" in told[0].err
    assert {one["note"] for one in told[1].json} == {""}
    assert not [name for name in modules if name.startswith(("PySide6", "rentease_desk.gui"))]
