"""Refunds asked for at the desk: what a person wants, and how a request to Stripe stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Refund, RefundStatus
from rentease_desk.domain.requests import RequestState, StripeRequest

HELD = (RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION)
"""States of a refund whose money cannot be given back once more (money rule 4)."""


class RefundDraft(Struct, frozen=True):
    """A refund about to be made. ``uid`` is made before the first try and reused in every further one.

    ``booking_pk``: whose part of the payment it lowers; None where only one booking has a part. ``handed_out`` is what
    the person was told to hand out, minor units, rounded as the property rounds cash; None where nobody was told.
    """

    uid: str
    payment_pk: int
    amount: Money
    reason: str
    booking_pk: int | None = None
    handed_out: int | None = None


class RefundRequest(StripeRequest, frozen=True, kw_only=True):
    """A refund that Stripe is asked for."""

    payment_pk: int
    payment_amount: int
    charge_id: str


class Refunded(Struct, frozen=True):
    """How a refund stands. ``trouble``: why it was refused, or why nobody can tell yet; None where all is well."""

    refund: Refund
    state: RequestState
    trouble: KnownError | None = None


class RefundReturn(Struct, frozen=True):
    """A refund had counted, and its money came back; or (``came_back`` is false) it went again after all.

    It counts on a ``business_date`` of its own: of Stripe's balance, or of when the desk learnt of it (``occurred_at``,
    UTC seconds). ``late_of``: the closed day on which that was.
    """

    pk: int
    uid: str
    refund_pk: int
    came_back: bool
    occurred_at: int
    business_date: date
    late_of: date | None
    actor: str
    desk: str


def left_of(amount: int, refunds: Iterable[tuple[str, int]]) -> int:
    """What may still be given back of a payment, minor units; ``refunds`` as (status, amount)."""
    return amount - sum(minor for status, minor in refunds if status in HELD)
