"""What a learner made happen, kept in a file so that a practice account outlives the program.

The first line says how the account began; each further line is something that happened to it, and is repeated at the
next start. A file without its last line's end was being written when the program was killed: that line is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from rentease_desk.practice.spec import Beginning, Kind

_FORMAT: Final = 1


class JournalError(Exception):
    """The file is not one of ours, or of a newer kind."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened ``at`` UTC seconds: an ``action`` or an ``operation`` by name, and what it was given."""

    at: int
    what: str
    name: str
    given: Mapping[str, object]


class Journal:
    """An open journal. ``entries`` are those it held when it was opened."""

    def __init__(self, path: Path, beginning: Beginning) -> None:
        """Continue the file, or begin it. ``beginning`` is used for a new file only. Raises JournalError, OSError."""
        lines = _whole_lines(path)
        self.beginning, self.entries = _parsed(path, lines) if lines else (beginning, ())
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        if not lines:
            self._write({"format": _FORMAT, "beginning": beginning})

    def append(self, entry: Entry) -> None:
        """Keep what just happened; it is in the file when this returns."""
        self._write(entry)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, line: object) -> None:
        self._file.write(orjson.dumps(line) + b"\n")


def _whole_lines(path: Path) -> list[bytes]:
    """The file's complete lines; what follows the last of them is cut off."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.splitlines()


def _parsed(path: Path, lines: list[bytes]) -> tuple[Beginning, tuple[Entry, ...]]:
    try:
        head = orjson.loads(lines[0])
        if head["format"] != _FORMAT:
            raise JournalError(f"{path.name} was written by a newer version of Rentease Desk.")
        begun = head["beginning"]
        beginning = Beginning(**begun | {"kind": Kind(begun["kind"])})
        return beginning, tuple(Entry(**orjson.loads(line)) for line in lines[1:])
    except (ValueError, KeyError, TypeError) as error:
        raise JournalError(f"{path.name} is not a practice account. Delete it to start afresh.") from error
