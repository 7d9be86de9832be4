"""Statements compiled once for all tests: as in a desk that has been open for long, and not as in a new one each time.

Each test opens databases of its own, and each engine would compile every statement for itself again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.util import LRUCache

if TYPE_CHECKING:
    import pytest

_ROOM = 5_000
"""More statements than the program has: nothing is compiled twice."""


def share_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all engines of a kind know what one of them has compiled."""
    monkeypatch.setattr("rentease_desk.storage.engine.create_engine", sharing_engines())


def sharing_engines() -> Callable[..., Engine]:
    """A ``create_engine`` whose engines share what they compile. The key of that knowledge is the dialect, which is
    told of its server once: by the first engine that has met one.
    """
    first: dict[str, Engine] = {}

    def created(url: URL, **options: Any) -> Engine:
        known = first.get(url.drivername)
        if known is None or known.dialect.default_schema_name is None:
            made = first[url.drivername] = create_engine(url, **options)
            made._compiled_cache = LRUCache(_ROOM)
            return made
        made = create_engine(url, _initialize=False, **options)
        made.dialect = made.pool._dialect = known.dialect
        made._compiled_cache = known._compiled_cache
        return made

    return created
