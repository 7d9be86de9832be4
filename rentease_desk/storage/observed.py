"""The stale guard: rows that Stripe showed are written only from pictures that are not older than what stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, Select, Table, Update, and_, bindparam, select, update

from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.bulk import insert_values

_KEY = ("account", "livemode", "id")
Values = tuple[Any, ...]


class Pictures:
    """Rows of one kind by id, as their pictures showed them: the values of ``names``, in that order."""

    def __init__(self, names: Sequence[str], keep: Collection[str] = ()) -> None:
        """What stands in ``keep`` is not emptied once it is known."""
        self.names = tuple(names)
        self.rows: dict[str, Values] = {}
        self.observed_at: dict[str, int] = {}
        """When the request that showed each row began, UTC microseconds."""
        self._kept = [self.names.index(name) for name in keep]

    @classmethod
    def of(cls, observed_at: int, rows: Mapping[str, Mapping[str, Any]]) -> Pictures:
        """Rows that one request showed, which all name the same columns."""
        pictures = cls(tuple(next(iter(rows.values()), {})))
        for key, values in rows.items():
            pictures.add(observed_at, key, tuple(values.values()))
        return pictures

    def add(self, observed_at: int, key: str, values: Values) -> None:
        """Take a picture in; of several of one row the newest counts."""
        if key in self.rows:
            if observed_at < self.observed_at[key]:
                values, observed_at = self.filled(self.rows[key], values), self.observed_at[key]
            else:
                values = self.filled(values, self.rows[key])
        self.rows[key], self.observed_at[key] = values, observed_at

    def filled(self, newer: Values, older: Values) -> Values:
        """The newer row, with what is to be kept of the older one."""
        lost = [at for at in self._kept if newer[at] is None and older[at] is not None]
        return tuple(older[at] if at in lost else value for at, value in enumerate(newer)) if lost else newer


class Written(Struct):
    """Ids of the rows of one kind that were new or changed, what stands in the database now for every id shown, and
    what stood there before of those that changed.
    """

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    standing: dict[str, Values] = {}
    before: dict[str, Values] = {}


def write_observed(connection: Connection, table: Table, identity: Identity, shown: Pictures) -> Written:
    """Insert or update rows by id.

    A row that did not change still moves its ``observed_at``, or an older picture could replace it later; one that
    shows something newer stays.
    """
    written = Written()
    if not shown.rows:
        return written
    stored = _stored(connection, table, identity, shown)
    same: list[str] = []
    for key, values in shown.rows.items():
        known = stored.get(key)
        if known is None:
            written.new.add(key)
            written.standing[key] = values
            continue
        seen_at, before = known
        if seen_at > shown.observed_at[key]:
            written.standing[key] = before
            continue
        written.standing[key] = merged = shown.filled(values, before)
        if merged == before:
            same.append(key)
        else:
            written.changed.add(key)
            written.before[key] = before
    _insert(connection, table, identity, shown, written)
    _update(connection, table, identity, shown, written)
    _touch(connection, table, identity, shown, same)
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


def _stored(connection: Connection, table: Table, identity: Identity, shown: Pictures) -> dict[str, tuple[int, Values]]:
    """By id: when each row was observed, and its values."""
    rows = connection.execute(_reading(table, shown.names), asked(identity, shown.rows)).all()
    return {row[0]: (row[1], row[2:]) for row in rows}


def _insert(connection: Connection, table: Table, identity: Identity, shown: Pictures, written: Written) -> None:
    account, livemode = identity.account, identity.livemode
    new = ((key, values) for key, values in shown.rows.items() if key in written.new)
    rows = [(account, livemode, key, shown.observed_at[key], *values) for key, values in new]
    insert_values(connection, table, (*_KEY, "observed_at", *shown.names), rows)


def _update(connection: Connection, table: Table, identity: Identity, shown: Pictures, written: Written) -> None:
    if written.changed:
        key = {"_account": identity.account, "_livemode": identity.livemode}
        rows = [
            {**key, "_id": one, "observed_at": shown.observed_at[one], **_named(shown.names, written.standing[one])}
            for one in written.changed
        ]
        connection.execute(_changing(table, shown.names), rows)


def _touch(connection: Connection, table: Table, identity: Identity, shown: Pictures, ids: Sequence[str]) -> None:
    """Unchanged rows were seen again; those of one request in one statement."""
    together: defaultdict[int, list[str]] = defaultdict(list)
    for key in ids:
        together[shown.observed_at[key]].append(key)
    for observed_at, some in together.items():
        connection.execute(_touching(table), {**asked(identity, some), "seen_at": observed_at})


def _named(names: Sequence[str], values: Values) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


@cache
def _reading(table: Table, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    columns = (table.c.id, table.c.observed_at, *(table.c[name] for name in names))
    return select(*columns).where(mine(table), among(table.c.id, "ids")).with_for_update()


@cache
def _changing(table: Table, names: tuple[str, ...]) -> Update:
    keys = and_(*(table.c[name] == bindparam(f"_{name}") for name in _KEY))
    return update(table).where(keys).values({name: bindparam(name) for name in ("observed_at", *names)})


@cache
def _touching(table: Table) -> Update:
    return update(table).where(mine(table), among(table.c.id, "ids")).values(observed_at=bindparam("seen_at"))
