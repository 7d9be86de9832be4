"""The journal as a feed of changes: what other desks and processes have written since a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import orjson
from msgspec import Struct
from sqlalchemy import Column, Connection, Table, case, select

from rentease_desk.domain.changes import Changes
from rentease_desk.storage.ignore_tables import payment_ignores
from rentease_desk.storage.journal import read_head
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.link_tables import payment_links
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.parts import bookings_sharing
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

_AT_ONCE = 400
"""How many names stand in one question: every database takes so many."""

UNASSIGN = "unassign"
"""The journal's word for a payment that was taken from a booking."""

_LATEST_RUN = select(sync_runs.c.pk, sync_runs.c.outcome).order_by(sync_runs.c.pk.desc()).limit(1)
_BILLING = ("payout", "subscription", "invoice", "invoice_payment", "customer")

_DRAWER = ("drawer", "drawer_movement", "drawer_count")


class Seen(Struct, frozen=True):
    """How far the feed was read: the journal's ``seq``, and the latest run of the sync with how it stands."""

    seq: int
    run: tuple[int, str]


def seen_now(connection: Connection) -> Seen:
    """Where the feed ends now."""
    latest = connection.execute(_LATEST_RUN).first()
    return Seen(read_head(connection)[0], (0, "") if latest is None else (latest.pk, latest.outcome))


def changes_between(connection: Connection, before: Seen, now: Seen, own: Collection[int]) -> Changes:
    """What was written in between, but for the rows whose ``seq`` is among our ``own``."""
    found = Changes(syncs=now.run != before.run)
    if sum(before.seq < seq <= now.seq for seq in own) == now.seq - before.seq:  # as a rule all of it is our own
        return found
    left = case((journal.c.action == UNASSIGN, journal.c.before)).label("left")
    rows = select(journal.c.seq, journal.c.entity, journal.c.entity_uid, left).where(journal.c.seq > before.seq)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(rows.where(journal.c.seq <= now.seq)):
        if row.seq not in own:
            named[row.entity].add(row.entity_uid)
            named["booking"] |= _left_booking(row.left)
    return found | _resolved(connection, named)


def _resolved(connection: Connection, named: defaultdict[str, set[str]]) -> Changes:
    """Uids as keys; what belongs to a booking names it."""
    pays = _keys(connection, payments, payments.c.pk, payments.c.booking_pk, named["payment"])
    voids = _keys(connection, payment_voids, payment_voids.c.payment_pk, payment_voids.c.payment_pk, named["void"])
    pairs = _keys(connection, payment_pairs, payment_pairs.c.manual_pk, payment_pairs.c.stripe_pk, named["pair"])
    ignored = _keys(
        connection, payment_ignores, payment_ignores.c.payment_pk, payment_ignores.c.payment_pk, named["ignore"]
    )
    returned = _keys(
        connection, refund_returns, refund_returns.c.refund_pk, refund_returns.c.refund_pk, named["refund_return"]
    )
    backs = _keys(connection, refunds, refunds.c.pk, refunds.c.payment_pk, named["refund"])
    backs += _pairs(connection, refunds.c.pk, refunds.c.payment_pk, {pk for pk, _ in returned})
    named["receipt"] |= _printed(connection, named["receipt_print"])
    papers = _keys(connection, receipts, receipts.c.payment_pk, receipts.c.payment_pk, named["receipt"])
    lines = _keys(connection, charge_lines, charge_lines.c.pk, charge_lines.c.booking_pk, named["charge"])
    links = _keys(connection, payment_links, payment_links.c.pk, payment_links.c.booking_pk, named["payment_link"])
    stays = _keys(connection, bookings, bookings.c.pk, bookings.c.pk, named["booking"])
    people = _keys(connection, guests, guests.c.pk, guests.c.pk, named["guest"])
    touched = {payment for _, payment in (*voids, *ignored, *backs, *pairs, *papers) if payment is not None} | {
        pk for pk, _ in pairs
    }
    homes = _pairs(connection, payments.c.pk, payments.c.booking_pk, touched)
    moved = _moved_payments(connection, named["transfer"])
    sharing = bookings_sharing(connection, moved | touched | {pk for pk, _ in pays})
    of_guests = _pairs(connection, bookings.c.guest_pk, bookings.c.pk, {pk for pk, _ in people})
    return Changes(
        payments=frozenset({pk for pk, _ in pays} | touched | moved),
        refunds=frozenset(pk for pk, _ in backs),
        bookings=sharing
        | frozenset(pk for _, pk in (*pays, *lines, *links, *stays, *homes, *of_guests) if pk is not None),
        settings=bool(named["property"]),
        billing=any(named[entity] for entity in _BILLING),
        follow_ups=bool(named["follow_up"] or named["dispute"]),
        blocks=bool(named["block"]),
        filters=bool(named["saved_filter"]),
        staff=bool(named["staff"]),
        drawers=any(named[entity] for entity in _DRAWER),
        days=bool(named["day"]),
        exports=bool(named["export_schedule"] or named["export_run"]),
    )


def _printed(connection: Connection, uids: set[str]) -> set[str]:
    """The receipts of which these are prints."""
    found: set[str] = set()
    for some in _parts(sorted(uids)):
        query = select(receipts.c.uid).join(receipt_prints, receipt_prints.c.receipt_pk == receipts.c.pk)
        found |= set(connection.scalars(query.where(receipt_prints.c.uid.in_(some))))
    return found


def _moved_payments(connection: Connection, uids: set[str]) -> set[int]:
    found: set[int] = set()
    for some in _parts(sorted(uids)):
        moved = select(payment_transfers.c.payment_pk).where(payment_transfers.c.uid.in_(some))
        found |= set(connection.scalars(moved))
    return found


def _left_booking(before: str | None) -> set[str]:
    """The booking that a payment was taken from: the payment itself does not name it any more."""
    return set() if before is None else {orjson.loads(before)["booking"]}


def _keys(
    connection: Connection, table: Table, key: Column[int], other: Column[int], uids: set[str]
) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    for some in _parts(sorted(uids)):
        found += [(row[0], row[1]) for row in connection.execute(select(key, other).where(table.c.uid.in_(some)))]
    return found


def _pairs(
    connection: Connection, key: Column[int], other: Column[int], keys: set[int]
) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    for some in _parts(sorted(keys)):
        found += [(row[0], row[1]) for row in connection.execute(select(key, other).where(key.in_(some)))]
    return found


def _parts(values: list[str] | list[int]) -> Iterable[list[str] | list[int]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
