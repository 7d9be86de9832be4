"""Refunds asked for at the desk: what a person wants, and how a request to Stripe stands."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Refund, RefundStatus

KEY_SECONDS = 20 * 60 * 60
"""How long after the first attempt a request is sent again: Stripe may forget its key after 24 hours
(docs.stripe.com/api/idempotent_requests), and would then refund twice. Afterwards the charge's refunds decide."""
HELD = (RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION)
"""States of a refund whose money cannot be given back once more (money rule 4)."""


class RequestState(StrEnum):
    """``PLANNED``: written down, never sent. ``SENT``: a call is under way, or died. ``UNKNOWN``: nobody can tell yet
    what became of it. ``DONE``: Stripe has the refund. ``REFUSED``: Stripe has made none, and never will.
    """

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


UNSETTLED = (RequestState.PLANNED, RequestState.SENT, RequestState.UNKNOWN)


class RefundDraft(Struct, frozen=True):
    """A refund about to be made. ``uid`` is made before the first try and reused in every further one.

    ``booking_pk``: whose part of the payment it lowers; None where only one booking has a part.
    """

    uid: str
    payment_pk: int
    amount: Money
    reason: str
    booking_pk: int | None = None


class RefundRequest(Struct, frozen=True):
    """What Stripe is asked, as it was written down before. ``amount`` in minor units.

    ``first_sent_at`` and ``last_sent_at`` are UTC seconds by Stripe's clock, None before the first attempt;
    ``planned_at`` by this computer's. ``spent``: Stripe repeats its own failure under this key for ever.
    """

    uid: str
    payment_pk: int
    payment_amount: int
    account: str
    livemode: bool
    charge_id: str
    key: str
    amount: int
    currency: str
    state: RequestState
    attempts: int
    planned_at: int
    first_sent_at: int | None
    last_sent_at: int | None
    spent: bool


class Refunded(Struct, frozen=True):
    """How a refund stands. ``trouble``: why it was refused, or why nobody can tell yet; None where all is well."""

    refund: Refund
    state: RequestState
    trouble: KnownError | None = None


class Step(StrEnum):
    """What to do about a request that the charge's refunds do not show."""

    SEND = "send"
    WAIT = "wait"
    GIVE_UP = "give up"


def next_step(request: RefundRequest, now: int) -> Step:
    """``now``: when the charge's refunds were read, UTC seconds by Stripe's clock.

    A request is given up when its last attempt is so long past that it cannot be under way, and Stripe has no refund.
    """
    if request.first_sent_at is None or request.last_sent_at is None:
        return Step.SEND
    if not request.spent and now - request.first_sent_at < KEY_SECONDS:
        return Step.SEND
    return Step.GIVE_UP if now - request.last_sent_at >= KEY_SECONDS else Step.WAIT


def left_of(amount: int, refunds: Iterable[tuple[str, int]]) -> int:
    """What may still be given back of a payment, minor units; ``refunds`` as (status, amount)."""
    return amount - sum(minor for status, minor in refunds if status in HELD)
