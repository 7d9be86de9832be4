"""What a page from Stripe changes here: rows of intents and charges, and the payments that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, select

from rentease_desk.domain.dates import Days
from rentease_desk.domain.derivation import DerivedPayment, derive_payment
from rentease_desk.domain.stripe_objects import Identity, Page, StripeCharge, StripeIntent
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_claims import borrowed_claims
from rentease_desk.storage.bookings import resolve_claims
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import asked, mine
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.stripe_money import moved_by, payments_of_charges, store_transactions
from rentease_desk.storage.stripe_payments import Outcome, PaymentWriter
from rentease_desk.storage.stripe_pictures import CHARGES, INTENTS, Shown, other_charges, stored_intents
from rentease_desk.storage.tables import payments

_payment_id = payments.c.stripe_payment_id
_STORED = select(payments).where(mine(payments), among(_payment_id, "ids")).with_for_update()
_STILL = select(_payment_id, payments.c.booking_pk, payments.c.claimed_id, payments.c.claimed_reference).where(
    mine(payments), among(_payment_id, "ids")
)
"""Statements are made once: they are asked with every page."""


def store_payments(unit: Unit, identity: Identity, days: Days, pages: Sequence[Page]) -> Outcome:
    """Write the intents, charges and balance transactions of pages, and the payments they mean."""
    open_days(unit, days)
    intents, charges = Shown(INTENTS, pages), Shown(CHARGES, pages)
    moved = store_transactions(unit, identity, pages)
    intents.write(unit.connection, identity)
    charges.write(unit.connection, identity)
    payment_of = {key: one.payment_intent_id or key for key, one in charges.newest.items()}
    touched = intents.fresh | {payment_of[key] for key in charges.fresh}
    seen = set(intents.newest) | set(payment_of.values())
    if moved:
        settled = payments_of_charges(unit.connection, identity, list(moved))
        touched, seen = touched | settled, seen | settled
    outcome = _follow(unit, identity, days, seen, _derive(unit.connection, identity, touched, intents, charges))
    latest = (intents.newest[key].latest_charge_id for key in intents.fresh)
    outcome.charges = {*charges.fresh, *moved, *filter(None, latest)}
    return outcome


def follow_claims(unit: Unit, identity: Identity, days: Days, payment_ids: Collection[str]) -> Outcome:
    """Look again at payments (Stripe's ids) for which a session, an invoice or a subscription may name another booking
    than before. Those that are not here find it when they come.
    """
    open_days(unit, days)
    derived = _derive(unit.connection, identity, set(payment_ids), Shown(INTENTS), Shown(CHARGES))
    stored = _stored_payments(unit.connection, identity, derived)
    moved = {
        key: derived[key]
        for key, row in stored.items()
        if (row["claimed_id"], row["claimed_reference"]) != (derived[key].claimed_id, derived[key].claimed_reference)
    }
    return _follow(unit, identity, days, moved, moved) if moved else Outcome()


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
    connection: Connection,
    identity: Identity,
    touched: set[str],
    intents: Shown[StripeIntent],
    charges: Shown[StripeCharge],
) -> dict[str, DerivedPayment]:
    """The payments that were touched, from what was just written and what else is stored of them."""
    if not touched:
        return {}
    known = intents.standing(touched)
    absent = [key for key in touched if key not in known]
    known |= stored_intents(connection, identity, absent) if absent else {}
    attempts = _charges_of(connection, identity, list(touched), charges)
    moved = moved_by(connection, identity, [one.id for some in attempts.values() for one in some])
    derived = {
        key: derive_payment(known.get(key), attempts.get(key, ()), moved)
        for key in touched
        if key in known or any(charge.payment_intent_id is None for charge in attempts.get(key, ()))
    }
    silent = [key for key, one in derived.items() if one.claimed_id is None and one.claimed_reference is None]
    for key, claim in borrowed_claims(connection, identity, silent).items():
        derived[key] = replace(derived[key], claimed_id=claim.id, claimed_reference=claim.reference)
    return derived


def _charges_of(
    connection: Connection, identity: Identity, touched: list[str], shown: Shown[StripeCharge]
) -> dict[str, list[StripeCharge]]:
    """The charges of payments: those just shown as they stand now, and the others that are stored."""
    here = shown.standing(shown.newest)
    found: defaultdict[str, list[StripeCharge]] = defaultdict(list)
    for charge in (*here.values(), *other_charges(connection, identity, touched, here)):
        found[charge.payment_intent_id or charge.id].append(charge)
    return found
