"""Checks a journal that Rentease Desk has exported, with nothing but Python's standard library.

    python verify_journal.py journal.jsonl
    python verify_journal.py journal.jsonl --head 812:9f86d081884c7d65…
    python verify_journal.py journal.jsonl --head-file head-2026-11-05.json

Each row's hash is the SHA-256 of a JSON list (no spaces, UTF-8): the hash of the row before it (64 zeros before the
first), seq, at, actor, desk, action, entity, entity_uid, before, after, and the proof if there is one. A head that was
written down earlier, by printing or saving it, finds out whether the end was cut off or the journal was written anew.
Status 0: all rows fit. Status 1: the first one that does not is named. Status 2: this is no journal, or no head.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

FIELDS = ("seq", "at", "actor", "desk", "action", "entity", "entity_uid", "before", "after")


def row_hash(previous: str, row: dict) -> str:
    """What a row's hash must be."""
    told = [previous, *(row[name] for name in FIELDS)]
    if row["proof"] is not None:
        told.append(row["proof"])
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_misfit(lines, known: tuple[int, str] | None, kind: str) -> tuple[str | None, int]:
    """What does not fit, or None; and how many rows were read."""
    if kind != "rentease-desk-journal":
        raise ValueError(kind)
    previous, seq, head = "0" * 64, 0, None
    for row in map(json.loads, lines):
        if "head" in row:
            head = (row["head"]["seq"], row["head"]["hash"])
            continue
        if row["seq"] != seq + 1 or row["previous_hash"] != previous or row["hash"] != row_hash(previous, row):
            return f"Row {min(row['seq'], seq + 1)} does not follow from the row before it.", seq
        previous, seq = row["hash"], row["seq"]
        if known is not None and known[0] == seq and known[1] != previous:
            return f"Row {seq} is not the one that was written down: the journal was written anew.", seq
    return ending(head, known, seq, previous), seq


def ending(head: tuple | None, known: tuple[int, str] | None, seq: int, previous: str) -> str | None:
    """Whether the last row is where the head says, and not before the one that was written down."""
    if known is not None and known[0] > seq:
        return f"Row {seq + 1} is missing: the end of the journal was removed."
    if head != (seq, previous):
        return f"The journal ends with row {seq}, and its head says otherwise."
    return None


def read_head(text: str, path: str) -> tuple[int, str] | None:
    """The head that was written down, if there is one."""
    if path:
        told = json.loads(Path(path).read_text(encoding="utf-8").splitlines()[-1])["head"]
        return told["seq"], told["hash"]
    number, _, digest = text.partition(":")
    return (int(number), digest.lower()) if text else None


def main() -> int:
    """Read the arguments, and the file."""
    parser = argparse.ArgumentParser(description="Checks a journal that Rentease Desk has exported.")
    parser.add_argument("file", help="the exported journal (JSON lines)")
    parser.add_argument("--head", default="", help="a head that was written down: row number, colon, hash")
    parser.add_argument("--head-file", default="", help="a file in which one was saved")
    given = parser.parse_args()
    try:
        known = read_head(given.head, given.head_file)
        with Path(given.file).open(encoding="utf-8", newline="\n") as file:
            found, count = first_misfit(file, known, json.loads(next(file, "{}"))["format"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"This cannot be read as an exported journal: {error!r}")
        return 2
    print(found or f"All {count} rows fit.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
