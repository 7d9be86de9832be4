"""A running practice server is told what to do, over its control address."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

import orjson

from rentease_desk.domain.errors import KnownError
from rentease_desk.practice.handshake import DEFAULT, PREFIX

_SECONDS: Final = 30.0
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The server is on this computer, whatever proxy the environment names."""


class ControlAddress:
    """The control address of one account, found from the account's own (``http://127.0.0.1:1234/worlds/b``)."""

    def __init__(self, base: str, token: str, *, seconds: float = _SECONDS) -> None:
        server, _, name = base.rstrip("/").partition("/worlds/")
        self._url = f"{server}{PREFIX}worlds"
        self._name = name or DEFAULT
        self._token = token
        self._seconds = seconds

    def get(self) -> dict[str, Any]:
        """What the account is and holds. Raises KnownError ``practice.refused``, ``practice.gone``."""
        return self._ask("GET", f"{self._url}/{self._name}", None)

    def post(self, path: str, given: Mapping[str, object]) -> dict[str, Any]:
        """Let something happen to the account, by a path such as ``operations/pay``. Raises KnownError as ``get``."""
        return self._ask("POST", f"{self._url}/{self._name}/{path}", given)

    def open(self, given: Mapping[str, object]) -> dict[str, Any]:
        """A further account on the same server. Raises KnownError as ``get``."""
        return self._ask("POST", self._url, given)

    def _ask(self, method: str, url: str, given: Mapping[str, object] | None) -> dict[str, Any]:
        headers = {"X-Practice-Token": self._token, "Content-Type": "application/json"}
        body = None if given is None else orjson.dumps(given)
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - checked by who gives it
        try:
            with _DIRECT.open(request, timeout=self._seconds) as reply:
                told: dict[str, Any] = orjson.loads(reply.read())
                return told
        except urllib.error.HTTPError as error:
            raise KnownError("practice.refused", reason=_reason(error)) from error
        except (OSError, ValueError) as error:
            raise KnownError("practice.gone", reason=str(error)) from error


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says; in HTTP's words where it does not say it in its own."""
    with error:
        try:
            return str(orjson.loads(error.read())["error"])
        except (OSError, ValueError, KeyError, TypeError):
            return str(error)
