"""Payment Links: docs.stripe.com/payment-links. Each visit opens a Checkout Session, until the link is used up."""

from __future__ import annotations

from dataclasses import replace

from rentease_desk.practice.checkout import Checkout, Page
from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Metadata, Order
from rentease_desk.practice.records import CheckoutSession, PaymentLink
from rentease_desk.practice.store import Store


class PaymentLinks:
    """Operations on Payment Links. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, checkout: Checkout) -> None:
        self._store = store
        self._checkout = checkout

    def create(
        self,
        order: Order,
        title: str,
        *,
        metadata: Metadata = (),
        limit: int | None = None,
        redirect_url: str | None = None,
    ) -> PaymentLink:
        """A link that can be used ``limit`` times, or without end."""
        store = self._store
        id_, seq, now = store.ids.new("plink_1"), store.next_seq(), store.clock.now()
        return store.links.add(PaymentLink(id_, seq, now, order, metadata, title, limit, redirect_url))

    def switch(self, link_id: str, *, active: bool) -> PaymentLink:
        """Switch it off or on; one that is used up stays off."""
        link = self._store.link(link_id)
        if active and link.limit is not None and link.completed >= link.limit:
            raise ApiError("This payment link has reached its limit of completed sessions.", param="active")
        return self._store.links.replace(replace(link, active=active))

    def visit(self, link_id: str) -> CheckoutSession:
        """A guest follows it: a page to pay on is opened, which says what the link says."""
        link = self._store.link(link_id)
        if not link.active:
            raise ApiError("This payment link is no longer active.", param="payment_link")
        page = Page(link.metadata, payment_link=link.id, title=link.title, success_url=link.redirect_url)
        return self._checkout.open(link.order, page)

    def pay(self, link_id: str) -> CheckoutSession:
        """A guest follows it and pays."""
        return self._checkout.complete(self.visit(link_id).id)
