"""The ranges that are being listed: what is left of them stands in the database, so that a listing that was stopped
goes on where it was."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from rentease_desk.domain.dates import Span
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import mine
from rentease_desk.storage.stripe_tables import sync_ranges
from rentease_desk.storage.whose import whose

_t = sync_ranges.c
_HERE = _t.pk == bindparam("of_pk")
_END = delete(sync_ranges).where(_HERE)
_CUT = update(sync_ranges).where(_HERE).values(range_start=bindparam("range_start"), range_end=bindparam("range_end"))
_DUE = select(sync_ranges).where(mine(sync_ranges), _t.retry_at <= bindparam("due"))
_DUE = _DUE.order_by(_t.range_end.desc(), _t.pk)
_NEAR = and_(
    mine(sync_ranges),
    _t.kind == bindparam("of_kind"),
    _t.range_start <= bindparam("until"),
    _t.range_end >= bindparam("since"),
)
_LEFT = select(_t.range_start, _t.range_end).where(_NEAR)
_FORGET = delete(sync_ranges).where(_NEAR)
_POSTPONE = (
    update(sync_ranges).where(mine(sync_ranges), _t.kind == bindparam("of_kind")).values(retry_at=bindparam("until"))
)
_BEGIN = insert(sync_ranges).returning(_t.pk)
"""Statements are made once: they are asked with every run, or every page."""


class OpenRange(Struct, frozen=True):
    """What is left to be listed of one kind."""

    pk: int
    kind: str
    span: Span


def open_ranges(connection: Connection, identity: Identity, due: int) -> list[OpenRange]:
    """What is left to be listed and may be tried at ``due`` (UTC seconds), newest first."""
    rows = connection.execute(_DUE, whose(identity, due=due))
    return [OpenRange(row.pk, row.kind, Span(row.range_start, row.range_end)) for row in rows]


def add_range(unit: Unit, identity: Identity, kind: str, span: Span) -> OpenRange:
    """Write down that a span is to be listed, joined with what was left of the same days."""
    near = whose(identity, of_kind=kind, since=span.start, until=span.end)
    left = unit.connection.execute(_LEFT, near).all()
    unit.connection.execute(_FORGET, near)
    joined = Span(min([span.start, *(row[0] for row in left)]), max([span.end, *(row[1] for row in left)]))
    return _insert(unit, identity, kind, joined)


def add_beside(unit: Unit, identity: Identity, kind: str, span: Span) -> OpenRange:
    """Write down that a span is to be listed beside what is being listed of the same days."""
    return _insert(unit, identity, kind, span)


def cut_range(
    unit: Unit, identity: Identity, one: OpenRange, left: Span | None, split: Span | None
) -> OpenRange | None:
    """What is left of a range after a page of it (None: nothing), and a part to be listed beside it."""
    if left is None:
        unit.connection.execute(_END, {"of_pk": one.pk})
    else:
        unit.connection.execute(_CUT, {"of_pk": one.pk, "range_start": left.start, "range_end": left.end})
    return None if split is None else _insert(unit, identity, one.kind, split)


def postpone_ranges(unit: Unit, identity: Identity, kind: str, retry_at: int) -> None:
    """Do not try these again before an instant (UTC seconds)."""
    unit.connection.execute(_POSTPONE, whose(identity, of_kind=kind, until=retry_at))


def _insert(unit: Unit, identity: Identity, kind: str, span: Span) -> OpenRange:
    row: dict[str, Any] = {
        "account": identity.account,
        "livemode": identity.livemode,
        "kind": kind,
        "range_start": span.start,
        "range_end": span.end,
        "retry_at": 0,
    }
    pk = unit.connection.execute(_BEGIN, row).scalar_one()
    return OpenRange(int(pk), kind, span)
