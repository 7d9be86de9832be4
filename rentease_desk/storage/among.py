"""A column among many values, as one parameter: ``IN`` with a list is written and read anew for every length of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine, UserDefinedType

_SPECIAL = re.compile(r'[\\"]')


def among(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column holds one of these texts; of none, never. A single text names a parameter of texts."""
    given = bindparam(values, type_=_Texts()) if isinstance(values, str) else bindparam(None, list(values), _Texts())
    return _Among(column, given)


def among_keys(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a column of keys holds one of those in the parameter of this name."""
    return _Among(column, bindparam(name, type_=_Keys()))


class _ArrayText(UserDefinedType[str]):
    """PostgreSQL's own text for an array: of a list the driver looks at each value, which takes a millisecond for
    three hundred.
    """

    cache_ok = True
    render_bind_cast = True

    def __init__(self, of: str) -> None:
        self.of = of

    def get_col_spec(self, **_options: Any) -> str:
        """What it is to the server."""
        return f"{self.of}[]"


class _Texts(TypeDecorator[list[str]]):
    """A JSON array for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type at the driver."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else _ArrayText("TEXT"))

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """The value for the driver."""
        return orjson.dumps(value).decode() if dialect.name == "sqlite" else _array(value or ())


class _Keys(TypeDecorator[list[int]]):
    """The same of integers."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type at the driver."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else _ArrayText("BIGINT"))

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        """The value for the driver."""
        return orjson.dumps(value).decode() if dialect.name == "sqlite" else f"{{{','.join(map(str, value or ()))}}}"


def _array(values: Sequence[str]) -> str:
    """Texts as PostgreSQL's literal of an array, each in quotation marks."""
    if not values:
        return "{}"
    if _SPECIAL.search("".join(values)):
        values = [text.replace("\\", "\\\\").replace('"', '\\"') for text in values]
    return '{"' + '","'.join(values) + '"}'


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
