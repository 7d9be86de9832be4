"""Checkout Sessions and Payment Links that the desk asks Stripe for: docs.stripe.com/api/checkout/sessions/create,
docs.stripe.com/api/payment-link/create.

What says which booking is paid for stands in ``payment_intent_data.metadata``: Stripe hands it to the payment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.links import LinkKind, LinkRequest
from rentease_desk.domain.stripe_billing import REQUEST_UID
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.stripe_gateway.billing import payment_link_from, session_from
from rentease_desk.stripe_gateway.reader import stripe_minor
from rentease_desk.stripe_gateway.replies import data_of, each, page_of, unknown
from rentease_desk.stripe_gateway.transport import PostFailure, Reply

SESSIONS, LINKS = "checkout/sessions", "payment_links"
_BEFORE = 5 * 60
"""Seconds: so long before its first attempt a session is looked for, in case the clocks differ."""


class LinkCalls:
    """Part of a gateway. Threads share it. A link is told by its kind and Stripe's id."""

    def __init__(
        self,
        list_: Callable[..., Reply],
        fetch: Callable[..., Reply | None],
        post: Callable[..., Reply | PostFailure],
        livemode: bool,
    ) -> None:
        self._list = list_
        self._fetch = fetch
        self._post = post
        self._livemode = livemode

    def create(self, request: LinkRequest, cancel: threading.Event) -> Page | PostFailure:
        """Ask for the link: a page with it, as it is now. Raises CancelledError if nothing was sent."""
        try:
            amount = stripe_minor(request.amount, request.currency)
        except ValueError as error:
            return PostFailure(StripeError("stripe.refused", reason=str(error)), decided=True)
        is_session = request.kind is LinkKind.SESSION
        further = _of_session(request) if is_session else _of_link()
        answer = self._post(
            f"/v1/{SESSIONS if is_session else LINKS}",
            cancel,
            key=request.key,
            line_items=[{"price_data": _price(request, amount), "quantity": 1}],
            metadata=_metadata(request),
            payment_intent_data={"metadata": _metadata(request), "description": request.title},
            **further,
        )
        return self._as_it_is(request.kind, answer, cancel)

    def made(self, request: LinkRequest, cancel: threading.Event) -> Page:
        """What Stripe has that may be the answer to this request, which was sent before. Raises StripeError."""
        is_session = request.kind is LinkKind.SESSION
        created = {"gte": (request.first_sent_at or 0) - _BEFORE} if is_session else {}
        after, whole = None, None
        while True:
            page = self._page(request.kind, created, after, cancel)
            whole = page if whole is None else _joined(whole, page)
            after = page.next_cursor
            if after is None or _has(whole, request):
                return replace(whole, next_cursor=None)

    def look(self, kind: LinkKind, stripe_id: str, cancel: threading.Event) -> Page:
        """A link as it is now, a Payment Link with the pages it opened. An empty page of no time if there is none.

        Raises StripeError.
        """
        if kind is LinkKind.SESSION:
            reply = self._fetch(SESSIONS, stripe_id, cancel, "")
            return unknown("checkout.session", stripe_id) if reply is None else self._read(kind, reply, [reply.data])
        reply = self._fetch(LINKS, stripe_id, cancel, "")
        if reply is None:
            return unknown("payment_link", stripe_id)
        return _joined(self._read(kind, reply, [reply.data]), self._opened(stripe_id, cancel))

    def fetch_link(self, stripe_id: str, cancel: threading.Event) -> Page:
        """``look`` for a Payment Link."""
        return self.look(LinkKind.LINK, stripe_id, cancel)

    def end(self, kind: LinkKind, stripe_id: str, key: str, cancel: threading.Event) -> Page | PostFailure:
        """Let nobody pay by it any more. Raises CancelledError if nothing was sent."""
        if kind is LinkKind.SESSION:
            return self._as_it_is(kind, self._post(f"/v1/{SESSIONS}/{stripe_id}/expire", cancel, key=key), cancel)
        return self._as_it_is(kind, self._post(f"/v1/{LINKS}/{stripe_id}", cancel, key=key, active=False), cancel)

    def _as_it_is(self, kind: LinkKind, answer: Reply | PostFailure, cancel: threading.Event) -> Page | PostFailure:
        """A replayed answer is as old as the first attempt: the object is looked at again."""
        if isinstance(answer, PostFailure):
            return answer
        page = self._read(kind, answer, [answer.data])
        if not answer.replayed or page.unreadable:
            return page
        try:
            return self.look(kind, answer.data["id"], cancel)
        except StripeError as error:
            return PostFailure(error, unsure=True)

    def _page(self, kind: LinkKind, created: dict[str, int], after: str | None, cancel: threading.Event) -> Page:
        reply = self._list(SESSIONS if kind is LinkKind.SESSION else LINKS, created, after, cancel)
        return self._read(kind, reply, data_of(reply))

    def _opened(self, stripe_id: str, cancel: threading.Event) -> Page:
        """The first hundred pages that a Payment Link opened: one that can be used once opens few."""
        reply = self._list(SESSIONS, {}, None, cancel, payment_link=stripe_id)
        return replace(self._read(LinkKind.SESSION, reply, data_of(reply)), next_cursor=None)

    def _read(self, kind: LinkKind, reply: Reply, objects: list[Any]) -> Page:
        if kind is LinkKind.SESSION:
            sessions, unread = each("checkout.session", objects, lambda one: session_from(one, self._livemode))
            return page_of(reply, sessions=tuple(sessions), unreadable=tuple(unread))
        links, unread = each("payment_link", objects, lambda one: payment_link_from(one, self._livemode))
        return page_of(reply, payment_links=tuple(links), unreadable=tuple(unread))


def _metadata(request: LinkRequest) -> dict[str, str]:
    return {"booking_id": request.booking_uid, REQUEST_UID: request.uid}


def _price(request: LinkRequest, amount: int) -> dict[str, Any]:
    return {"currency": request.currency, "unit_amount": amount, "product_data": {"name": request.title}}


def _of_session(request: LinkRequest) -> dict[str, Any]:
    return {"mode": "payment", "success_url": request.success_url, "expires_at": request.expires_at}


def _of_link() -> dict[str, Any]:
    """Stripe says thank you by itself, and the link works once."""
    return {
        "after_completion": {"type": "hosted_confirmation"},
        "restrictions": {"completed_sessions": {"limit": 1}},
    }


def _has(page: Page, request: LinkRequest) -> bool:
    return request.uid in page.link_requests


def _joined(page: Page, further: Page) -> Page:
    """Both, at the time of the first."""
    return replace(
        page,
        sessions=(*page.sessions, *further.sessions),
        payment_links=(*page.payment_links, *further.payment_links),
        unreadable=(*page.unreadable, *further.unreadable),
        next_cursor=further.next_cursor,
    )
