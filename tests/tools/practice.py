"""The practice server for tests: in this process, over real HTTP, with the real ``stripe`` package."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe

from rentease_desk.practice.handshake import Handshake
from rentease_desk.practice.server import PracticeServer, ServerOptions
from rentease_desk.practice.spec import Kind
from rentease_desk.practice.stage import Stage

NOON = 1_793_880_000
"""Thu 5 Nov 2026, 12:00 UTC, 13:00 in Trieste."""

Json = dict[str, Any]


class ControlRefusedError(Exception):
    """The control address said no. ``status`` is HTTP's."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class _Connection(http.client.HTTPConnection):
    """Sends a body at once, and not when the other side has acknowledged the head."""

    def connect(self) -> None:
        super().connect()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class ControlClient:
    """The control address of a practice server, one method a request. Raises ControlRefusedError."""

    def __init__(self, handshake: Handshake) -> None:
        self._handshake = handshake
        address = urlsplit(handshake.control_url)
        self._path = address.path
        self._connection = _Connection(address.netloc, timeout=60)
        self._lock = threading.Lock()
        self._token = handshake.control_token

    def __reduce__(self) -> tuple[type[ControlClient], tuple[Handshake]]:
        """In another process it has a connection of its own."""
        return ControlClient, (self._handshake,)

    def create(self, name: str, **how: object) -> Json:
        """A further account: ``kind``, ``seed``, ``now``, ``frozen``, ``count``, ``zone``, ``livemode``,
        ``platform``.
        """
        return self._json("POST", "worlds", {"name": name, **how})

    def delete(self, name: str) -> Json:
        """Remove an account."""
        return self._json("DELETE", f"worlds/{name}")

    def worlds(self) -> list[Json]:
        """All accounts."""
        found: list[Json] = self._json("GET", "worlds")["worlds"]
        return found

    def state(self, world: str = "default") -> Json:
        """What an account is and holds."""
        return self._json("GET", f"worlds/{world}")

    def dump(self, kind: str | None = None, world: str = "default") -> list[Json]:
        """Every record; of one kind (``charges``) or all."""
        query = "" if kind is None else f"?kind={kind}"
        body = self._request("GET", f"worlds/{world}/dump{query}")
        return [json.loads(line) for line in body.splitlines()]

    def act(self, action: str, world: str = "default", **given: object) -> Json:
        """A learner's action."""
        return self._json("POST", f"worlds/{world}/actions/{action}", given)

    def operate(self, operation: str, world: str = "default", **given: object) -> list[Json]:
        """Any operation. Returns the records that came or changed."""
        objects: list[Json] = self._json("POST", f"worlds/{world}/operations/{operation}", given)["objects"]
        return objects

    def key(self, permissions: list[str] | None, world: str = "default", *, expired: bool = False) -> str:
        """A further API key."""
        return str(
            self._json("POST", f"worlds/{world}/keys", {"permissions": permissions, "expired": expired})["api_key"]
        )

    def fault(self, kind: str, world: str = "default", **how: object) -> None:
        """Something goes wrong with the next requests."""
        self._json("POST", f"worlds/{world}/faults", {"kind": kind, **how})

    def no_faults(self, world: str = "default") -> None:
        """Nothing goes wrong any more."""
        self._json("DELETE", f"worlds/{world}/faults")

    def limit(self, world: str = "default", **how: int) -> None:
        """``endpoint``, ``total``: requests a second; nothing: no limit."""
        self._json("POST", f"worlds/{world}/limits", how)

    def permit(self, permission: str, world: str = "default", *, granted: bool) -> None:
        """Take a permission away from every key, or give it back."""
        self._json("POST", f"worlds/{world}/permissions", {"permission": permission, "granted": granted})

    def clock(self, world: str = "default", **how: object) -> int:
        """``set``, ``advance``, ``frozen``. Returns the account's time, UTC seconds."""
        return int(self._json("POST", f"worlds/{world}/clock", how)["now"])

    def request(self, method: str, path: str, body: bytes | None = None, token: str | None = None) -> tuple[int, Json]:
        """Any request to the control address as it is. Returns status and JSON."""
        status, answer = self._send(method, path, body, self._token if token is None else token)
        return status, json.loads(answer)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _json(self, method: str, path: str, given: Json | None = None) -> Json:
        status, answer = self.request(method, path, None if given is None else json.dumps(given).encode())
        if status >= 400:
            raise ControlRefusedError(status, answer["error"])
        return answer

    def _request(self, method: str, path: str) -> bytes:
        status, answer = self._send(method, path, None, self._token)
        if status >= 400:
            raise ControlRefusedError(status, answer.decode())
        return answer

    def _send(self, method: str, path: str, body: bytes | None, token: str) -> tuple[int, bytes]:
        """One request on the connection that all share: a new one for each would cost more than most answers."""
        with self._lock:
            try:
                self._connection.request(method, f"{self._path}/{path}", body, {"X-Practice-Token": token})
                with self._connection.getresponse() as reply:
                    return reply.status, reply.read()
            except BaseException:
                self._connection.close()  # what is left of an answer must not be the next one's
                raise


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers. ``stage`` is its default account, for tests that look inside."""

    handshake: Handshake
    control: ControlClient
    stage: Stage

    @property
    def url(self) -> str:
        """The address of the default account."""
        return self.handshake.base_url

    @property
    def key(self) -> str:
        """The default account's full key."""
        return self.handshake.api_key


@contextmanager
def running_server(options: ServerOptions | None = None, **changes: Any) -> Iterator[RunningServer]:
    """A server in threads of this process; by default with an empty account whose clock stands at NOON."""
    chosen = options or ServerOptions(kind=Kind.EMPTY, now=NOON, frozen=True)
    with PracticeServer(replace(chosen, **changes)) as server:
        handshake = server.handshake
        with closing(ControlClient(handshake)) as control:
            yield RunningServer(handshake, control, server.worlds.default)


@contextmanager
def stripe_client(
    url: str, key: str, *, retries: int = 0, timeout: tuple[float, float] = (5, 30)
) -> Iterator[stripe.StripeClient]:
    """The real client, against any address."""
    with requests.Session() as session:
        yield stripe.StripeClient(
            key,
            base_addresses={"api": url},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout, session=session),
        )
