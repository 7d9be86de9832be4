"""What the journal says of a row: its facts in plain JSON values, its personal fields as digests only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rentease_desk.domain.journal import digest

_LEFT_OUT = frozenset(
    {"pk", "guest_pk", "booking_pk", "payment_pk", "corrects_pk", "source_pk", "room_pk",
     "salt", "search_text", "name_key", "reference_key",
     "version", "actor", "desk", "created_at"}
)  # fmt: skip
_DATES = ("arrival", "departure", "service_from", "service_to", "business_date", "first", "last")
_PERSONAL = {
    "guest": ("name", "email", "phone"),
    "booking": ("note",),
    "payment": ("payer_name", "payer_email", "description", "note", "reference", "failure_message"),
    "follow_up": ("note",),
    "saved_filter": ("name", "content"),
}


def document(entity: str, row: Mapping[str, Any], **names: object) -> dict[str, object]:
    """A row as the journal tells it. Keys of other rows (``…_pk``) are replaced by ``names``: their uids or names."""
    told = {name: value for name, value in row.items() if name not in _LEFT_OUT}
    for name in _DATES:
        if isinstance(told.get(name), date):
            told[name] = told[name].isoformat()
    for name in _PERSONAL.get(entity, ()):
        if told.get(name):
            told[name] = digest(row["salt"], name, told[name])
    return told | names
