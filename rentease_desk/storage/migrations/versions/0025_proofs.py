"""The journal proves the rows that it is about: an entry may hold the SHA-256 of what stands in the ledger after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from rentease_desk.domain.journal import JournalEntry
from rentease_desk.storage.journal import append
from rentease_desk.storage.proofs import NAME, PROVEN, Proven

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_THERE = {
    "sqlite": "SELECT 1 FROM pragma_table_info('journal') WHERE name = 'proof'",
    "postgresql": "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND table_name = 'journal' AND column_name = 'proof'",
}
"""Whether the column is there: a downgrade leaves it."""


def upgrade() -> None:
    """Add the column. What an older program wrote is proven as it stands now, in entries of their own."""
    connection = op.get_bind()
    if connection.execute(sa.text(_THERE[connection.dialect.name])).first() is None:
        op.add_column("journal", sa.Column("proof", sa.String(64)))
    now = connection.execute(sa.text("SELECT max(at) FROM journal")).scalar_one()
    if now is None:
        return  # nobody has written anything
    tables = set(sa.inspect(connection).get_table_names())
    for proven in PROVEN.values():
        if proven.table.name in tables:  # or a later migration makes it
            seals = [
                JournalEntry(now, "", "", "seal", proven.entity, uid, None, None, proof)
                for uid, proof in _unproven(connection, proven)
            ]
            append(connection, seals, revision="0024")


def downgrade() -> None:
    """The column stays: without it, the hashes of the rows that have a proof could not be checked any more."""


def _unproven(connection: sa.Connection, proven: Proven) -> Iterator[tuple[str, str | None]]:
    """What stands otherwise than the last entry of it says, with the proof of it; None: it is gone."""
    query = sa.text("SELECT entity_uid, proof FROM journal WHERE entity = :entity ORDER BY seq")
    known = {row.entity_uid: row.proof for row in connection.execute(query, {"entity": proven.entity})}
    there = _standing(connection, proven)
    for uid in sorted(known.keys() | there.keys()):
        if known.get(uid) != there.get(uid):
            yield uid, there.get(uid)


def _standing(connection: sa.Connection, proven: Proven) -> dict[str, str]:
    """The proof of each entity. Columns that a later migration adds are not there yet, and in no proof."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(proven.table.name)}
    columns = [proven.table.c[name] for name in proven.columns if name in there]
    found = defaultdict(list)
    query = sa.select(*columns, proven.name.label(NAME)).select_from(proven.source)
    for row in connection.execute(query).mappings():
        found[str(row[NAME])].append(dict(row))
    return {uid: proven.proof(rows) for uid, rows in found.items()}
