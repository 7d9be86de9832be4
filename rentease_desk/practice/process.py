"""The practice server as a child of this program: started, greeted and stopped. It ends when this program does."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Final

import orjson

from rentease_desk.practice.handshake import Handshake

COMMAND: Final = (sys.executable, "-m", "rentease_desk", "practice-server")
"""How the server is started; the options follow."""

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a console


class PracticeError(Exception):
    """The practice server could not be started; the text says why."""


class PracticeProcess:
    """A running server. ``handshake`` says how to reach it; its key and token never stand in an argument list."""

    def __init__(self, child: subprocess.Popen[bytes], handshake: Handshake) -> None:
        self._child = child
        self.handshake = handshake

    @classmethod
    def start(
        cls,
        *,
        seed: int = 1,
        now: int | None = None,
        zone: str = "Europe/Rome",
        state: Path | None = None,
        options: Sequence[str] = (),
        command: Sequence[str] = COMMAND,
        timeout: float = 15.0,
    ) -> PracticeProcess:
        """Start it and wait, ``timeout`` seconds at most, until it can be reached. ``options`` are further ones of
        the command. Raises PracticeError."""
        arguments = [*command, "--port", "0", "--handshake", "--exit-with-parent", "--seed", str(seed), "--zone", zone]
        arguments += [] if now is None else ["--now", str(now)]
        arguments += [] if state is None else ["--state", str(state)]
        with tempfile.TemporaryFile() as errors:
            child = _spawned([*arguments, *options], errors)
            try:
                return cls(child, _greeted(child, timeout))
            except PracticeError as error:
                _end(child)
                errors.seek(0)
                said = errors.read()[-2_000:].decode(errors="replace").strip()
                raise PracticeError(f"{error} {said}".strip()) from error

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self._child.poll() is None

    def stop(self) -> None:
        """End it; returns when it is gone. May be called twice."""
        _end(self._child)


def _spawned(arguments: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, creationflags=_NO_WINDOW
        )
    except OSError as error:
        raise PracticeError(f"The practice server could not be started: {error}.") from error


def _greeted(child: subprocess.Popen[bytes], timeout: float) -> Handshake:
    lines: SimpleQueue[bytes] = SimpleQueue()
    assert child.stdout is not None
    Thread(target=lambda stream: lines.put(stream.readline()), args=(child.stdout,), daemon=True).start()
    try:
        line = lines.get(timeout=timeout)
    except Empty as error:
        raise PracticeError(f"The practice server did not answer within {timeout:g} seconds.") from error
    if not line:
        raise PracticeError("The practice server ended at once.")
    try:
        said = orjson.loads(line)
        return Handshake(**{field.name: said[field.name] for field in fields(Handshake)})
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise PracticeError("The practice server said something else than expected.") from error


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close its standard input, which asks it to end; then insist."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.close()
    for insist in (child.terminate, child.kill):
        try:
            child.wait(3)
            break
        except subprocess.TimeoutExpired:
            insist()
    child.wait()
    child.stdout.close()
