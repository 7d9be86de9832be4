"""The journal's entries about a booking or a payment, and what is known today of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from rentease_desk.domain.history import Facts
from rentease_desk.domain.journal import JournalEntry
from rentease_desk.storage.among import among
from rentease_desk.storage.ignore_tables import payment_ignores
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.link_tables import payment_links
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.proofs import NAME, PROVEN, rows_named
from rentease_desk.storage.receipt_tables import receipt_prints, receipts
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.tables import (
    bookings,
    charge_lines,
    guests,
    payment_transfers,
    payment_voids,
    payments,
    refunds,
)

Entries = list[tuple[int, JournalEntry]]
_UID = 36
"""Letters of a uid."""
_Names = Mapping[str, Collection[str]]


def history_of_booking(connection: Connection, pk: int) -> tuple[Entries, Facts]:
    """All about a booking, its guest, its charges, and the payments that are on it or were once."""
    uid = connection.scalar(select(bookings.c.uid).where(bookings.c.pk == pk)) or ""
    guest = select(guests.c.uid).join(bookings, bookings.c.guest_pk == guests.c.pk).where(bookings.c.pk == pk)
    names: dict[str, Collection[str]] = {
        "booking": [uid],
        "guest": connection.scalars(guest).all(),
        "charge": connection.scalars(select(charge_lines.c.uid).where(charge_lines.c.booking_pk == pk)).all(),
        "payment_link": connection.scalars(select(payment_links.c.uid).where(payment_links.c.booking_pk == pk)).all(),
    }
    return _history(connection, names | _of_payments(connection, _paid(connection, pk, uid)))


def history_of_payment(connection: Connection, pk: int) -> tuple[Entries, Facts]:
    """All about a payment: its refunds, void, moves and receipts."""
    return _history(connection, _of_payments(connection, [pk]))


def _paid(connection: Connection, pk: int, uid: str) -> list[int]:
    """The payments that are on a booking, with a part or whole, or have left it."""
    moved = payment_transfers.c
    parts = select(moved.payment_pk).where(or_(moved.from_booking_pk == pk, moved.to_booking_pk == pk))
    left = select(journal.c.entity_uid).where(journal.c.entity == "payment", journal.c.before.contains(uid))
    on_it = or_(payments.c.booking_pk == pk, payments.c.pk.in_(parts), payments.c.uid.in_(left))
    return list(connection.scalars(select(payments.c.pk).where(on_it)))


def _of_payments(connection: Connection, pks: Collection[int]) -> dict[str, Collection[str]]:
    def named(query: Select[str], of: ColumnElement[bool]) -> Collection[str]:
        return connection.scalars(query.where(of)).all()

    back = select(refund_returns.c.uid).join(refunds, refunds.c.pk == refund_returns.c.refund_pk)
    prints = select(receipt_prints.c.uid).join(receipts, receipts.c.pk == receipt_prints.c.receipt_pk)
    pairs = or_(payment_pairs.c.manual_pk.in_(pks), payment_pairs.c.stripe_pk.in_(pks))
    return {
        "payment": named(select(payments.c.uid), payments.c.pk.in_(pks)),
        "void": named(select(payment_voids.c.uid), payment_voids.c.payment_pk.in_(pks)),
        "refund": named(select(refunds.c.uid), refunds.c.payment_pk.in_(pks)),
        "refund_return": named(back, refunds.c.payment_pk.in_(pks)),
        "transfer": named(select(payment_transfers.c.uid), payment_transfers.c.payment_pk.in_(pks)),
        "pair": named(select(payment_pairs.c.uid), pairs),
        "ignore": named(select(payment_ignores.c.uid), payment_ignores.c.payment_pk.in_(pks)),
        "receipt": named(select(receipts.c.uid), receipts.c.payment_pk.in_(pks)),
        "receipt_print": named(prints, receipts.c.payment_pk.in_(pks)),
    }


def _history(connection: Connection, names: _Names) -> tuple[Entries, Facts]:
    entries: Entries = []
    for entity, uids in names.items():
        about = select(journal).where(journal.c.entity == entity, among(journal.c.entity_uid, list(uids)))
        entries += [(row.seq, _entry(row)) for row in connection.execute(about)] if uids else []
    entries += _approvals(connection, {uid for uids in names.values() for uid in uids})
    entries.sort(key=itemgetter(0))
    rows = {
        (entity, str(row[NAME])): row
        for entity, uids in names.items()
        if uids and entity in PROVEN
        for row in rows_named(connection, entity, uids)
    }
    return entries, Facts(_references(connection, entries), rows)


def _approvals(connection: Connection, uids: set[str]) -> Entries:
    """On whose word something of these was done: an approval names its deed by them. There are few, of all times."""
    given = select(journal).where(journal.c.entity == "approval")
    found = ((row.seq, _entry(row)) for row in connection.execute(given))
    return [(seq, one) for seq, one in found if not uids.isdisjoint(_deed(one).split())]


def _deed(entry: JournalEntry) -> str:
    return str(orjson.loads(entry.after or "{}").get("deed", ""))


def _entry(row: Any) -> JournalEntry:
    return JournalEntry(
        row.at, row.actor, row.desk, row.action, row.entity, row.entity_uid, row.before, row.after, row.proof
    )


def _references(connection: Connection, entries: Entries) -> dict[str, str]:
    """Of all bookings that the entries may name."""
    told = " ".join(text for _, one in entries for text in (one.before, one.after) if text)
    named = {word for word in told.split('"') if len(word) == _UID}
    query = select(bookings.c.uid, bookings.c.reference).where(among(bookings.c.uid, list(named)))
    return {row.uid: row.reference for row in connection.execute(query)}
