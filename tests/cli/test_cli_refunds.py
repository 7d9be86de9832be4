"""Refunds on the command line: through Stripe, by a manual method, and what is left over."""

from __future__ import annotations

from tests.tools.accounts import Account
from tests.tools.commands import Commands


def _payment(desk: Commands, account: Account) -> str:
    account.do("pay", amount=10_000, currency="eur")
    account.advance(60)
    desk.run("poll")
    return str(desk.run("payments", "list", "--json").json[0]["id"])


def test_a_refund_through_stripe_and_too_much(desk: Commands, account: Account) -> None:
    payment = _payment(desk, account)
    args = ("refunds", "add", "--payment", payment, "--reason", "too loud", "--amount")
    made = desk.run(*args, "10.00", "--json").json
    assert (made["amount"], made["status"], made["request"], made["trouble"]) == (1_000, "succeeded", "done", None)
    assert [one["amount"] for one in account.dump("refunds").values()] == [1_000]
    assert "90.00" in desk.run(*args, "90.01", status=1).err
    listed = desk.run("refunds", "list", "--json").json
    assert [(one["reason"], one["status"]) for one in listed] == [("too loud", "succeeded")]
    assert desk.run("refunds", "resume", "--json").json == []


def test_a_lost_answer_is_settled_by_resume(desk: Commands, account: Account) -> None:
    payment = _payment(desk, account)
    account.do("refund", charge=next(iter(account.dump("charges"))))
    told = desk.run("refunds", "add", "--payment", payment, "--amount", "10.00", "--reason", "twice", status=1)
    assert "refunded in Stripe already" in told.err
    assert desk.run("refunds", "add", "--payment", "nobody", "--amount", "1", "--reason", "x", status=1).err
