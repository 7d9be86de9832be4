"""PDFs on the command line: Qt sets and writes them, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.paper import Paper

_COMMAND: Final = (sys.executable, "-m", "rentease_desk.gui.pdf_process")
_PATIENCE = 60.0
"""Seconds that a document may take."""
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a console


def write_pdf(html: str, paper: Paper, path: Path, title: str) -> None:
    """Write a document as PDF; an older file is replaced when the new one is whole.

    Raises KnownError ``file.cannot_write``, ``file.full``.
    """
    asked = json.dumps({"html": html, "paper": paper.value, "path": str(path.absolute()), "title": title})
    try:
        ended = subprocess.run(  # noqa: S603 - our own program
            _COMMAND,
            input=asked.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=_environment(),
            creationflags=_NO_WINDOW,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KnownError("file.cannot_write", path=path, reason=error) from error
    if ended.returncode:
        raise _refusal(ended, path)


def _environment() -> dict[str, str]:
    """On a server there is no display to draw on, and none is needed."""
    return {"QT_QPA_PLATFORM": "offscreen"} | os.environ if sys.platform == "linux" else dict(os.environ)


def _refusal(ended: subprocess.CompletedProcess[bytes], path: Path) -> KnownError:
    if ended.stdout:
        told = json.loads(ended.stdout)
        return KnownError(told["code"], path=path, reason=told["reason"])
    said = ended.stderr.decode(errors="replace").strip().splitlines()
    return KnownError("file.cannot_write", path=path, reason=said[-1] if said else f"status {ended.returncode}")
