"""Requests and replies of the practice server, before and after they are bytes on a wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from rentease_desk.practice.errors import ApiError

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case; ``path`` is still percent-encoded, without its query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply travels. ``delay`` and ``pause`` in seconds.

    ``reset``: the connection breaks instead. ``cut``: only half of the body arrives. ``chunk``: the body drips, this
    many bytes at a time with ``pause`` between them (0: all at once).
    """

    delay: float = 0.0
    reset: bool = False
    cut: bool = False
    chunk: int = 0
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply. ``date`` is what its Date header says, UTC seconds (None: this computer's own time)."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    date: int | None = None
    delivery: Delivery = Delivery()


def json_reply(content: object, status: int = 200) -> Reply:
    """Dicts, lists and dataclasses as JSON."""
    return Reply(status, orjson.dumps(content))


def error_reply(error: ApiError) -> Reply:
    """An error in Stripe's shape."""
    return json_reply(error.body(), error.status)
