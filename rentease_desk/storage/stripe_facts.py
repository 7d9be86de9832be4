"""What the sync asks the database before it asks Stripe for more."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from rentease_desk.domain.dates import Span
from rentease_desk.domain.disputes import OPEN_DISPUTES
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED, Identity, SeenIntent
from rentease_desk.storage.among import among
from rentease_desk.storage.observed import asked, mine, own
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.stripe_tables import (
    stripe_charges,
    stripe_customers,
    stripe_disputes,
    stripe_payment_intents,
    stripe_transactions,
)
from rentease_desk.storage.tables import payments, refunds

_OPEN = (PaymentState.PROCESSING.value, PaymentState.REQUIRES_CAPTURE.value)
_OPEN_REFUNDS = (RefundStatus.PENDING.value, RefundStatus.REQUIRES_ACTION.value)
_CAME_BACK = (RefundStatus.FAILED.value, RefundStatus.CANCELED.value)
"""The money of these is in the balance again: a refund that is cancelled on its way has a failure's movement too."""


_KNOWN = select(
    stripe_charges.c.id,
    stripe_charges.c.status,
    stripe_charges.c.captured,
    stripe_charges.c.captured_at,
    stripe_charges.c.balance_transaction_id,
).where(mine(stripe_charges), among(stripe_charges.c.id, "ids"))
_SEEN = select(
    stripe_payment_intents.c.id,
    stripe_payment_intents.c.status,
    stripe_payment_intents.c.latest_charge_id,
    stripe_payment_intents.c.capture_method,
    stripe_payment_intents.c.observed_at,
).where(mine(stripe_payment_intents), among(stripe_payment_intents.c.id, "ids"))
"""Statements are made once: they are asked with every page of charges."""


_SHOWN = {
    "payment_intent": stripe_payment_intents.c.id,
    "charge": stripe_charges.c.id,
    "refund": refunds.c.stripe_refund_id,
    "customer": stripe_customers.c.id,
}
"""Kinds of which the row is all that an event can be news of."""


class KnownCharge(Struct, frozen=True, gc=False):
    """What is stored of a charge. ``captured_at`` in UTC seconds."""

    status: str
    captured: bool
    captured_at: int | None
    balance_transaction_id: str | None


def known_charges(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, KnownCharge]:
    """The stored charges among these ids."""
    return {key: KnownCharge(*known) for key, *known in connection.execute(_KNOWN, asked(identity, ids)).all()}


def seen_intents(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, SeenIntent]:
    """The stored intents among these ids."""
    return {key: SeenIntent(*seen) for key, *seen in connection.execute(_SEEN, asked(identity, ids)).all()}


def shown_after(
    connection: Connection, identity: Identity, kind: str, ids: Sequence[str], moment: int
) -> frozenset[str]:
    """Those of the objects of a kind (Stripe's name) that were asked for after a moment (UTC microseconds)."""
    if kind not in _SHOWN or not ids:
        return frozenset()
    key = _SHOWN[kind]
    query = select(key).where(own(key.table, identity), among(key, ids), key.table.c.observed_at > moment)
    return frozenset(connection.scalars(query))


def newest_payment(connection: Connection, identity: Identity) -> str | None:
    """The Stripe id of a payment of this account; None without any."""
    mine = own(payments, identity)
    return connection.scalar(select(payments.c.stripe_payment_id).where(mine).order_by(payments.c.pk.desc()).limit(1))


def open_intents(connection: Connection, identity: Identity, before: int, limit: int | None) -> list[str]:
    """Intents from before an instant (UTC seconds) whose payment is under way: no list would show how they ended."""
    table = stripe_payment_intents
    query = (
        select(payments.c.stripe_payment_id)
        .join(
            table,
            (table.c.id == payments.c.stripe_payment_id)
            & (table.c.account == payments.c.stripe_account)
            & (table.c.livemode == payments.c.livemode),
        )
        .where(
            own(payments, identity),
            payments.c.state.in_(_OPEN),
            table.c.created < before,
        )
        .order_by(table.c.observed_at)
        .limit(limit)
    )
    return list(connection.scalars(query))


def open_refunds(connection: Connection, identity: Identity, before: int, limit: int | None) -> list[str]:
    """Refunds made before an instant (UTC seconds) that are under way."""
    query = (
        select(refunds.c.stripe_refund_id)
        .where(
            own(refunds, identity),
            refunds.c.status.in_(_OPEN_REFUNDS),
            refunds.c.stripe_refund_id.is_not(None),  # what Stripe does not have yet is the refund service's
            refunds.c.occurred_at < before,
        )
        .order_by(refunds.c.observed_at)
        .limit(limit)
    )
    return list(connection.scalars(query))


def untold_returns(connection: Connection, identity: Identity) -> list[str]:
    """Refunds that came back, after they had counted, before this program wrote that down (``refund_returns``)."""
    told = select(refund_returns.c.pk).where(refund_returns.c.refund_pk == refunds.c.pk).exists()
    came_back = (refunds.c.status.in_(_CAME_BACK), refunds.c.business_date.is_not(None), ~told)
    return list(connection.scalars(select(refunds.c.stripe_refund_id).where(own(refunds, identity), *came_back)))


def open_disputes(connection: Connection, identity: Identity, before: int, limit: int | None) -> list[str]:
    """Disputes opened before an instant (UTC seconds) that are not decided."""
    table = stripe_disputes
    query = select(table.c.id).where(
        own(table, identity),
        table.c.status.in_(OPEN_DISPUTES),
        table.c.created < before,
    )
    return list(connection.scalars(query.order_by(table.c.observed_at).limit(limit)))


class LostSources(Struct, frozen=True):
    """Charges and refunds, by id, that the balance tells of and that have to be looked at."""

    charges: tuple[str, ...]
    refunds: tuple[str, ...]


def lost_sources(connection: Connection, identity: Identity, span: Span) -> LostSources:
    """What moved the balance in a span and is not known here, or not as it is now: charges and refunds without a row,
    holds that were captured, and refunds that failed after they had succeeded.
    """
    table = stripe_transactions
    within = (own(table, identity), table.c.created >= span.start, table.c.created < span.end)
    charge = (
        (stripe_charges.c.account == table.c.account)
        & (stripe_charges.c.livemode == table.c.livemode)
        & (stripe_charges.c.id == table.c.source_id)
    )
    refund = (
        (refunds.c.stripe_account == table.c.account)
        & (refunds.c.livemode == table.c.livemode)
        & (refunds.c.stripe_refund_id == table.c.source_id)
    )
    failed = table.c.type.in_(REFUND_FAILED) & refunds.c.status.not_in(_CAME_BACK)
    charged = select(table.c.source_id).outerjoin(stripe_charges, charge).where(*within, table.c.type.in_(CHARGED))
    returned = select(table.c.source_id).outerjoin(refunds, refund)
    returned = returned.where(*within, or_(table.c.type.in_(RETURNED) & refunds.c.pk.is_(None), failed))
    return LostSources(
        tuple(connection.scalars(charged.where(or_(stripe_charges.c.id.is_(None), ~stripe_charges.c.captured)))),
        tuple(connection.scalars(returned)),
    )
