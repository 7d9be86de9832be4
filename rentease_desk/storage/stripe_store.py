"""What a page from Stripe changes here: rows of intents and charges, and the payments that follow from them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Days
from rentease_desk.domain.derivation import DerivedPayment, derive_payment
from rentease_desk.domain.payment import UNMATCHED_STATES, PaymentState, Source
from rentease_desk.domain.stripe_objects import Identity, StripeCharge, StripeIntent
from rentease_desk.domain.text import fold
from rentease_desk.storage.bookings import resolve_claims
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.observed import of, write_observed
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_payment_intents
from rentease_desk.storage.tables import bookings, payments


def _columns_of(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind) if item.name not in {"id", "metadata"})


_INTENT = _columns_of(StripeIntent)
_CHARGE = _columns_of(StripeCharge)
_DERIVED = tuple(item.name for item in fields(DerivedPayment) if item.name != "stripe_payment_id")
_intent_values = attrgetter(*_INTENT)
_charge_values = attrgetter(*_CHARGE)
_derived_values = attrgetter(*_DERIVED)
_UNMATCHED = {state.value for state in UNMATCHED_STATES}


@dataclass(slots=True)
class Outcome:
    """What became of payments (or refunds), by Stripe's id. ``matched`` found their booking just now."""

    new: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    unmatched: set[str] = field(default_factory=set)


def store_payments(
    unit: Unit,
    identity: Identity,
    days: Days,
    observed_at: int,
    intents: Iterable[StripeIntent] = (),
    charges: Iterable[StripeCharge] = (),
) -> Outcome:
    """Write pictures of intents and charges taken at ``observed_at`` (UTC microseconds), and the payments they mean."""
    shown_intents = {one.id: _values(one, _INTENT, _intent_values) for one in intents}
    shown_charges = {one.id: _values(one, _CHARGE, _charge_values) for one in charges}
    connection = unit.connection
    by_intent = write_observed(connection, stripe_payment_intents, identity, shown_intents, observed_at)
    by_charge = write_observed(
        connection, stripe_charges, identity, shown_charges, observed_at, keep=frozenset({"captured_at"})
    )
    payment_of = {key: values["payment_intent_id"] or key for key, values in shown_charges.items()}
    touched = by_intent.new | by_intent.changed | {payment_of[key] for key in by_charge.new | by_charge.changed}
    seen = set(shown_intents) | set(payment_of.values())
    return _follow(unit, identity, days, seen, touched)


def _values(shown: StripeIntent | StripeCharge, names: tuple[str, ...], getter: Any) -> dict[str, Any]:
    values = dict(zip(names, getter(shown), strict=True))
    values["metadata"] = (
        json.dumps(dict(shown.metadata), sort_keys=True, ensure_ascii=False) if shown.metadata else "{}"
    )
    return values


def _follow(unit: Unit, identity: Identity, days: Days, seen: Collection[str], touched: set[str]) -> Outcome:
    """Derive the payments that were touched, and try once more to find bookings for those that have none."""
    stored = _stored_payments(unit.connection, identity, seen)
    waiting = {key for key, row in stored.items() if row["booking_pk"] is None and key not in touched}
    derived = _derive(unit.connection, identity, touched | waiting)
    claims = {text for one in derived.values() for text in (one.claimed_id, one.claimed_reference) if text}
    homes = resolve_claims(unit.connection, claims) if claims else {}
    writer = _PaymentWriter(unit, identity, days, homes)
    for key in seen:
        if key in derived:
            writer.write(derived[key], stored.get(key), key in touched)
        elif key in stored:
            writer.outcome.unchanged.add(key)
    writer.flush()
    return writer.outcome


class _PaymentWriter:
    """Collects the inserts and updates of one page, so that each is one statement."""

    def __init__(self, unit: Unit, identity: Identity, days: Days, homes: Mapping[str, int]) -> None:
        self.outcome = Outcome()
        self._unit = unit
        self._identity = identity
        self._days = days
        self._homes = homes
        self._uids = _booking_uids(unit.connection, homes.values())
        self._inserts: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._bookings: set[int] = set()

    def write(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None, touched: bool) -> None:
        """Take one payment in."""
        key = derived.stripe_payment_id
        values = dict(zip(_DERIVED, _derived_values(derived), strict=True))
        values["state"] = derived.state.value
        values["business_date"] = self._business_date(derived, stored)
        values |= self._assignment(derived, stored)
        if stored is None:
            self._insert(key, values)
        elif any(stored[name] != value for name, value in values.items()):
            self._update(key, values, stored)
        else:
            (self.outcome.updated if touched else self.outcome.unchanged).add(key)
            return
        if values["booking_pk"] is None and values["state"] in _UNMATCHED:
            self.outcome.unmatched.add(key)

    def flush(self) -> None:
        """Send what was collected."""
        connection = self._unit.connection
        if self._inserts:
            connection.execute(insert(payments), self._inserts)
        if self._updates:
            names: dict[str, Any] = {name: bindparam(name) for name in self._updates[0] if name != "_pk"}
            connection.execute(update(payments).where(payments.c.pk == bindparam("_pk")).values(names), self._updates)
        written = [row["uid"] for row in self._inserts]
        pks = set(connection.scalars(select(payments.c.pk).where(payments.c.uid.in_(written)))) if written else set()
        pks |= {row["_pk"] for row in self._updates}
        self._unit.changes |= Changes(payments=frozenset(pks), bookings=frozenset(self._bookings))

    def _business_date(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None) -> Any:
        """Written once, when money first counts (money rule 6)."""
        if stored is not None and stored["business_date"] is not None:
            return stored["business_date"]
        return self._days.business_date(derived.occurred_at) if derived.state is PaymentState.SUCCEEDED else None

    def _assignment(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None) -> dict[str, Any]:
        """The booking that the payment itself names; what a person assigned stands."""
        home = self._homes.get(derived.claimed_id or "") or self._homes.get(derived.claimed_reference or "")
        current = stored["booking_pk"] if stored else None
        same_claim = stored is not None and (stored["claimed_id"], stored["claimed_reference"]) == (
            derived.claimed_id,
            derived.claimed_reference,
        )
        free = current is None or (stored is not None and stored["assigned_by"] == "metadata" and not same_claim)
        if home is None or home == current or not free:
            return {"booking_pk": current, "assigned_by": stored["assigned_by"] if stored else None}
        self.outcome.matched.add(derived.stripe_payment_id)
        return {"booking_pk": home, "assigned_by": "metadata"}

    def _insert(self, key: str, values: dict[str, Any]) -> None:
        unit = self._unit
        uid, salt = unit.ids.uid(), unit.ids.salt()
        row = {
            "uid": uid,
            "salt": salt,
            "source": Source.STRIPE.value,
            "stripe_account": self._identity.account,
            "livemode": self._identity.livemode,
            "stripe_payment_id": key,
            "reference": "",
            "note": "",
            "search_text": _search_text(key, values),
            "version": 1,
            **values,
            **unit.made,
        }
        self._inserts.append(row)
        self._note_booking(values["booking_pk"])
        self.outcome.new.add(key)
        unit.record("import", "payment", uid, None, document("payment", row, booking=self._uid(values)))

    def _update(self, key: str, values: dict[str, Any], stored: Mapping[Any, Any]) -> None:
        self._updates.append(
            {**values, "_pk": stored["pk"], "search_text": _search_text(key, values), "version": stored["version"] + 1}
        )
        for pk in (stored["booking_pk"], values["booking_pk"]):
            self._note_booking(pk)
        self.outcome.updated.add(key)
        before = {name: stored[name] for name in values} | {"salt": stored["salt"]}
        self._unit.record(
            "update",
            "payment",
            stored["uid"],
            document("payment", before, booking=self._uid(before)),
            document("payment", values | {"salt": stored["salt"]}, booking=self._uid(values)),
        )

    def _note_booking(self, pk: int | None) -> None:
        if pk is not None:
            self._bookings.add(pk)

    def _uid(self, values: Mapping[str, Any]) -> str | None:
        pk = values["booking_pk"]
        if pk is not None and pk not in self._uids:
            self._uids |= _booking_uids(self._unit.connection, [pk])
        return None if pk is None else self._uids[pk]


def _search_text(key: str, values: Mapping[str, Any]) -> str:
    parts = (values["payer_name"], values["payer_email"], values["description"], values["last4"], key)
    return fold(" ".join(part for part in (*parts, values["stripe_charge_id"]) if part))


def _stored_payments(connection: Connection, identity: Identity, ids: Iterable[str]) -> dict[str, Mapping[Any, Any]]:
    query = select(payments).where(
        payments.c.stripe_account == identity.account,
        payments.c.livemode == identity.livemode,
        payments.c.stripe_payment_id.in_(list(ids)),
    )
    return {row["stripe_payment_id"]: row for row in connection.execute(query.with_for_update()).mappings()}


def _booking_uids(connection: Connection, pks: Iterable[int]) -> dict[int, str]:
    wanted = list(set(pks))
    if not wanted:
        return {}
    query = select(bookings.c.pk, bookings.c.uid).where(bookings.c.pk.in_(wanted))
    return {row.pk: row.uid for row in connection.execute(query)}


def _derive(connection: Connection, identity: Identity, ids: Collection[str]) -> dict[str, DerivedPayment]:
    """The payments that the stored intents and charges mean now."""
    if not ids:
        return {}
    intents = stored_intents(connection, identity, list(ids))
    charges = _charges_by_payment(connection, identity, list(ids))
    return {
        key: derive_payment(intents.get(key), charges.get(key, ()))
        for key in ids
        if key in intents or any(charge.payment_intent_id is None for charge in charges.get(key, ()))
    }


def stored_intents(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, StripeIntent]:
    """The intents as they were last shown."""
    query = select(stripe_payment_intents).where(of(stripe_payment_intents, identity, list(ids)))
    return {
        row["id"]: StripeIntent(id=row["id"], metadata=json.loads(row["metadata"]), **{n: row[n] for n in _INTENT})
        for row in connection.execute(query).mappings()
    }


def _charges_by_payment(connection: Connection, identity: Identity, ids: list[str]) -> dict[str, list[StripeCharge]]:
    table = stripe_charges
    own = and_(table.c.account == identity.account, table.c.livemode == identity.livemode)
    found: defaultdict[str, list[StripeCharge]] = defaultdict(list)
    for condition in (table.c.payment_intent_id.in_(ids), table.c.id.in_(ids)):
        for row in connection.execute(select(table).where(own, condition)).mappings():
            charge = StripeCharge(
                id=row["id"], metadata=json.loads(row["metadata"]), **{name: row[name] for name in _CHARGE}
            )
            found[charge.payment_intent_id or charge.id].append(charge)
    return found
