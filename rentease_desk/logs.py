"""Log files that rotate, and never hold a secret: every handler passes through one redaction filter."""

from __future__ import annotations

import logging
import logging.handlers
import re
from pathlib import Path

_SECRETS = (
    re.compile(r"\b((?:sk|rk|pk)_(?:live|test)_)\w{4,}"),
    re.compile(r"\b(whsec_)\w{4,}"),
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
