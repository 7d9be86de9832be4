"""Triggers that keep money out of closed business days and closed drawers. Frozen: migration 0026 stands on it.

On PostgreSQL they hold the rows that a closing transaction takes alone, so that none comes in while one closes; they
look once at all rows of a statement, so that a page of a sync costs one look.
"""

from __future__ import annotations

from alembic import op

_DATED = ("payments", "refunds", "payment_voids", "charge_lines", "payment_transfers", "payment_pairs",
          "drawer_sessions", "drawer_movements", "drawer_closes")  # fmt: skip
_IN_SESSION = ("payments", "refunds", "drawer_movements", "drawer_counts")
_DAY = "the business day is closed"
_DRAWER = "the drawer is closed"
_MERGED = (
    "NEW.verdict = 'same' OR EXISTS (SELECT 1 FROM payment_pairs p WHERE p.pk = NEW.undoes_pk AND p.verdict = 'same')"
)
_ANOTHER = (
    "NEW.number <> 1 + (SELECT COALESCE(MAX(s.number), 0) FROM drawer_sessions s WHERE s.desk = NEW.desk)"
    " OR EXISTS (SELECT 1 FROM drawer_sessions s WHERE s.desk = NEW.desk"
    " AND NOT EXISTS (SELECT 1 FROM drawer_closes c WHERE c.session_pk = s.pk))"
)
_NEXT = (
    "NEW.ordinal <> 1 + (SELECT COALESCE(MAX(d.ordinal), 0) FROM day_closes d"
    " WHERE d.business_date = NEW.business_date)"
)
_ROWS = (
    ("drawer_sessions", "another", _ANOTHER, "another session of this drawer is open"),
    ("day_closes", "skip", _NEXT, "a day is closed and reopened in turn"),
)
_TOUCHING = (("payment_voids", "payment_pk", "TRUE"), ("payment_pairs", "manual_pk", _MERGED))
"""What makes a payment void touches the day and the drawer of that payment."""

_SHUT = (
    "NEW.session_pk IS NOT NULL AND (EXISTS (SELECT 1 FROM drawer_closes c WHERE c.session_pk = NEW.session_pk)"
    " OR NOT EXISTS (SELECT 1 FROM drawer_sessions s WHERE s.pk = NEW.session_pk))"
)
_VOIDED = (
    "EXISTS (SELECT 1 FROM payments p JOIN drawer_closes c ON c.session_pk = p.session_pk WHERE p.pk = NEW.payment_pk)"
)

_SHARED = """
CREATE FUNCTION day_is_closed(day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE((SELECT MAX(d.ordinal) % 2 = 1 FROM day_closes d WHERE d.business_date = day), FALSE)
$$;
CREATE FUNCTION refuse_closed_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM day_lock FOR SHARE;
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT f.business_date FROM fresh f) days
               WHERE days.business_date IS NOT NULL AND day_is_closed(days.business_date)) THEN
        RAISE EXCEPTION '{day}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION refuse_dating_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM day_lock FOR SHARE;
    IF day_is_closed(NEW.business_date) THEN
        RAISE EXCEPTION '{day}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_closed_drawer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM fresh f WHERE f.session_pk IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM drawers d WHERE d.desk IN (
        SELECT s.desk FROM drawer_sessions s JOIN fresh f ON f.session_pk = s.pk) ORDER BY d.desk FOR SHARE;
    IF EXISTS (SELECT 1 FROM fresh f LEFT JOIN drawer_sessions s ON s.pk = f.session_pk
               LEFT JOIN drawer_closes c ON c.session_pk = f.session_pk
               WHERE f.session_pk IS NOT NULL AND (s.pk IS NULL OR c.pk IS NOT NULL)) THEN
        RAISE EXCEPTION '{drawer}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION refuse_touching_closed(touched bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM day_lock FOR SHARE;
    PERFORM 1 FROM drawers d WHERE d.desk IN (
        SELECT s.desk FROM drawer_sessions s JOIN payments p ON p.session_pk = s.pk WHERE p.pk = touched) FOR SHARE;
    IF day_is_closed((SELECT p.business_date FROM payments p WHERE p.pk = touched)) THEN
        RAISE EXCEPTION '{day}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
"""
_VOID = """
CREATE FUNCTION refuse_void_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse_touching_closed(NEW.payment_pk);
    IF EXISTS (SELECT 1 FROM payments p JOIN drawer_closes c ON c.session_pk = p.session_pk
               WHERE p.pk = NEW.payment_pk) THEN
        RAISE EXCEPTION '{drawer}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_pair_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {merged} THEN
        PERFORM refuse_touching_closed(NEW.manual_pk);
    END IF;
    RETURN NEW;
END $$;
"""
_ROW = """
CREATE FUNCTION {table}_refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_FUNCTIONS = ("refuse_closed_day()", "refuse_dating_closed()", "refuse_closed_drawer()", "refuse_void_of_closed()",
              "refuse_pair_of_closed()", "refuse_touching_closed(bigint)", "day_is_closed(date)",
              *(f"{table}_refuse_{name}()" for table, name, _, _ in _ROWS))  # fmt: skip


def make() -> None:
    """All of them."""
    if _on_sqlite():
        for name, table, event, condition, text in _on_rows():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{text}'); END"
            )
        return
    op.execute(_SHARED.format(day=_DAY, drawer=_DRAWER))
    op.execute(_VOID.format(drawer=_DRAWER, merged=_MERGED))
    for table, name, condition, text in _ROWS:
        op.execute(_ROW.format(table=table, name=name, condition=condition, text=text))
    for name, _, what in _postgresql():
        op.execute(f"CREATE TRIGGER {name} {what}")


def drop() -> None:
    """Take them away again, before the tables and columns go that they look at."""
    if _on_sqlite():
        for name, *_ in _on_rows():
            op.execute(f"DROP TRIGGER {name}")
        return
    for name, table, _ in _postgresql():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _closed(day: str) -> str:
    return f"COALESCE((SELECT MAX(d.ordinal) % 2 FROM day_closes d WHERE d.business_date = {day}), 0) = 1"


def _on_rows() -> list[tuple[str, str, str, str, str]]:
    """SQLite's: name, table, event, condition, what is said. One writes at a time there, so nothing is held.

    None is for new payments: whatever it asked, a trigger there would let each row of a sync cost 19 µs more (of 11),
    and who writes one has read under the same lock which days and drawers are closed.
    """
    fresh, own = "NEW.business_date IS NOT NULL", _closed("NEW.business_date")
    made = [
        (f"{table}_no_closed_day", table, "INSERT", f"{fresh} AND {own}", _DAY)
        for table in _DATED
        if table != "payments"
    ]
    dating = f"OLD.business_date IS NULL AND {fresh} AND {own}"
    made += [(f"{table}_no_dating_closed", table, "UPDATE", dating, _DAY) for table in ("payments", "refunds")]
    made += [
        (f"{table}_no_closed_drawer", table, "INSERT", _SHUT, _DRAWER) for table in _IN_SESSION if table != "payments"
    ]
    for table, column, when in _TOUCHING:
        day = _closed(f"(SELECT p.business_date FROM payments p WHERE p.pk = NEW.{column})")
        made.append((f"{table}_no_touching_closed", table, "INSERT", f"({when}) AND {day}", _DAY))
    made.append(("payment_voids_no_closed_drawer", "payment_voids", "INSERT", _VOIDED, _DRAWER))
    return [*made, *((f"{table}_no_{name}", table, "INSERT", when, text) for table, name, when, text in _ROWS)]


def _postgresql() -> list[tuple[str, str, str]]:
    """Name, table, and the rest of the statement."""
    made = [(f"{table}_no_closed_day", table, _each(table, "refuse_closed_day")) for table in _DATED]
    made += [(f"{table}_no_closed_drawer", table, _each(table, "refuse_closed_drawer")) for table in _IN_SESSION]
    dating = "WHEN (OLD.business_date IS NULL AND NEW.business_date IS NOT NULL)"
    made += [
        (f"{table}_no_dating_closed", table, _row(table, "UPDATE", "refuse_dating_closed", dating))
        for table in ("payments", "refunds")
    ]
    made += [
        (f"{table}_no_touching_closed", table, _row(table, "INSERT", f"refuse_{name}_of_closed"))
        for table, name in (("payment_voids", "void"), ("payment_pairs", "pair"))
    ]
    rows = [
        (f"{table}_no_{name}", table, _row(table, "INSERT", f"{table}_refuse_{name}")) for table, name, _, _ in _ROWS
    ]
    return made + rows


def _each(table: str, function: str) -> str:
    new = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
    return f"AFTER INSERT ON {table} {new} EXECUTE FUNCTION {function}()"


def _row(table: str, event: str, function: str, when: str = "") -> str:
    return f"BEFORE {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {function}()"
