"""What went wrong at Stripe, on the command line."""

from __future__ import annotations

from typing import Any

from tests.tools.accounts import Account
from tests.tools.commands import Commands
from tests.tools.stories import Happening


def told(desk: Commands, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.json("follow-ups", "list", *more)
    return found


def test_what_failed_is_listed_noted_done_and_taken_back(desk: Commands, account: Account) -> None:
    desk.run("poll")
    assert told(desk) == []
    account.advance(60)
    Happening(account).all("create fail")
    desk.run("poll")
    (found,) = told(desk)
    payment = found["id"]
    assert (found["kind"], found["open"], found["currency"]) == ("payment", True, "eur")
    assert found["message"]
    assert found["reason"] == "Declined without a reason"  # not "generic_decline"
    noted = desk.json("follow-ups", "note", payment, "called")
    assert (noted["note"], noted["open"]) == ("called", True)
    assert f"{payment} is done." in desk.run("follow-ups", "done", payment).out
    assert told(desk) == []
    (done,) = told(desk, "--done")
    assert (done["id"], done["note"], done["done_by"]) == (payment, "called", "elena")
    assert "called" in desk.run("follow-ups", "list", "--done").out
    again = desk.json("follow-ups", "reopen", payment)
    assert (again["open"], again["done_at"]) == (True, None)
    assert "open again" not in desk.run("follow-ups", "done", payment).out


def test_what_never_failed_is_not_found(desk: Commands) -> None:
    for command in (("done", "pi_unknown"), ("note", "pi_unknown", "x"), ("reopen", "pi_unknown")):
        assert "Nothing to follow up there" in desk.run("follow-ups", *command, status=1).err
