"""A database that moves arrives whole, on either engine, and the old one is written no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.settings import Property
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.database import Database
from rentease_desk.storage.journal import read_head
from rentease_desk.storage.migrations import HEAD
from rentease_desk.storage.moving import move_database
from rentease_desk.storage.opening import current_revision, open_database
from rentease_desk.storage.privileges import DESK, OWNER
from rentease_desk.storage.sync_state import take_lease
from rentease_desk.storage.verifying import first_misfit
from tests.tools.clocks import CountedIds, SetClock
from tests.tools.databases import PostgresqlMaker, as_admin, as_role
from tests.tools.syncing import SyncDesk
from tests.tools.tampering import tampering
from tests.tools.whole_ledger import fill

NOON = 1_793_880_000


@pytest.fixture
def elsewhere(engine_name: str, postgresql_maker: PostgresqlMaker, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other engine, and who may make tables there."""
    if engine_name == "postgresql":
        yield f"sqlite:///{tmp_path / 'moved.sqlite3'}"
        return
    made = postgresql_maker.copy()
    yield as_role(made, OWNER)
    postgresql_maker.drop(made)


def _address(db: Database) -> str:
    return as_role(as_admin(db.url.render_as_string(hide_password=False)), OWNER) if _served(db) else str(db.url)


def _seen(payments: PaymentService) -> tuple[object, ...]:
    query = PaymentQuery()
    return payments.page(payments.keys(query)), payments.totals(query)


def _served(db: Database) -> bool:
    return db.url.drivername.startswith("postgresql")


def _refused(code: str, source: str, target: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        move_database(source, target)
    assert refused.value.code == code


def test_all_of_it_arrives_and_the_old_place_is_closed(at: SyncDesk, elsewhere: str) -> None:
    fill(at)
    before = _seen(PaymentService(at.desk))
    with at.desk.db.reading() as connection:
        head = read_head(connection)
    steps: list[int] = []
    with closing(at.desk.db.news()) as news:
        moved = move_database(_address(at.desk.db), elsewhere, steps.append)
        assert any(news.wait(threading.Event()) for _ in range(40))
    assert (moved.seq, moved.hash) == head
    assert moved.rows["journal"] == head[0]
    assert sum(steps) > 2 * sum(moved.rows.values())
    with pytest.raises(DatabaseError) as closed:
        SettingsService(at.desk).set({"name": "Elsewhere"})
    assert closed.value.code == "database.moved"
    db = open_database(
        as_role(elsewhere, DESK) if "postgresql" in elsewhere else elsewhere, SetClock(NOON), CountedIds()
    )
    desk = replace(at.desk, db=db)
    assert _seen(PaymentService(desk)) == before
    SettingsService(desk).set({"name": "Hotel Somewhere"})  # new keys come after the old ones
    with db.reading() as connection:
        assert first_misfit(connection) is None
        assert read_head(connection)[0] == head[0] + 1
    db.close()


def test_the_way_back(at: SyncDesk, elsewhere: str, tmp_path: Path, postgresql_maker: PostgresqlMaker) -> None:
    fill(at)
    there = move_database(_address(at.desk.db), elsewhere)
    home = as_role(postgresql_maker.copy(), OWNER) if _served(at.desk.db) else f"sqlite:///{tmp_path / 'home.sqlite3'}"
    assert move_database(elsewhere, home) == there
    assert current_revision(home) == HEAD


def test_nothing_is_put_over_what_is_there(desk: Desk, elsewhere: str) -> None:
    other = open_database(elsewhere, SetClock(NOON), CountedIds())
    SettingsService(replace(desk, db=other)).ensure(lambda: Property(zone="Europe/Rome"))
    other.close()
    _refused("database.not_empty", _address(desk.db), elsewhere)
    _refused("database.not_empty", _address(desk.db), _address(desk.db))
    SettingsService(desk).set({"name": "Goes on"})


def test_a_sync_is_waited_for(desk: Desk, elsewhere: str) -> None:
    with desk.writing() as unit:
        take_lease(unit, "Desk 2|there|1|1", 300)
    _refused("database.move_syncing", _address(desk.db), elsewhere)


def test_a_ledger_that_was_changed_by_hand_does_not_move(at: SyncDesk, elsewhere: str) -> None:
    """What does not fit here would be taken for a fault of the move there."""
    fill(at)
    with tampering(at.desk.db) as connection:
        connection.execute(text("UPDATE journal SET actor = 'x' WHERE seq = 3"))
        connection.commit()
    _refused("database.move_differs", _address(at.desk.db), elsewhere)
    assert current_revision(elsewhere) == HEAD
    there = open_database(elsewhere, SetClock(NOON), CountedIds())
    with there.reading() as connection:
        assert read_head(connection)[0] == 0
    there.close()
