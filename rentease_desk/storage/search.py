"""Search in folded text: plain substrings, the same on both engines, without any extension."""

from __future__ import annotations

from sqlalchemy import func, literal
from sqlalchemy.sql import ColumnElement


def contains(dialect: str, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a folded column holds a folded word. ``instr`` and ``strpos`` know no wildcards: nothing to escape."""
    find = func.instr if dialect == "sqlite" else func.strpos
    return find(column, literal(word)) > 0
