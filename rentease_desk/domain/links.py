"""Payment links: what a guest is sent to pay at the desk's asking, and how such a link stands."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.requests import UNSETTLED, RequestState, StripeRequest

MINUTE, HOUR = 60, 3_600
SHORTEST, LONGEST = 30 * MINUTE, 24 * HOUR
"""Seconds that a Checkout Session may live (docs.stripe.com/api/checkout/sessions/create, ``expires_at``)."""
LIVES = (SHORTEST, 2 * HOUR, LONGEST)
"""What is offered. Longer than a day lives a Payment Link only, until it is used or cancelled."""


class LinkKind(StrEnum):
    """``SESSION``: a Checkout Session, which expires. ``LINK``: a Payment Link that can be used once."""

    SESSION = "session"
    LINK = "link"


class LinkState(StrEnum):
    """How a link stands. ``MAKING``: nobody can tell yet whether Stripe has it. ``REFUSED``: it was never made.
    ``CANCELLING``: to be cancelled, and Stripe has not confirmed it. ``PROCESSING``: paid by a bank debit that is
    under way. ``UNPAID``: that came back.
    """

    MAKING = "making"
    REFUSED = "refused"
    OPEN = "open"
    CANCELLING = "cancelling"
    PROCESSING = "processing"
    PAID = "paid"
    UNPAID = "unpaid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


PAYABLE = (LinkState.MAKING, LinkState.OPEN, LinkState.CANCELLING)
"""States in which a guest may still pay by it, for all the desk knows."""
MAY_STILL_PAY = (*PAYABLE, LinkState.PROCESSING)
"""States in which money may still come by it."""


class LinkDraft(Struct, frozen=True):
    """A link about to be made. ``uid`` is made before the first try and reused in every further one.

    ``life``: seconds until it expires; None: until it is paid or cancelled. ``account``: the id or name of the Stripe
    account that it is made in; None: the property's default one.
    """

    uid: str
    booking_pk: int
    amount: Money
    life: int | None = SHORTEST
    account: str | None = None


class LinkRequest(StripeRequest, frozen=True, kw_only=True):
    """A link that Stripe is asked for. ``title`` is what the guest reads above the amount; ``expires_at`` (UTC seconds)
    is set with the first attempt, and the same in every further one.
    """

    kind: LinkKind
    booking_pk: int
    booking_uid: str
    life: int | None
    title: str
    success_url: str | None
    expires_at: int | None


class PaymentLink(Struct, frozen=True):
    """A link as it stands. ``url`` is where it is, while Stripe shows that; ``trouble``: why it was refused, or why
    nobody can tell yet. ``account``: Stripe's id of the account that it was made in.
    """

    pk: int
    uid: str
    booking_pk: int
    kind: LinkKind
    amount: int
    currency: str
    state: LinkState
    created_at: int
    actor: str
    stripe_id: str | None = None
    url: str | None = None
    expires_at: int | None = None
    trouble: KnownError | None = None
    account: str = ""
    livemode: bool = False

    @property
    def money(self) -> Money:
        """What is to be paid by it."""
        return Money(self.amount, self.currency)


class Shown(Struct, frozen=True):
    """What Stripe shows of a link. ``is_open``: a guest can begin to pay; ``expired``: it ended by its own time.

    ``sessions``: of each page on which somebody has paid, whether the money is here (None: under way).
    """

    is_open: bool
    expired: bool
    sessions: tuple[bool | None, ...] = ()


def state_of(request: RequestState, shown: Shown | None, cancel_asked: bool) -> LinkState:
    """How a link stands, by its request and by what Stripe shows of it. Money counts more than anything else."""
    if request is RequestState.REFUSED:
        return LinkState.REFUSED
    if request in UNSETTLED or shown is None:
        return LinkState.MAKING
    if True in shown.sessions:
        return LinkState.PAID
    if None in shown.sessions:
        return LinkState.PROCESSING
    if shown.is_open:
        return LinkState.CANCELLING if cancel_asked else LinkState.OPEN
    if shown.sessions:
        return LinkState.UNPAID
    return LinkState.EXPIRED if shown.expired and not cancel_asked else LinkState.CANCELLED


def too_many(links: Iterable[PaymentLink], balance: int) -> list[PaymentLink]:
    """The links by which more may still be paid than is owed (minor units): a guest could pay twice."""
    open_ = [one for one in links if one.state in MAY_STILL_PAY]
    return open_ if sum(one.amount for one in open_) > max(0, balance) else []
