"""Practice accounts for tests: many on one server, each with its own objects, clock, keys and faults."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from tests.tools.practice import NOON, ControlClient, Json, RunningServer, running_server

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Account:
    """One account: what tests let happen there, and what it really holds."""

    control: ControlClient
    name: str
    url: str
    key: str
    id: str

    def do(self, operation: str, **given: object) -> Json:
        """Let something happen; returns the (last) record that came or changed."""
        return self.control.operate(operation, self.name, **given)[-1]

    def at(self, moment: int) -> None:
        """Set the account's clock, UTC seconds; it stands still."""
        self.control.clock(self.name, set=moment)

    def advance(self, seconds: int) -> None:
        """Let time pass there."""
        self.control.clock(self.name, advance=seconds)

    def fault(self, kind: str, **how: object) -> None:
        """Something goes wrong with the next requests."""
        self.control.fault(kind, self.name, **how)

    def restricted(self, *permissions: str, expired: bool = False) -> str:
        """A key that may do only this."""
        return self.control.key(list(permissions), self.name, expired=expired)

    def dump(self, kind: str) -> dict[str, Json]:
        """All records of a kind by id, oldest first."""
        return {one["id"]: one for one in self.control.dump(kind, self.name)}

    def counts(self) -> Json:
        """How many objects there are of each kind."""
        found: Json = self.control.state(self.name)["counts"]
        return found

    @property
    def faults_left(self) -> int:
        """How many faults wait for a request."""
        return int(self.control.state(self.name)["faults"])


class Accounts:
    """Opens accounts on one server."""

    def __init__(self, server: RunningServer) -> None:
        self._control = server.control
        self._numbers = count(1)
        self._lock = threading.Lock()

    def open(self, **how: object) -> Account:
        """A further account, empty unless ``kind`` says otherwise; its clock stands still at NOON."""
        with self._lock:
            number = next(self._numbers)
        made = self._control.create(f"w{number}", **({"seed": number, "now": NOON, "frozen": True} | how))
        return Account(self._control, made["name"], made["base_url"], made["api_key"], made["account"])

    def close(self, account: Account) -> None:
        """Forget it."""
        self._control.delete(account.name)


@contextmanager
def accounts_server() -> Iterator[Accounts]:
    """A server for any number of accounts."""
    with running_server() as server:
        server.control.worlds()  # connected before the first test looks which threads there are
        yield Accounts(server)
