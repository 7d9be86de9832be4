"""Fixtures of all tests. ``db`` runs a test twice: on a SQLite file, and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rentease_desk.domain.changes import Operator
from rentease_desk.storage.database import Database
from rentease_desk.storage.opening import open_database
from tests.tools.accounts import Account, Accounts, accounts_server
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.compiled import share_compiled
from tests.tools.databases import ENGINES, PostgresqlMaker, SqliteMaker, postgresql
from tests.tools.memory import use_memory
from tests.tools.secret_search import SecretSearch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.register_assert_rewrite("tests.tools.syncing")
use_memory()

_SEARCH = pytest.StashKey[SecretSearch]()
_TOLD = pytest.StashKey[list[str]]()

NOON = 1_793_880_000
"""Thu 5 Nov 2026, 12:00 UTC, 13:00 in Trieste: "now" in most tests."""


_ENOUGH = 100
"""Folders of tests after which a run must have left files to look into."""


@pytest.fixture(scope="session", autouse=True)
def secret_search(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretSearch]:
    """Looks for keys and passwords in every file of this process: of each test as it ends, of all others at the end."""
    search = SecretSearch()
    request.config.stash[_SEARCH] = search
    yield search
    found = search.look(tmp_path_factory.getbasetemp())
    assert not found, f"secrets in files: {found}"
    search.demand(_ENOUGH)
    if hasattr(request.config, "workeroutput"):
        request.config.workeroutput["secrets"] = str(search)


@pytest.fixture(autouse=True)
def no_secret_is_written(request: pytest.FixtureRequest, secret_search: SecretSearch) -> Iterator[None]:
    """Set up first, so that it looks when all else is closed; pytest removes the folder after that."""
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None and request.node.get_closest_marker("plants_secrets") is None:
        found = secret_search.look(folder)
        assert not found, f"secrets in files: {found}"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process of the tests has ended."""
    told = getattr(node, "workeroutput", {}).get("secrets")
    if told:
        node.config.stash.setdefault(_TOLD, []).append(told)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What was looked at."""
    here = config.stash.get(_SEARCH, None)
    for told in (*([str(here)] if here else []), *config.stash.get(_TOLD, [])):
        terminalreporter.write_line(f"secrets: {told}")


@pytest.fixture(scope="session", autouse=True)
def compiled() -> Iterator[None]:
    """No statement is compiled twice in this process."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        share_compiled(monkeypatch)
        yield


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    return SqliteMaker(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_maker() -> Iterator[PostgresqlMaker]:
    with postgresql() as maker:
        yield maker


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database of the current schema."""
    if engine_name == "sqlite":
        maker: SqliteMaker = request.getfixturevalue("sqlite_maker")
        return maker.copy(tmp_path / "desk.sqlite3")
    server: PostgresqlMaker = request.getfixturevalue("postgresql_maker")
    return server.copy()


@pytest.fixture
def empty_address(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server: PostgresqlMaker = request.getfixturevalue("postgresql_maker")
    return server.create()


@pytest.fixture(scope="session")
def accounts() -> Iterator[Accounts]:
    """Practice accounts, all on one server."""
    with accounts_server() as made:
        yield made


@pytest.fixture
def account(accounts: Accounts) -> Iterator[Account]:
    """An empty account whose clock stands still at NOON."""
    made = accounts.open()
    yield made
    accounts.close(made)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def ids() -> CountedIds:
    return CountedIds()


@pytest.fixture
def db(address: str, clock: SetClock, ids: CountedIds) -> Iterator[Database]:
    database = open_database(address, clock, ids)
    yield database
    database.close()


@pytest.fixture
def elena() -> Operator:
    return Operator("Elena", "Desk 1")
