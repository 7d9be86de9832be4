"""What a payout was made of, tied out to the cent. Minor units of the payout's currency."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.stripe_objects import CHARGED, REFUND_FAILED, RETURNED


class Bucket(StrEnum):
    """What a movement of the balance is, as people ask for it. Source of the types:
    docs.stripe.com/reports/balance-transaction-types."""

    CHARGES = "charges"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    ACCOUNT_FEES = "account_fees"
    OTHER = "other"


_ACCOUNT_FEES = ("stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost", "application_fee", "contribution",
                 "climate_order_purchase")  # fmt: skip
"""Fees that belong to no charge: Stripe takes them from the account."""
_BUCKETS = {
    **dict.fromkeys(CHARGED, Bucket.CHARGES),
    **dict.fromkeys((*RETURNED, *REFUND_FAILED), Bucket.REFUNDS),
    **dict.fromkeys(_ACCOUNT_FEES, Bucket.ACCOUNT_FEES),
}


def bucket_of(type_: str, *, disputed: bool) -> Bucket:
    """Where a movement of this type counts. ``disputed``: it is about a dispute."""
    return Bucket.DISPUTES if disputed else _BUCKETS.get(type_, Bucket.OTHER)


class Standing(StrEnum):
    """What of a payout is known."""

    WHOLE = "whole"
    PARTIAL = "partial"
    NOT_TOLD = "not told yet"
    MANUAL = "manual"


class PayoutSums(Struct):
    """One payout with the sums of its lines. ``missing``: lines of charges that are not here; ``returned``: the bank
    sent it back. ``fees``: what Stripe kept of charges and disputes; ``gross`` holds amounts by bucket, before fees.
    """

    id: str
    day: date
    amount: int
    currency: str
    status: str
    automatic: bool
    returned: bool
    gross: dict[Bucket, int] = {}
    fees: int = 0
    net: int = 0
    lines: int = 0
    missing: int = 0

    def add(self, bucket: Bucket, amount: int, fee: int, net: int, lines: int) -> None:
        """Add lines."""
        self.gross[bucket] = self.gross.get(bucket, 0) + amount
        self.fees += fee
        self.net += net
        self.lines += lines

    @property
    def standing(self) -> Standing:
        """What of it is known."""
        if not self.automatic:
            return Standing.MANUAL
        if not self.lines:
            return Standing.NOT_TOLD
        return Standing.PARTIAL if self.missing else Standing.WHOLE

    @property
    def apart(self) -> int | None:
        """By how much it differs from the sum of its lines; None where Stripe does not tell them."""
        return self.amount - self.net if self.lines else None


class PaidLine(Struct, frozen=True, gc=False):
    """A movement in a payout. ``paid`` and ``paid_currency``: what the guest paid or got back, before Stripe converted
    it; None of what belongs to no payment. ``available_on``: UTC seconds.
    """

    payout_id: str
    day: date
    id: str
    type: str
    bucket: Bucket
    created: int
    available_on: int
    amount: int
    fee: int
    net: int
    currency: str
    source_id: str | None
    booking_reference: str | None
    guest: str | None
    paid: int | None
    paid_currency: str | None
