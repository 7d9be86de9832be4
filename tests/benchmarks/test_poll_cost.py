"""What a poll costs that finds nothing new: requests, counted by the server, and CPU.

The floor is measured in the same run: the same page asked for by the same HTTP client, and parsed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import orjson
import requests

from rentease_desk.domain.clock import SystemClock
from rentease_desk.practice.handshake import Handshake
from rentease_desk.services.sync.service import SyncService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import Governor, Rates
from tests.tools.benchmarks import open_desk
from tests.tools.databases import SqliteMaker
from tests.tools.practice import NOON
from tests.tools.sync_meter import EVERYTHING, bulk_account, control_of

POLLS = 20
_WARM = 3
_LATE = 600
"""Seconds that a poll reads again."""
_PAST = 2 * 86_400
"""Seconds after which the events of how the account was made are behind what the daily sweep reads again."""


class Asking:
    """A bare client. Each answer's Request-Id is the server's count of the requests so far."""

    def __init__(self, told: Handshake) -> None:
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {told.api_key}"
        self._url = f"{told.base_url}/v1/events?limit=100&created[gte]={NOON + _PAST - _LATE}"

    def ask(self) -> int:
        """Get the page that a poll gets, and parse it. Returns the server's count."""
        reply = self._session.get(self._url, timeout=30)
        orjson.loads(reply.content)
        return int(reply.headers["Request-Id"].removeprefix("req_"))

    def close(self) -> None:
        """Hang up."""
        self._session.close()


def _cpu(work: Callable[[], object]) -> float:
    """Milliseconds of this process."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1_000


def _service(told: Handshake, address: str) -> SyncService:
    desk, system = open_desk(address), SystemClock()
    governor = Governor(time.monotonic, Rates(100_000, 100_000))
    return SyncService(desk, desk, lambda _: StripeGateway(told.api_key, system, base=told.base_url, governor=governor))


def test_a_poll_with_nothing_new(tmp_path: Path, sqlite_maker: SqliteMaker) -> None:
    with bulk_account(1_000) as server:
        control_of(server).post("clock", {"advance": _PAST})
        service = _service(server.handshake, sqlite_maker.copy(tmp_path / "desk.sqlite3"))
        service.sync(EVERYTHING, threading.Event())
        asking = Asking(server.handshake)
        for _ in range(_WARM):
            service.tick(threading.Event())
            asking.ask()
        polls, bare, counts = [], [], []
        for _ in range(POLLS):
            before = asking.ask()
            polls.append(_cpu(lambda: service.tick(threading.Event())))
            counts.append(asking.ask() - before - 1)
            bare.append(_cpu(asking.ask))
        asking.close()
    poll, floor = median(polls), median(bare)
    goal = "reached" if poll <= 30 else "MISSED"
    print(f"\na poll with nothing new: median {poll:.1f} ms of CPU (of {POLLS}); goal 30 ms {goal}")
    print(f"floor, the same page asked for and parsed: {floor:.1f} ms; we take ×{poll / floor:.1f}")
    print(f"requests of each poll, as the server counts them: {sorted(set(counts))}")
    assert counts == [1] * POLLS
