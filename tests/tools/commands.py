"""The command line as people and programs run it: each command a process of its own, in an environment of its own.

Most of them are forked from a process whose imports are done (``tests.tools.forks``); the others, and all those whose
environment Python reads when it starts, are started anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.tools.forks import PATIENCE, Forks

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "rentease_desk")
_READ_AT_START = ("PYTHON", "LC_", "LANG")
"""How the names of variables begin that Python reads once, when it starts."""
_READ_LATER = frozenset({"PYTHON_KEYRING_BACKEND"})
"""Those that only sound like it: keyring reads its own when it is imported."""
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for programs."""
        return json.loads(self.out)


@dataclass
class Commands:
    """A desk's environment. ``extra`` are further variables; ``anew``: every command is a start of Python."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    anew: bool = not hasattr(os, "fork")

    @property
    def environ(self) -> dict[str, str]:
        """The whole environment of a command; nothing of this computer's user is in it."""
        own = {"HOME": str(self.folder), "USER": "elena", "LOGNAME": "elena", "RENTEASE_DESK": "Desk 1"}
        own |= {"RENTEASE_DATA_DIR": str(self.folder / "data")}
        return _everywhere() | own | self.extra

    @property
    def database(self) -> Path:
        """Where its SQLite file is, or will be."""
        return self.folder / "data" / "rentease-desk.sqlite3"

    @property
    def home(self) -> Path:
        """Where commands run: whatever they leave lies in the test's own folder."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return home

    def run(self, *arguments: str, typed: str | None = None, status: int | None = 0) -> Ran:
        """Run a command to its end. ``typed`` is its standard input; ``status`` is checked unless None."""
        given = typed or ""
        ran = _forked(self, given, arguments) if self.forks else _started(self, [*COMMAND, *arguments], given)
        assert "Traceback" not in ran.err, ran.err
        assert status is None or ran.status == status, f"{arguments}: {ran}"
        return ran

    @property
    def forks(self) -> bool:
        """Whether commands may be forked from a process that was started without ``extra``."""
        early = [name for name in self.extra if name.startswith(_READ_AT_START) and name not in _READ_LATER]
        return not self.anew and not early

    def json(self, *arguments: str) -> Any:
        """What a command prints for programs, when it succeeds."""
        return self.run(*arguments, "--json").json

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a command and leave it running."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*COMMAND, *arguments], cwd=self.home, env=self.environ, **pipes)  # type: ignore[call-overload,no-any-return]


def _everywhere() -> dict[str, str]:
    """What is the same for every desk, and all that Python reads when it starts."""
    own = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "TZ": "UTC",
    }
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | own


@cache
def _server() -> Forks:
    """What commands are forked from, in this process of the tests."""
    return Forks(_everywhere())


def warm(address: str) -> None:
    """Let that process do once what most commands do, on a database that nobody else needs."""
    _server().warm(address)


def _forked(desk: Commands, typed: str, arguments: Sequence[str] = (), script: str | None = None) -> Ran:
    given = typed.encode()
    return _ran(*_server().run(list(arguments), script=script, environ=desk.environ, folder=desk.home, typed=given))


def _started(desk: Commands, command: Sequence[str], typed: str) -> Ran:
    done = subprocess.run(
        command, cwd=desk.home, env=desk.environ, input=typed.encode(), capture_output=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    return _ran(done.returncode, done.stdout, done.stderr)


def _ran(status: int, out: bytes, err: bytes) -> Ran:
    return Ran(status, out.decode(errors="replace"), err.decode(errors="replace"))


_MANY = """
import contextlib, io, json, sys
from rentease_desk.__main__ import main
told = []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(arguments)
        except BaseException as error:
            status = repr(error)
    told.append([status, out.getvalue(), err.getvalue()])
json.dump({"told": told, "modules": sorted(sys.modules)}, sys.stdout)
"""


_IN_TURN = r"""
import sys
from rentease_desk.__main__ import main
given = sys.argv[1:]
while given:
    end = given.index(";")
    status = main(given[:end])
    print(end=f"\x1e{status}\x1d", flush=True)
    print(end="\x1d", file=sys.stderr, flush=True)
    given = given[end + 1:]
"""


def run_in_turn(desk: Commands, *commands: Sequence[str]) -> list[Ran]:
    """Commands in one process that is started anew; its arguments and streams are as the system gives them."""
    arguments = [part for one in commands for part in (*one, ";")]
    ran = _started(desk, [sys.executable, "-c", _IN_TURN, *arguments], "")
    assert ran.status == 0, ran.err
    outs, errs = (text.split("\x1d")[:-1] for text in (ran.out, ran.err))
    told = [(*out.split("\x1e"), err) for out, err in zip(outs, errs, strict=True)]
    return [Ran(int(status), out, err) for out, status, err in told]


def run_many(desk: Commands, commands: Sequence[Sequence[str]]) -> tuple[list[Ran], set[str]]:
    """Many commands in one process, for their texts and statuses; and the modules that were imported in the end."""
    given = json.dumps([list(one) for one in commands])
    ran = _forked(desk, given, script=_MANY) if desk.forks else _started(desk, [sys.executable, "-c", _MANY], given)
    assert ran.status == 0, ran.err
    result: Mapping[str, Any] = ran.json
    return [Ran(*one) for one in result["told"]], set(result["modules"])
