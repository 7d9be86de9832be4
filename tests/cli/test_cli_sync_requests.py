"""Asking another desk to sync, on the command line: two desks share a file, and one of them has the key."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from tests.tools.accounts import Account
from tests.tools.commands import COMMAND, Commands
from tests.tools.stories import Happening

DAYS = ("--from", "2026-11-01", "--to", "2026-11-05")


@pytest.fixture
def front(desk: Commands) -> Commands:
    """A desk without a key, beside ``desk`` on the same database, whose account is known."""
    desk.run("poll")
    without = {name: value for name, value in desk.extra.items() if name != "STRIPE_API_KEY"}
    return replace(desk, extra=without | {"RENTEASE_DESK": "Desk 2"})


def test_a_request_that_nobody_waits_for_is_listed_and_withdrawn(front: Commands, desk: Commands) -> None:
    uid = front.json("sync", *DAYS, "--no-wait", "--only", "refunds")["request"]["id"]
    assert front.run("sync", *DAYS, "--only", "refunds", "--no-wait").out.split() == [
        "request",
        uid,
        "state",
        "waiting",
    ]
    listed = front.run("sync-requests", "list").out
    assert [word in listed for word in (uid, "waiting", "2026-11-01", "Desk 2")] == [True] * 4
    assert front.run("sync-requests", "withdraw", uid).out.strip() == "The request is withdrawn."
    over = front.run("sync-requests", "withdraw", uid, "--json", status=1)
    assert over.json["error"]["code"] == "sync.request_over"
    assert desk.json("poll")["requests"] == 0
    assert "no such request" in front.run("sync-requests", "withdraw", "unknown", status=1).err


def test_where_no_desk_with_a_key_runs_that_is_said(front: Commands) -> None:
    uid = front.json("sync", *DAYS, "--no-wait")["request"]["id"]
    with closing(sqlite3.connect(front.database)) as connection, connection:
        connection.execute("UPDATE sync_requests SET asked_at = asked_at - 10")
    told = front.run("sync", *DAYS, "--json", status=1)
    assert told.json["error"]["code"] == "sync.nobody"
    assert "No desk with a Stripe key is running" in told.err
    assert f"sync-requests withdraw {uid}" in told.err


def test_what_fails_at_the_other_desk_fails_here(front: Commands, desk: Commands, account: Account) -> None:
    uid = front.json("sync", *DAYS, "--no-wait")["request"]["id"]
    account.fault("status", status=400, path="/v1/refunds", times=99)
    desk.run("poll", status=None)
    (found,) = front.json("sync-requests", "list")
    assert (found["id"], found["state"], found["error"]["code"]) == (uid, "failed", "stripe.refused")


def test_where_no_desk_has_ever_synced_the_key_is_missing(cli: Commands) -> None:
    told = cli.run("sync", "--json", status=1)
    assert told.json["error"]["code"] == "stripe.no_key"
    assert cli.json("sync-requests", "list") == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_watch_does_what_is_asked_at_once_and_a_desk_with_a_key_may_ask_too(
    front: Commands, desk: Commands, account: Account
) -> None:
    watching = {**desk.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*COMMAND, "watch", "--every", "1h"], stdout=subprocess.PIPE, text=True, env=watching, cwd=desk.home
    ) as child:
        assert child.stdout is not None
        assert " done " in child.stdout.readline()
        Happening(account).all("pay")
        told = front.run("sync", *DAYS, "--json")
        assert "request done fetched=1 new=1" in (line := child.stdout.readline())
        assert "days=2026-11-01..2026-11-05 asked=Desk 2" in line
        assert desk.json("sync", *DAYS, "--ask")["request"]["state"] == "done"
        child.terminate()
        assert child.wait(20) == 0
    assert (told.json["new"], told.json["failed"], told.json["limits"]) == (1, 0, [])
    request = told.json["request"]
    assert (request["state"], request["desk"], request["actor"]) == ("done", "Desk 2", "elena")
    assert (request["holder"], request["error"]) == ("Desk 1", None)
    assert [words in told.err for words in ("No Stripe key.", "Asked the desk that syncs")] == [True, True]
