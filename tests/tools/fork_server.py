"""Runs commands, each in a process of its own that is forked from this one, whose imports are done.

A command then costs its work and not the second that Python needs to import the program. It has its own environment,
folder, standard streams and exit status, and ends as Python ends; what it does not have is a start of Python of its
own, which others of the tests' commands do have.

Started by ``tests.tools.forks`` with the number of a socket. A request is the length of a JSON object, sent with the
three streams' descriptors, and then the object; the answers are the process's number, and its exit status when it has
ended.
"""

from __future__ import annotations

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

from rentease_desk.cli import command as command_line

LENGTH: Final = struct.Struct("!Q")
ANSWER: Final = struct.Struct("!q")
IMPORTED: Final = (
    "rentease_desk.wiring",
    "rentease_desk.practice.property",
    "rentease_desk.storage.migrations.run",
    "iso4217",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "typer._adapters",
    "typer.rich_utils",
)
"""What most commands import in the end. Not keyring: it reads the environment when it is imported."""


def main() -> None:
    """Answer requests until the other side hangs up. Returns in the forked processes too, with their command to run."""
    for name in IMPORTED:
        import_module(name)
    command_line()
    gc.collect()
    gc.freeze()  # a collection in a command would write to every page that it shares with this process
    assert threading.active_count() == 1, "a process with threads must not fork"
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
        process = os.fork()
        if process == 0:
            asked.close()
            _become(command, descriptors)
            return command
        for one in descriptors:
            os.close(one)
        asked.sendall(ANSWER.pack(process))
        asked.sendall(ANSWER.pack(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))


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
    if command["script"] is not None:
        sys.argv = ["-c"]
        exec(compile(command["script"], "<string>", "exec"), {"__name__": "__main__"})
        return
    sys.argv = ["rentease_desk", *command["arguments"]]
    runpy.run_module("rentease_desk", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
