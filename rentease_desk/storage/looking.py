"""Looking at a database without changing it: no file, folder or table is made where there is none yet."""

from __future__ import annotations

from sqlalchemy import Engine

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.first_run import DatabaseState, FoundDatabase
from rentease_desk.storage.engine import connect_engine, identity, parse_url, place, sqlite_path
from rentease_desk.storage.failures import explained
from rentease_desk.storage.migrations import HEAD
from rentease_desk.storage.network_share import mounts, share_kind
from rentease_desk.storage.opening import Schema, schema_of
from rentease_desk.storage.settings import read_property


def look_at(address: str) -> FoundDatabase:
    """What stands at an address. Raises DatabaseError as ``open_database``."""
    url = parse_url(address)
    path = sqlite_path(url)
    if path is not None:
        kind = share_kind(path.absolute(), mounts())
        if kind is not None:
            raise DatabaseError("database.network_share", path=path, kind=kind)
        if not path.exists():
            return FoundDatabase(DatabaseState.NEW, place(url), identity(url))
    engine = connect_engine(url)
    try:
        with explained(engine.url):
            return _found(engine)
    finally:
        engine.dispose()


def _found(engine: Engine) -> FoundDatabase:
    state = schema_of(engine)
    if state is Schema.OLDER:
        raise DatabaseError("database.older", found="an older one", known=HEAD)
    url, settings = engine.url, None
    if state is Schema.CURRENT:
        with engine.connect() as connection:
            settings = read_property(connection)
    if settings is None:
        return FoundDatabase(DatabaseState.NEW, place(url), identity(url))
    return FoundDatabase(DatabaseState.OURS, place(url), identity(url), settings.name)
