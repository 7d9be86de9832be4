"""What a restricted Stripe key should be allowed, what each permission is for, and what a test of a key has found."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.stripe_objects import Identity


class Need(StrEnum):
    """What is missing without a permission: the payments themselves, what belongs to them, or something to do."""

    PAYMENTS = "payments"
    DETAILS = "details"
    DEEDS = "deeds"


class KeyPermission(Struct, frozen=True):
    """A row of Stripe's page for restricted keys. ``name``: as it stands there. ``code``: as Stripe's errors name it.

    ``kinds``: the lists that it opens, or the one kind of object that it lets change (``write``).
    """

    name: str
    code: str
    purpose: str
    need: Need
    kinds: tuple[str, ...]
    write: bool = False


KEY_PERMISSIONS = (
    KeyPermission("PaymentIntents", "rak_payment_intent_read", "card payments", Need.PAYMENTS, ("payment_intents",)),
    KeyPermission(
        "Charges and Refunds",
        "rak_charge_read",
        "how they were made, and what went back",
        Need.PAYMENTS,
        ("charges", "refunds"),
    ),
    KeyPermission("Customers", "rak_customer_read", "names beside payments", Need.PAYMENTS, ("customers",)),
    KeyPermission("Events", "rak_event_read", "news every five minutes", Need.PAYMENTS, ("events",)),
    KeyPermission(
        "Balance transactions",
        "rak_balance_transaction_source_read",
        "fees, and the day of a capture",
        Need.DETAILS,
        ("balance_transactions",),
    ),
    KeyPermission("Disputes", "rak_dispute_read", "what a bank asks back", Need.DETAILS, ("disputes",)),
    KeyPermission("Payouts", "rak_payout_read", "what went to the bank", Need.DETAILS, ("payouts",)),
    KeyPermission(
        "Subscriptions", "rak_subscription_read", "long stays that pay monthly", Need.DETAILS, ("subscriptions",)
    ),
    KeyPermission("Invoices", "rak_invoice_read", "invoices, and who pays them", Need.DETAILS, ("invoices",)),
    KeyPermission(
        "Checkout Sessions",
        "rak_checkout_session_read",
        "payments on Stripe's pages",
        Need.DETAILS,
        ("checkout/sessions",),
    ),
    KeyPermission(
        "Charges and Refunds", "rak_charge_write", "refunds from this desk", Need.DEEDS, ("refunds",), write=True
    ),
    KeyPermission(
        "Checkout Sessions",
        "rak_checkout_session_write",
        "payment links",
        Need.DEEDS,
        ("checkout/sessions",),
        write=True,
    ),
    KeyPermission(
        "Payment Links",
        "rak_payment_link_write",
        "payment links that stay open",
        Need.DEEDS,
        ("payment_links",),
        write=True,
    ),
)


class Probed(Struct, frozen=True):
    """A permission, and what Stripe says is missing of it; "" where it is allowed."""

    permission: KeyPermission
    missing: str = ""


class KeyReport(Struct, frozen=True):
    """What a test of a key has found. ``fingerprint``: enough of it to recognise it, and no more.

    ``identity``: whose account it opens; None where Stripe does not tell.
    """

    fingerprint: str
    live: bool
    restricted: bool
    identity: Identity | None
    probed: tuple[Probed, ...]

    def lacking(self, *needs: Need) -> tuple[Probed, ...]:
        """What is missing, of these needs; of all where none is named."""
        return tuple(one for one in self.probed if one.missing and (not needs or one.permission.need in needs))
