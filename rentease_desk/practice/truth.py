"""What an account really holds, for tests to compare with what a desk found out about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import orjson

from rentease_desk.practice.errors import JsonObject
from rentease_desk.practice.records import BalanceTransaction, Record
from rentease_desk.practice.store import Store


def collections(store: Store) -> dict[str, Sequence[Record]]:
    """Every kind of object by its list's name; oldest first. What is due has happened."""
    store.catch_up()
    return {
        "payment_intents": store.intents.where(),
        "charges": store.charges.where(),
        "refunds": store.refunds.where(),
        "customers": store.customers.where(),
        "disputes": store.disputes.where(),
        "payouts": store.payouts.where(),
        "subscriptions": store.subscriptions.where(),
        "invoices": store.invoices.where(),
        "invoice_payments": store.invoice_payments.where(),
        "checkout_sessions": store.sessions.where(),
        "payment_links": store.links.where(),
        "balance_transactions": store.transactions.where(),
    }


def counts(store: Store) -> dict[str, int]:
    """How many there are of each kind."""
    return {name: len(records) for name, records in collections(store).items()}


def sums(store: Store) -> dict[str, dict[str, int]]:
    """By currency, minor units: ``received`` (captured), ``refunded`` (succeeded), ``refunds_pending``."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"received": 0, "refunded": 0, "refunds_pending": 0})
    for charge in store.charges:
        found[charge.order.currency]["received"] += charge.amount_captured
    for refund in store.refunds:
        if not refund.counts:
            continue
        name = "refunded" if refund.status == "succeeded" else "refunds_pending"
        found[refund.currency][name] += refund.amount
    return dict(found)


def balance(store: Store) -> JsonObject:
    """What the account's balance adds up to, in its own currency: ``gross`` − ``fees`` = ``net``."""
    gross = sum(line.amount for line in store.transactions)
    fees = sum(line.fee for line in store.transactions)
    return {"currency": store.profile.currency, "gross": gross, "fees": fees, "net": gross - fees}


def dump(store: Store, only: str | None = None) -> Iterator[bytes]:
    """A JSON line for each record: its list's name as ``kind``, then its fields as ``records`` declares them.

    Balance transactions carry their ``net`` besides.
    """
    for kind, records in collections(store).items():
        if only in {None, kind}:
            yield from (_line(kind, record) for record in records)


def _line(kind: str, record: Record) -> bytes:
    head: JsonObject = {"kind": kind}
    if isinstance(record, BalanceTransaction):
        head["net"] = record.net
    return orjson.dumps(head)[:-1] + b"," + orjson.dumps(record)[1:] + b"\n"
