"""The database and its password: in the keyring or for this session, never in a file or an address that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rentease_desk.config import Config, from_environment
from rentease_desk.domain.errors import ConfigurationError, DatabaseError, KeychainError, KnownError
from rentease_desk.keychain import Keychain
from rentease_desk.services.database_access import DatabaseAccess
from rentease_desk.storage.opening import current_revision
from rentease_desk.wiring import build
from tests.tools.databases import PostgresqlMaker
from tests.tools.rings import BROKEN, MemoryRing, broken_ring, used_ring

PASSWORD = "Wintergarten-7!@/x"


@pytest.fixture(scope="module")
def asking(postgresql_maker: PostgresqlMaker) -> Iterator[str]:
    """The address of a database whose server asks for PASSWORD."""
    address = postgresql_maker.copy()
    yield postgresql_maker.with_password(address, PASSWORD)
    postgresql_maker.drop(address)


@pytest.fixture
def ring() -> Iterator[MemoryRing]:
    made = MemoryRing()
    with used_ring(made):
        yield made


def _config(folder: Path, address: str = "", **more: str) -> Config:
    given = {"RENTEASE_DATA_DIR": str(folder)} | ({"RENTEASE_DATABASE_URL": address} if address else {}) | more
    return from_environment(given)


def test_the_password_is_asked_for_kept_and_found_again(asking: str, ring: MemoryRing, tmp_path: Path) -> None:
    config = _config(tmp_path, asking)
    with pytest.raises(DatabaseError, match="The keyring has none for it") as caught:
        build(config)
    assert caught.value.code == "database.password"
    access = DatabaseAccess(config)
    with pytest.raises(DatabaseError) as caught:
        access.try_for_session("wrong")
    assert caught.value.code == "database.refused"
    access.try_for_session(PASSWORD)
    access.keep(PASSWORD)
    assert list(ring.kept.values()) == [PASSWORD]
    services = build(config)
    assert PASSWORD not in services.desk.db.place + access.place + access.address + str(caught.value)
    services.close()
    access.forget()
    assert ring.kept == {}


def test_the_environment_may_bring_it(asking: str, ring: MemoryRing, tmp_path: Path) -> None:
    for given in (_config(tmp_path, asking, RENTEASE_DATABASE_PASSWORD=PASSWORD),
                  _config(tmp_path, asking.replace("@", ":Wintergarten-7!%40%2Fx@", 1))):  # fmt: skip
        assert DatabaseAccess(given).connect(current_revision)
        assert PASSWORD not in f"{given!r}{given.database_url}"
    assert ring.kept == {}


@pytest.mark.parametrize("kind", BROKEN)
def test_without_a_keyring_it_is_for_this_session_only(asking: str, tmp_path: Path, kind: str) -> None:
    access = DatabaseAccess(_config(tmp_path, asking), Keychain(seconds=0.05))
    with broken_ring(kind) as code:
        with pytest.raises(DatabaseError) as caught:
            access.connect(current_revision)
        assert caught.value.code == "database.password"
        with pytest.raises(KeychainError) as refused:
            access.keep(PASSWORD)
        assert refused.value.code == code
        access.use_for_session(PASSWORD)
        assert access.connect(current_revision)
    assert [one.name for one in tmp_path.rglob("*")] == []


def test_another_database_is_chosen_and_its_file_holds_no_password(tmp_path: Path) -> None:
    config = _config(tmp_path)
    access = DatabaseAccess(config)
    assert access.address == config.database_url
    with pytest.raises(DatabaseError) as caught:
        access.choose(f"postgresql://desk:{PASSWORD}@db/desk")
    assert caught.value.code == "database.password_typed"
    assert PASSWORD not in str(caught.value)
    assert not config.place_file.exists()
    access.choose(" postgresql://desk@db/desk ")
    assert DatabaseAccess(config).address == "postgresql://desk@db/desk"


@pytest.mark.plants_secrets
def test_a_password_that_somebody_wrote_into_the_file_is_not_shown(tmp_path: Path) -> None:
    config = _config(tmp_path)
    config.place_file.write_text(f'{{"address": "postgresql://desk:{PASSWORD}@db/desk"}}')
    assert DatabaseAccess(config).address == "postgresql://desk@db/desk"


def test_the_environment_comes_first(tmp_path: Path) -> None:
    DatabaseAccess(_config(tmp_path)).choose("postgresql://desk@db/desk")
    given = DatabaseAccess(_config(tmp_path, "sqlite:///here.sqlite3"))
    assert given.address == "sqlite:///here.sqlite3"
    with pytest.raises(DatabaseError) as caught:
        given.choose("sqlite:///there.sqlite3")
    assert caught.value.code == "database.given"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"address": 1}', '{"other": "x"}', "\x00"])
def test_a_damaged_file_opens_no_other_database(tmp_path: Path, content: str) -> None:
    config = _config(tmp_path)
    config.place_file.write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        build(config)
    assert caught.value.code == "database.place"
    assert [one.name for one in tmp_path.iterdir()] == ["data-place.json"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(KnownError) as caught:
        DatabaseAccess(_config(blocked)).choose("postgresql://desk@db/desk")
    assert caught.value.code == "file.cannot_write"
