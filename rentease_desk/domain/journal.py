"""The journal's hash chain: each row's hash covers the row and the hash before it, so the past cannot change unseen.

Pure, so that a verifier needs nothing but this module's two functions and the rows. What orjson writes here is what
``json.dumps(…, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`` writes, only faster; a test holds them
equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import orjson
from msgspec import Struct

GENESIS = "0" * 64
"""The hash before the first row."""


class JournalEntry(Struct, frozen=True, gc=False):
    """One change of one entity. ``at`` in UTC seconds; ``before`` and ``after`` are canonical JSON or None."""

    at: int
    actor: str
    desk: str
    action: str
    entity: str
    entity_uid: str
    before: str | None
    after: str | None


class JournalRow(Struct, frozen=True, gc=False):
    """An entry in its place in the chain."""

    seq: int
    entry: JournalEntry
    previous_hash: str
    hash: str


def canonical(document: Mapping[str, object]) -> str:
    """The one JSON text of a document: sorted keys, no spaces, UTF-8 as it is."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def digest(salt: str, field: str, value: str) -> str:
    """What stands in the journal for a personal field: it proves the value while the salt exists, and tells nothing."""
    return "sha256:" + hashlib.sha256(f"{salt}\x1f{field}\x1f{value}".encode()).hexdigest()


def chain_hash(previous: str, seq: int, entry: JournalEntry) -> str:
    """SHA-256, in hexadecimal, over the previous hash and the row's fields as a JSON list."""
    fields = [
        previous,
        seq,
        entry.at,
        entry.actor,
        entry.desk,
        entry.action,
        entry.entity,
        entry.entity_uid,
        entry.before,
        entry.after,
    ]
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


def link(previous: str, last_seq: int, entries: Iterable[JournalEntry]) -> list[JournalRow]:
    """The entries as rows that follow ``last_seq`` with hash ``previous``."""
    rows = []
    for seq, entry in enumerate(entries, start=last_seq + 1):
        row = JournalRow(seq, entry, previous, chain_hash(previous, seq, entry))
        previous = row.hash
        rows.append(row)
    return rows


def first_break(rows: Iterable[JournalRow]) -> int | None:
    """The ``seq`` of the first row that does not follow the one before it, or None. Rows from seq 1, in order."""
    previous, expected = GENESIS, 1
    for row in rows:
        intact = row.seq == expected and row.previous_hash == previous
        if not intact or row.hash != chain_hash(previous, row.seq, row.entry):
            return row.seq
        previous, expected = row.hash, expected + 1
    return None
