"""What a page of refunds changes here, and customers, which only wait to be suggested as guests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Days
from rentease_desk.domain.open_days import Counted, OpenDays
from rentease_desk.domain.payment import RefundStatus
from rentease_desk.domain.refunds import HELD
from rentease_desk.domain.stripe_objects import Identity, StripeCustomer, StripeRefund
from rentease_desk.storage.among import among
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.observed import Pictures, asked, mine, own, write_observed
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.parts import share_refund, spread_over
from rentease_desk.storage.refund_requests import REQUESTS
from rentease_desk.storage.refund_returns import add_return
from rentease_desk.storage.stripe_payments import Outcome
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_customers
from rentease_desk.storage.tables import payments, refunds

Stored = Mapping[Any, Any]
_INTENT_OF = select(stripe_charges.c.id, stripe_charges.c.payment_intent_id).where(
    mine(stripe_charges), among(stripe_charges.c.id, "ids")
)
"""Without a word on the intent: asked for those that have one, SQLite would read all."""
_PKS = select(refunds.c.pk, refunds.c.uid).where(among(refunds.c.uid, "uids"))


def store_refunds(
    unit: Unit, identity: Identity, days: Days, observed_at: int, shown: Sequence[StripeRefund]
) -> tuple[Outcome, list[StripeRefund]]:
    """Write pictures of refunds taken at ``observed_at`` (UTC microseconds).

    Returns what became of them, and those whose payment is not here: fetch it, then hand these in again.
    """
    if not shown:
        return Outcome(), []
    opened = open_days(unit, days)
    owners = _payments_of(unit, identity, shown)
    stored = _stored(unit, identity, shown)
    wanted = _asked_for(unit, identity, [one for one in shown if one.id not in stored])
    outcome, homeless, fresh = Outcome(), [], []
    for refund in shown:
        if refund.id in stored:
            _update(unit, identity, opened, observed_at, refund, stored[refund.id], outcome)
        elif refund.id in wanted:
            _adopt(unit, opened, observed_at, refund, wanted[refund.id])
            outcome.new.add(refund.id)
        elif refund.id in owners:
            fresh.append((_row(unit, identity, opened, observed_at, refund, owners[refund.id]), owners[refund.id]))
            outcome.new.add(refund.id)
        else:
            homeless.append(refund)
    _insert(unit, opened, fresh)
    return outcome, homeless


def store_customers(unit: Unit, identity: Identity, observed_at: int, shown: Iterable[StripeCustomer]) -> None:
    """Write pictures of customers. A link to a guest, once made, stays."""
    rows = {
        one.id: {
            "created": one.created,
            "name": one.name,
            "email": one.email,
            "metadata": json.dumps(dict(one.metadata), sort_keys=True, ensure_ascii=False),
        }
        for one in shown
    }
    write_observed(unit.connection, stripe_customers, identity, Pictures.of(observed_at, rows))


def _payments_of(unit: Unit, identity: Identity, shown: Sequence[StripeRefund]) -> dict[str, Stored]:
    """The payment row of each refund, by the refund's id: through its intent, or through its charge.

    The rows are locked: a desk that asked for a refund writes what became of it, also while another one syncs.
    """
    intent_of = _intents_of_charges(unit, identity, [one.charge_id for one in shown if one.charge_id])
    key_of = {
        one.id: one.payment_intent_id or intent_of.get(one.charge_id or "") or one.charge_id or "" for one in shown
    }
    query = select(payments).where(
        own(payments, identity),
        among(payments.c.stripe_payment_id, set(key_of.values())),
    )
    locked = unit.connection.execute(query.with_for_update())
    rows = {row["stripe_payment_id"]: row for row in locked.mappings()}
    return {refund: rows[key] for refund, key in key_of.items() if key in rows}


def _intents_of_charges(unit: Unit, identity: Identity, charge_ids: Sequence[str]) -> dict[str, str]:
    rows = unit.connection.execute(_INTENT_OF, asked(identity, charge_ids)).all()
    return {charge: intent for charge, intent in rows if intent is not None}


def _stored(unit: Unit, identity: Identity, shown: Sequence[StripeRefund]) -> dict[str, Stored]:
    query = _rows(identity).where(among(refunds.c.stripe_refund_id, [one.id for one in shown]))
    rows = unit.connection.execute(query.with_for_update(of=refunds)).mappings()
    return {row["stripe_refund_id"]: row for row in rows}


def _asked_for(unit: Unit, identity: Identity, shown: Sequence[StripeRefund]) -> dict[str, Stored]:
    """Refunds that a desk asked for and whose id is not known here yet, by that id: they have a row.

    Metadata can be copied by anybody: what is not the refund that was asked for is one of its own.
    """
    uid_of = {one.request_uid: one for one in shown if one.request_uid is not None}
    if not uid_of:
        return {}
    query = _rows(identity).where(among(refunds.c.uid, list(uid_of)), refunds.c.stripe_refund_id.is_(None))
    rows = unit.connection.execute(query.with_for_update(of=refunds)).mappings().all()
    pairs = [(uid_of[row["uid"]], row) for row in rows]
    return {one.id: row for one, row in pairs if (one.amount, one.currency) == (row["amount"], row["currency"])}


def _rows(identity: Identity) -> Select[*tuple[Any, ...]]:
    return (
        select(refunds, payments.c.uid.label("payment_uid"), payments.c.booking_pk)
        .join(payments, payments.c.pk == refunds.c.payment_pk)
        .where(own(refunds, identity))
    )


def _row(
    unit: Unit, identity: Identity, days: OpenDays, observed_at: int, shown: StripeRefund, payment: Stored
) -> dict[str, Any]:
    return {
        "uid": unit.ids.uid(),
        "payment_pk": payment["pk"],
        "amount": shown.amount,
        "currency": shown.currency,
        "method": payment["method"],
        "occurred_at": shown.created,
        "stripe_account": identity.account,
        "livemode": identity.livemode,
        "stripe_refund_id": shown.id,
        "observed_at": observed_at,
        **_says(shown, days),
        **unit.made,
    }


def _insert(unit: Unit, days: OpenDays, fresh: Sequence[tuple[dict[str, Any], Stored]]) -> None:
    """Refunds that are new, each with its payment, in one statement."""
    if not fresh:
        return
    insert_many(unit.connection, refunds, [row for row, _ in fresh])
    for row, payment in fresh:
        told = {name: value for name, value in row.items() if name != "observed_at"}
        unit.record("import", "refund", row["uid"], None, document("refund", told, payment=payment["uid"]), row)
    pks = {row.uid: row.pk for row in unit.connection.execute(_PKS, {"uids": [row["uid"] for row, _ in fresh]})}
    for row, _ in fresh:
        row["pk"] = pks[row["uid"]]
    _share(unit, days, pks, fresh)
    owners = [payment for _, payment in fresh]
    homes = frozenset(one["booking_pk"] for one in owners if one["booking_pk"] is not None)
    unit.changes |= Changes(
        refunds=frozenset(pks.values()), payments=frozenset(one["pk"] for one in owners), bookings=homes
    )


def _share(unit: Unit, days: OpenDays, pks: Mapping[str, int], fresh: Sequence[tuple[dict[str, Any], Stored]]) -> None:
    """Of payments that are spread over bookings they lower the parts."""
    spread = spread_over(unit.connection, {payment["pk"] for _, payment in fresh})
    for row, payment in fresh:
        if payment["pk"] in spread and row["status"] in HELD:
            made = (pks[row["uid"]], row["uid"], row["amount"])
            share_refund(unit, payment["pk"], made, days.day(row["occurred_at"]))


def _adopt(unit: Unit, days: OpenDays, observed_at: int, shown: StripeRefund, stored: Stored) -> None:
    """Stripe has made what a desk asked for: its row gets the id, the time and the state."""
    values = {**_says(shown, days, stored), "stripe_refund_id": shown.id,
              "occurred_at": shown.created}  # fmt: skip
    unit.record("update", "refund", stored["uid"], document("refund", stored), document("refund", values))
    row = update(refunds).where(refunds.c.pk == stored["pk"])
    unit.connection.execute(row.values(observed_at=observed_at, **values))
    REQUESTS.mark_done(unit, {stored["pk"]: stored["uid"]})
    _note(unit, stored["pk"], stored["payment_pk"], stored["booking_pk"])


def _update(
    unit: Unit,
    identity: Identity,
    days: OpenDays,
    observed_at: int,
    shown: StripeRefund,
    stored: Stored,
    outcome: Outcome,
) -> None:
    if stored["observed_at"] > observed_at:
        outcome.unchanged.add(shown.id)
        return
    values = _says(shown, days, stored)
    same = all(stored[name] == value for name, value in values.items())
    row = update(refunds).where(refunds.c.pk == stored["pk"])
    unit.connection.execute(row.values(observed_at=observed_at, **({} if same else values)))
    if not same:
        before = {name: stored[name] for name in values}
        unit.record("update", "refund", stored["uid"], document("refund", before), document("refund", values))
    if add_return(unit, identity, days, stored, shown.status) or not same:
        outcome.updated.add(shown.id)
        _note(unit, stored["pk"], stored["payment_pk"], stored["booking_pk"])
    else:
        outcome.unchanged.add(shown.id)


def _says(shown: StripeRefund, days: OpenDays, stored: Stored | None = None) -> dict[str, Any]:
    """What Stripe may still change. The business date is the day the refund was made, written when it counts.

    The reason of a refund from a desk is the one that was typed there; Stripe only knows three.
    """
    ours = stored is not None and stored["uid"] == shown.request_uid
    counted = None if stored is None or stored["business_date"] is None else _as_stored(stored)
    if counted is None and shown.status == RefundStatus.SUCCEEDED.value:
        counted = days.counted(shown.created)
    return {
        "status": shown.status,
        "reason": stored["reason"] if stored is not None and ours else shown.reason or "",
        "failure_reason": shown.failure_reason,
        "business_date": counted.day if counted is not None else None,
        "late_of": counted.late_of if counted is not None else None,
    }


def _as_stored(stored: Stored) -> Counted:
    return Counted(stored["business_date"], stored["late_of"])


def _note(unit: Unit, refund_pk: int, payment_pk: int, booking_pk: int | None) -> None:
    touched = frozenset() if booking_pk is None else frozenset({booking_pk})
    unit.changes |= Changes(refunds=frozenset({refund_pk}), payments=frozenset({payment_pk}), bookings=touched)
