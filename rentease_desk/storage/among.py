"""A column among many values, as one parameter: ``IN`` with a list is written and read anew for every length of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


def among(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column holds one of these texts; of none, never. A single text names a parameter of texts."""
    given = bindparam(values, type_=_Texts()) if isinstance(values, str) else bindparam(None, list(values), _Texts())
    return _Among(column, given)


def among_keys(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a column of keys holds one of those in the parameter of this name."""
    return _Among(column, bindparam(name, type_=_Keys()))


class _Texts(TypeDecorator[list[str]]):
    """A JSON array for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type at the driver."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text()))

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """The value for the driver."""
        return orjson.dumps(value).decode() if dialect.name == "sqlite" else value


class _Keys(_Texts):
    """The same of integers."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type at the driver."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger()))


class _Among(FunctionElement[Any]):
    """Has no type: of a Boolean, SQLAlchemy would ask SQLite whether it ``= 1``, and no index would be used."""

    type = NullType()
    inherit_cache = True


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - values is a parameter


@compiles(_Among, "postgresql")
def _any_of(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY ({values}))"
