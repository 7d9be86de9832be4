"""What can be told of a database file without opening it: that it is another program's, cut short, or gone.

Source of the header's fields: sqlite.org/fileformat2.html, section 1.3.
"""

from __future__ import annotations

from pathlib import Path

from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.storage import backups

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_LARGEST_PAGE = 65_536


def require_sound(path: Path) -> None:
    """Go on only with a file that may be ours and whole, or with none where there never was one.

    A hundred bytes are read. A file that was backed up is ours, whatever stands in it now. Raises DatabaseError
    ``database.gone``, ``.corrupt``, ``.other_file``, ``.no_file``, KnownError ``file.cannot_read``.
    """
    try:
        header, size = _read(path)
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error
    if header is not None and header.startswith(_MAGIC):
        _require_whole(path, header, size)
        return
    was_ours = bool(backups.listed(path, backups.folder_of(path)))
    if header is None and was_ours:
        raise DatabaseError("database.gone", path=path)
    if header is not None and (was_ours or (size and not any(header))):
        raise DatabaseError("database.corrupt", path=path)
    if size:
        raise DatabaseError("database.other_file", path=path)


def _read(path: Path) -> tuple[bytes | None, int]:
    """The file's beginning, None without a file, and how long it is."""
    if not path.exists():
        return None, 0
    if not path.is_file():  # of a pipe nothing would ever be read
        raise DatabaseError("database.no_file", path=path)
    with path.open("rb") as file:
        return file.read(_HEADER), path.stat().st_size


def _require_whole(path: Path, header: bytes, size: int) -> None:
    """Whether it is as long as it says. What waits beside it after a crash may still make it longer."""
    page = int.from_bytes(header[16:18]) if header[16:18] != b"\0\1" else _LARGEST_PAGE
    pages, is_told = int.from_bytes(header[28:32]), header[24:28] == header[92:96]
    beside = path.with_name(f"{path.name}-wal")
    waits = beside.exists() and beside.stat().st_size > 0
    if len(header) < _HEADER or (is_told and not waits and size < pages * page):
        raise DatabaseError("database.corrupt", path=path)
    if any(header[68:72]):  # the application that says the file is its own; this one does not
        raise DatabaseError("database.other_file", path=path)
