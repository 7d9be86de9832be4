"""What the journal says of a row: its facts in plain JSON values, its personal fields as digests only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from rentease_desk.domain.journal import digest

_LEFT_OUT = frozenset(
    {"pk", "guest_pk", "booking_pk", "payment_pk", "corrects_pk", "source_pk", "room_pk", "undoes_pk", "session_pk",
     "salt", "search_text", "name_key", "reference_key",
     "version", "actor", "desk", "created_at"}
)  # fmt: skip
_DATES = frozenset({"arrival", "departure", "service_from", "service_to", "business_date", "late_of", "first", "last"})
_PERSONAL = {
    "guest": ("name", "email", "phone"),
    "booking": ("note",),
    "payment": ("payer_name", "payer_email", "description", "note", "reference", "failure_message"),
    "follow_up": ("note",),
    "saved_filter": ("name", "content"),
}


def document(entity: str, row: Mapping[str, Any], **names: object) -> dict[str, object]:
    """A row as the journal tells it. Keys of other rows (``…_pk``) are replaced by ``names``: their uids or names."""
    shown, dates = _shown(tuple(row))
    told = {name: row[name] for name in shown}
    for name in dates:
        if isinstance(told[name], date):
            told[name] = told[name].isoformat()
    for name in _PERSONAL.get(entity, ()):
        if told.get(name):
            told[name] = digest(row["salt"], name, told[name])
    told.update(names)
    return told


@lru_cache(maxsize=128)
def _shown(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of a row's columns are told, and which of those hold days. Found once: an import asks for every row."""
    told = tuple(name for name in names if name not in _LEFT_OUT)
    return told, tuple(name for name in told if name in _DATES)
