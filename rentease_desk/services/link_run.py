"""A payment link that is asked of Stripe: what Stripe lists decides whether it is sent again."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.errors import KnownError, StripeError
from rentease_desk.domain.links import LONGEST, MINUTE, SHORTEST, LinkKind, LinkRequest
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.request_run import RequestRun
from rentease_desk.services.requests import RequestBook
from rentease_desk.storage import links as store
from rentease_desk.storage.billing_store import store_billing
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days
from rentease_desk.stripe_gateway.transport import PostFailure

_MARGIN = 2 * MINUTE
"""Stripe counts from when it makes the session, which is later than when it is asked."""


class LinkBook(RequestBook[LinkRequest]):
    """What is written of payment links that are asked of Stripe."""

    rows = store.REQUESTS
    unknown_code = "link.unknown"
    not_made_code = "link.not_made"
    too_late_code = "link.too_late"

    def find(self, unit: Unit, uid: str) -> LinkRequest | None:
        """The request for this link."""
        return store.find_request(unit.connection, uid)

    def lock(self, unit: Unit, request: LinkRequest) -> None:
        """Lock the link."""
        store.lock_link(unit.connection, request.uid)

    def refuse(self, unit: Unit, request: LinkRequest, trouble: KnownError) -> None:
        """It was not made."""
        store.refuse(unit, request, trouble)

    def explained(self, request: LinkRequest, error: StripeError) -> KnownError:
        """Why it was not made."""
        if error.code == "stripe.no_permission":
            return KnownError("link.no_permission", what=what_stripe_calls(request.kind), **error.params)
        code = "link.stripe_refused" if error.code == "stripe.refused" else "link.not_sent"
        return KnownError(code, reason=error.explain().happened)


class LinkRun(RequestRun[LinkRequest]):
    """Settles links."""

    def read(self, request: LinkRequest) -> Page:
        """What Stripe has made since it was sent; of what was never sent, nothing."""
        if request.attempts == 0:
            return Page(self.gateway.now(self.cancel) * 1_000_000)
        return self.gateway.links.made(request, self.cancel)

    def post(self, request: LinkRequest) -> Page | PostFailure:
        """Ask for the link."""
        return self.gateway.links.create(request, self.cancel)

    def prepare(self, request: LinkRequest, now: int) -> LinkRequest:
        """When it expires is said with the first attempt, and the same with every further one."""
        sent = replace(request, expires_at=request.expires_at or _expiry(request, now))
        with self.book.desk.writing() as unit:
            self.book.lock(unit, request)
            self.book.rows.mark_sent(unit, request, now, expires_at=sent.expires_at)
        return sent

    def store(self, request: LinkRequest, identity: Identity, page: Page) -> None:
        """Write what Stripe shows."""
        with self.book.desk.writing() as unit:
            open_days(unit, self.days)
            store.lock_link(unit.connection, request.uid)
            store_billing(unit, identity, self.days, page)

    def shows(self, page: Page, request: LinkRequest) -> bool:
        """Whether it is among them."""
        return request.uid in page.link_requests

    def objection(self, request: LinkRequest, page: Page) -> KnownError | None:
        """It is too late, or it would be over by now."""
        over = request.life is not None and self.book.desk.clock.now() - request.planned_at >= request.life
        return KnownError(self.book.too_late_code) if over else super().objection(request, page)


def what_stripe_calls(kind: LinkKind) -> str:
    """The name on Stripe's page of permissions."""
    return "Checkout Sessions" if kind is LinkKind.SESSION else "Payment Links"


def _expiry(request: LinkRequest, now: int) -> int | None:
    """UTC seconds; within what Stripe takes, however long the request is on its way."""
    if request.life is None:
        return None
    return now + min(max(request.life, SHORTEST + _MARGIN), LONGEST - _MARGIN)
