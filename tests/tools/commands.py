"""The command line as people and programs run it: each command a process of its own, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "rentease_desk")
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
    """A desk's environment. ``extra`` are further variables."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The whole environment of a command; nothing of this computer's user is in it."""
        own = {"HOME": str(self.folder), "USER": "elena", "LOGNAME": "elena", "TZ": "UTC", "RENTEASE_DESK": "Desk 1"}
        own |= {"RENTEASE_DATA_DIR": str(self.folder / "data"), "PYTHONDONTWRITEBYTECODE": "1"}
        own |= {
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONWARNINGS": "error",
            "PYTHONPATH": str(ROOT),
        }
        return {name: os.environ[name] for name in _KEPT if name in os.environ} | own | self.extra

    @property
    def home(self) -> Path:
        """Where commands run: whatever they leave lies in the test's own folder."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return home

    def run(self, *arguments: str, typed: str | None = None, status: int | None = 0) -> Ran:
        """Run a command to its end. ``typed`` is its standard input; ``status`` is checked unless None."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.home,
            env=self.environ,
            input=(typed or "").encode(),
            capture_output=True,
            timeout=100,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        assert "Traceback" not in ran.err, ran.err
        assert status is None or ran.status == status, f"{arguments}: {ran}"
        return ran

    def json(self, *arguments: str) -> Any:
        """What a command prints for programs, when it succeeds."""
        return self.run(*arguments, "--json").json

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a command and leave it running."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*COMMAND, *arguments], cwd=self.home, env=self.environ, **pipes)  # type: ignore[call-overload,no-any-return]


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


def run_many(desk: Commands, commands: Sequence[Sequence[str]]) -> tuple[list[Ran], set[str]]:
    """Many commands in one process, for their texts and statuses; and the modules that were imported in the end."""
    done = subprocess.run(
        [sys.executable, "-c", _MANY],
        cwd=desk.home,
        env=desk.environ,
        input=json.dumps([list(one) for one in commands]).encode(),
        capture_output=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    result: Mapping[str, Any] = json.loads(done.stdout)
    return [Ran(*one) for one in result["told"]], set(result["modules"])
