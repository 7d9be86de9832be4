"""The outbox: a small SQLite file of this desk's own, for cash that is taken while PostgreSQL is away.

Rows are only added: what was taken, and what became of it. Each call is one transaction that is on the disk when it
returns, so a kill at any moment loses nothing; and as a payment is delivered by its ``uid``, it doubles nothing.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from rentease_desk.domain.errors import DatabaseError, KnownError, NotFoundError
from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import Chosen, Entry, KeepDraft, Kept, KeptState, Remembered
from rentease_desk.domain.reading import json_reader
from rentease_desk.storage.engine import BUSY_SECONDS, parse_url, sqlite_path

VERSION = 1
_REMEMBERED = json_reader(Remembered)
_SCHEMA = """
CREATE TABLE kept (
    number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL, booking_uid TEXT NOT NULL, reference TEXT NOT NULL, method TEXT NOT NULL,
    note TEXT NOT NULL, tendered INTEGER, cash_due INTEGER, sent INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
    business_date TEXT NOT NULL, staff_uid TEXT NOT NULL, actor TEXT NOT NULL, desk TEXT NOT NULL
) STRICT;
CREATE TABLE happened (
    number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL REFERENCES kept (uid),
    kind TEXT NOT NULL CHECK (kind IN ('sent', 'refused', 'chosen', 'delivered', 'undone')), at INTEGER NOT NULL,
    attempt TEXT NOT NULL DEFAULT '', code TEXT NOT NULL DEFAULT '', told TEXT NOT NULL DEFAULT '',
    booking_uid TEXT NOT NULL DEFAULT '', reference TEXT NOT NULL DEFAULT '', staff_uid TEXT NOT NULL DEFAULT '',
    actor TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX ended_once ON happened (uid) WHERE kind IN ('delivered', 'undone');
CREATE INDEX happened_uid ON happened (uid);
CREATE TABLE remembered (id INTEGER PRIMARY KEY CHECK (id = 1), content TEXT NOT NULL) STRICT;
CREATE TRIGGER kept_stays BEFORE UPDATE ON kept BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER kept_is_never_deleted BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER happened_stays BEFORE UPDATE ON happened BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER happened_is_never_deleted BEFORE DELETE ON happened BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""
_COLUMNS = ("uid", "amount", "currency", "booking_uid", "reference", "method", "note", "tendered", "cash_due", "sent",
            "occurred_at", "business_date", "staff_uid", "actor", "desk")  # fmt: skip
_INSERT = f"INSERT INTO kept ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{one}' for one in _COLUMNS)})"  # noqa: S608


class Happening(Struct, frozen=True):
    """What became of a kept payment. ``attempt`` names the sending that a refusal answers; ``at`` UTC seconds."""

    kind: str
    at: int
    attempt: str = ""
    code: str = ""
    told: str = ""
    booking_uid: str = ""
    reference: str = ""
    staff_uid: str = ""
    actor: str = ""


def outbox_path(folder: Path, address: str) -> Path | None:
    """Where the outbox of a property's database is; None for SQLite, which is never away. Raises DatabaseError.

    It is named by where the database is; user and password are no part of that.
    """
    url = parse_url(address)
    if sqlite_path(url) is not None:
        return None
    hosts = [str(url.query.get(name, "")) for name in ("host", "port")]
    place = "\n".join((url.host or "", str(url.port or ""), url.database or "", *hosts))
    return folder / f"outbox-{hashlib.sha256(place.encode()).hexdigest()[:16]}.sqlite3"


class Outbox:
    """The file. It is made when something is written first. Threads and processes may share it.

    Every method raises DatabaseError ``outbox.failed`` where the file cannot be used, ``outbox.newer``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, row: Kept) -> Kept:
        """Put a payment in; returns it with its number. The same ``uid`` again puts in nothing."""
        draft = row.draft
        told = {
            "uid": draft.uid, "amount": draft.amount.minor, "currency": draft.amount.currency,
            "booking_uid": draft.booking_uid, "reference": draft.reference, "method": draft.method, "note": draft.note,
            "tendered": draft.tendered, "cash_due": draft.cash_due, "sent": int(draft.sent),
            "occurred_at": row.occurred_at, "business_date": row.business_date.isoformat(),
            "staff_uid": row.staff_uid, "actor": row.actor, "desk": row.desk,
        }  # fmt: skip
        with self._writing() as connection:
            found = _kept(connection, draft.uid)
            if found is None:
                connection.execute(_INSERT, told)
                found = _kept(connection, draft.uid)
        assert found is not None
        return found

    def entries(self) -> list[Entry]:
        """All that was ever kept, oldest first, with what became of it."""
        if not self.path.exists():
            return []
        with self._reading() as connection:
            happened: defaultdict[str, list[Happening]] = defaultdict(list)
            for row in connection.execute("SELECT * FROM happened ORDER BY number"):
                happened[row["uid"]].append(_happening(row))
            rows = connection.execute("SELECT * FROM kept ORDER BY number").fetchall()
        return [_entry(_from(row), happened[row["uid"]]) for row in rows]

    def find(self, uid: str) -> Entry:
        """One by its ``uid``, or by the name of its slip. Raises NotFoundError ``outbox.not_found``."""
        named = (
            one for one in self.entries() if uid.strip().casefold() in {one.kept.draft.uid, one.kept.slip.casefold()}
        )
        found = next(named, None)
        if found is None:
            raise NotFoundError("outbox.not_found", name=uid)
        return found

    def note(self, uid: str, what: Happening, allowed: Callable[[Entry], KnownError | None] = lambda _: None) -> bool:
        """Add what became of it, unless it has ended; False: it has. ``allowed`` is asked in the same transaction: what
        it returns is raised.
        """
        names = what.__struct_fields__
        statement = f"INSERT INTO happened (uid, {', '.join(names)}) VALUES (:uid, {', '.join(f':{n}' for n in names)})"  # noqa: S608
        with self._writing() as connection:
            kept = _kept(connection, uid)
            if kept is None:
                raise NotFoundError("outbox.not_found", name=uid)
            rows = connection.execute("SELECT * FROM happened WHERE uid = ? ORDER BY number", (uid,))
            entry = _entry(kept, [_happening(row) for row in rows])
            if not entry.is_waiting:
                return False
            trouble = allowed(entry)
            if trouble is not None:
                raise trouble
            connection.execute(statement, {"uid": uid} | {name: getattr(what, name) for name in names})
        return True

    def remember(self, known: Remembered) -> None:
        """Keep what the desk has to know without the database. Nothing is written if it is known already."""
        if self.remembered() != known:
            content = msgspec.json.encode(known).decode()
            with self._writing() as connection:
                connection.execute("INSERT OR REPLACE INTO remembered (id, content) VALUES (1, ?)", (content,))

    def remembered(self) -> Remembered | None:
        """What was kept last; None before the database was ever reached from here."""
        if not self.path.exists():
            return None
        with self._reading() as connection:
            row = connection.execute("SELECT content FROM remembered").fetchone()
        return None if row is None else _REMEMBERED.decode(row["content"])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._explained(), closing(self._open()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own; the folder and the file are made where there is none."""
        with self._explained():
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(self._open()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = EXTRA")  # FULL, and the folder too: the journal is gone for good
        connection.execute("PRAGMA foreign_keys = ON")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            connection.close()
            raise DatabaseError("outbox.newer", path=self.path)
        if not found:
            self._make(connection)
        return connection

    def _make(self, connection: sqlite3.Connection) -> None:
        """In one transaction: a file without tables is one that was killed before."""
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError("outbox.failed", path=self.path, reason=str(error)) from error


def _statements() -> list[str]:
    """The schema, a statement at a time: ``executescript`` would commit before it."""
    found, begun = [], ""
    for part in _SCHEMA.split(";"):
        begun += part + ";"
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found


def _kept(connection: sqlite3.Connection, uid: str) -> Kept | None:
    row = connection.execute("SELECT * FROM kept WHERE uid = ?", (uid,)).fetchone()
    return None if row is None else _from(row)


def _from(row: sqlite3.Row) -> Kept:
    draft = KeepDraft(
        row["uid"], Money(row["amount"], row["currency"]), row["booking_uid"], row["reference"], row["method"],
        row["note"], row["tendered"], row["cash_due"], bool(row["sent"]),
    )  # fmt: skip
    day = date.fromisoformat(row["business_date"])
    return Kept(row["number"], draft, row["occurred_at"], day, row["staff_uid"], row["actor"], row["desk"])


def _happening(row: sqlite3.Row) -> Happening:
    return Happening(**{name: row[name] for name in Happening.__struct_fields__})


def _entry(kept: Kept, happened: list[Happening]) -> Entry:
    """How it stands after all that has happened to it."""
    sent = {one.attempt for one in happened if one.kind == "sent"}
    answered = {one.attempt for one in happened if one.kind == "refused"}
    end = next((one for one in happened if one.kind in {"delivered", "undone"}), None)
    said = next((one for one in reversed(happened) if one.kind in {"refused", "chosen"}), None)
    choice = next((one for one in reversed(happened) if one.kind == "chosen"), None)
    refused = said if said is not None and said.kind == "refused" and end is None else None
    return Entry(
        kept,
        KeptState.WAITING if end is None else KeptState(end.kind),
        "" if refused is None else refused.code,
        "" if refused is None else refused.told,
        None if choice is None else Chosen(choice.booking_uid, choice.reference, choice.staff_uid, choice.actor),
        is_open=kept.draft.sent or bool(sent - answered),
        ended_at=None if end is None else end.at,
        reason="" if end is None else end.told,
        ended_by="" if end is None else end.actor,
    )
