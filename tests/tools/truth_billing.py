"""What a desk must know of an account's payouts, subscriptions, invoices and Checkout Sessions: by the account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from rentease_desk.services.desk import Desk
from rentease_desk.storage.billing_tables import (
    stripe_checkout_sessions,
    stripe_invoice_payments,
    stripe_invoices,
    stripe_payout_lines,
    stripe_payouts,
    stripe_subscriptions,
)
from tests.tools.accounts import Account
from tests.tools.practice import Json

Facts = dict[str, tuple[Any, ...]]


def _names(text: str) -> list[str]:
    return text.split()


_PAYOUT = _names("created amount currency status arrival_date automatic reconciliation_status failure_code")
_SUBSCRIPTION = _names(
    "created customer_id status amount currency every_unit every_count period_start period_end cancel_at "
    "cancel_at_period_end canceled_at ended_at"
)
_INVOICE = _names(
    "created number subscription_id customer_id status amount_due amount_paid amount_remaining "
    "amount_paid_off_stripe currency period_start period_end attempt_count next_payment_attempt paid_at"
)
_PAID = _names("created invoice_id payment_id status amount_requested amount_paid currency paid_at")
_SESSION = _names(
    "created expires_at status payment_status payment_intent_id customer_id amount_total currency client_reference_id"
)


class Billing(NamedTuple):
    """Everything beside payments, by Stripe's ids. Of a page that waits for a guest no event tells, so none is here."""

    payouts: Facts
    payout_lines: Facts
    subscriptions: Facts
    invoices: Facts
    invoice_payments: Facts
    sessions: Facts


def held_billing(desk: Desk) -> Billing:
    """What the database holds."""

    def facts(table: Table, names: list[str]) -> Facts:
        with desk.db.reading() as connection:
            rows = connection.execute(select(table)).mappings().all()
        waits = table is stripe_checkout_sessions
        return {
            row["id"]: tuple(row[name] for name in names) for row in rows if not (waits and row["status"] == "open")
        }

    return Billing(
        facts(stripe_payouts, _PAYOUT),
        facts(stripe_payout_lines, ["payout_id"]),
        facts(stripe_subscriptions, _SUBSCRIPTION),
        facts(stripe_invoices, _INVOICE),
        facts(stripe_invoice_payments, _PAID),
        facts(stripe_checkout_sessions, _SESSION),
    )


def true_billing(account: Account) -> Billing:
    """What the account holds."""

    def facts(kind: str, tell: Callable[[Json], tuple[Any, ...]]) -> Facts:
        waits = kind == "checkout_sessions"
        found = account.dump(kind).items()
        return {key: tell(one) for key, one in found if not (waits and one["status"] == "open")}

    payouts = account.dump("payouts")
    whole = {key for key, one in payouts.items() if one["automatic"] and one["reconciliation_status"] == "completed"}
    moved = account.dump("balance_transactions").items()
    return Billing(
        facts("payouts", lambda one: tuple(one[name] for name in _PAYOUT)),
        {key: (one["payout"],) for key, one in moved if one["payout"] in whole and one["listed"]},
        facts("subscriptions", _subscription),
        facts("invoices", _invoice),
        facts("invoice_payments", _paid),
        facts("checkout_sessions", _session),
    )


def further_words(account: Account) -> Mapping[str, list[dict[str, str]]]:
    """What says, beside a payment itself, which booking it is for, by the PaymentIntent; who is heard first, first."""
    words: dict[str, list[dict[str, str]]] = {}
    for session in account.dump("checkout_sessions").values():
        words.setdefault(session["intent"] or "", []).append(dict(session["metadata"]))
    invoices, stays = account.dump("invoices"), account.dump("subscriptions")
    for paid in account.dump("invoice_payments").values():
        invoice = invoices[paid["invoice"]]
        said = [dict(invoice["order"]["metadata"])]
        if invoice["subscription"]:
            said.append(dict(stays[invoice["subscription"]]["order"]["metadata"]))
        words.setdefault(paid["intent"], []).extend(said)
    return words


def _subscription(one: Json) -> tuple[Any, ...]:
    order, price, ends = one["order"], one["price"], one["cancel_at"]
    return (
        one["created"],
        order["customer"],
        one["status"],
        order["amount"],
        order["currency"],
        price["interval"],
        price["interval_count"],
        one["period_start"],
        one["period_end"],
        ends,
        ends is not None and ends == one["period_end"],
        one["canceled_at"],
        one["ended_at"],
    )


def _invoice(one: Json) -> tuple[Any, ...]:
    order, paid = one["order"], one["amount_paid"]
    return (
        one["created"],
        one["number"] if one["finalized_at"] is not None else None,
        one["subscription"],
        one["customer"],
        one["status"],
        order["amount"],
        paid,
        order["amount"] - paid,
        paid if one["off_stripe"] else 0,
        order["currency"],
        one["period_start"],
        one["period_end"],
        one["attempt_count"],
        one["next_payment_attempt"],
        one["paid_at"],
    )


def _paid(one: Json) -> tuple[Any, ...]:
    return (
        one["created"],
        one["invoice"],
        one["intent"],
        one["status"],
        one["amount_requested"],
        one["amount_paid"],
        one["currency"],
        one["paid_at"],
    )


def _session(one: Json) -> tuple[Any, ...]:
    order = one["order"]
    return (
        one["created"],
        one["expires_at"],
        one["status"],
        one["payment_status"],
        one["intent"],
        order["customer"],
        order["amount"],
        order["currency"],
        one["reference"],
    )
