"""What the sync asks the database before it asks Stripe for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, select

from rentease_desk.domain.dates import Span
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.domain.stripe_objects import Identity, StripeIntent
from rentease_desk.storage.observed import of
from rentease_desk.storage.stripe_store import intent_from_row
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_payment_intents
from rentease_desk.storage.tables import payments, refunds

_OPEN = (PaymentState.PROCESSING.value, PaymentState.REQUIRES_CAPTURE.value)
_OPEN_REFUNDS = (RefundStatus.PENDING.value, RefundStatus.REQUIRES_ACTION.value)


@dataclass(frozen=True, slots=True)
class KnownCharge:
    """What is stored of a charge. ``captured_at`` in UTC seconds."""

    status: str
    captured: bool
    captured_at: int | None
    balance_transaction_id: str | None


def known_charges(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, KnownCharge]:
    """The stored charges among these ids."""
    table = stripe_charges
    columns = (table.c.id, table.c.status, table.c.captured, table.c.captured_at, table.c.balance_transaction_id)
    rows = connection.execute(select(*columns).where(of(table, identity, list(ids))))
    return {row.id: KnownCharge(row.status, row.captured, row.captured_at, row.balance_transaction_id) for row in rows}


@dataclass(frozen=True, slots=True)
class SeenIntent:
    """An intent as it was last shown, and when (UTC microseconds)."""

    intent: StripeIntent
    observed_at: int


def seen_intents(connection: Connection, identity: Identity, ids: Sequence[str]) -> dict[str, SeenIntent]:
    """The stored intents among these ids."""
    query = select(stripe_payment_intents).where(of(stripe_payment_intents, identity, list(ids)))
    rows = connection.execute(query).mappings()
    return {row["id"]: SeenIntent(intent_from_row(row), row["observed_at"]) for row in rows}


def newest_payment(connection: Connection, identity: Identity) -> str | None:
    """The Stripe id of a payment of this account; None without any."""
    own = (payments.c.stripe_account == identity.account, payments.c.livemode == identity.livemode)
    return connection.scalar(select(payments.c.stripe_payment_id).where(*own).order_by(payments.c.pk.desc()).limit(1))


def open_intents(connection: Connection, identity: Identity, before: int, limit: int) -> list[str]:
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
            payments.c.stripe_account == identity.account,
            payments.c.livemode == identity.livemode,
            payments.c.state.in_(_OPEN),
            table.c.created < before,
        )
        .order_by(table.c.observed_at)
        .limit(limit)
    )
    return list(connection.scalars(query))


def open_refunds(connection: Connection, identity: Identity, before: int, limit: int) -> list[str]:
    """Refunds made before an instant (UTC seconds) that are under way."""
    query = (
        select(refunds.c.stripe_refund_id)
        .where(
            refunds.c.stripe_account == identity.account,
            refunds.c.livemode == identity.livemode,
            refunds.c.status.in_(_OPEN_REFUNDS),
            refunds.c.occurred_at < before,
        )
        .order_by(refunds.c.observed_at)
        .limit(limit)
    )
    return list(connection.scalars(query))


def charge_amounts(connection: Connection, identity: Identity, span: Span) -> dict[str, tuple[str, int]]:
    """The charges created in a span, by id: the currency, and what they moved (minor units)."""
    table = stripe_charges
    moved = case((table.c.status == "succeeded", table.c.amount_captured), else_=0)
    query = select(table.c.id, table.c.currency, moved).where(
        table.c.account == identity.account,
        table.c.livemode == identity.livemode,
        table.c.created >= span.start,
        table.c.created < span.end,
    )
    return {key: (currency, amount) for key, currency, amount in connection.execute(query)}


def refund_amounts(connection: Connection, identity: Identity, span: Span) -> dict[str, tuple[str, int]]:
    """The refunds made in a span, by id: the currency, and what went back (minor units)."""
    table = refunds
    went_back = case((table.c.status == RefundStatus.SUCCEEDED.value, table.c.amount), else_=0)
    query = select(table.c.stripe_refund_id, table.c.currency, went_back).where(
        table.c.stripe_account == identity.account,
        table.c.livemode == identity.livemode,
        table.c.occurred_at >= span.start,
        table.c.occurred_at < span.end,
    )
    return {key: (currency, amount) for key, currency, amount in connection.execute(query)}
