"""PostgreSQL goes away and comes back: what is told meanwhile, and that nobody has to start the program again."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import DatabaseError, is_away
from rentease_desk.domain.permissions import Role
from rentease_desk.storage.database import Database, Unit
from rentease_desk.storage.opening import open_database
from rentease_desk.storage.staff import all_staff, insert_member
from tests.tools.clocks import SetClock
from tests.tools.databases import PostgresqlMaker
from tests.tools.proxy import Proxy, proxy_to

NOON = 1_793_880_000
ELENA = Operator("Elena", "Desk 1")


@pytest.fixture(scope="module")
def proxy(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture(scope="module")
def shared(postgresql_maker: PostgresqlMaker, proxy: Proxy) -> Iterator[Database]:
    """Tests of this file share a database: each writes names of its own."""
    made = open_database(proxy.address(postgresql_maker.copy()), SetClock(NOON), RandomIds())
    yield made
    made.close()


@pytest.fixture
def far(shared: Database, proxy: Proxy) -> Iterator[Database]:
    yield shared
    proxy.delay, proxy.commits_to_lose, proxy.answers_to_lose = 0.0, 0, 0
    proxy.restore()


def names(db: Database) -> set[str]:
    with db.reading() as connection:
        return {one.name for one in all_staff(connection)}


Step = Callable[[Unit], object]


def add(name: str) -> Step:
    return lambda unit: insert_member(unit, f"uid of {name}", name, Role.MANAGER, "?")


def write(db: Database, *steps: Step) -> None:
    with db.writing(ELENA) as unit:
        for step in steps:
            step(unit)


def failure(db: Database, *steps: Step) -> DatabaseError:
    """What is told of a write that fails."""
    with pytest.raises(DatabaseError) as caught:
        write(db, *steps)
    return caught.value


def test_a_cut_between_two_units_is_never_noticed(far: Database, proxy: Proxy) -> None:
    names(far)
    proxy.cut()
    write(far, add("Ana"))
    proxy.cut()
    assert "Ana" in names(far)


def test_a_cut_within_a_unit_is_told_and_the_next_one_works(far: Database, proxy: Proxy) -> None:
    assert is_away(failure(far, add("Bea"), lambda _: proxy.cut(), add("Bice")))
    assert not {"Bea", "Bice"} & names(far)


def test_a_cut_before_the_last_step_leaves_nothing(far: Database, proxy: Proxy) -> None:
    assert is_away(failure(far, add("Clara"), lambda _: proxy.cut()))
    assert "Clara" not in names(far)


def test_a_lost_commit_leaves_nothing(far: Database, proxy: Proxy) -> None:
    proxy.commits_to_lose = 1
    assert is_away(failure(far, add("Dora")))
    assert "Dora" not in names(far)


def test_a_commit_whose_answer_is_lost_is_told_as_not_known(far: Database, proxy: Proxy) -> None:
    """What came of it is not known to who wrote: the database knows."""
    proxy.answers_to_lose = 1
    assert is_away(failure(far, add("Emma")))
    assert "Emma" in names(far)


def test_while_nobody_listens_it_is_away_and_then_it_is_back(far: Database, proxy: Proxy) -> None:
    names(far)
    proxy.away()
    for _ in range(2):
        with pytest.raises(DatabaseError) as caught:
            names(far)
        assert is_away(caught.value)
        assert is_away(failure(far, add("Frida")))
    proxy.restore()
    assert "Frida" not in names(far)


def test_a_server_that_ends_its_sessions_is_away(far: Database, postgresql_maker: PostgresqlMaker) -> None:
    """What an administrator's restart says to whoever is in the middle of something (57P01)."""
    ended = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseError) as caught, far.reading() as connection:
        connection.execute(ended)
    assert is_away(caught.value)
    names(far)


def test_after_a_fail_over_the_old_server_is_left(far: Database) -> None:
    """The old one goes on to answer, and only reads: no connection to it is kept, so the next may find the new one."""
    asked: list[object] = []

    def who(unit: Unit) -> None:
        asked.append(unit.connection.scalar(text("SELECT pg_backend_pid()")))

    write(far, who)
    told = failure(far, lambda unit: unit.connection.execute(text("SET TRANSACTION READ ONLY")), add("Gina"))
    assert told.code == "database.readonly"
    write(far, who)
    assert asked[0] != asked[1]


def test_connections_notice_a_network_that_is_silent(far: Database) -> None:
    """A pulled cable says nothing: the system gives up on what is not acknowledged, and asks now and then."""
    with far.reading() as connection:
        made = connection.connection.driver_connection
        with socket.socket(fileno=socket.dup(made.fileno())) as held:  # type: ignore[union-attr]
            assert held.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 10
            assert held.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
