"""A text file in whichever encoding it was written, opened as text that streams."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from rentease_desk.domain.errors import KnownError

ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso8859-2", "cp1251", "cp932", "gb18030")
"""What is offered; what a file shows by itself is one of the first three."""

_PIECE = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 4096
_MANY_NULS = 0.3
_MOST_UNPACKED = 1 << 30
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"SQLite format 3\x00", b"Rar!")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BOM_READS = {"utf-8": "utf-8-sig"}


@contextmanager
def opened_text(path: Path, encoding: str = "") -> Iterator[tuple[IO[str], str]]:
    """The file as text, line ends as they are, and the encoding; "" finds it out. A ZIP with one file in it is opened.

    Raises KnownError ``file.cannot_read``, ``import.empty``, ``import.spreadsheet``, ``import.no_text`` or
    ``import.encoding``.
    """
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(_opened(path, stack))
            found = encoding or _encoding(path)
            reads = _BOM_READS.get(found, found)
            text = stack.enter_context(io.TextIOWrapper(raw, encoding=reads, newline=""))
            yield text, found
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error
    except (UnicodeError, LookupError) as error:
        raise KnownError("import.encoding", path=path.name, encoding=encoding or "UTF-8") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise KnownError("import.no_text", path=path.name) from error


def _opened(path: Path, stack: ExitStack) -> BinaryIO:
    """The bytes of the text. Raises as ``opened_text``."""
    raw = stack.enter_context(path.open("rb"))
    head = raw.read(_HEAD)
    raw.seek(0)
    _require_text(path, head)
    return _unpacked(path, raw, stack) if head.startswith(_ZIP) else raw


def _require_text(path: Path, head: bytes) -> None:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise KnownError("import.empty", path=path.name)
    if head.startswith(_OLE):
        raise KnownError("import.spreadsheet", path=path.name)
    if head.startswith(_NO_TEXT):
        raise KnownError("import.no_text", path=path.name)


def _unpacked(path: Path, raw: BinaryIO, stack: ExitStack) -> BinaryIO:
    """A spreadsheet is a ZIP too: its tables are not guessed at."""
    archive = stack.enter_context(zipfile.ZipFile(raw))
    names = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
    inside = {one.filename for one in names}
    if "[Content_Types].xml" in inside or "mimetype" in inside:
        raise KnownError("import.spreadsheet", path=path.name)
    if len(names) != 1 or names[0].file_size > _MOST_UNPACKED:
        raise KnownError("import.no_text", path=path.name)
    return stack.enter_context(archive.open(names[0]))  # type: ignore[return-value]


def _encoding(path: Path) -> str:
    """By the file's first bytes, else UTF-8 where all of it is that, else Windows' Western European."""
    with ExitStack() as stack:
        raw = _opened(path, stack)
        head = raw.read(_HEAD)
        for bom, name in _BOMS:
            if head.startswith(bom):
                return name
        blind = _without_bom(head)
        return blind or ("utf-8" if _is_utf8(head, raw) else "cp1252")


def _without_bom(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of a Latin text is nothing."""
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start::2]
        if half.count(0) > _MANY_NULS * len(half) and head[1 - start :: 2].count(0) < half.count(0) / 10:
            return name
    return ""


def _is_utf8(head: bytes, raw: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        piece = head
        while piece:
            decoder.decode(piece)
            piece = raw.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
