"""A search of every file that a run of the tests has left, for keys and passwords in whatever form."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEPT_BY_TESTS = frozenset({"ring.json"})
"""The keyring of the commands' tests is such a file itself."""
PASSWORDS = ("Wintergarten-7", "hunter2", "password-of-the-ring")
"""Those of databases and keyrings in the tests."""
_STARTS = tuple(f"{kind}_{mode}_" for kind in ("sk", "rk") for mode in ("live", "test"))
_KEY = re.compile(rb"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{12,}")
_SOMETHING = (b"_test_", b"_live_", *(one.encode() for one in PASSWORDS))


def _encoded() -> Iterator[bytes]:
    """How a key or password begins in base64, wherever it stands in what was encoded."""
    for start in (*_STARTS, *PASSWORDS):
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + start.encode())
            yield whole[(before * 8 + 5) // 6 : (before + len(start)) * 8 // 6]


_ENCODED = re.compile(b"|".join(sorted(map(re.escape, _encoded()))))


def secrets_in(data: bytes) -> set[str]:
    """What is found in these bytes: as it is, in UTF-16, in base64, and within zip and gzip files."""
    dense = data.translate(None, b"\0")  # most of a small database is zeros; what was UTF-16 is in one piece here
    found = {"base64"} if _ENCODED.search(dense) else set()
    if any(one in dense for one in _SOMETHING):
        found |= _plain(data) | _wide(data, dense)
    for inside in _unpacked(data):
        found |= secrets_in(inside)
    return found


def _plain(data: bytes) -> set[str]:
    if not any(one in data for one in _SOMETHING):
        return set()
    found = {one.group().decode()[:12] + "…" for one in _KEY.finditer(data)}
    return found | {one for one in PASSWORDS if one.encode() in data}


def _wide(data: bytes, dense: bytes) -> set[str]:
    """``dense``: the same without zeros, which is much shorter."""
    begun = [one for one in (*_STARTS, *PASSWORDS) if one.encode() in dense]
    return {"UTF-16"} if any(one.encode("utf-16-le") in data for one in begun) else set()


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Files that only begin like an archive hold nothing further."""
    try:
        if data[:4] == b"PK\3\4":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from (packed.read(name) for name in packed.namelist())
        elif data[:2] == b"\x1f\x8b":
            yield gzip.decompress(data)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error):
        return


@dataclass
class SecretSearch:
    """What was looked at in one process of the tests."""

    files: int = 0
    size: int = 0
    databases: int = 0
    folders: int = 0

    def look(self, folder: Path) -> dict[str, set[str]]:
        """The files of a folder in which something was found, or in whose name."""
        self.folders += 1
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.name not in KEPT_BY_TESTS:
                told = self._file(path)
                if told:
                    found[str(path.relative_to(folder))] = told
        return found

    def demand(self, enough: int) -> None:
        """A search of a whole run that saw no file, or no database, proves nothing. Raises AssertionError."""
        if self.folders >= enough:
            assert self.files > 0, f"{self.folders} folders, and not a file in them"
            assert self.databases > 0, f"{self.files} files, and no database among them"

    def __str__(self) -> str:
        return (
            f"no key and no password in {self.files} files ({self.size / 1e6:.0f} MB, {self.databases} databases)"
            f" of {self.folders} folders"
        )

    def _file(self, path: Path) -> set[str]:
        data = path.read_bytes()
        self.files += 1
        self.size += len(data)
        self.databases += data.startswith(b"SQLite format 3\0")
        return secrets_in(data) | _plain(path.name.encode())
