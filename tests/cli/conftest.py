"""Commands on a desk of their own, and a practice account for them to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.accounts import Account
from tests.tools.commands import Commands, warm
from tests.tools.databases import SqliteMaker


@pytest.fixture(scope="session", autouse=True)
def warmed(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What all commands do is put together once."""
    warm(sqlite_maker.copy(tmp_path_factory.mktemp("warmed") / "desk.sqlite3"))


@pytest.fixture
def unopened(tmp_path: Path) -> Commands:
    """A desk without a key whose first command makes its folder and its SQLite file."""
    return Commands(tmp_path)


@pytest.fixture
def cli(unopened: Commands, sqlite_maker: SqliteMaker) -> Commands:
    """A desk with a SQLite file of the current schema and without a key."""
    unopened.database.parent.mkdir()
    sqlite_maker.copy(unopened.database)
    return unopened


@pytest.fixture
def desk(cli: Commands, account: Account) -> Commands:
    """A desk with the key of an empty account."""
    cli.extra |= {"STRIPE_API_BASE": account.url, "STRIPE_API_KEY": account.key}
    return cli
