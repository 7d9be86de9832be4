"""What the journal says of a row: its facts in plain JSON values, its personal fields as digests only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rentease_desk.domain.journal import digest

_LEFT_OUT = {"pk", "salt", "search_text", "name_key", "reference_key", "version", "actor", "desk", "created_at"}
_PERSONAL = {
    "guest": {"name", "email", "phone"},
    "booking": {"note"},
    "payment": {"payer_name", "payer_email", "description", "note", "reference", "failure_message"},
    "void": set[str](),
    "refund": set[str](),
}


def document(entity: str, row: Mapping[str, Any], **names: object) -> dict[str, object]:
    """A row as the journal tells it. Keys of other rows (``…_pk``) are replaced by ``names``: their uids or names."""
    personal = _PERSONAL.get(entity, set())
    told: dict[str, object] = {}
    for key, value in row.items():
        if key in _LEFT_OUT or key.endswith("_pk"):
            continue
        told[key] = digest(row["salt"], key, value) if key in personal and value else _plain(value)
    return told | {key: _plain(value) for key, value in names.items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
