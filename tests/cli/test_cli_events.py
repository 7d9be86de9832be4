"""Polling and the event log on the command line."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from rentease_desk.services.sync.kinds import LISTED
from tests.tools.accounts import Account
from tests.tools.commands import COMMAND, Commands
from tests.tools.stories import Happening


def test_a_poll_brings_what_happened_and_then_nothing(desk: Commands, account: Account) -> None:
    desk.run("poll")
    account.advance(60)
    Happening(account).all("pay refund:100")
    first = desk.run("poll", "--json").json
    assert (first["new"], first["failed"], first["events_waiting"], first["events_dead"]) == (2, 0, 0, 0)
    again = desk.run("poll", "--json").json
    assert (again["fetched"], again["new"]) == (0, 0)
    listed = desk.run("events", "list", "--json").json
    assert {one["state"] for one in listed} == {"done"}
    assert {"payment_intent.succeeded", "refund.created"} <= {one["type"] for one in listed}
    assert "payment_intent.succeeded" in desk.run("events", "list", "--state", "done").out


def test_what_is_not_waiting_is_neither_retried_nor_dismissed(desk: Commands) -> None:
    assert "does not wait" in desk.run("events", "retry", "evt_unknown", status=1).err
    assert "does not wait" in desk.run("events", "dismiss", "evt_unknown", "--reason", "none", status=1).err
    assert "reason" in desk.run("events", "dismiss", "evt_unknown", "--reason", " ", status=1).err
    assert desk.run("events", "retry").out.split() == ["retried", "0", "handled", "0", "waiting", "0"]
    assert desk.run("events", "retry", "--json").json == {
        "retried": 0, "handled": 0, "waiting": 0, "error": None, "events": [],
    }  # fmt: skip
    assert desk.run("watch", "--every", "often", status=2).err


def give_up(desk: Commands, kind: str) -> str:
    """Let an event of this kind be one that was given up; returns its id."""
    found = next(one for one in desk.run("events", "list", "--json").json if one["type"] == kind)
    with closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute("UPDATE stripe_events SET state = 'dead', attempts = 8 WHERE id = ?", (found["id"],))
    return str(found["id"])


def test_a_retry_handles_the_event_and_says_what_became_of_it(desk: Commands, account: Account) -> None:
    desk.run("poll")
    account.advance(60)
    Happening(account).all("pay")
    desk.run("poll")
    given_up = give_up(desk, "payment_intent.succeeded")
    told = desk.run("events", "retry", given_up, "--json").json
    assert (told["retried"], told["handled"], told["waiting"], told["error"]) == (1, 1, 0, None)
    assert [(one["id"], one["state"]) for one in told["events"]] == [(given_up, "done")]
    give_up(desk, "payment_intent.succeeded")
    assert desk.run("events", "retry").out.split() == ["retried", "1", "handled", "1", "waiting", "0"]


def test_a_retry_that_stripe_refuses_names_the_reason_and_fails(desk: Commands, account: Account) -> None:
    desk.run("poll")
    account.advance(60)
    Happening(account).all("pay")
    desk.run("poll")
    given_up = give_up(desk, "payment_intent.succeeded")
    account.fault("status", status=401, times=99)
    told = desk.run("events", "retry", given_up, "--json", status=1)
    assert (told.json["handled"], told.json["waiting"]) == (0, 1)
    assert told.json["error"]["code"] == "stripe.wrong_key"
    assert "does not accept the key" in desk.run("events", "retry", status=1).err


def test_a_retry_waits_for_a_sync_that_is_under_way(desk: Commands, account: Account) -> None:
    desk.run("poll")
    account.advance(60)
    Happening(account).all("pay")
    desk.run("poll")
    given_up = give_up(desk, "payment_intent.succeeded")
    _lease(desk, "holder = 'Bar|elsewhere|1|2.5', since = unixepoch(), expires_at = unixepoch() + 600")
    child = desk.start("events", "retry", given_up, "--json")
    assert child.stderr is not None
    assert b"Bar began it" in child.stderr.readline()
    _lease(desk, "holder = '', expires_at = 0")
    out, _ = child.communicate(timeout=60)
    assert (child.returncode, json.loads(out)["handled"]) == (0, 1)


def _lease(desk: Commands, values: str) -> None:
    """How the lease of the syncs stands."""
    with closing(sqlite3.connect(desk.database)) as connection, connection:
        connection.execute(f"UPDATE sync_lease SET {values}")


def test_the_check_against_stripe_agrees_or_says_what_differs(desk: Commands, account: Account) -> None:
    Happening(account).all("pay refund:100")
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    found = desk.run("verify-stripe", *days, "--lists", "--json").json
    assert (found["agrees"], found["repaired"]) == (True, 2)
    assert found["charges"]["stripe"] == found["charges"]["here"] == {"eur": {"count": 1, "amount": 10_000}}
    assert "Stripe 1 · 1.00, here 1 · 1.00" in desk.run("verify-stripe", *days, "--lists").out


def test_stripes_balance_is_compared_and_what_differs_is_fetched(desk: Commands, account: Account) -> None:
    """Comparing fetches nothing; --fetch does, and compares again. The report says the same without network."""
    paid = Happening(account).all("pay wait:60 refund:100 wait:60")
    days = ("--from", "2026-05-01", "--to", "2026-11-30")
    before = desk.json("report", "agreement", *days)
    assert (before["rows"], "were not compared" in before["notes"][0]) == ([], True)
    apart = desk.run("verify-stripe", *days, status=1)
    assert "2 objects differ." in apart.out
    (line,) = (one for one in apart.out.splitlines() if paid.charge in one)
    assert line.split()[:3] == ["missing", "here", "Payments"]
    assert line.split()[-3:] == ["EUR", "–", "100.00"]
    assert desk.run("verify-stripe", *days, "--json", status=1).json["differing"] == 2
    found = desk.json("verify-stripe", *days, "--fetch")
    assert (found["agrees"], found["repaired"], found["objects"]) == (True, 2, [])
    charges = {"kind": "charges", "currency": "eur", "difference": 0}
    assert found["lines"][0] == charges | {side: {"count": 1, "amount": 10_000} for side in ("here", "stripe")}
    told = desk.run("report", "agreement", *days).out
    assert "Everything agrees: 2 movements of Stripe's balance." in told
    assert "2 repaired by fetching from Stripe." in told
    assert [row["movement"] for row in desk.json("report", "agreement", *days)["rows"]] == [
        "Payments", "Refunds", "Fees kept",
    ]  # fmt: skip


def test_only_the_kinds_that_are_named_are_listed(desk: Commands, account: Account) -> None:
    Happening(account).all("pay refund:100")
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    found = desk.run("sync", *days, "--only", "Refunds, payouts", "--json").json
    assert (found["fetched"], found["new"], found["agreement"]["charges"]) == (2, 2, None)
    assert found["agreement"]["refunds"]["here"] == {"eur": {"count": 1, "amount": 100}}
    assert "agrees" in desk.run("sync", *days, "--only", "refunds").out


@pytest.mark.parametrize("named", ["refund", "look_again", "refunds,nothing", ",", ""])
def test_a_kind_that_is_not_listed_is_a_mistake_and_help_names_those_that_are(desk: Commands, named: str) -> None:
    told = desk.run("sync", "--only", named, status=2).err
    assert "--only" in told
    shown = desk.run("sync", "--help").out
    assert all(name in shown for name in LISTED)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_watch_tells_a_line_a_run_and_ends_when_asked(desk: Commands, account: Account) -> None:
    Happening(account).all("pay")
    with subprocess.Popen(
        [*COMMAND, "watch", "--every", "1s"], stdout=subprocess.PIPE, text=True,
        env={**desk.environ, "PYTHONUNBUFFERED": "1"}, cwd=desk.home,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(3)]
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(20) == 0
    assert "new=1" in lines[0]
    assert all("done" in line for line in lines)
