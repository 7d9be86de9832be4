"""A running practice server that is told what to do from another shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tools.commands import COMMAND, Commands, Ran, run_many
from tests.tools.practice import RunningServer, running_server


@pytest.fixture
def server() -> Iterator[RunningServer]:
    with running_server() as running:
        yield running


@pytest.fixture
def shell(tmp_path: Path, server: RunningServer) -> Commands:
    """A shell in which the variables are set that the server printed."""
    told = {"STRIPE_API_BASE": server.url, "RENTEASE_PRACTICE_TOKEN": server.handshake.control_token}
    return Commands(tmp_path, told)


def _all(shell: Commands, *commands: str) -> list[Ran]:
    ran, _ = run_many(shell, [["practice", *one.split()] for one in commands])
    assert [one.status for one in ran] == [0] * len(ran), [one.err for one in ran]
    return ran


def test_the_server_prints_what_a_shell_needs(cli: Commands) -> None:
    process = cli.start("practice-server", "--kind", "empty")
    try:
        assert process.stdout is not None
        said = [process.stdout.readline().decode() for _ in range(10)]
        words = " ".join(line for line in said if line.strip().startswith("export")).split()
        told = dict(word.split("=", 1) for word in words if "=" in word)
        cli.extra |= told
        assert cli.json("practice", "act", "burst", "--given", "count=3")["action"] == "burst"
        assert cli.json("practice", "show")["counts"]["payment_intents"] == 3
        assert not any(told["RENTEASE_PRACTICE_TOKEN"] in part for part in (*COMMAND, *process.args))  # type: ignore[misc]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_things_happen(shell: Commands, server: RunningServer) -> None:
    paid, operated, told = _all(
        shell,
        "act guest-pays --given amount=4200 --given how=hold --json",
        'do pay --given amount=100 --given metadata={"a":"b"} --given manual=false --json',
        "act newest --given operation=capture",
    )
    assert (paid.json["amount"], paid.json["status"]) == (4200, "requires_capture")
    [made] = operated.json
    assert (made["amount_received"], dict(made["order"]["metadata"])) == (100, {"a": "b"})
    assert "capture" in told.out
    assert {one["status"] for one in server.control.dump("payment_intents")} == {"succeeded"}


def test_things_go_wrong_and_all_is_well_again(shell: Commands, server: RunningServer) -> None:
    _all(
        shell,
        "fault status --times 3 --status 429 --retry-after 2 --should-retry --reason global-rate --path /v1/charges",
        "fault drip --chunk 7 --pause-ms 1 --latency-ms 5 --reached",
        "limit --endpoint 25 --total 100",
        "permission rak_charge_read",
        "down",
        "clock --advance 3600 --frozen",
    )
    state = server.control.state()
    assert (state["faults"], state["down"], state["withdrawn"]) == (2, True, ["rak_charge_read"])
    assert (state["limits"], state["frozen"]) == ({"endpoint": 25, "total": 100}, True)
    assert state["now"] == server.handshake.began + 3600
    fault = server.stage.faults.take("/v1/charges")
    assert fault is not None
    assert (fault.status, fault.retry_after, fault.should_retry, fault.reason) == (429, 2, True, "global-rate")
    given, mended = _all(shell, "permission rak_charge_read --granted", "mend")
    assert ("nothing" in given.out, "well" in mended.out) == (True, True)
    state = server.control.state()
    assert (state["faults"], state["down"], state["limits"]["total"]) == (0, False, 0)


def test_further_keys_and_accounts(shell: Commands, server: RunningServer) -> None:
    key, opened = _all(shell, "key --may rak_event_read", "account second --kind sample --json")
    assert key.out.startswith("rk_test_")
    assert opened.json["base_url"] == f"{server.url}/worlds/second"
    shell.extra["STRIPE_API_BASE"] = opened.json["base_url"]
    assert json.loads(_all(shell, "show --json")[0].out)["account"] == opened.json["account"]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"RENTEASE_PRACTICE_TOKEN": ""}, "RENTEASE_PRACTICE_TOKEN cannot be used"),
        ({"RENTEASE_PRACTICE_TOKEN": "wrong"}, "The X-Practice-Token is missing or wrong."),
        ({"STRIPE_API_BASE": "https://api.stripe.com"}, "STRIPE_API_BASE cannot be used"),
        ({"STRIPE_API_BASE": ""}, "STRIPE_API_BASE cannot be used"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "The practice server does not answer"),
    ],
)
def test_the_token_goes_to_a_server_on_this_computer_or_nowhere(
    extra: dict[str, str], said: str, shell: Commands
) -> None:
    shell.extra |= extra
    (ran,), _ = run_many(shell, [["practice", "show"]])
    assert (ran.status, said in ran.err) == (1, True), ran.err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["do", "fly"], 1),
        (["act", "fly"], 1),
        (["do", "pay", "--given", "amount"], 2),
        (["do", "pay", "--given", "amount=1.5"], 1),
        (["do", "capture"], 1),
        (["fault", "fire"], 2),
        (["permission", "rak_fly"], 1),
        (["account", "A B"], 1),
    ],
)
def test_what_cannot_be_done_is_told(arguments: list[str], status: int, shell: Commands) -> None:
    told: Any
    (told,), _ = run_many(shell, [["practice", *arguments]])
    assert told.status == status
    assert told.err
