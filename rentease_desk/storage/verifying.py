"""Walking the journal's chain, and the ledger beside the journal: what is the first row that does not fit?

Everything streams, so that a million rows take no more memory than a thousand, and comes as it lies in the tables: a
value that no program of ours could have written must not end the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from rentease_desk.domain.journal import DIGEST, GENESIS, JournalRow, chain_hash, digest
from rentease_desk.domain.verification import Head, Misfit, What
from rentease_desk.storage.journal import read_rows, streamed
from rentease_desk.storage.journal_tables import journal, journal_head
from rentease_desk.storage.proofs import NAME, PROVEN, Proven, all_rows, flags_of, in_order
from rentease_desk.storage.receipts import gaps

Step = Callable[[int], None]
"""Called with how many rows were looked at since it was called last; may raise to end the walk."""
_AT_ONCE = 1000
_FLAGS = {0: False, 1: True}
_Row = Mapping[str, Any]
_Entry = tuple[int, str | None]
"""Its ``seq`` and its proof."""


def count_rows(connection: Connection) -> int:
    """How many steps a whole walk takes: each journal row twice, each row of the ledger once."""
    tables = {proven.table for proven in PROVEN.values()}
    ledger = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    return ledger + 2 * (connection.scalar(select(func.count()).select_from(journal)) or 0)


@contextmanager
def as_it_lies(connection: Connection) -> Iterator[None]:
    """Within it, bytes of a SQLite file that are no Unicode come as lone surrogates, which fit nothing."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda text: text.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def first_misfit(connection: Connection, known: Head | None = None, step: Step = lambda _: None) -> Misfit | None:
    """The first row that does not fit: in the journal, then in the ledger; None: all fit.

    ``known``: a head that was written down once.
    """
    with as_it_lies(connection):
        found = _first_in_chain(connection, known, step) or _first_in_ledger(connection, step)
        if found is not None:
            return replace(found, fields=_differing(connection, found))
    return next((Misfit(What.NUMBERS, uid=series) for series in gaps(connection)), None)


def _first_in_chain(connection: Connection, known: Head | None, step: Step) -> Misfit | None:
    """The first journal row that does not follow the one before it. ``known``: a head that was written down once."""
    previous, last = GENESIS, 0
    with closing(_stepped(read_rows(connection), step)) as rows:
        for row in rows:
            if not _follows(row, last + 1, previous):
                return Misfit(What.CHAIN, seq=min(row.seq, last + 1))
            previous, last = row.hash, row.seq
            if known is not None and known.seq == last and known.hash != previous:
                return Misfit(What.OTHER_HEAD, seq=last)
    return _end(connection, known, last, previous)


def _end(connection: Connection, known: Head | None, last: int, previous: str) -> Misfit | None:
    """Whether the chain is as long as the head says, and as it was once."""
    if known is not None and known.seq > last:
        return Misfit(What.TAIL, seq=last + 1)
    heads = connection.execute(select(journal_head.c.id, journal_head.c.seq, journal_head.c.hash)).all()
    if heads == [(1, last, previous)]:
        return None
    is_cut = any(type(seq) is int and seq > last for _, seq, _ in heads)
    return Misfit(What.TAIL, seq=last + 1) if is_cut else Misfit(What.HEAD, seq=last)


def _follows(row: JournalRow, seq: int, previous: str) -> bool:
    try:
        computed = chain_hash(previous, row.seq, row.entry)
    except TypeError:  # bytes, or a text that is not Unicode
        return False
    return row.seq == seq and row.previous_hash == previous and row.hash == computed


def _first_in_ledger(connection: Connection, step: Step) -> Misfit | None:
    """The first row of the ledger that is not as the journal says, or that only one of the two knows."""
    for proven in PROVEN.values():
        told, standing = _told(connection, proven, step), _standing(connection, proven, step)
        with closing(told), closing(standing):
            for uid, entry, rows in _beside(told, standing):
                what = _compared(proven, entry, rows)
                if what is not None:
                    return Misfit(what, entry[0] if entry else None, proven.entity, uid, tuple(rows))
    return None


def _compared(proven: Proven, entry: _Entry | None, rows: list[_Row]) -> What | None:
    if entry is None:
        return What.ADDED
    if not rows:
        return None if entry[1] is None else What.DELETED
    if entry[1] is None:
        return What.ADDED
    return None if entry[1] == _proof(proven, rows) else What.CHANGED


def _proof(proven: Proven, rows: list[_Row]) -> str | None:
    try:
        return proven.proof(rows)
    except TypeError:  # bytes, or a text that is not Unicode
        return None


def _beside(
    told: Iterator[tuple[str, _Entry]], standing: Iterator[tuple[str, list[_Row]]]
) -> Iterator[tuple[str, _Entry | None, list[_Row]]]:
    """Each entity of a kind that the journal or the ledger knows: the ``seq`` and the proof of its last entry, and its
    rows.
    """
    one, other = next(told, None), next(standing, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield one[0], one[1], []
            one = next(told, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other[1]
            other = next(standing, None)
        else:
            yield one[0], one[1], other[1]
            one, other = next(told, None), next(standing, None)


def _told(connection: Connection, proven: Proven, step: Step) -> Generator[tuple[str, _Entry], None, None]:
    """What the journal says last of each entity of a kind."""
    columns = (journal.c.entity_uid, journal.c.seq, journal.c.proof)
    query = select(*columns).where(journal.c.entity == proven.entity)
    query = query.order_by(in_order(connection, journal.c.entity_uid), journal.c.seq)
    for uid, rows in groupby(_stepped(streamed(connection, query), step), key=lambda row: str(row[0])):
        *_, last = rows
        yield uid, (last[1], last[2])


def _standing(connection: Connection, proven: Proven, step: Step) -> Generator[tuple[str, list[_Row]], None, None]:
    """The rows that the ledger has of each entity of a kind."""
    flags = flags_of(proven) if connection.dialect.name == "sqlite" else ()
    found = (row._mapping for row in _stepped(streamed(connection, all_rows(connection, proven)), step))
    for uid, rows in groupby(found, key=itemgetter(NAME)):
        yield str(uid), [_with_flags(row, flags) for row in rows]


def _with_flags(row: _Row, flags: tuple[str, ...]) -> _Row:
    return {**row, **{name: _FLAGS.get(row[name], row[name]) for name in flags}} if flags else row


def _stepped(rows: Iterable[Any], step: Step) -> Generator[Any, None, None]:
    count = 0
    for row in rows:
        yield row
        count += 1
        if count == _AT_ONCE:
            step(count)
            count = 0
    step(count)


def _differing(connection: Connection, found: Misfit) -> dict[str, tuple[object, object]]:
    """The fields that the journal tells of and that are others in the ledger's one row; personal ones as None."""
    if found.what is not What.CHANGED or len(found.rows) != 1:
        return {}
    row = {name: value.isoformat() if isinstance(value, date) else value for name, value in found.rows[0].items()}
    told = _said(connection, found.entity, found.uid)
    return {
        name: _pair(value, row[name]) for name, value in told.items() if name in row and not _fits(row, name, value)
    }


def _said(connection: Connection, entity: str, uid: str) -> dict[str, Any]:
    """What the entries of an entity say of it, the later over the earlier."""
    query = select(journal.c.after).where(journal.c.entity == entity, journal.c.entity_uid == uid)
    told: dict[str, Any] = {}
    for after in connection.scalars(query.order_by(journal.c.seq)):
        told |= orjson.loads(after) if after is not None else {}
    return told


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and value.startswith(DIGEST)


def _fits(row: _Row, name: str, told: object) -> bool:
    lies = row[name]
    if _is_digest(told) and "salt" in row:
        return lies is not None and told == digest(str(row["salt"]), name, str(lies))
    return bool(told == lies) or name == "content"  # a receipt's text stands in the journal as its own hash


def _pair(told: object, lies: object) -> tuple[object, object]:
    return (None, None) if _is_digest(told) else (told, lies)
