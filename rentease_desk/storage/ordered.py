"""What SQLite is told of the way to rows where it would not find it: it knows nothing of how many rows a table has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import Alias, Join

Step = tuple[FromClause, ColumnElement[bool]]


def in_order(first: FromClause, steps: Sequence[Step]) -> FromClause:
    """An inner join that SQLite makes in this order: for each row of the first those of the next, and so on."""
    joined = first
    for table, on in steps:
        joined = _InOrder(joined, table, on)
    return joined


def by_index(table: Table, index: str, name: str) -> FromClause:
    """The table by another name, of which SQLite reads nothing but this index."""
    assert any(one.name == index for one in table.indexes)
    return _ByIndex.of(table, index, name)


class _InOrder(Join):
    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _cross_join(element: _InOrder, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite takes ``CROSS JOIN`` for an order that is not to be changed."""
    options.pop("asfrom", None)
    within = {name: one for name, one in options.items() if name != "from_linter"}
    left, right = (compiler.process(one, asfrom=True, **within) for one in (element.left, element.right))
    return f"{left} CROSS JOIN {right} ON {compiler.process(element.onclause, **within)}"  # type: ignore[arg-type]


class _ByIndex(Alias):
    inherit_cache = True
    index: str

    @classmethod
    def of(cls, table: Table, index: str, name: str) -> _ByIndex:
        """The alias; one name always stands for one index."""
        made: _ByIndex = cls._construct(table, name=name)
        made.index = index
        return made


@compiles(_ByIndex, "sqlite")
def _indexed_by(element: _ByIndex, compiler: SQLCompiler, **options: Any) -> str:
    told: str = compiler.visit_alias(element, **options)  # type: ignore[no-untyped-call]
    return f"{told} INDEXED BY {element.index}" if options.get("asfrom") else told
