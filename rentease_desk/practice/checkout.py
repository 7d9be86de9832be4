"""Checkout pages that a guest is sent to: docs.stripe.com/payments/checkout/how-checkout-works.

A session's own metadata stays with it; what its order says is what the PaymentIntent says. That is made when the guest
first pays, not before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rentease_desk.practice.errors import ApiError
from rentease_desk.practice.orders import Metadata, Method, Order
from rentease_desk.practice.payments import Payments
from rentease_desk.practice.records import CheckoutSession, Intent
from rentease_desk.practice.store import Store

DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is besides its order. ``lasts`` in seconds: half an hour to a day. ``title`` stands above the
    amount; the browser goes to ``success_url`` afterwards.
    """

    metadata: Metadata = ()
    reference: str | None = None
    payment_link: str | None = None
    lasts: int = DAY
    title: str | None = None
    success_url: str | None = None


class Checkout:
    """Operations on Checkout Sessions. Raises ApiError where Stripe would refuse."""

    def __init__(self, store: Store, payments: Payments) -> None:
        self._store = store
        self._payments = payments

    def open(self, order: Order, page: Page | None = None) -> CheckoutSession:
        """A page that waits for the guest; by itself it expires."""
        store, now, page = self._store, self._store.clock.now(), page or Page()
        mode = "live" if store.livemode else "test"
        session = CheckoutSession(
            id=store.ids.new(f"cs_{mode}_a1"),
            seq=store.next_seq(),
            created=now,
            order=order,
            metadata=page.metadata,
            reference=page.reference,
            payment_link=page.payment_link,
            expires_at=now + page.lasts,
            title=page.title,
            success_url=page.success_url,
        )
        store.agenda.plan(session.expires_at, lambda _: self._expire_if_open(session.id))
        return store.sessions.add(session)

    def fail(self, session_id: str) -> CheckoutSession:
        """The guest's card is declined; the page stays open for another try."""
        session, intent = self._attempted(session_id)
        self._payments.fail(intent.id)
        return session

    def complete(self, session_id: str, method: Method | None = None) -> CheckoutSession:
        """The guest pays, by ``method`` if one is chosen on the page. A bank debit is under way then, and the page
        ``unpaid`` until it arrives.
        """
        self._require_unused(session_id)
        session, intent = self._attempted(session_id, method)
        if session.order.method.is_card:
            self._payments.succeed(intent.id)
        else:
            self._payments.process(intent.id)
        paid = "paid" if session.order.method.is_card else "unpaid"
        self._use_up(session)
        return self._store.sessions.replace(replace(session, status="complete", payment_status=paid))

    def settle(self, session_id: str, *, fails: bool = False) -> CheckoutSession:
        """The bank debit arrives, or comes back."""
        session = self._in(session_id, "complete")
        assert session.intent is not None
        if fails:
            self._payments.fail_debit(session.intent)
            return self._store.sessions.replace(replace(session, debit_failed=True))
        self._payments.settle(session.intent)
        return self._store.sessions.replace(replace(session, payment_status="paid"))

    def expire(self, session_id: str) -> CheckoutSession:
        """The guest can pay here no more; a PaymentIntent that was begun is given up."""
        session = self._in(session_id, "open")
        if session.intent is not None:
            self._payments.cancel(session.intent, "abandoned")
        return self._store.sessions.replace(replace(session, status="expired"))

    def _require_unused(self, session_id: str) -> None:
        """Of a Payment Link that is used up, or switched off, no page can be paid on any more."""
        session = self._in(session_id, "open")
        link = self._store.links.get(session.payment_link or "")
        if link is not None and link.limit is not None and link.completed >= link.limit:
            raise ApiError("This payment link is no longer active.", param="payment_link")

    def _use_up(self, session: CheckoutSession) -> None:
        """A Payment Link counts the pages that were paid on, and goes off with the last that may be."""
        link = self._store.links.get(session.payment_link or "")
        if link is not None:
            used = link.completed + 1
            ends = link.limit is not None and used >= link.limit
            self._store.links.replace(replace(link, completed=used, active=link.active and not ends))

    def _by(self, session: CheckoutSession, method: Method | None) -> CheckoutSession:
        """The session, and a PaymentIntent that it has already, with another way to pay."""
        if method is None or method == session.order.method:
            return session
        order = replace(session.order, method=method)
        if session.intent is not None:
            self._store.intents.replace(replace(self._store.intent(session.intent), order=order))
        return self._store.sessions.replace(replace(session, order=order))

    def _attempted(self, session_id: str, method: Method | None = None) -> tuple[CheckoutSession, Intent]:
        """An open session with its PaymentIntent, made if this is the first attempt."""
        session = self._by(self._in(session_id, "open"), method)
        if session.intent is not None:
            return session, self._store.intent(session.intent)
        intent = self._payments.create(session.order)
        return self._store.sessions.replace(replace(session, intent=intent.id)), intent

    def _expire_if_open(self, session_id: str) -> None:
        if self._store.session(session_id).status == "open":
            self.expire(session_id)

    def _in(self, session_id: str, status: str) -> CheckoutSession:
        session = self._store.session(session_id)
        if session.status != status:
            message = f"This Session has a status of {session.status}; only one that is {status} can be changed so."
            raise ApiError(message, param="session")
        return session
