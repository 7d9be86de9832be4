"""Triggers that keep the ledger append-only in the database itself (money rule 2). Frozen: migrations stand on it.

A later change of a rule is a later migration with SQL of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

_REFUSE = """
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def refuse_delete(table: str) -> None:
    """No row of the table is ever deleted. Call it first: it makes what the others use."""
    if _on_sqlite():
        _sqlite_trigger(table, "delete", "DELETE", "")
        return
    op.execute(_REFUSE.format(table=table))
    _postgresql_trigger(table, "delete", "DELETE", "")
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def refuse_update(table: str, columns: Sequence[str] = (), *, where: str = "", name: str = "update") -> None:
    """No update, or none that changes one of the columns in rows where the old values fulfil ``where``."""
    differs = "IS NOT" if _on_sqlite() else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
    condition = " AND ".join(f"({part})" for part in (changed, where) if part)
    make = _sqlite_trigger if _on_sqlite() else _postgresql_trigger
    make(table, name, "UPDATE", condition)


def drop(table: str, names: Sequence[str] = ("delete", "update")) -> None:
    """Take a table's triggers away again, before the table itself goes."""
    if _on_sqlite():
        return  # they go with the table
    for name in names:
        op.execute(f"DROP TRIGGER {table}_no_{name} ON {table}")
    op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute(f"DROP FUNCTION {table}_refuse()")


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _sqlite_trigger(table: str, name: str, event: str, condition: str) -> None:
    when = f"WHEN {condition}" if condition else ""
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} {when}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql_trigger(table: str, name: str, event: str, condition: str) -> None:
    when = f"WHEN ({condition})" if condition else ""
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table}"
        f" FOR EACH ROW {when} EXECUTE FUNCTION {table}_refuse()"
    )
