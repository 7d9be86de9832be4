"""What the desks' role may do with each table of PostgreSQL, and the SQL that makes the roles.

A desk adds to the ledger and reads it; it can neither change tables, triggers and functions, nor delete a row of money,
nor rewrite the journal, whatever program it runs. Migrations are the owner's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql

from rentease_desk.storage.migrations import VERSION_TABLE
from rentease_desk.storage.whole_schema import metadata

OWNER: Final = "rentease_owner"
DESK: Final = "rentease_desk"

APPENDED: Final = frozenset({
    "charge_lines", "day_closes", "drawer_closes", "drawer_count_pieces", "drawer_count_sums", "drawer_counts",
    "drawer_movements", "drawer_sessions", "drawer_variances", "journal", "payment_ignores", "payment_pairs",
    "payment_transfers", "payment_voids", "receipt_prints", "receipt_skips", "refund_returns", "stay_charges",
    "stay_nights",
})  # fmt: skip
"""Rows are added, and neither changed nor deleted."""

REPLACED: Final = frozenset({
    "balance_checks", "booking_search", "methods", "room_blocks", "room_nights", "saved_filters", "sync_checks",
    "sync_ranges",
})  # fmt: skip
"""Rows are deleted too: nothing of money."""

_GRANTEES = text(
    "SELECT r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE c.oid = to_regclass('journal') AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner"
)
_PATTERN = """\
-- Rentease Desk on PostgreSQL: {owner} owns the tables and brings them up to date, desks sign in as {desk}.
-- Run it in the property's database, as a superuser; again after each new version. Passwords are not in it:
--   \\password {owner}
--   \\password {desk}
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {owner_text}) THEN CREATE ROLE {owner} LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {desk_text}) THEN CREATE ROLE {desk} LOGIN; END IF;
END $$;
DO $$ DECLARE thing record; BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), {owner_text});
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), {desk_text});
    FOR thing IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    LOOP EXECUTE format('ALTER TABLE %s OWNER TO %I', thing.name, {owner_text}); END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE format('ALTER FUNCTION %s OWNER TO %I', thing.name, {owner_text}); END LOOP;
END $$;
ALTER SCHEMA public OWNER TO {owner};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {desk};
"""
_EMPTY = """\
-- There are no tables yet: make them with “rentease-desk db upgrade”, signed in as {owner}, then run this again.
"""


def rights(table: str) -> str:
    """What the desks' role may do with a table. A row that is locked must be one that may be changed."""
    if table == VERSION_TABLE:
        return "SELECT"
    if table in APPENDED:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE" if table in REPLACED else "SELECT, INSERT, UPDATE"


def grants(role: str) -> Iterator[str]:
    """Statements that give a role just that, whatever it had before."""
    name = _quoted(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"
    for table in (*sorted(metadata.tables), VERSION_TABLE):
        yield f"GRANT {rights(table)} ON {table} TO {name}"
    yield f"GRANT EXECUTE ON FUNCTION look_at_tables(text[]) TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"


def roles_script(owner: str, desk: str, *, empty: bool = False) -> str:
    """SQL that makes both roles and gives them their rights. ``empty``: the database has no tables yet."""
    names = {"owner": _quoted(owner), "desk": _quoted(desk)}
    head = _PATTERN.format(**names, owner_text=_literal(owner), desk_text=_literal(desk))
    return head + (_EMPTY.format(**names) if empty else "".join(f"{one};\n" for one in grants(desk)))


def renew_grants(connection: Connection) -> None:
    """After a migration: whoever could write the journal before may use the new tables too. For the owner."""
    for role in connection.scalars(_GRANTEES).all():
        for statement in grants(role):
            connection.exec_driver_sql(statement)


def _quoted(name: str) -> str:
    return postgresql.dialect().identifier_preparer.quote(name)  # type: ignore[no-untyped-call]


def _literal(name: str) -> str:
    return "'{}'".format(name.replace("'", "''"))
