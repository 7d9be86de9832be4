"""Cash drawers and their sessions, closed business days, and the guards that keep money out of what is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only, closed_guards

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("day_closes", "drawer_sessions", "drawer_movements", "drawer_counts", "drawer_count_pieces",
           "drawer_count_sums", "drawer_closes", "drawer_variances")  # fmt: skip


def upgrade() -> None:
    """Make the tables, columns and guards. What was taken before is in the implicit sessions; no day is closed."""
    _days()
    op.create_table(
        "drawers",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("desk", name=op.f("pk_drawers")),
    )
    _sessions()
    _movements()
    _counts()
    _closes()
    _columns()
    for table in _TABLES:
        append_only.refuse_delete(table)
        append_only.refuse_update(table)
    append_only.refuse_delete("day_lock")
    append_only.refuse_update("day_lock", where="NEW.id <> OLD.id OR NEW.version <> OLD.version + 1")
    closed_guards.make()


def downgrade() -> None:
    """Drop them. The payments stay; which drawer they were in, and which days were closed, the journal still tells."""
    closed_guards.drop()
    for table in ("payments", "refunds"):
        on = "" if op.get_context().dialect.name == "sqlite" else f" ON {table}"
        for name in ("session", "late"):
            op.execute(f"DROP TRIGGER {table}_no_{name}{on}")
        op.drop_index(f"ix_{table}_session", table)
        op.drop_column(table, "late_of")
        op.drop_column(table, "session_pk")
    op.drop_column("property", "drawer_tolerance")
    for table in reversed(("day_lock", *_TABLES)):
        append_only.drop(table)
        op.drop_table(table)
    op.drop_table("drawers")


def _columns() -> None:
    op.add_column("property", sa.Column("drawer_tolerance", sa.Text(), server_default="off", nullable=False))
    only = sa.text("session_pk IS NOT NULL")
    for table in ("payments", "refunds"):
        op.add_column(table, sa.Column("session_pk", _KEY, nullable=True))
        op.add_column(table, sa.Column("late_of", sa.Date(), nullable=True))
        op.create_index(f"ix_{table}_session", table, ["session_pk"], sqlite_where=only, postgresql_where=only)
        append_only.refuse_update(table, ["session_pk"], name="session")
        append_only.refuse_update(table, ["late_of"], where="OLD.business_date IS NOT NULL", name="late")


def _days() -> None:
    op.create_table(
        "day_lock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_day_lock_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_lock")),
    )
    op.execute("INSERT INTO day_lock (id, version) VALUES (1, 0)")
    op.create_table(
        "day_closes",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_made(),
        sa.CheckConstraint("ordinal > 0 AND ((ordinal & 1) = 1 OR reason <> '')", name=op.f("ck_day_closes_reasoned")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_day_closes")),
        sa.UniqueConstraint("uid", name=op.f("uq_day_closes_uid")),
        sa.UniqueConstraint("business_date", "ordinal", name=op.f("uq_day_closes_business_date_ordinal")),
    )


def _sessions() -> None:
    op.create_table(
        "drawer_sessions",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        *_made(),
        sa.CheckConstraint("number > 0", name=op.f("ck_drawer_sessions_number")),
        sa.ForeignKeyConstraint(["desk"], ["drawers.desk"], name=op.f("fk_drawer_sessions_desk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_drawer_sessions")),
        sa.UniqueConstraint("uid", name=op.f("uq_drawer_sessions_uid")),
        sa.UniqueConstraint("desk", "number", name=op.f("uq_drawer_sessions_desk_number")),
    )


def _movements() -> None:
    op.create_table(
        "drawer_movements",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("session_pk", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        *_made(),
        sa.CheckConstraint(
            "kind IN ('float', 'paid_in', 'paid_out', 'drop', 'handover')", name=op.f("ck_drawer_movements_kind_known")
        ),
        sa.CheckConstraint("amount > 0 OR (kind = 'float' AND amount = 0)", name=op.f("ck_drawer_movements_positive")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_drawer_movements_currency_code")
        ),
        sa.CheckConstraint("reason <> '' OR kind IN ('float', 'handover')", name=op.f("ck_drawer_movements_reasoned")),
        sa.ForeignKeyConstraint(["session_pk"], ["drawer_sessions.pk"], name=op.f("fk_drawer_movements_session_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_drawer_movements")),
        sa.UniqueConstraint("uid", name=op.f("uq_drawer_movements_uid")),
    )
    op.create_index(op.f("ix_drawer_movements_session_pk"), "drawer_movements", ["session_pk"])


def _counts() -> None:
    op.create_table(
        "drawer_counts",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("session_pk", _KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *_made(),
        sa.ForeignKeyConstraint(["session_pk"], ["drawer_sessions.pk"], name=op.f("fk_drawer_counts_session_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_drawer_counts")),
        sa.UniqueConstraint("uid", name=op.f("uq_drawer_counts_uid")),
        sa.UniqueConstraint("session_pk", "ordinal", name=op.f("uq_drawer_counts_session_pk_ordinal")),
    )
    op.create_table(
        "drawer_count_pieces",
        sa.Column("count_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces > 0 AND value > 0", name=op.f("ck_drawer_count_pieces_positive")),
        sa.ForeignKeyConstraint(["count_pk"], ["drawer_counts.pk"], name=op.f("fk_drawer_count_pieces_count_pk")),
        sa.PrimaryKeyConstraint("count_pk", "currency", "value", name=op.f("pk_drawer_count_pieces")),
    )
    op.create_table(
        "drawer_count_sums",
        sa.Column("count_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["count_pk"], ["drawer_counts.pk"], name=op.f("fk_drawer_count_sums_count_pk")),
        sa.PrimaryKeyConstraint("count_pk", "method", "currency", name=op.f("pk_drawer_count_sums")),
    )


def _closes() -> None:
    op.create_table(
        "drawer_closes",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("session_pk", _KEY, nullable=False),
        sa.Column("count_pk", _KEY, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        *_made(),
        sa.ForeignKeyConstraint(["session_pk"], ["drawer_sessions.pk"], name=op.f("fk_drawer_closes_session_pk")),
        sa.ForeignKeyConstraint(["count_pk"], ["drawer_counts.pk"], name=op.f("fk_drawer_closes_count_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_drawer_closes")),
        sa.UniqueConstraint("uid", name=op.f("uq_drawer_closes_uid")),
        sa.UniqueConstraint("session_pk", name=op.f("uq_drawer_closes_session_pk")),
    )
    op.create_table(
        "drawer_variances",
        sa.Column("close_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("variance", sa.BigInteger(), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("variance = counted - expected", name=op.f("ck_drawer_variances_variance")),
        sa.CheckConstraint(
            "dropped = 0 OR (method = 'cash' AND dropped > 0 AND dropped <= counted)",
            name=op.f("ck_drawer_variances_dropped"),
        ),
        sa.ForeignKeyConstraint(["close_pk"], ["drawer_closes.pk"], name=op.f("fk_drawer_variances_close_pk")),
        sa.PrimaryKeyConstraint("close_pk", "method", "currency", name=op.f("pk_drawer_variances")),
    )


def _made() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
