"""Commands in processes that are forked from one server (``fork_server``): real ones, without a start of Python."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.tools.fork_server import ANSWER, LENGTH

PATIENCE = 100.0
"""Seconds after which a command that does not end is a failure of the test."""


class Forks:
    """A server of processes, started with an environment that holds for every command. One command at a time."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._asking, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.tools.fork_server", str(theirs.fileno())],
                env=dict(environ),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # nor is a command's output a terminal
            )
        self._asking.settimeout(PATIENCE)
        atexit.register(self.stop)

    def run(
        self,
        arguments: list[str],
        *,
        script: str | None = None,
        environ: Mapping[str, str],
        folder: Path,
        typed: bytes = b"",
    ) -> tuple[int, bytes, bytes]:
        """Run the program, or a script, to its end: exit status, standard output and error."""
        command = {"arguments": arguments, "script": script, "environ": dict(environ), "folder": str(folder)}
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(typed)
            given.seek(0)
            with self._lock:
                status = self._ask(json.dumps(command).encode(), given, out, err)
            return status, _read(out), _read(err)

    def warm(self, address: str) -> None:
        """Let the server do once what most commands do, on a database that nobody else needs."""
        request = json.dumps({"warm": address}).encode()
        with self._lock:
            self._asking.sendall(LENGTH.pack(len(request)))
            self._asking.sendall(request)
            self._answer()

    def stop(self) -> None:
        """Hang up, and wait for the server's end."""
        self._asking.close()
        self._server.wait(PATIENCE)

    def _ask(self, command: bytes, *streams: IO[bytes]) -> int:
        socket.send_fds(self._asking, [LENGTH.pack(len(command))], [one.fileno() for one in streams])
        self._asking.sendall(command)
        process = self._answer()
        try:
            return self._answer()
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            self._answer()
            raise

    def _answer(self) -> int:
        found = self._asking.recv(ANSWER.size, socket.MSG_WAITALL)
        assert len(found) == ANSWER.size, "the server of processes is gone"
        number: int = ANSWER.unpack(found)[0]
        return number


def _read(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()
