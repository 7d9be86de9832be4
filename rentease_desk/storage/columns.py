"""What tables are made of: kinds of columns, and rules that several tables keep."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, MetaData, String, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up INTEGER keys only
Plain = Text().with_variant(Text(collation="C"), "postgresql")  # the same order on both engines
Uid = String(36)


def one_of(column: str, values: object) -> CheckConstraint:
    """Keeps a column to these values."""
    listed = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def currency_code() -> CheckConstraint:
    """Keeps ``currency`` to lower-case codes."""
    return CheckConstraint("length(currency) = 3 AND currency = lower(currency)", name="currency_code")


def primary_key() -> Column[int]:
    """A row's key inside one database."""
    return Column("pk", Key, primary_key=True)


def single_row() -> Column[int]:
    """The key of a table that has one row."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def only_one() -> CheckConstraint:
    """Keeps such a table at one row."""
    return CheckConstraint("id = 1", name="single")


def made_columns() -> tuple[Column[str], Column[str], Column[int]]:
    """Who wrote a row, at which desk, and when (UTC seconds)."""
    return (
        Column("actor", Text, nullable=False),
        Column("desk", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
    )
