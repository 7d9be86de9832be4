"""The journal's hash chain: each row's hash covers the row and the hash before it, so the past cannot change unseen.

An entry also holds the *proof* of what it is about, the SHA-256 of the row of the ledger as it stood after it: so the
ledger, too, cannot change without the journal.

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
DIGEST = "sha256:"
"""What the digest of a personal field begins with."""


class JournalEntry(Struct, frozen=True, gc=False):
    """One change of one entity. ``at`` in UTC seconds; ``before`` and ``after`` are canonical JSON or None.

    ``proof``: of the entity's rows as they stand after it (``proof_of``); None where there are none any more, or where
    a later entry of the same transaction has it.
    """

    at: int
    actor: str
    desk: str
    action: str
    entity: str
    entity_uid: str
    before: str | None
    after: str | None
    proof: str | None = None


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
    return DIGEST + hashlib.sha256(f"{salt}\x1f{field}\x1f{value}".encode()).hexdigest()


def proof_of(rows: Iterable[Mapping[str, object]]) -> str:
    """SHA-256, in hexadecimal, over rows as canonical JSON, sorted, one a line. Days are ISO texts.

    Raises TypeError for what is no value of a row (bytes, texts that are not Unicode).
    """
    lines = [orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows]
    return hashlib.sha256(lines[0] if len(lines) == 1 else b"\n".join(sorted(lines))).hexdigest()


def chain_hash(previous: str, seq: int, entry: JournalEntry) -> str:
    """SHA-256, in hexadecimal, over the previous hash and the row's fields as a JSON list, the proof only if there is
    one.
    """
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
    if entry.proof is not None:
        fields.append(entry.proof)
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
