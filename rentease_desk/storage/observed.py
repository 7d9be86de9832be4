"""The stale guard: rows that Stripe showed are written only from pictures that are not older than what stands there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, Select, Table, Update, and_, bindparam, select, update

from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.bulk import insert_many

_KEY = ("account", "livemode", "id")


class Written(Struct):
    """Ids of the rows of one kind that were new or changed, what stands in the database now for every id shown, and
    what stood there before of those that changed.
    """

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    standing: dict[str, Mapping[Any, Any]] = {}
    before: dict[str, Mapping[Any, Any]] = {}


def write_observed(
    connection: Connection,
    table: Table,
    identity: Identity,
    rows: Mapping[str, Mapping[str, Any]],
    observed_at: int,
    keep: frozenset[str] = frozenset(),
) -> Written:
    """Insert or update rows by id, which all name the same columns. Those in ``keep`` are not emptied once known.

    ``observed_at``: when the request that showed the rows began, UTC microseconds. A row that did not change still
    moves its ``observed_at``, or an older picture could replace it later; one that shows something newer stays.
    """
    written = Written()
    if not rows:
        return written
    names = tuple(next(iter(rows.values())))
    stored = _stored(connection, table, identity, list(rows), names)
    inserts, updates, same = [], [], []
    for key, values in rows.items():
        if key not in stored:
            written.new.add(key)
            written.standing[key] = values
            inserts.append({**_key(identity, key), **values, "observed_at": observed_at})
            continue
        seen_at, before = stored[key]
        merged = _merged(names, before, values, keep)
        written.standing[key] = dict(zip(names, before, strict=True)) if seen_at > observed_at else merged
        if seen_at > observed_at:
            continue
        if tuple(merged.values()) == before:
            same.append(key)
            continue
        written.changed.add(key)
        written.before[key] = dict(zip(names, before, strict=True))
        updates.append({f"_{name}": part for name, part in _key(identity, key).items()} | merged)
    insert_many(connection, table, inserts)
    _update(connection, table, updates, observed_at)
    _touch(connection, table, identity, same, observed_at)
    return written


def own(table: Table, identity: Identity) -> Any:
    """The condition for the rows of an account, in tables of Stripe's objects and in the ledger alike."""
    account = table.c["stripe_account" if "stripe_account" in table.c else "account"]
    return and_(account == identity.account, table.c.livemode == identity.livemode)


def mine(table: Table) -> ColumnElement[bool]:
    """As ``own``, of the account that is given with the parameters of ``asked``: for statements that are made once."""
    account = table.c["stripe_account" if "stripe_account" in table.c else "account"]
    return and_(account == bindparam("of_account"), table.c.livemode == bindparam("of_livemode"))


def asked(identity: Identity, ids: Collection[str]) -> dict[str, Any]:
    """The parameters of ``mine`` and of ``among(…, "ids")``."""
    return {"of_account": identity.account, "of_livemode": identity.livemode, "ids": list(ids)}


def of(table: Table, identity: Identity, ids: Collection[str]) -> Any:
    """The condition for the rows of an account with these ids."""
    return and_(own(table, identity), among(table.c.id, ids))


def _stored(
    connection: Connection, table: Table, identity: Identity, ids: list[str], names: tuple[str, ...]
) -> dict[str, tuple[int, tuple[Any, ...]]]:
    """By id: when each row was observed, and its columns of these names."""
    rows = connection.execute(_reading(table, names), asked(identity, ids)).all()
    return {row[0]: (row[1], row[2:]) for row in rows}


def _merged(
    names: tuple[str, ...], before: tuple[Any, ...], values: Mapping[str, Any], keep: frozenset[str]
) -> dict[str, Any]:
    """What is shown now, without emptying what is to be kept."""
    merged = {name: values[name] for name in names}
    for name in keep:
        if merged[name] is None:
            merged[name] = before[names.index(name)]
    return merged


def _key(identity: Identity, key: str) -> dict[str, object]:
    return {"account": identity.account, "livemode": identity.livemode, "id": key}


def _update(connection: Connection, table: Table, updates: list[dict[str, Any]], observed_at: int) -> None:
    if updates:
        changed: dict[str, Any] = {name: bindparam(name) for name in updates[0] if not name.startswith("_")}
        keys = and_(*(table.c[name] == bindparam(f"_{name}") for name in _KEY))
        connection.execute(update(table).where(keys).values(observed_at=observed_at, **changed), updates)


def _touch(connection: Connection, table: Table, identity: Identity, ids: list[str], observed_at: int) -> None:
    if ids:
        connection.execute(_touching(table), {**asked(identity, ids), "seen_at": observed_at})


@cache
def _reading(table: Table, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    columns = (table.c.id, table.c.observed_at, *(table.c[name] for name in names))
    return select(*columns).where(mine(table), among(table.c.id, "ids")).with_for_update()


@cache
def _touching(table: Table) -> Update:
    return update(table).where(mine(table), among(table.c.id, "ids")).values(observed_at=bindparam("seen_at"))
