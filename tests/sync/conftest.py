"""A desk on each engine, and practice accounts on one server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rentease_desk.services.desk import Desk
from tests.services.conftest import bookings, desk, payments, settings
from tests.tools.accounts import Account
from tests.tools.databases import SQLITE_FIRST, PostgresqlMaker, SqliteMaker
from tests.tools.killing import Killer
from tests.tools.syncing import SyncDesk

__all__ = ["bookings", "desk", "payments", "settings"]


@pytest.fixture(params=SQLITE_FIRST)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Most that is tested here lies above the engine; what leans on its locks asks for ``ENGINES`` in the daily run."""
    return str(request.param)


@pytest.fixture(scope="session")
def killer() -> Killer:
    return Killer()


@pytest.fixture
def at(desk: Desk, account: Account) -> SyncDesk:
    """A desk that syncs with an empty account."""
    return SyncDesk(desk, account)


@pytest.fixture
def fresh(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes fresh databases of one engine; there is only ever the last one."""
    if engine_name == "sqlite":
        sqlite: SqliteMaker = request.getfixturevalue("sqlite_maker")
        yield lambda: sqlite.copy(tmp_path / "desk.sqlite3")
        return
    postgresql: PostgresqlMaker = request.getfixturevalue("postgresql_maker")
    made: list[str] = []

    def again() -> str:
        while made:
            postgresql.drop(made.pop())
        made.append(postgresql.copy())
        return made[0]

    yield again
