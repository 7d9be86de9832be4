"""What the sync asks Stripe for: pages of lists, single objects, and whose account it is."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

from rentease_desk.domain.clock import Clock
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_events import EventPage
from rentease_desk.domain.stripe_objects import (
    Identity,
    Page,
)
from rentease_desk.stripe_gateway import ordinary
from rentease_desk.stripe_gateway.billing_reads import BillingReads
from rentease_desk.stripe_gateway.governor import LIVE, SANDBOX, Governor
from rentease_desk.stripe_gateway.keys import DEFAULT_BASE, check_base, check_key, is_live
from rentease_desk.stripe_gateway.links import LinkCalls
from rentease_desk.stripe_gateway.mapping import (
    event_from,
)
from rentease_desk.stripe_gateway.ordinary import Quick
from rentease_desk.stripe_gateway.owner import Owner
from rentease_desk.stripe_gateway.pages import (
    charges_of,
    customers_of,
    disputes_of,
    payments_of,
    refunds_of,
    transactions_of,
    with_transactions,
)
from rentease_desk.stripe_gateway.probes import Probes
from rentease_desk.stripe_gateway.reader import id_of
from rentease_desk.stripe_gateway.reads import ReadCount
from rentease_desk.stripe_gateway.refunds import RefundCalls
from rentease_desk.stripe_gateway.replies import created_in, data_of, each, next_cursor, page_of, unknown
from rentease_desk.stripe_gateway.transport import CONNECT_TIMEOUT, READ_TIMEOUT, Reply, Transport

PAGE_SIZE = 100
"""The most objects that Stripe puts on a page."""

READABLE = (
    "payment_intents",
    "charges",
    "refunds",
    "balance_transactions",
    "disputes",
    "customers",
    "payouts",
    "subscriptions",
    "invoices",
    "checkout/sessions",
    "events",
)
"""The lists that the sync reads; each needs a permission of its own."""
BESIDE = frozenset({"balance_transactions", "disputes", "payouts", "subscriptions", "invoices", "checkout/sessions"})
"""Those without which payments and refunds are complete all the same: they bring fees, disputes, what went to the bank,
and which booking a long stay or a Checkout page pays for."""


class StripeGateway:
    """Reads one Stripe account. Threads share it; a call may take seconds, and ends early when ``cancel`` is set.

    Calls raise StripeError, or CancelledError.
    """

    def __init__(
        self,
        key: str,
        clock: Clock,
        *,
        base: str = DEFAULT_BASE,
        account: str | None = None,
        governor: Governor | None = None,
        reads: ReadCount | None = None,
        timeouts: tuple[float, float] = (CONNECT_TIMEOUT, READ_TIMEOUT),
    ) -> None:
        """``base`` may carry a path; ``account`` is a connected account. Raises StripeError for a key or base.

        ``governor`` (on the same ``clock``) and ``reads`` are those that all gateways of the process share.
        """
        key = check_key(key)
        self.livemode = is_live(key)
        self.money_refused: StripeError | None = None
        """The permission that was missing when an object was asked for with the money it moved."""
        self._fingerprint = sha256(f"{key} {base} {account}".encode()).hexdigest()
        self._reads = reads or ReadCount()
        self._transport = Transport(
            key,
            check_base(base, key),
            account,
            clock,
            governor=governor or Governor(clock.monotonic, LIVE if self.livemode else SANDBOX),
            count=partial(self._reads.add, self._fingerprint),
            timeouts=timeouts,
        )
        self._owner = Owner(self._transport.get, account, self.livemode)
        self.billing = BillingReads(self._list, self._fetch, self.livemode)
        """The lists and objects of payouts, subscriptions, invoices and Checkout Sessions."""
        self.refunds = RefundCalls(self._list, self.fetch_refund, self._transport.post)
        """Refunds that the desk asks for."""
        self.links = LinkCalls(self._list, self._fetch, self._transport.post, self.livemode)
        """Payment links that the desk asks for."""
        self.probes = Probes(self.probe, self._transport.post)
        """What the key may do."""

    @property
    def fingerprint(self) -> str:
        """Tells keys and addresses apart without showing them."""
        return self._fingerprint

    def reads(self) -> dict[date, int]:
        """How many requests Stripe got with this key, by UTC day, that were not written down yet."""
        return self._reads.of(self._fingerprint)

    def forget_reads(self, written: Mapping[date, int]) -> None:
        """These are written down."""
        self._reads.take_off(self._fingerprint, written)

    def identity(self, cancel: threading.Event) -> Identity | None:
        """Whose account the key opens; None where Stripe does not tell. A restricted key is told by its refusal."""
        return self._owner.identity(cancel)

    def confirm(self, cancel: threading.Event) -> None:
        """That the key reaches the connected account that it is used for; without one nothing is asked.

        Raises StripeError ``stripe.not_connected``, ``stripe.other_account``.
        """
        self._owner.confirm(cancel)

    def knows(self, payment_id: str, cancel: threading.Event) -> bool:
        """Whether the account has this PaymentIntent or charge: ids of another account are unknown to it."""
        kind = "payment_intents" if payment_id.startswith("pi_") else "charges"
        try:
            self._transport.get(f"/v1/{kind}/{payment_id}", cancel)
        except LookupError:
            return False
        return True

    def now(self, cancel: threading.Event) -> int:
        """Stripe's time, UTC seconds; asks for something small if no reply was seen yet."""
        if not self._transport.time.known:
            self._transport.get("/v1/customers", cancel, limit=1)
        return self._transport.time.now()

    def moment(self, cancel: threading.Event) -> int:
        """The same as pictures are dated, UTC microseconds: what is asked for from now on is newer."""
        self.now(cancel)
        return self._transport.moment()

    def begin_after(self, observed_at: int) -> None:
        """What is read from now on is newer than this picture (``observed_at``, UTC microseconds) of an earlier run."""
        self._transport.time.begin_after(observed_at)

    def probe(self, kind: str, cancel: threading.Event) -> None:
        """Ask for one object of a list, to learn whether the key may."""
        self._transport.get(f"/v1/{kind}", cancel, limit=1)

    def list_intents(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the PaymentIntents created in the span, with the latest charge of each."""
        quick = partial(ordinary.intents, self.livemode)
        reply = self._list("payment_intents", created_in(span), after, cancel, quick, expand=["data.latest_charge"])
        if reply.listed is not None:
            return reply.listed.page(reply.observed_at)
        return payments_of(reply, data_of(reply), self.livemode)

    def list_charges(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the charges created in the span."""
        reply = self._list("charges", created_in(span), after, cancel, partial(ordinary.charges, self.livemode))
        if reply.listed is not None:
            return reply.listed.page(reply.observed_at)
        return charges_of(reply, data_of(reply), self.livemode)

    def list_refunds(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the refunds made in the span, whichever payment they belong to."""
        reply = self._list("refunds", created_in(span), after, cancel)
        return refunds_of(reply, data_of(reply))

    def list_customers(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the customers created in the span."""
        reply = self._list("customers", created_in(span), after, cancel)
        return customers_of(reply, data_of(reply), self.livemode)

    def list_disputes(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the disputes opened in the span, each with its charge."""
        reply = self._list("disputes", created_in(span), after, cancel, expand=["data.charge"])
        return disputes_of(reply, data_of(reply), self.livemode)

    def list_transactions(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the balance transactions made in the span."""
        reply = self._list("balance_transactions", created_in(span), after, cancel, ordinary.transactions)
        if reply.listed is not None:
            return reply.listed.page(reply.observed_at)
        return transactions_of(reply, data_of(reply))

    def list_events(self, since: int, after: str | None, cancel: threading.Event) -> EventPage:
        """A page of the events since an instant (UTC seconds); Stripe keeps them for 30 days."""
        reply = self._list("events", {"gte": max(0, since)}, after, cancel)
        events, unreadable = each("event", data_of(reply), lambda one: event_from(one, self.livemode))
        return EventPage(reply.observed_at, tuple(events), tuple(unreadable), next_cursor(reply.data))

    def fetch_intent(self, intent_id: str, cancel: threading.Event) -> Page:
        """One PaymentIntent with its latest charge and the money it moved; an empty page if there is none."""
        reply = self._fetch("payment_intents", intent_id, cancel, "latest_charge", "latest_charge.balance_transaction")
        if reply is None:
            return unknown("payment_intent", intent_id)
        return with_transactions(payments_of(reply, [reply.data], self.livemode), reply.data.get("latest_charge"))

    def fetch_charge(self, charge_id: str, cancel: threading.Event) -> Page:
        """One charge with the money it moved; an empty page if there is none."""
        reply = self._fetch("charges", charge_id, cancel, "", "balance_transaction")
        if reply is None:
            return unknown("charge", charge_id)
        return with_transactions(charges_of(reply, [reply.data], self.livemode), reply.data)

    def fetch_refund(self, refund_id: str, cancel: threading.Event) -> Page:
        """One refund with the money it moved; an empty page if there is none."""
        reply = self._fetch("refunds", refund_id, cancel, "", "balance_transaction", "failure_balance_transaction")
        if reply is None:
            return unknown("refund", refund_id)
        return with_transactions(refunds_of(reply, [reply.data]), reply.data)

    def fetch_dispute(self, dispute_id: str, cancel: threading.Event) -> Page:
        """One dispute with its charge; an empty page if there is none."""
        reply = self._fetch("disputes", dispute_id, cancel, "charge", "")
        return unknown("dispute", dispute_id) if reply is None else disputes_of(reply, [reply.data], self.livemode)

    def fetch_transaction(self, transaction_id: str, cancel: threading.Event) -> Page:
        """One balance transaction; an empty page if there is none."""
        reply = self._fetch("balance_transactions", transaction_id, cancel, "")
        return unknown("balance_transaction", transaction_id) if reply is None else transactions_of(reply, [reply.data])

    def fetch_customer(self, customer_id: str, cancel: threading.Event) -> Page:
        """One customer; of one that was deleted only that; an empty page if there is none."""
        reply = self._fetch("customers", customer_id, cancel, "", "")
        if reply is None:
            return unknown("customer", customer_id)
        if reply.data.get("deleted") is True:
            return page_of(reply, gone_customers=(customer_id,))
        return customers_of(reply, [reply.data], self.livemode)

    def capture_time(self, balance_transaction_id: str, cancel: threading.Event) -> int | None:
        """When a charge was captured (UTC seconds): its balance transaction is made then. None where it is not there.

        Source: docs.stripe.com/payments/place-a-hold-on-a-payment-method; a charge has no such field of its own.
        """
        try:
            reply = self._transport.get(f"/v1/balance_transactions/{balance_transaction_id}", cancel)
        except LookupError:
            return None
        created = reply.data.get("created")
        return created if isinstance(created, int) else None

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def _list(
        self,
        kind: str,
        created: dict[str, int],
        after: str | None,
        cancel: threading.Event,
        quick: Quick | None = None,
        **params: object,
    ) -> Reply:
        within: dict[str, Any] = {"created": created} if created else {}
        within |= {"starting_after": after} if after else {}
        try:
            reply = self._transport.get(f"/v1/{kind}", cancel, quick=quick, limit=PAGE_SIZE, **within, **params)
        except LookupError as error:
            raise StripeError("stripe.refused", reason=f"it does not know {after or kind} any more") from error
        ids = map(id_of, data_of(reply)) if reply.listed is None else reply.listed.ids
        if after is not None and after in ids:
            raise StripeError("stripe.refused", reason=f"the list does not go on after {after}")
        return reply

    def _fetch(self, kind: str, id_: str, cancel: threading.Event, always: str, *money: str) -> Reply | None:
        """One object, with what is ``always`` expanded and with its ``money`` where the key may see that; None where
        Stripe does not know the object.
        """
        path, kept = f"/v1/{kind}/{id_}", [always] if always else []
        wanted = [*kept, *filter(None, money)] if self.money_refused is None else kept
        try:
            return self._transport.get(path, cancel, quick=None, **_expand(wanted))
        except LookupError:
            return None
        except StripeError as error:
            if error.code != "stripe.no_permission" or wanted == kept:
                raise
            refused = error
        reply = self._fetch(kind, id_, cancel, always)
        self.money_refused = refused  # it was the money that the key may not see
        return reply


def _expand(parts: list[str]) -> dict[str, list[str]]:
    return {"expand": parts} if parts else {}
