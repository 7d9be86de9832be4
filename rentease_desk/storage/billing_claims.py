"""Which booking a long stay or a Checkout page is for, and with it the payments that name none themselves.

A payment's own words come first (``domain.derivation``). Then, each only where those before it say nothing: its
Checkout Session; the person who gave its subscription to a booking; its invoice, and what the subscription said when
that was made; its subscription, or the session that began it; the guest whom a person linked to the customer, if that
guest has one booking. Where two of a kind name different bookings, none is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from msgspec import Struct
from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    and_,
    literal,
    null,
    select,
    union_all,
    update,
)

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.stripe_billing import Claim, claim_in
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import (
    stripe_checkout_sessions,
    stripe_invoice_payments,
    stripe_invoices,
    stripe_subscriptions,
)
from rentease_desk.storage.bookings import resolve_claims
from rentease_desk.storage.database import Unit
from rentease_desk.storage.observed import asked, mine, of, own
from rentease_desk.storage.stripe_tables import stripe_customers
from rentease_desk.storage.tables import bookings

_SESSION, _INVOICE = "session", "invoice"


def borrowed_claims(connection: Connection, identity: Identity, payment_ids: Collection[str]) -> dict[str, Claim]:
    """The bookings that sessions, invoices and subscriptions name for these payments (Stripe's ids)."""
    if not payment_ids:
        return {}
    named: dict[str, dict[str, set[Claim]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(_BORROWED, asked(identity, payment_ids)):
        claim = claim_in(_read(row.own)) if row.kind == _SESSION else _of_invoice(row)
        if claim is not None:
            named[row.payment][row.kind].add(claim)
    found = ((key, kinds.get(_SESSION) or kinds[_INVOICE]) for key, kinds in named.items())
    return {key: next(iter(claims)) for key, claims in found if len(claims) == 1}


def _of_sessions() -> Select[*tuple[Any, ...]]:
    table, nothing = stripe_checkout_sessions, null().cast(Text)
    return select(
        literal(_SESSION).label("kind"),
        table.c.payment_intent_id.label("payment"),
        table.c.metadata.label("own"),
        nothing.label("snapshot"),
        nothing.label("claimed_id"),
        nothing.label("claimed_reference"),
        nothing.label("assigned_by"),
        nothing.label("booking"),
    ).where(mine(table), among(table.c.payment_intent_id, "ids"))


def _of_invoices() -> Select[*tuple[Any, ...]]:
    paid, invoice, stay = stripe_invoice_payments, stripe_invoices, stripe_subscriptions
    joined = (
        paid.join(invoice, and_(mine(invoice), invoice.c.id == paid.c.invoice_id))
        .outerjoin(stay, and_(mine(stay), stay.c.id == invoice.c.subscription_id))
        .outerjoin(bookings, bookings.c.pk == stay.c.booking_pk)
    )
    return (
        select(
            literal(_INVOICE),
            paid.c.payment_id,
            invoice.c.metadata,
            invoice.c.subscription_metadata,
            stay.c.claimed_id,
            stay.c.claimed_reference,
            stay.c.assigned_by,
            bookings.c.uid,
        )
        .select_from(joined)
        .where(mine(paid), among(paid.c.payment_id, "ids"))
    )


_BORROWED = union_all(_of_sessions(), _of_invoices())
"""Made once: it is asked with every page of payments."""


def _of_invoice(row: Row[*tuple[Any, ...]]) -> Claim | None:
    """What an invoice's row names: a booking that was found is named by its uid, whatever it is called by now."""
    home = Claim(row.booking, None) if row.booking else None
    if row.assigned_by == "person":
        return home
    named = claim_in(_read(row.own), _read(row.snapshot))
    stays = Claim(row.claimed_id, row.claimed_reference) if row.claimed_id or row.claimed_reference else None
    return home or stays if named is None or named == stays else named


class _Facts(Struct, frozen=True):
    """What is known for a number of subscriptions: what sessions say of each, and the only booking of each customer."""

    said: Mapping[str, list[Claim]]
    guests: Mapping[str, int]


def resolve_subscriptions(unit: Unit, identity: Identity, ids: Collection[str]) -> set[str]:
    """Find the bookings of these subscriptions, but for those that a person gave to one; journalled.

    Returns those for which something is another than before.
    """
    if not ids:
        return set()
    table, connection = stripe_subscriptions, unit.connection
    rows = connection.execute(select(table).where(of(table, identity, list(ids))).with_for_update()).all()
    facts = _Facts(_said_by_sessions(connection, identity, ids), _only_bookings(connection, identity, rows))
    claims = {row.id: _claim_of(row, facts) for row in rows}
    texts = {text for claim in claims.values() if claim for text in (claim.id, claim.reference) if text}
    homes = resolve_claims(connection, texts) if texts else {}
    return {row.id for row in rows if _settle(unit, row, claims[row.id], homes, facts)}


def give_to(unit: Unit, row: Row[*tuple[Any, ...]], values: Mapping[str, Any]) -> None:
    """Write which booking a subscription belongs to (``booking_pk``, ``assigned_by``, and claims), journalled."""
    table = stripe_subscriptions
    identity = Identity(row.account, row.livemode)
    unit.connection.execute(update(table).where(of(table, identity, [row.id])).values(dict(values)))
    homes = {pk for pk in (row.booking_pk, values["booking_pk"]) if pk is not None}
    query = select(bookings.c.pk, bookings.c.uid).where(bookings.c.pk.in_(homes))
    uids: dict[int | None, str] = {found.pk: found.uid for found in unit.connection.execute(query)}
    before = {"booking": uids.get(row.booking_pk), "assigned_by": row.assigned_by}
    after = {"booking": uids.get(values["booking_pk"]), "assigned_by": values["assigned_by"]}
    unit.record("assign", "subscription", row.id, before, after, always=True)
    unit.changes |= Changes(bookings=frozenset(homes), billing=True)


def _settle(
    unit: Unit, row: Row[*tuple[Any, ...]], claim: Claim | None, homes: Mapping[str, int], facts: _Facts
) -> bool:
    values = {"claimed_id": claim.id if claim else None, "claimed_reference": claim.reference if claim else None}
    values |= _assignment(row, claim, homes, facts)
    if all(row._mapping[name] == value for name, value in values.items()):
        return False
    give_to(unit, row, values)
    return True


def _assignment(
    row: Row[*tuple[Any, ...]], claim: Claim | None, homes: Mapping[str, int], facts: _Facts
) -> dict[str, Any]:
    """What a person chose stands; what was found by a name stands as long as the name is the same."""
    same = claim is not None and (row.claimed_id, row.claimed_reference) == (claim.id, claim.reference)
    linked = (
        claim is None and row.assigned_by == "customer"
    )  # that its guest comes again, or to another, changes nothing
    if row.assigned_by == "person" or linked or (same and row.assigned_by == "metadata"):
        return {"booking_pk": row.booking_pk, "assigned_by": row.assigned_by}
    if claim is not None:
        home = homes.get(claim.id or "") or homes.get(claim.reference or "")
        return {"booking_pk": home, "assigned_by": None if home is None else "metadata"}
    home = facts.guests.get(row.customer_id or "")
    return {"booking_pk": home, "assigned_by": None if home is None else "customer"}


def _claim_of(row: Row[*tuple[Any, ...]], facts: _Facts) -> Claim | None:
    own_words = claim_in(_read(row.metadata))
    said = set(facts.said.get(row.id, ()))
    return own_words or (said.pop() if len(said) == 1 else None)


def _said_by_sessions(connection: Connection, identity: Identity, ids: Collection[str]) -> dict[str, list[Claim]]:
    table = stripe_checkout_sessions
    query = select(table.c.subscription_id, table.c.metadata)
    said: dict[str, list[Claim]] = defaultdict(list)
    for row in connection.execute(query.where(own(table, identity), table.c.subscription_id.in_(list(ids)))):
        claim = claim_in(_read(row.metadata))
        if claim is not None:
            said[row.subscription_id].append(claim)
    return said


def _only_bookings(connection: Connection, identity: Identity, rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[str, int]:
    """By customer: the booking of the guest that a person linked, where that guest has one and not several."""
    customers = {row.customer_id for row in rows if row.customer_id}
    if not customers:
        return {}
    table = stripe_customers
    query = select(table.c.id, bookings.c.pk).join(bookings, bookings.c.guest_pk == table.c.guest_pk)
    found: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(query.where(of(table, identity, list(customers)))):
        found[row.id].append(row.pk)
    return {key: pks[0] for key, pks in found.items() if len(pks) == 1}


def _read(text: str | None) -> dict[str, str]:
    return {} if text is None or text == "{}" else orjson.loads(text)
