"""What happened to a booking or payment, made of the journal's entries: who did what, and what it was before.

Personal fields stand in the journal as digests. The value of today is told where its digest is the one in the entry;
of any other it is only told that it was another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import orjson
from msgspec import Struct, field

from rentease_desk.domain.journal import DIGEST, JournalEntry, digest
from rentease_desk.domain.money import Money
from rentease_desk.domain.permissions import RULES


class Hidden(Struct, frozen=True):
    """A text of which the journal holds only that it was another one."""


HIDDEN = Hidden()
_Document = Mapping[str, Any]
Told = Money | date | str | Hidden | None
"""A value for people; None is nothing."""


class Change(Struct, frozen=True):
    """A field, from what to what. ``name``: as ``FIELDS`` words it. ``is_new``: there was nothing to compare with."""

    name: str
    before: Told
    after: Told
    is_new: bool = False


class HistoryLine(Struct, frozen=True):
    """One entry of the journal. ``at`` in UTC seconds; ``what``: a few words, as “Refund asked for”."""

    seq: int
    at: int
    actor: str
    desk: str
    what: str
    changes: tuple[Change, ...] = ()


class Facts(Struct, frozen=True):
    """What is known today: references by the uids of bookings, and the rows by entity and uid."""

    references: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)


TITLES: Mapping[tuple[str, str], str] = {
    ("booking", "add"): "Booking made",
    ("booking", "edit"): "Booking changed",
    ("booking", "check_in"): "Checked in",
    ("booking", "check_out"): "Checked out",
    ("booking", "no_show"): "Marked as a no-show",
    ("booking", "cancel"): "Booking cancelled",
    ("booking", "undo_check_in"): "Check-in undone",
    ("booking", "undo_check_out"): "Check-out undone",
    ("booking", "undo_no_show"): "No-show undone",
    ("booking", "undo_cancel"): "Cancellation undone",
    ("booking", "move"): "Stay moved",
    ("booking", "undo_move"): "Move undone",
    ("guest", "add"): "Guest entered",
    ("guest", "edit"): "Guest changed",
    ("charge", "charge"): "Charged",
    ("payment", "take"): "Payment taken",
    ("payment", "import"): "Card payment from Stripe",
    ("payment", "update"): "Stripe shows it otherwise",
    ("payment", "assign"): "Put on a booking",
    ("payment", "unassign"): "Taken from its booking",
    ("payment", "move"): "Moved to another booking",
    ("payment", "keep"): "Kept on its booking",
    ("payment", "merge"): "Made one with another payment",
    ("payment", "undo_merge"): "Two payments again",
    ("void", "void"): "Payment voided",
    ("refund", "refund"): "Refund given",
    ("refund", "import"): "Refund from Stripe",
    ("refund", "update"): "Refund changed",
    ("refund_return", "return"): "Refund returned",
    ("refund_return", "give_again"): "Refund given after all",
    ("transfer", "transfer"): "Part moved to another booking",
    ("pair", "merge"): "Two payments made one",
    ("pair", "keep_both"): "Two payments stay two",
    ("pair", "undo_merge"): "Two payments again",
    ("pair", "undo_keep_both"): "Possible duplicates again",
    ("ignore", "ignore"): "Ignored among the unmatched",
    ("ignore", "unignore"): "Not ignored any more",
    ("receipt", "issue"): "Receipt issued",
    ("receipt_print", "print"): "Receipt printed",
    ("receipt_print", "reprint"): "Copy of the receipt printed",
    ("payment_link", "link"): "Payment link made",
    ("payment_link", "cancel"): "Payment link cancelled",
    ("payment_link", "keep"): "Payment link cannot be cancelled",
    ("payment_link", "update"): "Payment link changed",
    ("approval", "approve"): "Approved on the spot",
}
"""What each entry means; of an entity that stands here with another action, the action is told as it is."""

FIELDS: Mapping[str, str] = {
    "reference": "Reference", "room": "Room", "arrival": "Arrival", "departure": "Departure", "adults": "Adults",
    "children": "Children", "channel": "Channel", "status": "Status", "state": "Status", "name": "Name",
    "email": "E-mail", "phone": "Telephone", "language": "Language", "amount": "Amount", "text": "Text",
    "kind": "Kind", "quantity": "Quantity", "unit_amount": "Price of one", "service_from": "From night",
    "service_to": "Until", "method": "Method", "brand": "Card", "last4": "Last four", "from": "From", "to": "To",
    "reason": "Reason", "number": "Number", "medium": "On", "business_date": "Business day", "tendered": "Tendered",
    "rounding": "Rounding", "fee": "Fee", "net": "Net", "payer_name": "Payer", "payer_email": "Payer’s e-mail",
    "description": "Description", "failure_message": "Failure", "failure_reason": "Failure", "disputed": "Disputed",
    "open_balance": "Left open", "nights_given_back": "Nights given back", "note": "Note", "booking": "Booking",
}  # fmt: skip
"""What is told of an entry, in this order, by the words for it; all else is for programs."""

_AMOUNTS = frozenset({"amount", "unit_amount", "tendered", "rounding", "fee", "net", "open_balance"})
_DAYS = frozenset({"arrival", "departure", "business_date", "service_from", "service_to"})
_BOOKINGS = frozenset({"booking", "from", "to"})
_WORDS = frozenset({"status", "state", "kind", "method", "medium"})
_TOLD_BESIDE = frozenset(
    {("payment", "merge"), ("payment", "undo_merge"), ("payment", "ignore"), ("payment", "unignore")}
)
"""Where nothing else has changed, an entry of their own tells it."""


def lines_of(entries: Iterable[tuple[int, JournalEntry]], facts: Facts) -> list[HistoryLine]:
    """The entries (with their ``seq``) as lines, in their order; what says nothing to people is left out."""
    found = (_line(seq, entry, facts) for seq, entry in entries)
    return [line for line in found if line is not None]


def _line(seq: int, entry: JournalEntry, facts: Facts) -> HistoryLine | None:
    before, after = (None if text is None else orjson.loads(text) for text in (entry.before, entry.after))
    row = facts.rows.get((entry.entity, entry.entity_uid), {})
    key = (entry.entity, entry.action)
    changes = _approved(after or {}) if entry.entity == "approval" else tuple(_changes(before, after or {}, row, facts))
    if not changes and (key in _TOLD_BESIDE or entry.action in {"update", "seal"}):
        return None
    what = TITLES.get(key) or f"{entry.entity.replace('_', ' ').capitalize()}: {entry.action.replace('_', ' ')}"
    if "corrects" in (after or {}):
        what = "Charge taken back"
    return HistoryLine(seq, entry.at, entry.actor, entry.desk, what, changes)


def _changes(before: _Document | None, after: _Document, row: _Document, facts: Facts) -> Iterator[Change]:
    for name, words in FIELDS.items():
        if name not in after:
            continue
        told = _told(name, after, row, facts)
        was = None if before is None else _told(name, before, row, facts)
        if told != was or HIDDEN in {told, was}:
            yield Change(words, was, told, is_new=before is None)


def _approved(after: _Document) -> tuple[Change, ...]:
    """Whose word it was, and for what: who had that word stands beside, as of any entry."""
    named = after.get("permission")
    words = RULES[named].words if named in RULES else named
    return (Change("Approved by", None, after.get("by"), is_new=True), Change("To", None, words, is_new=True))


def _told(name: str, document: _Document, row: _Document, facts: Facts) -> Told:
    value = document.get(name)
    if value is None or value == "" or value is False:
        return None
    if isinstance(value, str) and value.startswith(DIGEST):
        return _known(name, value, row)
    if name in _AMOUNTS:
        currency = document.get("settlement_currency") if name in {"fee", "net"} else document.get("currency")
        return Money(value, currency or row.get("currency") or "") if value or name == "amount" else None
    if name in _DAYS:
        return date.fromisoformat(value)
    if name in _BOOKINGS:
        return facts.references.get(value) or str(value)
    if value is True:
        return "yes"
    return str(value).replace("_", " ") if name in _WORDS else str(value)


def _known(name: str, value: str, row: _Document) -> Told:
    """The value of today, where it is the one that was written."""
    today = row.get(name)
    is_known = isinstance(today, str) and digest(str(row.get("salt")), name, today) == value
    return today if is_known else HIDDEN
