"""Writes of cash drawers. Whoever takes cash holds the drawer's row; who opens or closes takes it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.drawers import CASH, CloseDraft, CountDraft, MovementDraft, MovementKind, OpenDraft, Variance
from rentease_desk.domain.money import Money
from rentease_desk.storage.database import Unit
from rentease_desk.storage.drawer_tables import (
    drawer_closes,
    drawer_count_pieces,
    drawer_count_sums,
    drawer_counts,
    drawer_movements,
    drawer_sessions,
    drawer_variances,
    drawers,
    is_open,
)
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.tables import payments

_s = drawer_sessions.c
_HELD = select(drawers.c.desk).where(drawers.c.desk == bindparam("desk")).with_for_update(read=True)
_OPEN = select(_s.pk).where(_s.desk == bindparam("desk"), is_open())
"""Statements are made once: they are asked with every payment."""


def hold_drawer(unit: Unit, at: int | None = None) -> int | None:
    """The open session of this desk, which nobody closes before the transaction ends; None: there is none.

    ``at``: when cash moved that is written down later (UTC seconds); it is not in a drawer that was opened after that.
    Call it after ``open_days``, and before any payment or booking is locked.
    """
    desk = unit.operator.desk
    if not _hold(unit, desk):
        return None
    pk = _open_session(unit.connection, desk)
    if pk is None or at is None:
        return pk
    return unit.connection.scalar(select(_s.pk).where(_s.pk == pk, _s.created_at <= at))


def hold_session_of_payment(unit: Unit, payment_pk: int) -> None:
    """Let nobody close the drawer that a payment was taken in. It never changes, so it is read before it is held."""
    desk = unit.connection.scalar(
        select(_s.desk).join(payments, payments.c.session_pk == _s.pk).where(payments.c.pk == payment_pk)
    )
    if desk is not None:
        _hold(unit, desk)


def take_drawer(unit: Unit, desk: str) -> int | None:
    """The open session of a desk, while nobody takes cash there, opens or closes; None: there is none."""
    insert_if_free(unit.connection, {"desk": desk}, drawers.c.desk, "desk")
    unit.connection.execute(select(drawers.c.desk).where(drawers.c.desk == desk).with_for_update())
    return _open_session(unit.connection, desk)


def is_session_open(connection: Connection, session_pk: int) -> bool:
    """Whether nobody has closed it."""
    return connection.scalar(select(_s.pk).where(_s.pk == session_pk, is_open())) is not None


def insert_session(unit: Unit, draft: OpenDraft, day: date) -> int:
    """Open the next session of this desk, with its floats. The drawer is taken."""
    desk = unit.operator.desk
    last = unit.connection.scalar(select(func.max(_s.number)).where(_s.desk == desk)) or 0
    row = {"uid": draft.uid, "number": last + 1, "business_date": day, **unit.made}
    pk: int = unit.connection.execute(insert(drawer_sessions).values(row).returning(_s.pk)).scalar_one()
    floats = {one.currency: one.minor for one in draft.floats}
    told = {"number": last + 1, "business_date": day.isoformat(), "floats": floats, "reason": draft.reason}
    unit.record("open", "drawer", draft.uid, None, told)
    for money in draft.floats:
        _insert_movement(unit, pk, (unit.ids.uid(), MovementKind.FLOAT, money, draft.reason), day)
    unit.changes |= Changes(drawers=True)
    return pk


def insert_movement(unit: Unit, session_pk: int, draft: MovementDraft, day: date) -> None:
    """Cash goes in or out, journalled."""
    _insert_movement(unit, session_pk, (draft.uid, draft.kind, draft.amount, draft.reason), day)
    unit.changes |= Changes(drawers=True)


def insert_count(unit: Unit, draft: CountDraft, sums: Mapping[tuple[str, str], int]) -> None:
    """Write a count and its sums (by method and currency), journalled."""
    c = drawer_counts.c
    last = unit.connection.scalar(select(func.max(c.ordinal)).where(c.session_pk == draft.session_pk)) or 0
    row = {"uid": draft.uid, "session_pk": draft.session_pk, "ordinal": last + 1, **unit.made}
    pk: int = unit.connection.execute(insert(drawer_counts).values(row).returning(c.pk)).scalar_one()
    pieces = [
        {"count_pk": pk, "currency": currency, "value": value, "pieces": count}
        for currency, value, count in draft.pieces
        if count
    ]
    _insert_all(unit, drawer_count_pieces, pieces)
    rows = [
        {"count_pk": pk, "method": method, "currency": code, "amount": minor} for (method, code), minor in sums.items()
    ]
    _insert_all(unit, drawer_count_sums, rows)
    told = {
        "drawer": _uid(unit, draft.session_pk),
        "ordinal": last + 1,
        "pieces": [[one["currency"], one["value"], one["pieces"]] for one in pieces],
        "sums": [[one["method"], one["currency"], one["amount"]] for one in rows],
    }
    for entity in ("drawer_count", "drawer_pieces", "drawer_sums"):  # the rows of each are proven by an entry of it
        unit.record("count", entity, draft.uid, None, told if entity == "drawer_count" else {})
    unit.changes |= Changes(drawers=True)


def insert_close(unit: Unit, draft: CloseDraft, found: Iterable[Variance], day: date) -> None:
    """Close a session on a count, with a row for each variance, zeros included, and what is put away. Journalled."""
    lines = list(found)
    for one in lines:
        if one.dropped:
            handed = (unit.ids.uid(), MovementKind.HANDOVER, Money(one.dropped, one.currency), "")
            _insert_movement(unit, draft.session_pk, handed, day)
    count = unit.connection.scalar(select(drawer_counts.c.pk).where(drawer_counts.c.uid == draft.count_uid))
    row = {"uid": draft.uid, "session_pk": draft.session_pk, "count_pk": count, "note": draft.note,
           "business_date": day, **unit.made}  # fmt: skip
    pk = unit.connection.execute(insert(drawer_closes).values(row).returning(drawer_closes.c.pk)).scalar_one()
    rows = [
        {"method": one.method, "currency": one.currency, "expected": one.expected, "counted": one.counted,
         "variance": one.variance, "dropped": one.dropped}
        for one in lines
    ]  # fmt: skip
    _insert_all(unit, drawer_variances, [{"close_pk": pk, **one} for one in rows])
    told = {"count": draft.count_uid, "note": draft.note, "business_date": day.isoformat(), "variances": rows}
    unit.record("close", "drawer", _uid(unit, draft.session_pk), None, told)
    for entity in ("drawer_close", "drawer_variances"):
        unit.record("close", entity, draft.uid, None, {"drawer": _uid(unit, draft.session_pk)})
    unit.changes |= Changes(drawers=True)


def written(connection: Connection, uid: str) -> tuple[str, int] | None:
    """What was written under this identity: ``session``, ``movement``, ``count`` or ``close``, and its session."""
    tables = (("session", drawer_sessions, "pk"), ("movement", drawer_movements, "session_pk"),
              ("count", drawer_counts, "session_pk"), ("close", drawer_closes, "session_pk"))  # fmt: skip
    for name, table, key in tables:
        pk = connection.scalar(select(table.c[key]).where(table.c.uid == uid))
        if pk is not None:
            return name, pk
    return None


def handed_over(connection: Connection, desk: str) -> tuple[Money, ...]:
    """What the last close of a desk left in its drawer, by currency."""
    last = select(func.max(drawer_closes.c.pk)).join(drawer_sessions, _s.pk == drawer_closes.c.session_pk)
    v = drawer_variances.c
    query = select(v.currency, v.counted - v.dropped).where(
        v.close_pk == last.where(_s.desk == desk).scalar_subquery(), v.method == CASH
    )
    return tuple(Money(left, currency) for currency, left in connection.execute(query.order_by(v.currency)))


def session_name(unit: Unit, session_pk: int | None) -> dict[str, str]:
    """How the journal names the session of a payment or refund; of an implicit one nothing is said."""
    return {} if session_pk is None else {"drawer": _uid(unit, session_pk)}


def _hold(unit: Unit, desk: str) -> bool:
    """Keep the drawer as it is; False: this desk never had one."""
    return unit.connection.execute(_HELD, {"desk": desk}).first() is not None


def _open_session(connection: Connection, desk: str) -> int | None:
    """A statement of its own, after the row is held: it sees what was closed while it waited."""
    found: int | None = connection.execute(_OPEN, {"desk": desk}).scalar()
    return found


def _insert_movement(unit: Unit, session_pk: int, what: tuple[str, MovementKind, Money, str], day: date) -> None:
    uid, kind, money, reason = what
    row = {"uid": uid, "session_pk": session_pk, "kind": kind.value, "amount": money.minor, "currency": money.currency,
           "reason": reason, "business_date": day, **unit.made}  # fmt: skip
    unit.connection.execute(insert(drawer_movements).values(row))
    told = {"kind": kind.value, "amount": money.minor, "currency": money.currency, "reason": reason,
            "drawer": _uid(unit, session_pk), "business_date": day.isoformat()}  # fmt: skip
    unit.record(kind.value, "drawer_movement", uid, None, told)


def _insert_all(unit: Unit, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        unit.connection.execute(insert(table), rows)


def _uid(unit: Unit, session_pk: int) -> str:
    return str(unit.connection.scalar(select(_s.uid).where(_s.pk == session_pk)))
