"""What runs found when they compared with Stripe."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, insert, select

from rentease_desk.domain.agreement import Agreement, Check
from rentease_desk.domain.reading import json_reader
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import mine
from rentease_desk.storage.stripe_tables import sync_checks
from rentease_desk.storage.whose import whose

_READER = json_reader(Agreement)
_WHY = 500


def keep_check(unit: Unit, identity: Identity, run_pk: int, check: Check) -> None:
    """Write down what a run found, in place of what it found before."""
    row = {
        "run_pk": run_pk,
        "account": identity.account,
        "livemode": identity.livemode,
        "at": check.at,
        "range_start": check.start,
        "range_end": check.end,
        "found": None if check.found is None else msgspec.json.encode(check.found).decode(),
        "why": check.why[:_WHY],
    }
    unit.connection.execute(delete(sync_checks).where(sync_checks.c.run_pk == run_pk))
    unit.connection.execute(insert(sync_checks).values(row))


def latest_check(connection: Connection, identity: Identity, *, done: bool) -> Check | None:
    """The latest check; with ``done`` the latest that was not put off."""
    row = connection.execute(_latest(done), whose(identity)).first()
    return None if row is None else Check(row.at, row.range_start, row.range_end, _agreement(row.found), row.why)


def agreements_of(connection: Connection, run_pks: Sequence[int]) -> dict[int, Agreement]:
    """What these runs found, of those that compared."""
    rows = connection.execute(_found(), {"pks": list(run_pks)})
    return {key: agreement for key, found in rows if (agreement := _agreement(found))}


@cache
def _latest(done: bool) -> Select[*tuple[Any, ...]]:
    """Made once, as all that the sync's page asks whenever anything was synced."""
    query = select(sync_checks).where(mine(sync_checks))
    query = query.where(sync_checks.c.found.is_not(None)) if done else query
    return query.order_by(sync_checks.c.at.desc(), sync_checks.c.run_pk.desc()).limit(1)


@cache
def _found() -> Select[int, str | None]:
    query = select(sync_checks.c.run_pk, sync_checks.c.found)
    return query.where(among_keys(sync_checks.c.run_pk, "pks"), sync_checks.c.found.is_not(None))


def _agreement(found: str | None) -> Agreement | None:
    return None if found is None else _READER.decode(found)
