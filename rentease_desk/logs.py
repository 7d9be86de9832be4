"""Log files that rotate, and never hold a secret: what any handler gets has gone through one redaction.

Beside them lies what Python writes when the program is ended by a fault of its libraries.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

_SECRETS = (
    re.compile(r"((?:sk|rk|pk|ek|uk)_(?:org_)?(?:live|test)_)\w{4,}"),  # also after %3D, where no word ends
    re.compile(r"(whsec_)[\w+/=-]{4,}"),
    re.compile(r"(_secret_)\w{4,}"),  # of a payment that a browser confirms
    re.compile(r"(https?://[^/\s]+/)\S*\.ics\b\S*", re.IGNORECASE),  # who has a calendar's address has the calendar
    re.compile(r"((?:Bearer|Basic)\s+)[\w.~+/=-]{4,}", re.IGNORECASE),
    re.compile(r"(://[^:/@\s]*:)\S+(?=@)"),  # to the last @: a password may hold one
    re.compile(r"((?:password|passwd|secret|token)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,}]+", re.IGNORECASE),
    # Of PostgreSQL, whoever's names and texts stand in the row or line.
    re.compile(r"(CONTEXT: +COPY \w+, line \d+).*"),
    re.compile(r"(DETAIL: +(?:Failing row contains|Key) )\(.*?\)(?=\.?$| already| is )", re.DOTALL | re.MULTILINE),
)
LOG, CRASH = "rentease-desk.log", "crash.txt"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ENTRY = re.compile(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,\d{{3}} ({'|'.join(LEVELS)}) ")
_CRASHES_KEPT = 5
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


def redact(text: str) -> str:
    """The text with keys, passwords and tokens replaced."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1…", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the whole line, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return redact(super().format(record))


class RedactedRecord(logging.LogRecord):
    """What was logged, without secrets, whichever handler and formatter it goes to."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        """The message with its arguments."""
        return redact(super().getMessage())


def guard_secrets() -> None:
    """From now on nothing that this program logs, or prints as it fails, holds a secret. Once, at the start."""
    logging.setLogRecordFactory(RedactedRecord)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter("%(message)s"))
    sys.excepthook = _print_redacted


def _print_redacted(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """What Python prints of an error that nobody expected."""
    sys.stderr.write(redact("".join(traceback.format_exception(error))))


class LogFile(logging.handlers.RotatingFileHandler):
    """Where it cannot be written, as on a full disk, work goes on: that is said once, until it can be again."""

    _is_told = False

    def flush(self) -> None:
        """On the disk, as far as the program can say."""
        super().flush()
        self._is_told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """One sentence, and no traceback for each line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._is_told and sys.stderr is not None:
            self._is_told = True
            sys.stderr.write(f"No log is kept: {self.baseFilename}: {error.strerror or error}.\n")


def log_to_file(folder: Path) -> None:
    """Write INFO and above to ``rentease-desk.log`` in the folder, five files of 1 MB. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = LogFile(folder / LOG, maxBytes=1_000_000, backupCount=4, encoding="utf-8", delay=True)
    handler.setFormatter(RedactingFormatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("apscheduler", "alembic", "stripe", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class LogEntry(NamedTuple):
    """One entry of a log, with the lines of its traceback. ``level`` is one of ``LEVELS``."""

    level: str
    text: str


def read_log(folder: Path, most: int = 300_000) -> list[LogEntry]:
    """The entries of the last so many bytes of the logs, oldest first. Raises OSError; without a log there are none."""
    parts: list[bytes] = []
    for name in (LOG, f"{LOG}.1"):
        path = folder / name
        if most > 0 and path.exists():
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - most))
                parts.insert(0, file.read(most))
            most -= len(parts[0])
    return _entries(redact(b"".join(parts).decode("utf-8", errors="replace")))


def _entries(text: str) -> list[LogEntry]:
    """What stands before the first whole entry is the end of one that was cut."""
    starts = [(found.start(), found[1]) for found in re.finditer(rf"^{_ENTRY.pattern}", text, re.MULTILINE)]
    ends = [at for at, _ in starts[1:]] + [len(text)]
    return [LogEntry(level, text[at:end].rstrip()) for (at, level), end in zip(starts, ends, strict=False)]


def take_crash(folder: Path, stamp: str) -> str:
    """What the last run wrote when it was ended by a fault, without secrets; nothing, if it ended well.

    It is told once: the file is kept under another name, of which the last five stay. Raises OSError.
    """
    path = folder / CRASH
    if not path.exists() or not path.stat().st_size:
        return ""
    kept = path.with_name(f"crash-{stamp}.txt")
    told = redact(path.read_text(encoding="utf-8", errors="replace"))
    kept.write_text(told, encoding="utf-8")
    path.unlink()
    for old in sorted(folder.glob("crash-*.txt"))[:-_CRASHES_KEPT]:
        with suppress(OSError):
            old.unlink()
    return told
