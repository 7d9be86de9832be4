"""A desk's role on PostgreSQL may let the engine look at the tables that a sync fills; it does not own them."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# 3,000 rows of a table, and not 30,000: whoever waits wants to know how many there are and of how many accounts. The
# engine's own worker looks more closely later.
_LOOK = """
CREATE FUNCTION look_at_tables(names text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET default_statistics_target = 10 AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        EXECUTE format('ANALYZE %I', name);
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Make the function: it does nothing but that, in the name of the tables' owner."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_LOOK)
        op.execute("REVOKE ALL ON FUNCTION look_at_tables(text[]) FROM PUBLIC")


def downgrade() -> None:
    """Drop it."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION look_at_tables(text[])")
