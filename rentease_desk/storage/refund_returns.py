"""Money of refunds that came back: a row each time a refund that had counted fails, or succeeds after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from rentease_desk.domain.open_days import OpenDays
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.refunds import RefundReturn
from rentease_desk.domain.stripe_objects import REFUND_FAILED, RETURNED, Identity
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.observed import own
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import stripe_transactions

_r, _moved = refund_returns.c, stripe_transactions.c
_SUCCEEDED = RefundStatus.SUCCEEDED.value
_LAST = select(_r.ordinal, _r.occurred_at).where(_r.refund_pk == bindparam("of")).order_by(_r.ordinal.desc()).limit(1)


def add_return(unit: Unit, identity: Identity, days: OpenDays, stored: Mapping[Any, Any], status: str) -> bool:
    """Append the row that a refund lacks in its new status, journalled; False if it lacks none.

    ``stored``: the refund as it stood, locked. What never counted cannot come back. That a refund counts is told by
    how many rows it has, so that a picture that is shown again, or comes after others were missed, adds none.
    """
    if stored["business_date"] is None or stored["status"] == status == _SUCCEEDED:
        return False
    last = unit.connection.execute(_LAST, {"of": stored["pk"]}).one_or_none()
    ordinal, since = (0, stored["occurred_at"]) if last is None else last
    came_back = status != _SUCCEEDED
    if (ordinal % 2 == 1) == came_back:
        return False
    at = _moved_at(unit.connection, identity, stored["stripe_refund_id"], came_back, since) or unit.now
    counted = days.counted(at)
    row = {
        "uid": unit.ids.uid(),
        "refund_pk": stored["pk"],
        "ordinal": ordinal + 1,
        "occurred_at": at,
        "business_date": counted.day,
        "late_of": counted.late_of,
        **unit.made,
    }
    unit.connection.execute(insert(refund_returns).values(row))
    told = document("refund_return", {name: value for name, value in row.items() if name != "refund_pk"})
    money = {"refund": stored["uid"], "amount": stored["amount"], "currency": stored["currency"]}
    unit.record("return" if came_back else "give_again", "refund_return", row["uid"], None, told | money)
    return True


def load_returns(connection: Connection, pks: Sequence[int]) -> list[RefundReturn]:
    """The rows of these keys."""
    return [
        RefundReturn(row.pk, row.uid, row.refund_pk, row.ordinal % 2 == 1, row.occurred_at, row.business_date,
                     row.late_of, row.actor, row.desk)
        for row in connection.execute(_by_key(), {"pks": list(pks)})
    ]  # fmt: skip


@cache
def _by_key() -> Select[*tuple[Any, ...]]:
    return select(refund_returns).where(among_keys(_r.pk, "pks"))


def _moved_at(connection: Connection, identity: Identity, refund_id: str, came_back: bool, since: int) -> int | None:
    """When Stripe's balance took the money back, or gave it again (UTC seconds); None where that is not known here."""
    query = select(func.max(_moved.created)).where(
        own(stripe_transactions, identity),
        _moved.source_id == refund_id,
        _moved.type.in_(REFUND_FAILED if came_back else RETURNED),
        _moved.created >= since,
    )
    found: int | None = connection.scalar(query)
    return found
