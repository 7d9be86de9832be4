"""Search in folded text: plain substrings, the same on both engines, without any extension."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnExpressionArgument, func
from sqlalchemy.sql import ColumnElement

_SELECTIVE = 4
"""From so many letters on, few rows are expected to hold a word."""


def contains(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a folded column holds a folded word. SQLite reads LIKE in two thirds of the time of ``instr``."""
    return column.contains(word, autoescape=True)


def for_word(dialect: str, word: str, condition: ColumnElement[bool]) -> ColumnExpressionArgument[Any]:
    """A condition on a word. SQLite begins with the text, and not with the order of the list, where few rows fit."""
    return func.unlikely(condition) if dialect == "sqlite" and len(word) >= _SELECTIVE else condition
