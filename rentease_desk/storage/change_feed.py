"""The journal as a feed of changes: what other desks and processes have written since a moment.

Two questions at most, however much it was: every desk asks them whenever another has written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import orjson
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    cast,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.exc import OperationalError, ProgrammingError

from rentease_desk.domain.changes import Changes
from rentease_desk.storage.among import among
from rentease_desk.storage.database import Database
from rentease_desk.storage.ignore_tables import payment_ignores
from rentease_desk.storage.journal import VERSION, require_version
from rentease_desk.storage.journal_tables import journal, journal_head
from rentease_desk.storage.link_tables import payment_links
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.receipt_tables import receipt_prints, receipts
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import sync_runs
from rentease_desk.storage.tables import (
    bookings,
    charge_lines,
    guests,
    payment_transfers,
    payment_voids,
    payments,
    refunds,
)

UNASSIGN = "unassign"
"""The journal's word for a payment that was taken from a booking."""

_HEAD = select(journal_head.c.seq, VERSION)
_VERSION = select(VERSION)
_BILLING = ("payout", "subscription", "invoice", "invoice_payment", "customer")
_DRAWER = ("drawer", "drawer_movement", "drawer_count")
_RUN = (sync_runs.c.pk, sync_runs.c.outcome, sync_runs.c.progress_done, sync_runs.c.progress_read)
_LATEST_RUN = select(*_RUN).order_by(sync_runs.c.pk.desc()).limit(1)


class Seen(Struct, frozen=True):
    """How far the feed was read: the journal's ``seq``, and the latest run of the sync with how it stands, and how far
    it is.
    """

    seq: int
    run: tuple[int, str]
    progress: tuple[int | None, int | None]


@contextmanager
def asking(db: Database) -> Iterator[Connection]:
    """A connection for the two questions below. That tables of another version do not have what is asked is told as
    ``database.newer``. Raises DatabaseError.
    """
    try:
        with db.asking() as connection:
            yield connection
    except (OperationalError, ProgrammingError):
        with db.asking() as connection:
            require_version(connection.scalar(_VERSION))
        raise


def seen_now(connection: Connection) -> Seen:
    """Where the feed ends now. Raises DatabaseError ``database.newer|moved`` where this program may write no more."""
    head = connection.execute(_HEAD).one()
    require_version(head.version)
    latest = connection.execute(_LATEST_RUN).first()
    pk, outcome, done, read = (0, "", None, None) if latest is None else latest
    return Seen(head.seq, (pk, outcome), (done, read))


def changes_since(connection: Connection, before: Seen, own: Collection[int]) -> tuple[Changes, Seen]:
    """What was written since, but for the rows whose ``seq`` is among our ``own``, and where the feed ends now.

    Raises DatabaseError ``database.newer|moved`` where this program may write no more.
    """
    rows = connection.execute(_news(), {"before": before.seq}).all()
    require_version(rows[0].version)
    first = rows[0]
    now = Seen(first.head, (first.run or 0, first.outcome or ""), (first.progress_done, first.progress_read))
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.seq is not None and row.seq not in own:  # as a rule all of it is our own
            named[row.entity].add(row.entity_uid)
            named["booking"] |= _left_booking(row.left)
    ran = Changes(syncs=now.run != before.run, asked=now.progress != before.progress)
    return ran | _resolved(connection, named), now


@lru_cache(maxsize=1)
def _news() -> Select[*tuple[Any, ...]]:
    """The head, the latest run, and the journal's rows behind one: in a single question, so that they are of one
    moment.
    """
    run = _LATEST_RUN.subquery()
    left = case((journal.c.action == UNASSIGN, journal.c.before)).label("left")
    behind = and_(journal.c.seq > bindparam("before"), journal.c.seq <= journal_head.c.seq)
    query = select(
        journal_head.c.seq.label("head"), run.c.pk.label("run"), run.c.outcome, run.c.progress_done,
        run.c.progress_read, journal.c.seq, journal.c.entity,
        journal.c.entity_uid, left, VERSION,
    )  # fmt: skip
    return query.select_from(journal_head.outerjoin(run, true()).outerjoin(journal, behind))


def _resolved(connection: Connection, named: Mapping[str, set[str]]) -> Changes:
    """Uids as keys; what belongs to a booking names it."""
    kinds = frozenset(kind for kind, uids in named.items() if uids)
    asked = {kind: sorted(named[kind]) for kind in kinds & _PLACES.keys()}
    rows = connection.execute(_question(frozenset(asked)), asked).all() if asked else []
    return Changes(
        payments=frozenset(row.payment for row in rows if row.payment is not None),
        refunds=frozenset(row.refund for row in rows if row.refund is not None),
        bookings=frozenset(row.booking for row in rows if row.booking is not None),
        settings=not kinds.isdisjoint(("property", "stripe_account")),
        billing=not kinds.isdisjoint(_BILLING),
        follow_ups=not kinds.isdisjoint(("follow_up", "dispute")),
        blocks="block" in kinds,
        filters="saved_filter" in kinds,
        staff="staff" in kinds,
        drawers=not kinds.isdisjoint(_DRAWER),
        days="day" in kinds,
        exports=not kinds.isdisjoint(("export_schedule", "export_run")),
        asked="sync_request" in kinds,
    )


_NOTHING = cast(null(), BigInteger)
_Place = tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any], FromClause, ColumnElement[str]]
"""The keys of a payment, of a refund and of a booking, where they stand, and the uid that the journal names."""
_OF_PAYMENT = payments.c.booking_pk


def _of_payment(table: Any, *, refund: ColumnElement[Any] = _NOTHING) -> _Place:
    """Rows of which each is about a payment."""
    return payments.c.pk, refund, _OF_PAYMENT, table.join(payments, payments.c.pk == table.c.payment_pk), table.c.uid


def _of_booking(table: Any) -> _Place:
    return _NOTHING, _NOTHING, table.c.booking_pk, table, table.c.uid


_BOTH = or_(payments.c.pk == payment_pairs.c.manual_pk, payments.c.pk == payment_pairs.c.stripe_pk)
_RETURNED = refund_returns.join(refunds, refunds.c.pk == refund_returns.c.refund_pk).join(
    payments, payments.c.pk == refunds.c.payment_pk
)
_PRINTED = receipt_prints.join(receipts, receipts.c.pk == receipt_prints.c.receipt_pk).join(
    payments, payments.c.pk == receipts.c.payment_pk
)
_PLACES: dict[str, _Place] = {
    "payment": (payments.c.pk, _NOTHING, _OF_PAYMENT, payments, payments.c.uid),
    "void": _of_payment(payment_voids),
    "pair": (payments.c.pk, _NOTHING, _OF_PAYMENT, payment_pairs.join(payments, _BOTH), payment_pairs.c.uid),
    "ignore": _of_payment(payment_ignores),
    "refund": _of_payment(refunds, refund=refunds.c.pk),
    "refund_return": (payments.c.pk, refunds.c.pk, _OF_PAYMENT, _RETURNED, refund_returns.c.uid),
    "receipt": _of_payment(receipts),
    "receipt_print": (payments.c.pk, _NOTHING, _OF_PAYMENT, _PRINTED, receipt_prints.c.uid),
    "transfer": (payment_transfers.c.payment_pk, _NOTHING, _NOTHING, payment_transfers, payment_transfers.c.uid),
    "charge": _of_booking(charge_lines),
    "payment_link": _of_booking(payment_links),
    "booking": (_NOTHING, _NOTHING, bookings.c.pk, bookings, bookings.c.uid),
    "guest": (
        _NOTHING, _NOTHING, bookings.c.pk, guests.join(bookings, bookings.c.guest_pk == guests.c.pk), guests.c.uid,
    ),
}  # fmt: skip


@lru_cache(maxsize=256)
def _question(kinds: frozenset[str]) -> Executable:
    """``payment, refund, booking`` of what these kinds name, in parameters of their names; also the further bookings
    that have a part of such a payment.
    """
    parts = [
        select(payment.label("payment"), refund.label("refund"), booking.label("booking"))
        .select_from(place)
        .where(among(uid, kind))
        for kind in sorted(kinds)
        for payment, refund, booking, place, uid in [_PLACES[kind]]
    ]
    touched = union_all(*parts).cte("touched")
    moved = payment_transfers.c
    sharing = [
        select(_NOTHING, _NOTHING, pk).where(moved.payment_pk.in_(select(touched.c.payment)))
        for pk in (moved.from_booking_pk, moved.to_booking_pk)
    ]
    return union_all(select(touched), *sharing) if _touch_payments(kinds) else select(touched)


def _touch_payments(kinds: Iterable[str]) -> bool:
    return any(_PLACES[kind][0] is not _NOTHING for kind in kinds)


def _left_booking(before: str | None) -> set[str]:
    """The booking that a payment was taken from: the payment itself does not name it any more."""
    return set() if before is None else {orjson.loads(before)["booking"]}
