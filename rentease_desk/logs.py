"""Log files that rotate, and never hold a secret: what any handler gets has gone through one redaction."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType

_SECRETS = (
    re.compile(r"((?:sk|rk|pk|ek|uk)_(?:org_)?(?:live|test)_)\w{4,}"),  # also after %3D, where no word ends
    re.compile(r"(whsec_)\w{4,}"),
    re.compile(r"(_secret_)\w{4,}"),
    re.compile(r"((?:Bearer|Basic)\s+)[\w.~+/=-]{4,}", re.IGNORECASE),
    re.compile(r"(://[^:/@\s]*:)\S+(?=@)"),  # to the last @: a password may hold one
    re.compile(r"((?:password|passwd|secret|token)['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,}]+", re.IGNORECASE),
)
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


def log_to_file(folder: Path) -> None:
    """Write INFO and above to ``rentease-desk.log`` in the folder, five files of 1 MB. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "rentease-desk.log", maxBytes=1_000_000, backupCount=4, encoding="utf-8", delay=True
    )
    handler.setFormatter(RedactingFormatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("apscheduler", "alembic", "stripe", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
