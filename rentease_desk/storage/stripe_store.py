"""What a page from Stripe changes here: rows of intents and charges, and the payments that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select

from rentease_desk.domain.dates import Days
from rentease_desk.domain.derivation import DerivedPayment, derive_payment
from rentease_desk.domain.stripe_objects import Identity, StripeCharge, StripeIntent, StripeTransaction
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_claims import borrowed_claims
from rentease_desk.storage.bookings import resolve_claims
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import Written, asked, mine, write_observed
from rentease_desk.storage.stripe_money import moved_by, payments_of_charges, store_transactions
from rentease_desk.storage.stripe_payments import Outcome, PaymentWriter
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_payment_intents
from rentease_desk.storage.tables import payments


def _columns_of(kind: type[Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in {"id", "metadata"})


_INTENT = _columns_of(StripeIntent)
_CHARGE = _columns_of(StripeCharge)
_payment_id = payments.c.stripe_payment_id
_STORED = select(payments).where(mine(payments), among(_payment_id, "ids")).with_for_update()
_STILL = select(_payment_id, payments.c.booking_pk, payments.c.claimed_id, payments.c.claimed_reference).where(
    mine(payments), among(_payment_id, "ids")
)
_INTENTS = select(stripe_payment_intents).where(mine(stripe_payment_intents), among(stripe_payment_intents.c.id, "ids"))
_CHARGES = select(stripe_charges).where(mine(stripe_charges), among(stripe_charges.c.id, "ids"))
_CHARGES_OF = select(stripe_charges).where(mine(stripe_charges), among(stripe_charges.c.payment_intent_id, "ids"))
"""Statements are made once: they are asked with every page."""
_Columns = Callable[[Mapping[Any, Any]], Iterable[Any]]
_intent_values, _charge_values = attrgetter(*_INTENT), attrgetter(*_CHARGE)
_intent_columns: _Columns = itemgetter(*_INTENT)
_charge_columns: _Columns = itemgetter(*_CHARGE)


def store_payments(
    unit: Unit,
    identity: Identity,
    days: Days,
    observed_at: int,
    intents: Iterable[StripeIntent] = (),
    charges: Iterable[StripeCharge] = (),
    transactions: Sequence[StripeTransaction] = (),
) -> Outcome:
    """Write pictures of intents, charges and balance transactions taken at ``observed_at`` (UTC microseconds), and the
    payments they mean.
    """
    shown_intents = {one.id: _values(one, _INTENT, _intent_values) for one in intents}
    shown_charges = {one.id: _values(one, _CHARGE, _charge_values) for one in charges}
    connection = unit.connection
    moved = store_transactions(unit, identity, observed_at, transactions) if transactions else frozenset()
    by_intent = write_observed(connection, stripe_payment_intents, identity, shown_intents, observed_at)
    by_charge = write_observed(
        connection, stripe_charges, identity, shown_charges, observed_at, keep=frozenset({"captured_at"})
    )
    payment_of = {key: values["payment_intent_id"] or key for key, values in shown_charges.items()}
    touched = by_intent.new | by_intent.changed | {payment_of[key] for key in by_charge.new | by_charge.changed}
    seen = set(shown_intents) | set(payment_of.values())
    if moved:
        settled = payments_of_charges(connection, identity, list(moved))
        touched, seen = touched | settled, seen | settled
    return _follow(unit, identity, days, seen, _derive(connection, identity, touched, by_intent, by_charge))


def follow_claims(unit: Unit, identity: Identity, days: Days, payment_ids: Collection[str]) -> Outcome:
    """Look again at payments (Stripe's ids) for which a session, an invoice or a subscription may name another booking
    than before. Those that are not here find it when they come.
    """
    derived = _derive(unit.connection, identity, set(payment_ids), Written(), Written())
    stored = _stored_payments(unit.connection, identity, derived)
    moved = {
        key: derived[key]
        for key, row in stored.items()
        if (row["claimed_id"], row["claimed_reference"]) != (derived[key].claimed_id, derived[key].claimed_reference)
    }
    return _follow(unit, identity, days, moved, moved) if moved else Outcome()


def _values(shown: StripeIntent | StripeCharge, names: tuple[str, ...], getter: Any) -> dict[str, Any]:
    values = dict(zip(names, getter(shown), strict=True))
    metadata = shown.metadata
    values["metadata"] = orjson.dumps(dict(metadata), option=orjson.OPT_SORT_KEYS).decode() if metadata else "{}"
    return values


def _follow(
    unit: Unit, identity: Identity, days: Days, seen: Collection[str], derived: Mapping[str, DerivedPayment]
) -> Outcome:
    """Write what the payments are now, and try once more to find bookings for those that have none."""
    if not seen:
        return Outcome()
    still = _still(unit.connection, identity, [key for key in seen if key not in derived])
    claims = {text for one in derived.values() for text in (one.claimed_id, one.claimed_reference) if text}
    claims |= {text for names in still.values() for text in names}
    homes = resolve_claims(unit.connection, claims) if claims else {}
    found = {key for key, names in still.items() if not homes.keys().isdisjoint(names)}
    stored = _stored_payments(unit.connection, identity, found | derived.keys())
    writer = PaymentWriter(unit, identity, days, homes)
    for key, one in derived.items():
        writer.write(one, stored.get(key))
    for key in found:
        writer.keep(key, stored[key])
    writer.outcome.unchanged |= still.keys() - found
    writer.flush()
    return writer.outcome


def _still(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What is stored of payments that did not change: what names the booking of those that have none yet."""
    if not ids:
        return {}
    rows = connection.execute(_STILL, asked(identity, ids)).all()
    return {key: tuple(filter(None, names)) if home is None else () for key, home, *names in rows}


def _stored_payments(connection: Connection, identity: Identity, ids: Collection[str]) -> dict[str, Mapping[Any, Any]]:
    if not ids:
        return {}
    rows = connection.execute(_STORED, asked(identity, ids)).mappings().all()
    return {row["stripe_payment_id"]: row for row in rows}


def _derive(
    connection: Connection, identity: Identity, touched: set[str], by_intent: Written, by_charge: Written
) -> dict[str, DerivedPayment]:
    """The payments that were touched, from what was just written and what else is stored of them."""
    if not touched:
        return {}
    intents = {key: intent_from_row({**row, "id": key}) for key, row in by_intent.standing.items() if key in touched}
    absent = [key for key in touched if key not in intents]
    intents |= stored_intents(connection, identity, absent) if absent else {}
    charges = _charges_of(connection, identity, list(touched), by_charge)
    moved = moved_by(connection, identity, [one.id for some in charges.values() for one in some])
    derived = {
        key: derive_payment(intents.get(key), charges.get(key, ()), moved)
        for key in touched
        if key in intents or any(charge.payment_intent_id is None for charge in charges.get(key, ()))
    }
    silent = [key for key, one in derived.items() if one.claimed_id is None and one.claimed_reference is None]
    for key, claim in borrowed_claims(connection, identity, silent).items():
        derived[key] = replace(derived[key], claimed_id=claim.id, claimed_reference=claim.reference)
    return derived


def stored_intents(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, StripeIntent]:
    """The intents as they were last shown."""
    rows = connection.execute(_INTENTS, asked(identity, ids)).mappings().all()
    return {row["id"]: intent_from_row(row) for row in rows}


def intent_from_row(row: Mapping[Any, Any]) -> StripeIntent:
    """The intent that a row of ``stripe_payment_intents`` holds."""
    return StripeIntent(*_fields(row, _intent_columns))


def _charges_of(
    connection: Connection, identity: Identity, touched: list[str], shown: Written
) -> dict[str, list[StripeCharge]]:
    """The charges of payments: those just shown as they stand now, and the others that are stored."""
    stored = connection.execute(_CHARGES_OF, asked(identity, touched)).mappings().all()
    lone = [key for key in touched if not key.startswith("pi_")]  # payments of the old kind are their own charge
    if lone:  # asked for apart: of "one or the other" no database uses both indexes
        stored = [*stored, *connection.execute(_CHARGES, asked(identity, lone)).mappings().all()]
    rows = [{**row, "id": key} for key, row in shown.standing.items()]
    found: defaultdict[str, list[StripeCharge]] = defaultdict(list)
    for row in (*rows, *(row for row in stored if row["id"] not in shown.standing)):
        charge = StripeCharge(*_fields(row, _charge_columns))
        found[charge.payment_intent_id or charge.id].append(charge)
    return found


def _fields(row: Mapping[Any, Any], columns: _Columns) -> tuple[Any, ...]:
    """All fields of a picture, in their order."""
    return (row["id"], *columns(row), _metadata(row))


def _metadata(row: Mapping[Any, Any]) -> dict[str, str]:
    text = row["metadata"]
    return {} if text == "{}" else orjson.loads(text)
