"""What the sync asks Stripe for beside payments: payouts, subscriptions, invoices and Checkout Sessions."""

from __future__ import annotations

import threading
from typing import Protocol

from rentease_desk.domain.dates import Span
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.stripe_gateway.billing import (
    invoice_from,
    invoice_payment_from,
    payout_from,
    payout_line_from,
    session_from,
    subscription_from,
)
from rentease_desk.stripe_gateway.mapping import transaction_from
from rentease_desk.stripe_gateway.ordinary import Quick
from rentease_desk.stripe_gateway.reader import Json, id_of
from rentease_desk.stripe_gateway.replies import created_in, data_of, each, next_cursor, page_of, unknown
from rentease_desk.stripe_gateway.transport import Reply


class Lister(Protocol):
    """Asks for a page of a list."""

    def __call__(
        self,
        kind: str,
        created: dict[str, int],
        after: str | None,
        cancel: threading.Event,
        quick: Quick | None = None,
        **params: object,
    ) -> Reply:
        """Raises StripeError, CancelledError."""


class Fetcher(Protocol):
    """Asks for one object."""

    def __call__(self, kind: str, id_: str, cancel: threading.Event, always: str, *money: str) -> Reply | None:
        """None where Stripe does not know it. Raises StripeError, CancelledError."""


class BillingReads:
    """Part of the gateway: its calls behave as the gateway's own. Fetching an object that is not there gives an empty
    page of no time (``observed_at`` 0)."""

    def __init__(self, lister: Lister, fetcher: Fetcher, livemode: bool) -> None:
        self._list = lister
        self._fetch = fetcher
        self._livemode = livemode

    def list_payouts(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the payouts made in the span."""
        reply = self._list("payouts", created_in(span), after, cancel)
        return self._payouts(reply, data_of(reply))

    def list_subscriptions(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the subscriptions begun in the span, whatever became of them."""
        reply = self._list("subscriptions", created_in(span), after, cancel, status="all")
        return self._subscriptions(reply, data_of(reply))

    def list_invoices(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the invoices made in the span, with what each is paid with."""
        reply = self._list("invoices", created_in(span), after, cancel, expand=["data.payments"])
        return self._invoices(reply, data_of(reply), cancel)

    def list_sessions(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the Checkout Sessions opened in the span."""
        reply = self._list("checkout/sessions", created_in(span), after, cancel)
        return self._sessions(reply, data_of(reply))

    def list_payout_lines(self, payout_id: str, after: str | None, cancel: threading.Event) -> Page:
        """A page of what an automatic payout is made of; Stripe refuses to tell it of others."""
        reply = self._list("balance_transactions", {}, after, cancel, payout=payout_id)
        lines, unreadable = each("balance_transaction", data_of(reply), lambda one: payout_line_from(one, payout_id))
        transactions, _ = each("balance_transaction", data_of(reply), transaction_from)
        return page_of(reply, payout_lines=tuple(lines), transactions=tuple(transactions), unreadable=tuple(unreadable))

    def fetch_payout(self, payout_id: str, cancel: threading.Event) -> Page:
        """One payout."""
        reply = self._fetch("payouts", payout_id, cancel, "")
        return unknown("payout", payout_id) if reply is None else self._payouts(reply, [reply.data])

    def fetch_subscription(self, subscription_id: str, cancel: threading.Event) -> Page:
        """One subscription."""
        reply = self._fetch("subscriptions", subscription_id, cancel, "")
        return unknown("subscription", subscription_id) if reply is None else self._subscriptions(reply, [reply.data])

    def fetch_invoice(self, invoice_id: str, cancel: threading.Event) -> Page:
        """One invoice, with what it is paid with."""
        reply = self._fetch("invoices", invoice_id, cancel, "payments")
        return unknown("invoice", invoice_id) if reply is None else self._invoices(reply, [reply.data], cancel)

    def fetch_invoice_payment(self, payment_id: str, cancel: threading.Event) -> Page:
        """One InvoicePayment."""
        reply = self._fetch("invoice_payments", payment_id, cancel, "")
        if reply is None:
            return unknown("invoice_payment", payment_id)
        paid, unreadable = each("invoice_payment", [reply.data], lambda one: invoice_payment_from(one, self._livemode))
        return page_of(reply, invoice_payments=tuple(paid), unreadable=tuple(unreadable))

    def fetch_session(self, session_id: str, cancel: threading.Event) -> Page:
        """One Checkout Session."""
        reply = self._fetch("checkout/sessions", session_id, cancel, "")
        return unknown("checkout.session", session_id) if reply is None else self._sessions(reply, [reply.data])

    def _payouts(self, reply: Reply, objects: list[Json]) -> Page:
        payouts, unreadable = each("payout", objects, lambda one: payout_from(one, self._livemode))
        return page_of(reply, payouts=tuple(payouts), unreadable=tuple(unreadable))

    def _subscriptions(self, reply: Reply, objects: list[Json]) -> Page:
        found, unreadable = each("subscription", objects, lambda one: subscription_from(one, self._livemode))
        return page_of(reply, subscriptions=tuple(found), unreadable=tuple(unreadable))

    def _sessions(self, reply: Reply, objects: list[Json]) -> Page:
        sessions, unreadable = each("checkout.session", objects, lambda one: session_from(one, self._livemode))
        return page_of(reply, sessions=tuple(sessions), unreadable=tuple(unreadable))

    def _invoices(self, reply: Reply, objects: list[Json], cancel: threading.Event) -> Page:
        invoices, unreadable = each("invoice", objects, lambda one: invoice_from(one, self._livemode))
        shown = [part for one in objects for part in self._payments(one, cancel)]
        paid, unread = each("invoice_payment", shown, lambda one: invoice_payment_from(one, self._livemode))
        return page_of(reply, invoices=tuple(invoices), invoice_payments=tuple(paid), unreadable=(*unreadable, *unread))

    def _payments(self, invoice: Json, cancel: threading.Event) -> list[Json]:
        """What an invoice is paid with: the first ten came with it, further ones are asked for."""
        part = invoice.get("payments")
        if not isinstance(part, dict):
            return []
        found: list[Json] = [one for one in part.get("data") or () if isinstance(one, dict)]
        after = next_cursor(part)
        while after is not None:
            reply = self._list("invoice_payments", {}, after, cancel, invoice=id_of(invoice))
            found += data_of(reply)
            after = next_cursor(reply.data)
        return found
