"""Payments that follow from what Stripe showed: collected a page at a time, written in few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, bindparam, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Days
from rentease_desk.domain.derivation import DerivedPayment
from rentease_desk.domain.payment import UNMATCHED_STATES, PaymentState, Source
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.domain.text import fold
from rentease_desk.storage.bulk import insert_many, new_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.ignoring import end_ignoring, ignored_now
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.tables import bookings, payments

_DERIVED = tuple(name for name in DerivedPayment.__struct_fields__ if name != "stripe_payment_id")
_derived_values = attrgetter(*_DERIVED)
_UNMATCHED = {state.value for state in UNMATCHED_STATES}


class Outcome(Struct):
    """What became of payments (or refunds), by Stripe's id. ``matched`` found their booking just now; of ``charges``
    something is new, be it of their intent or of what they moved.
    """

    new: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    unmatched: set[str] = field(default_factory=set)
    charges: set[str] = field(default_factory=set)


class PaymentWriter:
    """Collects the inserts and updates of one page, so that each is one statement."""

    def __init__(self, unit: Unit, identity: Identity, days: Days, homes: Mapping[str, int]) -> None:
        self.outcome = Outcome()
        self._unit = unit
        self._identity = identity
        self._days = open_days(unit, days)
        self._homes = homes
        self._uids = _booking_uids(unit.connection, homes.values())
        self._inserts: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._bookings: set[int] = set()
        self._homed: list[int] = []
        self._still_free: dict[int, str] = {}

    def write(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None) -> None:
        """Take one payment in."""
        key = derived.stripe_payment_id
        values = dict(zip(_DERIVED, _derived_values(derived), strict=True))
        values["state"] = derived.state.value
        values["business_date"], values["late_of"] = self._counted(derived, stored)
        values |= self._assignment(derived, stored)
        if stored is None:
            self._insert(key, values)
        elif any(stored[name] != value for name, value in values.items()):
            self._update(key, values, stored)
        else:
            self.outcome.updated.add(key)  # what Stripe shows of it changed, the payment itself did not
            return
        if values["booking_pk"] is None and values["state"] in _UNMATCHED:
            self.outcome.unmatched.add(key)
            if stored is not None:
                self._still_free[stored["pk"]] = key

    def keep(self, key: str, stored: Mapping[Any, Any]) -> None:
        """Leave a payment as it is, but for a booking that it names and that is here by now."""
        home = self._homes.get(stored["claimed_id"] or "") or self._homes.get(stored["claimed_reference"] or "")
        if stored["booking_pk"] is not None or home is None:
            self.outcome.unchanged.add(key)
            return
        values = {name: stored[name] for name in (*_DERIVED, "business_date", "late_of")}
        self.outcome.matched.add(key)
        self._update(key, values | {"booking_pk": home, "assigned_by": "metadata"}, stored)

    def flush(self) -> None:
        """Send what was collected. What found its booking is ignored no more; what is ignored waits for none."""
        connection = self._unit.connection
        end_ignoring(self._unit, self._homed)
        if self._still_free:
            ignored = ignored_now(connection, self._still_free)
            self.outcome.unmatched -= {self._still_free[row.payment_pk] for row in ignored}
        keys = new_keys(connection, payments, len(self._inserts)) if self._inserts else ()
        for pk, row in zip(keys, self._inserts, strict=True):
            row["pk"] = pk
        insert_many(connection, payments, self._inserts)
        if self._updates:
            names: dict[str, Any] = {name: bindparam(name) for name in self._updates[0] if name != "_pk"}
            connection.execute(update(payments).where(payments.c.pk == bindparam("_pk")).values(names), self._updates)
        pks = frozenset(keys) | {row["_pk"] for row in self._updates}
        self._unit.changes |= Changes(payments=pks, bookings=frozenset(self._bookings))

    def _counted(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None) -> tuple[Any, Any]:
        """The business date and, of what came late, the closed day it is of: written once, when money first counts
        (money rules 6 and 11).
        """
        if stored is not None and stored["business_date"] is not None:
            return stored["business_date"], stored["late_of"]
        if derived.state is not PaymentState.SUCCEEDED:
            return None, None
        counted = self._days.counted(derived.occurred_at)
        return counted.day, counted.late_of

    def _assignment(self, derived: DerivedPayment, stored: Mapping[Any, Any] | None) -> dict[str, Any]:
        """The booking that the payment itself names. What a person assigned stands; what the payment named before
        stands as long as it names the same, whatever that booking is called by now."""
        home = self._homes.get(derived.claimed_id or "") or self._homes.get(derived.claimed_reference or "")
        current = stored["booking_pk"] if stored else None
        if stored is not None and current is not None:
            claim = (derived.claimed_id, derived.claimed_reference)
            named_the_same = (stored["claimed_id"], stored["claimed_reference"]) == claim
            if named_the_same or stored["assigned_by"] != "metadata":
                return {"booking_pk": current, "assigned_by": stored["assigned_by"]}
        if home is not None and home != current:
            self.outcome.matched.add(derived.stripe_payment_id)
        return {"booking_pk": home, "assigned_by": None if home is None else "metadata"}

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
            "search_text": search_text(key, values),
            "version": 1,
            **values,
            **unit.made,
        }
        self._inserts.append(row)
        self._note_booking(values["booking_pk"])
        self.outcome.new.add(key)
        unit.record("import", "payment", uid, None, document("payment", row, booking=self._uid(values)), row)

    def _update(self, key: str, values: dict[str, Any], stored: Mapping[Any, Any]) -> None:
        text = search_text(key, values, stored["reference"], stored["note"])
        written = {**values, "search_text": text, "version": stored["version"] + 1}
        self._updates.append({**written, "_pk": stored["pk"]})
        for pk in (stored["booking_pk"], values["booking_pk"]):
            self._note_booking(pk)
        if stored["booking_pk"] is None and values["booking_pk"] is not None:
            self._homed.append(stored["pk"])
        self.outcome.updated.add(key)
        before = {name: stored[name] for name in values} | {"salt": stored["salt"]}
        self._unit.record(
            "update",
            "payment",
            stored["uid"],
            document("payment", before, booking=self._uid(before)),
            document("payment", values | {"salt": stored["salt"]}, booking=self._uid(values)),
            {**stored, **written},
            always=True,
        )

    def _note_booking(self, pk: int | None) -> None:
        if pk is not None:
            self._bookings.add(pk)

    def _uid(self, values: Mapping[str, Any]) -> str | None:
        pk = values["booking_pk"]
        if pk is not None and pk not in self._uids:
            self._uids |= _booking_uids(self._unit.connection, [pk])
        return None if pk is None else self._uids[pk]


def search_text(key: str, values: Mapping[str, Any], *own: str) -> str:
    """What the words of a search are looked for in. ``own``: what people of the desk wrote of it."""
    parts = (values["payer_name"], values["payer_email"], values["description"], values["last4"], *own)
    ids = f"{key} {values['stripe_charge_id'] or ''}".strip().lower()
    told = fold(" ".join(filter(None, parts)))
    return f"{told} {ids}" if told else ids


def _booking_uids(connection: Connection, pks: Iterable[int]) -> dict[int, str]:
    wanted = list(set(pks))
    if not wanted:
        return {}
    query = select(bookings.c.pk, bookings.c.uid).where(bookings.c.pk.in_(wanted))
    return {row.pk: row.uid for row in connection.execute(query)}
