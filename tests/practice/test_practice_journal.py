"""A practice account outlives the program: what a learner did is repeated at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest

from rentease_desk.practice.journal import Entry, Journal, JournalError
from rentease_desk.practice.orders import Order
from rentease_desk.practice.spec import Kind
from tests.practice.checks import Asker, Json
from tests.tools.practice import NOON, ControlRefusedError, RunningServer, running_server

HOUR = 3_600


def _learn(server: RunningServer) -> None:
    """Some of everything, with time between."""
    for number in range(3):
        server.control.act("guest-pays", reference="LN-1850" if number else None)
        server.control.clock(advance=HOUR)
        server.control.act("payment-fails")
        server.control.act("refund", amount=500, pending=True)
    with pytest.raises(ControlRefusedError):
        server.control.act("refund", amount=99_999_999)
    server.control.act("dispute")
    server.control.act("payout")
    server.control.operate("checkout", lasts=3_600)
    stay = server.control.operate("subscribe", name="Nadia", amount=50_000, interval="day")[0]["id"]
    server.control.operate("subscription-cancel", subscription=stay, at_period_end=True)
    server.control.operate("payout-schedule", days=1)
    server.control.operate("balance-delay", seconds=3_600)
    server.control.act("guest-pays")
    server.control.clock(advance=100 * HOUR)
    server.control.operate("late-balance")
    server.control.operate("pay", amount=777)
    server.control.operate("balance-arrives")


def _everything(server: RunningServer) -> tuple[list[Json], list[Json]]:
    shown = list(Asker(server.stage.world).everything(expanded=True))
    return server.control.dump(), shown


def test_an_account_goes_on_where_it_was_left(tmp_path: Path) -> None:
    state = tmp_path / "practice" / "account.jsonl"
    with running_server(kind=Kind.SAMPLE, state=state) as server:
        _learn(server)
        before, now, handshake = _everything(server), server.stage.clock.now(), server.handshake
    with running_server(kind=Kind.SAMPLE, state=state) as server:
        assert server.stage.clock.now() == now
        assert _everything(server) == before
        assert (server.key, server.handshake.account) == (handshake.api_key, handshake.account)
        server.control.act("guest-pays")
        after = _everything(server)
    with running_server(kind=Kind.SAMPLE, state=state) as server:
        assert _everything(server) == after


def test_the_file_knows_how_the_account_began(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    with running_server(kind=Kind.SAMPLE, state=state, seed=5, zone="Europe/Lisbon") as server:
        before = _everything(server)
    later = NOON + 30 * 24 * HOUR
    with running_server(kind=Kind.EMPTY, state=state, seed=6, now=later) as server:
        assert (server.handshake.seed, server.handshake.began, server.handshake.zone) == (5, NOON, "Europe/Lisbon")
        assert server.stage.clock.now() == later
        assert _everything(server)[0] == before[0]


def test_time_never_goes_back_behind_what_happened(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    with running_server(state=state) as server:
        server.control.clock(advance=10 * HOUR)
        server.control.operate("pay")
    with running_server(state=state, now=NOON + HOUR) as server:
        assert server.stage.clock.now() == NOON + 10 * HOUR


@pytest.mark.parametrize("torn", [1, 5, 40])
def test_a_torn_last_line_is_cut_off(torn: int, tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    with running_server(state=state) as server:
        server.control.operate("pay", amount=100)
        before = _everything(server)
        server.control.operate("pay", amount=200)
    state.write_bytes(state.read_bytes()[:-torn])
    with running_server(state=state) as server:
        assert _everything(server) == before
        server.control.operate("pay", amount=300)
        after = _everything(server)
    with running_server(state=state) as server:
        assert _everything(server) == after
        assert len(after[0]) == len(before[0]) * 2


def test_a_file_torn_at_its_first_line_begins_again(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    state.write_bytes(b'{"format": 1, "begi')
    with running_server(state=state) as server:
        assert server.control.state()["counts"]["charges"] == 0
    assert state.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello\n", "is not a practice account"),
        (b'{"format": 1}\n', "is not a practice account"),
        (b'{"format": 2, "beginning": {}}\n', "newer version"),
        (b'{"format": 1, "beginning": {"seed": 1, "now": 2, "zone": "x", "kind": "?", "count": 0}}\n', "is not a"),
    ],
)
def test_another_file_is_left_alone(content: bytes, sentence: str, tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    state.write_bytes(content)
    with pytest.raises(JournalError, match=sentence), running_server(state=state):
        pass
    assert state.read_bytes() == content


def test_an_entry_that_cannot_be_repeated_is_explained(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    with running_server(state=state):
        pass
    entry = b'{"at": 1793880000, "what": "action", "name": "fly", "given": {}}\n'
    state.write_bytes(state.read_bytes() + entry)
    with pytest.raises(JournalError, match=r"cannot be continued.*called “fly”"), running_server(state=state):
        pass


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Journal, entry: Entry) -> None:
        raise OSError(28, "No space left on device")

    with running_server(state=tmp_path / "account.jsonl") as server:
        monkeypatch.setattr(Journal, "append", full)
        with pytest.raises(ControlRefusedError, match=r"forgotten at the next start: .*No space left") as refused:
            server.control.operate("pay")
        assert (refused.value.status, server.control.state()["counts"]["charges"]) == (500, 1)


def test_only_the_default_account_is_kept(tmp_path: Path) -> None:
    state = tmp_path / "account.jsonl"
    with running_server(state=state) as server:
        server.control.create("other")
        server.control.operate("pay", "other")
        server.stage.world.pay(Order(100))
    assert state.read_bytes().count(b"\n") == 1
