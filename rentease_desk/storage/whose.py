"""The parameters that say of which account a question is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, select

from rentease_desk.domain.stripe_objects import Identity


def whose(identity: Identity, **more: Any) -> dict[str, Any]:
    """Those of ``observed.mine``, and ``more``."""
    return {"of_account": identity.account, "of_livemode": identity.livemode, **more}


def owner_of(connection: Connection, table: Table, identities: Iterable[Identity], id_: str) -> Identity | None:
    """Which of these accounts has the object with this id; None where none has, or more than one."""
    query = select(table.c.account, table.c.livemode).where(table.c.id == id_)
    rows = {Identity(*row) for row in connection.execute(query)}
    found = [one for one in identities if one in rows]
    return found[0] if len(found) == 1 else None
