"""Who works says so on the command line too; the PIN comes from anywhere but an argument."""

from __future__ import annotations

from typing import Any

import pytest

from rentease_desk.cli import command
from tests.conftest import NOON
from tests.services.conftest import draft
from tests.tools.clocks import SetClock
from tests.tools.commands import Commands
from tests.tools.staffed import add_people, services_at


@pytest.fixture
def staffed(cli: Commands) -> Commands:
    """A property with one of each role, and a booking. Their PINs are quick to check."""
    with services_at(f"sqlite:///{cli.database}", cli.folder, SetClock(NOON)) as services:
        services.settings.set({"refund_limit": "50"})
        services.bookings.add(draft(reference="LN-1"))
        add_people(services)
    return cli


PAY = ("payments", "add", "--booking", "LN-1", "--method", "cash", "--amount", "100.00", "--json")


def refund(payment: Any, amount: str = "60.00") -> tuple[str, ...]:
    return ("refunds", "add", "--payment", payment["uid"], "--amount", amount, "--reason", "Unhappy", "--json")


def test_who_works_says_so(staffed: Commands) -> None:
    people = staffed.json("staff", "list")
    assert [(one["name"], one["role"], one["active"]) for one in people] == [
        ("Elena", "front_desk", True),
        ("Mara", "manager", True),
        ("Paolo", "accountant", True),
    ]
    nobody = staffed.run(*PAY, status=1)
    assert nobody.json["error"]["code"] == "staff.nobody"
    assert "--staff" in nobody.err
    wrong = staffed.run("--staff", "Elena", *PAY, typed="0000\n", status=1)
    assert wrong.json["error"]["code"] == "staff.wrong_pin"
    staffed.extra["RENTEASE_PIN"] = "3917"
    assert staffed.run("--staff", "Elena", *PAY).json["amount"] == 10_000
    refused = staffed.run("--staff", "Elena", "settings", "set", "name", "Mine", status=1)
    assert "Elena (Front desk) may not change the settings." in refused.err


def test_a_manager_approves_on_the_spot(staffed: Commands) -> None:
    staffed.extra["RENTEASE_PIN"] = "3917"
    payment = staffed.run("--staff", "Elena", *PAY).json
    alone = staffed.run("--staff", "Elena", *refund(payment), status=1)
    assert alone.json["error"]["code"] == "staff.needs_approval"
    wrong = staffed.run("--staff", "Elena", "--approved-by", "Elena", *refund(payment), typed="3917\n", status=1)
    assert wrong.json["error"]["code"] == "staff.may_not_approve"
    given = staffed.run("--staff", "Elena", "--approved-by", "Mara", *refund(payment), typed="8421\n")
    assert given.json["amount"] == 6_000
    staffed.extra["RENTEASE_APPROVER_PIN"] = "8421"
    again = staffed.run("--staff", "Elena", "--approved-by", "Mara", *refund(payment, "1.00"))
    assert again.json["amount"] == 100


def test_a_manager_accepts_a_variance_and_reopens_a_day(staffed: Commands) -> None:
    staffed.extra |= {"RENTEASE_PIN": "3917", "RENTEASE_APPROVER_PIN": "8421"}
    elena, both = ("--staff", "Elena"), ("--staff", "Elena", "--approved-by", "Mara")
    staffed.run(*elena, "drawer", "open", "--float", "200")
    count = ("drawer", "close", "--count", "100=1", "--note", "short", "--json")
    alone = staffed.run(*elena, *count, "--accept-variance", status=1)
    assert alone.json["error"]["code"] == "staff.needs_approval"
    closed = staffed.run(*both, *count, "--accept-variance").json
    assert (closed["closed_by"], closed["variances"][0]["variance"]) == ("Elena", -10_000)
    day = staffed.run(*elena, "day", "close", "--despite-open", "--json").json["day"]
    again = ("day", "reopen", day, "--reason", "a slip was found", "--json")
    assert staffed.run(*both, *again).json["closed"] is False


def test_people_change(staffed: Commands) -> None:
    staffed.run("--staff", "Elena", "staff", "pin", "Elena", typed="3917\n6204\n")
    staffed.extra["RENTEASE_PIN"] = "8421"
    assert staffed.run("--staff", "Mara", "staff", "role", "elena", "accountant", "--json").json["role"] == "accountant"
    gone = staffed.run("--staff", "Mara", "staff", "deactivate", "Mara", status=1)
    assert "This is the last manager" in gone.err
    assert staffed.run("--staff", "Mara", "staff", "deactivate", "Elena", "--json").json["active"] is False
    staffed.run("--staff", "Mara", "staff", "activate", "Elena")
    staffed.extra["RENTEASE_PIN"] = "6204"
    refused = staffed.run("--staff", "Elena", *PAY, status=1)
    assert refused.json["error"]["code"] == "staff.may_not"
    unknown = staffed.run("staff", "pin", "Nobody", status=1)
    assert "is not on the staff" in unknown.err


def test_the_program_syncs_without_anybody(staffed: Commands, desk: Commands) -> None:
    assert desk is staffed
    assert desk.json("sync", "--from", "2026-11-01", "--to", "2026-11-05")["failed"] == 0
    assert desk.json("poll")["failed"] == 0
    assert desk.json("verify-stripe", "--from", "2026-11-01", "--to", "2026-11-05")["agrees"] is True


def test_no_command_takes_a_pin_as_an_argument() -> None:
    def options(found: Any) -> list[str]:
        own = [name for one in found.params for name in one.opts]
        return own + [name for one in getattr(found, "commands", {}).values() for name in options(one)]

    found = options(command())
    assert {"--staff", "--approved-by"} <= set(found)
    assert len(found) > 200
    assert [name for name in found if "pin" in name.lower().replace("-", "_").split("_")] == []


def test_a_property_without_staff_says_so(cli: Commands) -> None:
    assert cli.run("staff", "list").err == "Nobody is on the staff: whoever is at the desk may do everything.\n"
    first = cli.run("staff", "add", "Elena", "--role", "front_desk", typed="3917\n", status=1)
    assert "The first person has to be a manager" in first.err
    cli.run("staff", "add", "Mara", "--role", "manager", typed="8421\n")
    added = cli.run("--staff", "mara", "staff", "add", "Elena", "--role", "front_desk", typed="8421\n3917\n")
    assert added.out.split() == ["name", "Elena", "role", "front_desk", "active", "True", "uid", added.out.split()[-1]]
