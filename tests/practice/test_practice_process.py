"""The practice server as a process of its own: how it starts, and that it never outlives whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from rentease_desk.practice.process import COMMAND, PracticeError, PracticeProcess
from tests.tools.practice import NOON, ControlClient, stripe_client

HERE = (sys.executable, "-m", "rentease_desk.practice")
PARENT = """
import sys, time
from rentease_desk.practice.process import PracticeProcess
child = PracticeProcess.start(command=(sys.executable, "-m", "rentease_desk.practice"), options=("--kind", "empty"))
print(child.handshake.base_url, flush=True)
time.sleep(60)
"""


def _answers(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, int(port))) == 0


def test_start_and_stop(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    process = PracticeProcess.start(seed=3, now=NOON, zone="Europe/Lisbon", state=state, command=HERE)
    handshake = process.handshake
    try:
        with closing(ControlClient(handshake)) as control:
            told = control.act("guest-pays")
            with stripe_client(handshake.base_url, handshake.api_key) as client:
                assert client.v1.payment_intents.retrieve(told["id"]).status == "succeeded"
                assert client.v1.accounts.retrieve_current().id == handshake.account
            assert (handshake.seed, handshake.began, handshake.zone) == (3, NOON, "Europe/Lisbon")
            assert control.state()["frozen"] is False
        was_running = process.running
    finally:
        process.stop()
    process.stop()
    assert (was_running, process.running) == (True, False)
    assert not _answers(handshake.base_url)
    assert state.read_bytes().count(b"\n") == 2


def test_options_are_passed_on() -> None:
    process = PracticeProcess.start(now=NOON, options=("--kind", "bulk", "--count", "50", "--frozen"), command=HERE)
    try:
        with closing(ControlClient(process.handshake)) as control:
            state = control.state()
    finally:
        process.stop()
    assert (state["kind"], state["counts"]["payment_intents"], state["now"]) == ("bulk", 50, NOON)


def test_secrets_are_not_in_the_argument_list() -> None:
    process = PracticeProcess.start(options=("--kind", "empty"), command=HERE)
    try:
        arguments = str(process._child.args)
        assert "--handshake" in arguments
        assert process.handshake.api_key not in arguments
        assert process.handshake.control_token not in arguments
    finally:
        process.stop()


def test_the_programs_own_command_is_the_default() -> None:
    assert COMMAND[1:] == ("-m", "rentease_desk", "practice-server")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a thing of POSIX")
def test_it_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert _answers(url)
        os.kill(parent.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while _answers(url) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _answers(url)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ((sys.executable, "-c", "import sys; sys.exit('no room left')"), "ended at once. no room left"),
        ((sys.executable, "-c", "print('hello')"), "said something else than expected"),
        ((sys.executable, "-c", "print('{}')"), "said something else than expected"),
        (("no-such-program",), "could not be started"),
    ],
)
def test_a_start_that_fails_is_explained(command: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(PracticeError, match=sentence):
        PracticeProcess.start(command=command)


def test_a_start_has_a_time_limit() -> None:
    with pytest.raises(PracticeError, match=r"did not answer within 0\.2 seconds"):
        PracticeProcess.start(command=(sys.executable, "-c", "import sys; sys.stdin.read()"), timeout=0.2)


def test_a_state_file_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    state = tmp_path / "notes.txt"
    state.write_text("hello\n")
    with pytest.raises(PracticeError, match=r"notes\.txt is not a practice account"):
        PracticeProcess.start(state=state, command=HERE)
    with pytest.raises(PracticeError, match="No time zone found"):
        PracticeProcess.start(zone="Nowhere", command=HERE)


def test_it_starts_without_the_heavy_packages() -> None:
    heavy = ("stripe", "sqlalchemy", "PySide6", "pydantic", "keyring", "apscheduler", "babel")
    code = f"import sys, rentease_desk.practice.server as s; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"
