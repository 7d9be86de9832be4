"""Requests to Stripe that must happen once: how one stands, and when it may be sent again."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

KEY_SECONDS = 20 * 60 * 60
"""How long after the first attempt a request is sent again: Stripe may forget its key after 24 hours
(docs.stripe.com/api/idempotent_requests), and would then do it twice. Afterwards what Stripe shows decides."""


class RequestState(StrEnum):
    """``PLANNED``: written down, never sent. ``SENT``: a call is under way, or died. ``UNKNOWN``: nobody can tell yet
    what became of it. ``DONE``: Stripe has done it. ``REFUSED``: Stripe has not, and never will.
    """

    PLANNED = "planned"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


UNSETTLED = (RequestState.PLANNED, RequestState.SENT, RequestState.UNKNOWN)


class StripeRequest(Struct, frozen=True, kw_only=True):
    """What Stripe is asked, as it was written down before. ``amount`` in minor units; ``uid`` stands in the metadata.

    ``first_sent_at`` and ``last_sent_at`` are UTC seconds by Stripe's clock, None before the first attempt;
    ``planned_at`` by this computer's. ``spent``: Stripe repeats its own failure under this key for ever.
    """

    uid: str
    account: str
    livemode: bool
    key: str
    amount: int
    currency: str
    state: RequestState
    attempts: int
    planned_at: int
    first_sent_at: int | None
    last_sent_at: int | None
    spent: bool


class Step(StrEnum):
    """What to do about a request of which Stripe shows nothing."""

    SEND = "send"
    WAIT = "wait"
    GIVE_UP = "give up"


def next_step(request: StripeRequest, now: int) -> Step:
    """``now``: when Stripe was read, UTC seconds by its clock.

    A request is given up when its last attempt is so long past that it cannot be under way, and Stripe shows nothing.
    """
    if request.first_sent_at is None or request.last_sent_at is None:
        return Step.SEND
    if not request.spent and now - request.first_sent_at < KEY_SECONDS:
        return Step.SEND
    return Step.GIVE_UP if now - request.last_sent_at >= KEY_SECONDS else Step.WAIT
