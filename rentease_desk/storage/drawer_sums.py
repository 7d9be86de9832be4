"""What went through cash drawers: sessions, their sums, and cash that no open drawer took. Derived each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import BigInteger, Connection, Select, Table, and_, case, cast, func, literal, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.drawers import (
    SLIPS,
    CashSums,
    Closing,
    Count,
    DrawerSession,
    Figures,
    MethodSum,
    Movement,
    MovementKind,
    Uncounted,
    Variance,
)
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import MethodKind, RefundStatus, Source
from rentease_desk.storage.drawer_tables import (
    drawer_closes,
    drawer_count_pieces,
    drawer_count_sums,
    drawer_counts,
    drawer_movements,
    drawer_sessions,
    drawer_variances,
    is_open,
)
from rentease_desk.storage.pair_tables import merged, payment_pairs
from rentease_desk.storage.tables import methods, payment_voids, payments, refunds

_FIELDS = {
    MovementKind.FLOAT: "opening",
    MovementKind.PAID_IN: "paid_in",
    MovementKind.PAID_OUT: "paid_out",
    MovementKind.DROP: "drops",
}
_Sum = ColumnElement[Any]


def load_session(connection: Connection, pk: int) -> DrawerSession | None:
    """The session with this key."""
    return next(iter(_sessions(connection, drawer_sessions.c.pk == pk)), None)


def open_session(connection: Connection, desk: str) -> DrawerSession | None:
    """The open session of a desk."""
    return next(iter(_sessions(connection, drawer_sessions.c.desk == desk, is_open())), None)


def open_sessions(connection: Connection) -> list[DrawerSession]:
    """The open sessions of all desks."""
    return _sessions(connection, is_open())


def find_session(connection: Connection, desk: str, number: int) -> DrawerSession | None:
    """A session by its number at a desk."""
    c = drawer_sessions.c
    return next(iter(_sessions(connection, c.desk == desk, c.number == number)), None)


def latest_sessions(connection: Connection, limit: int) -> list[DrawerSession]:
    """The sessions that were opened last, of all desks, the latest first."""
    return _sessions(connection, limit=limit)


def figures(connection: Connection, session: DrawerSession, currency: str) -> Figures:
    """What went through a session, with a line for each currency in which there is anything, and for ``currency``."""
    of = session.pk
    moved = _movements(connection, of)
    sums = _cash(connection, payments.c.session_pk == of, refunds.c.session_pk == of)
    for one in moved:
        found = sums.get(one.currency, CashSums(one.currency))
        name = _FIELDS.get(one.kind)
        if name is not None:
            found = replace(found, **{name: getattr(found, name) + one.amount})
        sums[one.currency] = found
    if not sums:
        sums[currency] = CashSums(currency)
    lines = tuple(sums[code] for code in sorted(sums, key=lambda code: (code != currency, code)))
    return Figures(session, lines, _others(connection, of), moved, _counts(connection, of))


def uncounted(connection: Connection, days: DateRange) -> list[Uncounted]:
    """Cash that was taken without an open drawer, by business day and desk."""
    paid = and_(payments.c.session_pk.is_(None), payments.c.business_date.between(days.first, days.last))
    back = and_(refunds.c.session_pk.is_(None), refunds.c.business_date.between(days.first, days.last))
    rows: defaultdict[tuple[str, Any], dict[str, CashSums]] = defaultdict(dict)
    for row in connection.execute(_received().where(paid).group_by(payments.c.desk, payments.c.business_date)
                                  .add_columns(payments.c.desk, payments.c.business_date)):  # fmt: skip
        rows[row.desk, row.business_date][row.currency] = _with_received(CashSums(row.currency), row)
    for row in connection.execute(_given_back().where(back).group_by(refunds.c.desk, refunds.c.business_date)
                                  .add_columns(refunds.c.desk, refunds.c.business_date)):  # fmt: skip
        found = rows[row.desk, row.business_date]
        found[row.currency] = _with_refunds(found.get(row.currency, CashSums(row.currency)), row)
    return [
        Uncounted(desk, day, tuple(found[code] for code in sorted(found)))
        for (desk, day), found in sorted(rows.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def _sessions(connection: Connection, *wanted: ColumnElement[bool], limit: int | None = None) -> list[DrawerSession]:
    s, c = drawer_sessions.c, drawer_closes.c
    ended = (c.pk.label("close_pk"), c.created_at.label("closed_at"), c.actor.label("closed_by"), c.note,
             c.business_date.label("closed_on"))  # fmt: skip
    query = select(drawer_sessions, *ended).outerjoin(drawer_closes, c.session_pk == s.pk).where(*wanted)
    rows = connection.execute(query.order_by(s.created_at.desc(), s.pk.desc()).limit(limit)).all()
    found = _variances(connection, [row.close_pk for row in rows if row.close_pk is not None])
    return [
        DrawerSession(
            row.pk,
            row.uid,
            row.desk,
            row.number,
            row.business_date,
            row.created_at,
            row.actor,
            None
            if row.close_pk is None
            else Closing(row.closed_at, row.closed_by, row.note, row.closed_on, tuple(found[row.close_pk])),
        )
        for row in rows
    ]


def _variances(connection: Connection, close_pks: Sequence[int]) -> defaultdict[int, list[Variance]]:
    found: defaultdict[int, list[Variance]] = defaultdict(list)
    v = drawer_variances.c
    query = select(drawer_variances).where(v.close_pk.in_(close_pks)).order_by(v.method != "cash", v.method, v.currency)
    for row in connection.execute(query):
        found[row.close_pk].append(Variance(row.method, row.currency, row.expected, row.counted, row.dropped))
    return found


def _movements(connection: Connection, session_pk: int) -> tuple[Movement, ...]:
    m = drawer_movements.c
    rows = connection.execute(select(drawer_movements).where(m.session_pk == session_pk).order_by(m.pk))
    return tuple(
        Movement(row.uid, MovementKind(row.kind), row.amount, row.currency, row.reason, row.created_at, row.actor)
        for row in rows
    )


def _counts(connection: Connection, session_pk: int) -> tuple[Count, ...]:
    c = drawer_counts.c
    rows = connection.execute(select(drawer_counts).where(c.session_pk == session_pk).order_by(c.ordinal)).all()
    pieces = _by_count(connection, drawer_count_pieces, [row.pk for row in rows])
    sums = _by_count(connection, drawer_count_sums, [row.pk for row in rows])
    return tuple(
        Count(
            row.pk,
            row.uid,
            row.ordinal,
            tuple((one.currency, one.value, one.pieces) for one in pieces[row.pk]),
            tuple((one.method, Money(one.amount, one.currency)) for one in sums[row.pk]),
            row.created_at,
            row.actor,
        )
        for row in rows
    )


def _by_count(connection: Connection, table: Table, pks: Sequence[int]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    order = list(table.primary_key.columns)
    for row in connection.execute(select(table).where(table.c.count_pk.in_(pks)).order_by(*order)):
        found[row.count_pk].append(row)
    return found


def _cash(connection: Connection, paid: ColumnElement[bool], back: ColumnElement[bool]) -> dict[str, CashSums]:
    sums = {
        row.currency: _with_received(CashSums(row.currency), row) for row in connection.execute(_received().where(paid))
    }
    for row in connection.execute(_given_back().where(back)):
        sums[row.currency] = _with_refunds(sums.get(row.currency, CashSums(row.currency)), row)
    return sums


def _received() -> Select[*tuple[Any, ...]]:
    """Cash payments by currency; what was made void afterwards is told apart, as it went in and out again."""
    p = payments.c
    kept = p.amount + p.rounding
    handed, void = func.coalesce(p.tendered, kept), payment_voids.c.pk.is_not(None)
    columns = (
        p.currency,
        _sum(handed).label("received"),
        _sum(handed - kept).label("change"),
        _sum(case((void, kept), else_=0)).label("voided"),
        _sum(case((void, 0), else_=p.rounding)).label("rounding"),
        func.count().label("payments"),
        _sum(case((handed > kept, 1), else_=0)).label("changes"),
        func.count(payment_voids.c.pk).label("voids"),
    )
    query = select(*columns).join(methods, methods.c.code == p.method)
    query = query.outerjoin(payment_voids, payment_voids.c.payment_pk == p.pk)
    return query.where(p.source == Source.MANUAL.value, methods.c.kind == MethodKind.CASH.value).group_by(p.currency)


def _given_back() -> Select[*tuple[Any, ...]]:
    """Cash refunds by currency."""
    r = refunds.c
    columns = (r.currency, _sum(r.amount + r.rounding).label("refunds"), _sum(r.rounding).label("rounding"),
               func.count().label("given_back"))  # fmt: skip
    query = select(*columns).join(methods, methods.c.code == r.method)
    manual = (r.stripe_account.is_(None), r.status == RefundStatus.SUCCEEDED.value)
    return query.where(*manual, methods.c.kind == MethodKind.CASH.value).group_by(r.currency)


def _others(connection: Connection, session_pk: int) -> tuple[MethodSum, ...]:
    """What was booked in a session by methods that leave slips, less what was voided, merged or given back."""
    p, r, kinds = payments.c, refunds.c, [one.value for one in SLIPS]
    gone = payment_voids.c.pk.is_not(None) | payment_pairs.c.pk.is_not(None)
    paid = (
        select(methods.c.code, methods.c.label, p.currency, _sum(case((gone, 0), else_=p.amount)).label("booked"),
               _sum(case((gone, 0), else_=1)).label("rows"))
        .join(methods, methods.c.code == p.method)
        .outerjoin(payment_voids, payment_voids.c.payment_pk == p.pk)
        .outerjoin(payment_pairs, merged())
        .where(p.session_pk == session_pk, methods.c.kind.in_(kinds))
        .group_by(methods.c.code, methods.c.label, p.currency)
    )  # fmt: skip
    back = (
        select(methods.c.code, methods.c.label, r.currency, _sum(-r.amount).label("booked"), func.count().label("rows"))
        .join(methods, methods.c.code == r.method)
        .where(r.session_pk == session_pk, methods.c.kind.in_(kinds))
        .group_by(methods.c.code, methods.c.label, r.currency)
    )
    return _added([*connection.execute(paid).all(), *connection.execute(back).all()])


def _added(rows: Iterable[Any]) -> tuple[MethodSum, ...]:
    found: dict[tuple[str, str], MethodSum] = {}
    for row in rows:
        one = found.get((row.code, row.currency), MethodSum(row.code, row.label, row.currency, 0, 0))
        found[row.code, row.currency] = replace(one, booked=one.booked + row.booked, rows=one.rows + row.rows)
    return tuple(found[key] for key in sorted(found))


def _with_received(sums: CashSums, row: Any) -> CashSums:
    names = ("received", "change", "voided", "payments", "changes", "voids")
    return replace(sums, rounding=sums.rounding + row.rounding, **{name: getattr(row, name) for name in names})


def _with_refunds(sums: CashSums, row: Any) -> CashSums:
    return replace(sums, refunds=row.refunds, given_back=row.given_back, rounding=sums.rounding - row.rounding)


def _sum(column: _Sum) -> _Sum:
    return cast(func.coalesce(func.sum(column), literal(0)), BigInteger)
