"""Refunds that the desk asks Stripe for, and the refunds that a charge has: docs.stripe.com/api/refunds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.refunds import RefundRequest
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.stripe_gateway.mapping import refund_from
from rentease_desk.stripe_gateway.reader import stripe_minor
from rentease_desk.stripe_gateway.replies import data_of, each, page_of
from rentease_desk.stripe_gateway.transport import PostFailure, Reply

REASON = "requested_by_customer"
"""What Stripe is told. It knows three reasons only; what was typed stays at the desk."""


class RefundCalls:
    """Part of a gateway. Threads share it."""

    def __init__(
        self,
        list_: Callable[..., Reply],
        fetch: Callable[[str, threading.Event], Page],
        post: Callable[..., Reply | PostFailure],
    ) -> None:
        self._list = list_
        self._fetch = fetch
        self._post = post

    def of_charge(self, charge_id: str, cancel: threading.Event) -> Page:
        """All refunds of a charge, whoever made them; its time is the first request's. Raises StripeError."""
        page = self._page(charge_id, None, cancel)
        while page.next_cursor is not None:
            further = self._page(charge_id, page.next_cursor, cancel)
            page = replace(
                page,
                refunds=(*page.refunds, *further.refunds),
                unreadable=(*page.unreadable, *further.unreadable),
                next_cursor=further.next_cursor,
            )
        return page

    def create(self, request: RefundRequest, cancel: threading.Event) -> Page | PostFailure:
        """Ask for the refund: a page with it, as it is now. Raises CancelledError if nothing was sent."""
        try:
            amount = stripe_minor(request.amount, request.currency)
        except ValueError as error:
            return PostFailure(StripeError("stripe.refused", reason=str(error)), decided=True)
        answer = self._post(
            "/v1/refunds",
            cancel,
            key=request.key,
            charge=request.charge_id,
            amount=amount,
            reason=REASON,
            metadata={"request_uid": request.uid},
        )
        return self._shown(answer, cancel) if isinstance(answer, Reply) else answer

    def _shown(self, reply: Reply, cancel: threading.Event) -> Page | PostFailure:
        """A replayed answer is as old as the first attempt: the refund is looked at again."""
        page = _page_from(reply, [reply.data])
        if not reply.replayed or page.unreadable:
            return page
        try:
            return self._fetch(page.refunds[0].id, cancel)
        except StripeError as error:
            return PostFailure(error, unsure=True)

    def _page(self, charge_id: str, after: str | None, cancel: threading.Event) -> Page:
        reply = self._list("refunds", {}, after, cancel, charge=charge_id)
        return _page_from(reply, data_of(reply))


def _page_from(reply: Reply, objects: list[Any]) -> Page:
    refunds, unreadable = each("refund", objects, refund_from)
    return page_of(reply, refunds=tuple(refunds), unreadable=tuple(unreadable))
