"""The practice server as a whole, inside a program (tests) or as a process of its own (``run``)."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfoNotFoundError

import orjson

from rentease_desk.practice.control import Control
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.handshake import DEFAULT, PREFIX, Handshake
from rentease_desk.practice.inputs import ControlError
from rentease_desk.practice.journal import JournalError
from rentease_desk.practice.messages import Reply, Request, error_reply
from rentease_desk.practice.pay_page import PREFIX as PAGES
from rentease_desk.practice.spec import Kind, WorldSpec
from rentease_desk.practice.transport import HttpServer
from rentease_desk.practice.worlds import Worlds


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to serve. ``port`` 0 takes a free one. ``now``: where the clock starts, UTC seconds (None: this computer's).

    ``state``: the file that keeps the default account; how it began is read from there, whatever stands here.
    ``handshake``: say on standard output where and how to be reached. ``exit_with_parent``: end when standard input
    does, which is when the parent ends, in whatever way.
    """

    port: int = 0
    seed: int = 1
    now: int | None = None
    frozen: bool = False
    zone: str = "Europe/Rome"
    kind: Kind = Kind.SAMPLE
    count: int = 0
    livemode: bool = False
    state: Path | None = None
    handshake: bool = False
    exit_with_parent: bool = False


class PracticeServer:
    """Serves until it is stopped. ``with`` starts and stops it. Raises OSError, JournalError."""

    def __init__(self, options: ServerOptions) -> None:
        self._token = secrets.token_urlsafe(24)
        self._http = HttpServer(self._answer, options.port)
        try:
            self.worlds = Worlds(_spec(options), options.state, self._http.url)
        except BaseException:
            self._http.stop()
            raise
        self._control = Control(self.worlds, self._token, lambda: self._http.url)

    @property
    def handshake(self) -> Handshake:
        """How to reach it."""
        default = self.worlds.default
        return Handshake(
            base_url=self._http.url,
            control_url=self._http.url + PREFIX.rstrip("/"),
            control_token=self._token,
            api_key=default.keys.full.secret,
            account=default.world.account,
            seed=default.spec.seed,
            began=default.spec.now,
            zone=default.spec.zone,
        )

    def start(self) -> None:
        """Begin to answer."""
        self._http.start()

    def stop(self) -> None:
        """Hang up and let go of the state file."""
        self._http.stop()
        self.worlds.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answer(self, request: Request) -> Reply:
        if request.path.startswith(PREFIX):
            return self._control.answer(request)
        name, path = DEFAULT, request.path
        if path.startswith("/worlds/"):
            name, _, rest = path.removeprefix("/worlds/").partition("/")
            path = f"/{rest}"
        try:
            stage = self.worlds.get(name)
            if path.startswith(PAGES):
                return stage.page(request, path.removeprefix(PAGES))
            return self.worlds.reached(stage, request.headers.get("stripe-account")).answer(request, path)
        except ControlError as error:
            return error_reply(ApiError(str(error), status=error.status))


def run(options: ServerOptions, announce: Callable[[Handshake], None] | None = None) -> int:
    """Serve until standard input ends (with ``exit_with_parent``) or Ctrl-C. Returns the process's exit code.

    ``announce`` is told how to reach it once it answers.
    """
    try:
        server = PracticeServer(options)
    except (OSError, JournalError, ZoneInfoNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with server:
        if options.handshake:
            sys.stdout.write(orjson.dumps(server.handshake).decode() + "\n")
            sys.stdout.flush()
        if announce is not None:
            announce(server.handshake)
        _wait(options.exit_with_parent)
    return 0


def _wait(for_parent: bool) -> None:
    ended = Event()
    if for_parent:
        Thread(target=_watch_stdin, args=(ended,), name="practice-parent", daemon=True).start()
    try:
        while not ended.wait(0.5):  # in steps, so that Ctrl-C comes through on Windows
            pass
    except KeyboardInterrupt:
        return


def _watch_stdin(ended: Event) -> None:
    """Standard input is a pipe from the parent: it ends when the parent does, on every system, even if it is killed."""
    try:
        while os.read(0, 4096):
            pass
    finally:
        ended.set()


def _spec(options: ServerOptions) -> WorldSpec:
    return WorldSpec(
        name=DEFAULT,
        kind=options.kind,
        seed=options.seed,
        now=int(time.time()) if options.now is None else options.now,
        zone=options.zone,
        frozen=options.frozen,
        count=options.count,
        livemode=options.livemode,
    )
