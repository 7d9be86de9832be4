"""Which rows the journal proves, and how: the entry of each write holds the SHA-256 of the rows as they stand after it.

A row is proven with all its columns, also its key and the keys that it names. What is empty, or as the column's default
says, is left out of the proof, so that a column that is added later does not change what was proven before. A table is
added by a line in ``_DECLARED``; from then on each write to it must be recorded (``Unit.record``), which ``verify``
finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    collate,
    literal,
    select,
    type_coerce,
)

from rentease_desk.domain.journal import proof_of
from rentease_desk.storage.account_tables import stripe_accounts
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import (
    stripe_invoice_payments,
    stripe_invoices,
    stripe_payouts,
    stripe_subscriptions,
)
from rentease_desk.storage.day_tables import day_closes
from rentease_desk.storage.drawer_tables import (
    drawer_closes,
    drawer_count_pieces,
    drawer_count_sums,
    drawer_counts,
    drawer_movements,
    drawer_sessions,
    drawer_variances,
)
from rentease_desk.storage.ignore_tables import payment_ignores
from rentease_desk.storage.link_tables import link_requests, payment_links
from rentease_desk.storage.pair_tables import payment_pairs
from rentease_desk.storage.receipt_tables import receipt_prints, receipt_skips, receipts
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.room_tables import rooms
from rentease_desk.storage.staff_tables import staff
from rentease_desk.storage.stay_tables import stay_changes, stay_charges, stay_nights
from rentease_desk.storage.stripe_tables import refund_requests, stripe_disputes
from rentease_desk.storage.tables import (
    bookings,
    charge_lines,
    guests,
    methods,
    payment_transfers,
    payment_voids,
    payments,
    property_settings,
    refunds,
)

NAME = "proof_key"
"""The label of the column that names the entity."""
_SEEN = frozenset({"observed_at"})
"""When Stripe was asked last moves with each picture, also one that shows nothing new, and is not worth an entry."""
_HELD = frozenset({"holder", "held_until"})
"""Which process works on a request at this moment."""


_Values = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Proven(Struct, frozen=True, eq=False):
    """An entity of the journal, and the rows that it proves: those of ``table`` with the entity's uid as their name."""

    entity: str
    table: Table
    name: ColumnElement[Any]
    source: FromClause
    columns: tuple[str, ...]
    defaults: Mapping[str, object]

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What of a row is proven."""
        names, values, defaults = _layout(self, tuple(row))
        told = {name: value for name, value in zip(names, values(row), strict=True) if value is not None}
        for name, default in defaults:
            value = row[name]
            if value == default:
                del told[name]
            elif value is None:
                told[name] = None  # only somebody who goes round the rules of the database can write that
        return told

    def proof(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """The proof of the rows of one entity."""
        return proof_of([self.told(row) for row in rows])


@lru_cache(maxsize=128)
def _layout(proven: Proven, names: tuple[str, ...]) -> tuple[tuple[str, ...], _Values, tuple[tuple[str, object], ...]]:
    """Of rows with columns of these names: which of them are proven, how they are taken, and which have defaults.
    Found once: a listing proves very many rows that are made alike.
    """
    shown = tuple(name for name in proven.columns if name in names)
    defaults = tuple((name, default) for name, default in proven.defaults.items() if name in names)
    return shown, _taking(shown), defaults


def _taking(names: tuple[str, ...]) -> _Values:
    """``itemgetter``, with a tuple also of one name and of none."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _of(
    entity: str,
    table: Table,
    name: str = "uid",
    *,
    owner: Table | None = None,
    called: str = "",
    left_out: frozenset[str] = frozenset(),
) -> Proven:
    """``name``: the column by which the journal names the rows; with ``owner``, the one that names a row whose uid it
    is. ``called``: all the rows of the table are one entity of this name.
    """
    named, source = table.c[name] if not called else literal(called), table
    joined: FromClause = source
    if owner is not None:
        named, joined = owner.c.uid, source.outerjoin(owner, owner.c.pk == table.c[name])
    # In the order of a proof: what is sorted already is sorted three times as fast.
    columns = tuple(sorted(str(column.name) for column in table.columns if column.name not in left_out))
    defaults = {str(column.name): _default(column) for column in table.columns if column.server_default is not None}
    return Proven(entity, table, named, joined, columns, defaults)


def _default(column: Column[Any]) -> object:
    text = str(column.server_default.arg)  # type: ignore[union-attr]
    return int(text) if isinstance(column.type, Integer) else text


_DECLARED = (
    _of("staff", staff),
    _of("property", property_settings, called="property"),
    _of("methods", methods, called="methods"),
    _of("stripe_account", stripe_accounts),
    _of("room", rooms),
    _of("guest", guests),
    _of("booking", bookings),
    _of("stay", stay_changes),
    _of("stay_nights", stay_nights, "change_pk", owner=stay_changes),
    _of("charge", charge_lines),
    _of("stay_charges", stay_charges, "change_pk", owner=stay_changes),
    _of("day", day_closes),
    _of("drawer", drawer_sessions),
    _of("drawer_movement", drawer_movements),
    _of("drawer_count", drawer_counts),
    _of("drawer_pieces", drawer_count_pieces, "count_pk", owner=drawer_counts),
    _of("drawer_sums", drawer_count_sums, "count_pk", owner=drawer_counts),
    _of("drawer_close", drawer_closes),
    _of("drawer_variances", drawer_variances, "close_pk", owner=drawer_closes),
    _of("payment", payments),
    _of("void", payment_voids),
    _of("refund", refunds, left_out=_SEEN),
    _of("refund_return", refund_returns),
    _of("refund_request", refund_requests, "refund_pk", owner=refunds, left_out=_HELD),
    _of("transfer", payment_transfers),
    _of("pair", payment_pairs),
    _of("ignore", payment_ignores),
    _of("receipt", receipts),
    _of("receipt_print", receipt_prints),
    _of("receipt_skip", receipt_skips),
    _of("payment_link", payment_links),
    _of("link_request", link_requests, "link_pk", owner=payment_links, left_out=_HELD),
    _of("dispute", stripe_disputes, "id", left_out=_SEEN),
    _of("payout", stripe_payouts, "id", left_out=_SEEN),
    _of("subscription", stripe_subscriptions, "id", left_out=_SEEN),
    _of("invoice", stripe_invoices, "id", left_out=_SEEN),
    _of("invoice_payment", stripe_invoice_payments, "id", left_out=_SEEN),
)

PROVEN: Mapping[str, Proven] = {one.entity: one for one in _DECLARED}
"""By the journal's word for them, in the order in which they are verified."""


def proofs_of(connection: Connection, entity: str, uids: Collection[str]) -> dict[str, str]:
    """The proofs of what stands in the database now, by the uids of those that have rows."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows_named(connection, entity, uids):
        found[str(row[NAME])].append(row)
    return {uid: PROVEN[entity].proof(rows) for uid, rows in found.items()}


def rows_named(connection: Connection, entity: str, uids: Collection[str]) -> list[dict[str, Any]]:
    """The rows of these entities as they are now, each with its ``NAME``."""
    return [dict(row) for row in connection.execute(_reading(entity), {"uids": list(uids)}).mappings()]


@cache
def _reading(entity: str) -> Select[*tuple[Any, ...]]:
    """Made once: it is asked with many writes."""
    proven = PROVEN[entity]
    return _select(proven, [proven.table.c[name] for name in proven.columns]).where(among(proven.name, "uids"))


def all_rows(connection: Connection, proven: Proven) -> Select[*tuple[Any, ...]]:
    """All rows in the order of their names, as they lie in the table: no index is believed, and SQLite's values come
    as they are, whatever a column is meant to hold.
    """
    plain = connection.dialect.name == "sqlite"
    columns = [_as_it_lies(proven.table.c[name]) if plain else proven.table.c[name] for name in proven.columns]
    return _select(proven, columns).order_by(in_order(connection, proven.name))


def in_order(connection: Connection, name: ColumnElement[Any]) -> ColumnElement[Any]:
    """An order of texts that both engines and Python share. On SQLite no index can give it."""
    return name + "" if connection.dialect.name == "sqlite" else collate(name, "C")


def flags_of(proven: Proven) -> tuple[str, ...]:
    """The columns that are true or false, which SQLite keeps as numbers."""
    return tuple(name for name in proven.columns if isinstance(proven.table.c[name].type, Boolean))


def _as_it_lies(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Date):
        return type_coerce(column, Text).label(column.name)
    return type_coerce(column, Integer).label(column.name) if isinstance(column.type, Boolean) else column


def _select(proven: Proven, columns: list[Any]) -> Select[*tuple[Any, ...]]:
    return select(*columns, proven.name.label(NAME)).select_from(proven.source)
