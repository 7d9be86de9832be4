"""What the Practice menu offers to go wrong, and to pass: the key, the network, Stripe's limits, and time."""

from __future__ import annotations

from typing import Any

from rentease_desk.gui.practice_items import SEVERAL, Group, Item, Switch, tr

_DAY = 86_400


def troubles() -> tuple[Group, ...]:
    """The submenus of what goes wrong, and of time that passes."""
    return (_key(), _network(), _limits(), _time())


def _key() -> Group:
    """One permission each, named as Stripe's key page names it."""
    words = {
        "rak_payment_intent_read": tr("PaymentIntents"),
        "rak_charge_read": tr("Charges and Refunds"),
        "rak_customer_read": tr("Customers"),
        "rak_event_read": tr("Events"),
        "rak_balance_transaction_source_read": tr("Balance transactions"),
        "rak_dispute_read": tr("Disputes"),
        "rak_payout_read": tr("Payouts"),
        "rak_subscription_read": tr("Subscriptions"),
        "rak_invoice_read": tr("Invoices"),
        "rak_checkout_session_read": tr("Checkout Sessions"),
        "rak_checkout_session_write": tr("Checkout Sessions: write"),
        "rak_payment_link_read": tr("Payment Links"),
        "rak_payment_link_write": tr("Payment Links: write"),
        "rak_accounts_kyc_basic_read": tr("The account"),
        "rak_charge_write": tr("Making refunds"),
        "rak_payment_intent_write": tr("Capturing holds"),
    }
    return Group(tr("What the key may"), tuple(_permission(name, word) for name, word in words.items()))


def _permission(name: str, word: str) -> Switch:
    return Switch(
        word,
        "permissions",
        ({"permission": name, "granted": True}, tr("The key has “{word}” again.").format(word=word)),
        ({"permission": name, "granted": False}, tr("The key has lost “{word}”.").format(word=word)),
        begins=True,
    )


def _fault(kind: str, words: str, said: str, **given: Any) -> Item:
    return Item(words, "faults", {"kind": kind, "times": SEVERAL, **given}, said)


def _network() -> Group:
    return Group(
        tr("The next five answers"),
        (
            _fault("latency", tr("Take two seconds"), tr("The next five answers take two seconds."), latency_ms=2_000),
            _fault("drip", tr("Drip"), tr("The next five answers drip."), chunk=512, pause_ms=50),
            None,
            _fault("reset", tr("Do not come: the connection breaks"), tr("The connection breaks five times.")),
            _fault("cut", tr("Arrive by half"), tr("Half of the next five answers arrives.")),
            _fault("invalid_json", tr("Are garbled"), tr("The next five answers are garbled.")),
            _fault("html", tr("Come from a Wi-Fi sign-in page"), tr("A sign-in page answers five times.")),
            None,
            _fault("status", tr("“Something went wrong” (500)"), tr("Stripe has trouble five times."), status=500),
            _fault("status", tr("“Bad gateway” (502)"), tr("Stripe cannot be reached five times."), status=502),
            _fault("status", tr("“Unavailable” (503)"), tr("Stripe is unavailable five times."), status=503),
        ),
    )


def _limits() -> Group:
    return Group(
        tr("Stripe asks to slow down"),
        (
            _fault("status", tr("Five times"), tr("Stripe asks to slow down, five times."), status=429),
            _fault(
                "status", tr("Five times, and says for how long"),
                tr("Stripe asks to wait a second, five times."), status=429, retry_after=1, reason="endpoint-rate",
            ),
            Switch(
                tr("Two requests a second, no more"),
                "limits",
                ({"endpoint": 2, "total": 4}, tr("Stripe takes two requests a second of each kind.")),
                ({}, tr("Stripe takes as many requests as come.")),
            ),
        ),
    )  # fmt: skip


def _time() -> Group:
    return Group(
        tr("Time passes"),
        tuple(
            Item(words, "clock", {"advance": seconds}, said)
            for words, seconds, said in (
                (tr("An hour"), 3_600, tr("An hour has passed in the account.")),
                (tr("A day"), _DAY, tr("A day has passed in the account.")),
                (tr("A week"), 7 * _DAY, tr("A week has passed in the account.")),
                (tr("A month, and Stripe forgets its events"), 31 * _DAY, tr("A month has passed in the account.")),
            )
        ),
    )
