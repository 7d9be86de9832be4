"""Runs commands, each in a process of its own that is forked from this one, whose imports are done.

A command then costs its work and not the second that Python needs to import the program. It has its own environment,
folder, standard streams and exit status, and ends as Python ends, but for the modules that were imported before it was
forked: they are not taken apart, which would write to every page of memory that is shared, and take longer than most
commands. What it does not have either is a start of Python of its own; others of the tests' commands have both.

Started by ``tests.tools.forks`` with the number of a socket. A request is the length of a JSON object, sent with the
three streams' descriptors, and then the object; the answers are the process's number, and its exit status when it has
ended. One that names a database to ``warm`` on is done here, and answered once.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import socket
import struct
import sys
import threading
import time
from importlib import import_module
from typing import Any, Final

LENGTH: Final = struct.Struct("!Q")
ANSWER: Final = struct.Struct("!q")
IMPORTED: Final = (
    "rentease_desk.cli",
    "rentease_desk.wiring",
    "rentease_desk.practice.property",
    "rentease_desk.storage.migrations.run",
    "iso4217",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "typer._adapters",
    "typer.rich_utils",
    "tests.tools.warming",
)
"""What most commands import in the end. Not keyring: it reads the environment when it is imported."""
_KEPT: Final[list[object]] = []
"""Holds itself, and is never collected."""
_LEFT: Final[set[str]] = set()
"""The modules that a forked process leaves as they are when it ends."""
_NEEDED: Final = frozenset({"sys", "builtins"})
"""By Python, to end."""


def main() -> None:
    """Answer requests until the other side hangs up. Returns in the forked processes too, with their command to run."""
    atexit.register(_leave_shared)  # before all others, so that it is done last
    for name in IMPORTED:
        import_module(name)
    import_module("rentease_desk.cli").command()
    _settle()
    command = _serve(socket.socket(fileno=int(sys.argv[1])))
    if command is not None:
        _run(command)


def _serve(asked: socket.socket) -> dict[str, Any] | None:
    """The command of a process that was forked; None in the server, when it is no longer needed."""
    while True:
        head, descriptors, _, _ = socket.recv_fds(asked, LENGTH.size, 3)
        if not head:
            asked.close()
            return None
        with asked.makefile("rb") as stream:
            command: dict[str, Any] = json.loads(stream.read(LENGTH.unpack(head)[0]))
        if "warm" in command:
            import_module("tests.tools.warming").warm(command["warm"])
            _settle()
            asked.sendall(ANSWER.pack(0))
            continue
        process = os.fork()
        if process == 0:
            asked.close()
            _become(command, descriptors)
            return command
        for one in descriptors:
            os.close(one)
        asked.sendall(ANSWER.pack(process))
        asked.sendall(ANSWER.pack(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))


def _settle() -> None:
    """Everything that is here now lasts as long as the process, whoever forgets it."""
    _KEPT.extend((_KEPT, *sys.modules.values()))
    gc.collect()
    gc.freeze()  # a collection in a command would write to every page that it shares with this process
    assert threading.active_count() == 1, "a process with threads must not fork"


def _leave_shared() -> None:
    """The last that is done before Python takes apart the modules that it finds."""
    for name in _LEFT:
        sys.modules.pop(name, None)


def _become(command: dict[str, Any], descriptors: list[int]) -> None:
    for number, one in enumerate(descriptors):
        os.dup2(one, number)
        os.close(one)
    os.environ.clear()
    os.environ.update(command["environ"])
    time.tzset()
    os.chdir(command["folder"])
    sys.path[0] = command["folder"]  # where Python looks first, started there with -m


def _run(command: dict[str, Any]) -> None:
    """As ``python -m rentease_desk …`` or ``python -c …`` would."""
    _LEFT.update(sys.modules.keys() - _NEEDED)
    if command["script"] is not None:
        sys.argv = ["-c"]
        exec(compile(command["script"], "<string>", "exec"), {"__name__": "__main__"})
        return
    sys.argv = ["rentease_desk", *command["arguments"]]
    runpy.run_module("rentease_desk", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
