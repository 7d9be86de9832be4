"""What a walk through the journal and the ledger finds, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.journal import GENESIS
from rentease_desk.domain.money import Money, plain_decimal
from rentease_desk.domain.text import storable

_HEAD = re.compile(r"\s*(\d{1,18})\s*[:\s]\s*([0-9a-f]{64})\s*")
_AMOUNTS = frozenset({"amount", "fee", "net", "tendered", "rounding", "unit_amount"})
_LONGEST = 80


class What(StrEnum):
    """How the first row that does not fit does not fit."""

    CHAIN = "chain"
    HEAD = "head"
    TAIL = "tail"
    OTHER_HEAD = "other_head"
    CHANGED = "changed"
    ADDED = "added"
    DELETED = "deleted"
    NUMBERS = "numbers"


class Head(Struct, frozen=True):
    """The last row of the journal, as it was once: its number and its hash."""

    seq: int
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class DayHead(Struct, frozen=True):
    """The journal's last row of a business day (0 and the genesis hash: there is none), of which property, and when it
    was written (UTC seconds).
    """

    property: str
    zone: str
    day: date
    head: Head
    at: int | None


class Misfit(Struct, frozen=True):
    """The first row that does not fit: a journal row (``seq``), or what an entity of the journal has in the ledger.

    ``rows``: of the ledger, as they are now. ``fields``: what of them is known to differ: in the journal, in the
    ledger; (None, None) of personal ones, which the journal holds as digests.
    """

    what: What
    seq: int | None = None
    entity: str = ""
    uid: str = ""
    rows: tuple[Mapping[str, Any], ...] = ()
    fields: Mapping[str, tuple[object, object]] = {}


class Verification(Struct, frozen=True):
    """What a walk has found. ``looked``: at how many rows of both; ``misfit`` None: all fit, as far as it came."""

    head: Head
    looked: int
    misfit: Misfit | None = None
    cancelled: bool = False


def parse_head(text: str) -> Head:
    """``812:9f…``, as it is printed. Raises InputError ``journal.head``."""
    found = _HEAD.fullmatch(text.lower())
    if found is None:
        raise InputError("journal.head", field="head", text=text.strip()[:_LONGEST])
    return Head(int(found[1]), found[2])


def misfit_told(found: Misfit) -> str:
    """A sentence about the first row that does not fit."""
    told = _SENTENCES[found.what].format(seq=found.seq, which=_which(found), series=found.uid)
    fields = "; ".join(_field(name, pair, found) for name, pair in found.fields.items())
    return storable(f"{told} {fields}." if fields else told)


_SENTENCES = {
    What.CHAIN: "Journal row {seq} does not follow from the row before it: a row was changed, removed or added there.",
    What.HEAD: "The journal ends with row {seq}, and its head says otherwise: a row was added, or the head changed.",
    What.TAIL: "Journal row {seq} is missing: the end of the journal was removed.",
    What.OTHER_HEAD: "Journal row {seq} is not the one that was written down: the journal was written anew.",
    What.CHANGED: "{which} is not as journal row {seq} says.",
    What.ADDED: "{which} stands in the ledger, and no row of the journal says that it was written.",
    What.DELETED: "{which} was written by journal row {seq}, and is not in the ledger any more.",
    What.NUMBERS: "The receipts of {series} have a gap, or their count was changed.",
}


def _which(found: Misfit) -> str:
    """“Payment 5f3c… (20.00 EUR, 2026-11-05)”."""
    row: Mapping[str, Any] = found.rows[0] if found.rows else {}
    amount = _value("amount", row.get("amount"), found) if "currency" in row else ""
    day = row.get("business_date") or row.get("arrival") or ""
    about = ", ".join(str(part) for part in (row.get("reference"), amount, day) if part)
    return f"{found.entity.replace('_', ' ').capitalize()} {found.uid}{f' ({about})' if about else ''}"


def _field(name: str, pair: tuple[object, object], found: Misfit) -> str:
    words = name.replace("_", " ")
    if pair == (None, None):
        return f"The {words} is another one"
    told, lies = (_value(name, value, found) for value in pair)
    return f"The {words} is {lies} in the ledger, {told} in the journal"


def _value(name: str, value: object, found: Misfit) -> str:
    """An amount as people read it, where its currency is one."""
    currency = found.rows[0].get("currency") if found.rows else None
    if value is None:
        return "nothing"
    if name in _AMOUNTS and type(value) is int and isinstance(currency, str):
        try:
            return f"{plain_decimal(Money(value, currency))} {currency.upper()}"
        except InputError:
            return f"{value} {currency.upper()}"
    return str(value)[:_LONGEST]
