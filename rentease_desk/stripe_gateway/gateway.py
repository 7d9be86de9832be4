"""What the sync asks Stripe for: pages of lists, single objects, and whose account it is."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any, TypeGuard

import stripe
from msgspec.structs import replace

from rentease_desk.domain.clock import Clock
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_events import EventPage
from rentease_desk.domain.stripe_objects import (
    Identity,
    Page,
    StripeCharge,
    StripeIntent,
    StripeTransaction,
    Unreadable,
)
from rentease_desk.stripe_gateway import ordinary
from rentease_desk.stripe_gateway.billing_reads import BillingReads
from rentease_desk.stripe_gateway.failures import account_named, error_code
from rentease_desk.stripe_gateway.governor import LIVE, SANDBOX, Governor
from rentease_desk.stripe_gateway.keys import DEFAULT_BASE, check_base, check_key, is_live
from rentease_desk.stripe_gateway.links import LinkCalls
from rentease_desk.stripe_gateway.mapping import (
    charge_from,
    customer_from,
    dispute_from,
    event_from,
    intent_from,
    refund_from,
    transaction_from,
)
from rentease_desk.stripe_gateway.ordinary import Quick
from rentease_desk.stripe_gateway.probes import Probes
from rentease_desk.stripe_gateway.reader import Json, id_of
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
        self._account = account
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
        """Whose account the key opens; None where Stripe does not tell.

        A restricted key is refused, but the refusal names the account. A stand-in for Stripe may not serve accounts.
        """
        if self._account:
            return Identity(self._account, self.livemode)
        try:
            account = id_of(self._transport.get("/v1/account", cancel).data)
        except LookupError:
            return None
        except StripeError as error:
            return self._named_by(error)
        if not account.startswith("acct_"):
            raise StripeError("stripe.refused", reason="it does not say whose account this is")
        return Identity(account, self.livemode)

    def confirm(self, cancel: threading.Event) -> None:
        """That the key reaches the connected account that it is used for; without one nothing is asked.

        Raises StripeError ``stripe.not_connected``, ``stripe.other_account``.
        """
        if self._account is None:
            return
        try:
            found = id_of(self._transport.get("/v1/account", cancel).data)
        except LookupError:
            return  # a stand-in for Stripe may not serve accounts
        except StripeError as error:
            self._require_reached(error)
        else:
            if found != self._account:
                raise StripeError("stripe.other_account", expected=self._account, found=found)

    def _require_reached(self, error: StripeError) -> None:
        """A restricted key may not read the account that it reaches."""
        cause = error.__cause__
        if isinstance(cause, stripe.StripeError) and error_code(cause) == "account_invalid":
            raise StripeError("stripe.not_connected", account=self._account) from error
        if error.code != "stripe.no_permission":
            raise error

    def _named_by(self, error: StripeError) -> Identity | None:
        cause = error.__cause__
        if isinstance(cause, stripe.StripeError) and cause.http_status == 404:
            return None
        if error.code != "stripe.no_permission" or not isinstance(cause, stripe.StripeError):
            raise error
        named = account_named(cause)
        return Identity(named, self.livemode) if named else None

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
        return self._payments(reply, data_of(reply)) if reply.listed is None else reply.listed.page(reply.observed_at)

    def list_charges(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the charges created in the span."""
        reply = self._list("charges", created_in(span), after, cancel, partial(ordinary.charges, self.livemode))
        return self._charges(reply, data_of(reply)) if reply.listed is None else reply.listed.page(reply.observed_at)

    def list_refunds(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the refunds made in the span, whichever payment they belong to."""
        reply = self._list("refunds", created_in(span), after, cancel)
        refunds, unreadable = each("refund", data_of(reply), refund_from)
        return page_of(reply, refunds=tuple(refunds), unreadable=tuple(unreadable))

    def list_customers(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the customers created in the span."""
        reply = self._list("customers", created_in(span), after, cancel)
        customers, unreadable = each("customer", data_of(reply), lambda one: customer_from(one, self.livemode))
        return page_of(reply, customers=tuple(customers), unreadable=tuple(unreadable))

    def list_disputes(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the disputes opened in the span, each with its charge."""
        reply = self._list("disputes", created_in(span), after, cancel, expand=["data.charge"])
        return self._disputes(reply, data_of(reply))

    def list_transactions(self, span: Span, after: str | None, cancel: threading.Event) -> Page:
        """A page of the balance transactions made in the span."""
        reply = self._list("balance_transactions", created_in(span), after, cancel, ordinary.transactions)
        if reply.listed is not None:
            return reply.listed.page(reply.observed_at)
        transactions, unreadable = each("balance_transaction", data_of(reply), transaction_from)
        return page_of(reply, transactions=tuple(transactions), unreadable=tuple(unreadable))

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
        return _with_transactions(self._payments(reply, [reply.data]), reply.data.get("latest_charge"))

    def fetch_charge(self, charge_id: str, cancel: threading.Event) -> Page:
        """One charge with the money it moved; an empty page if there is none."""
        reply = self._fetch("charges", charge_id, cancel, "", "balance_transaction")
        if reply is None:
            return unknown("charge", charge_id)
        return _with_transactions(self._charges(reply, [reply.data]), reply.data)

    def fetch_refund(self, refund_id: str, cancel: threading.Event) -> Page:
        """One refund with the money it moved; an empty page if there is none."""
        reply = self._fetch("refunds", refund_id, cancel, "", "balance_transaction", "failure_balance_transaction")
        if reply is None:
            return unknown("refund", refund_id)
        refunds, unreadable = each("refund", [reply.data], refund_from)
        page = page_of(reply, refunds=tuple(refunds), unreadable=tuple(unreadable))
        return _with_transactions(page, reply.data)

    def fetch_dispute(self, dispute_id: str, cancel: threading.Event) -> Page:
        """One dispute with its charge; an empty page if there is none."""
        reply = self._fetch("disputes", dispute_id, cancel, "charge", "")
        return unknown("dispute", dispute_id) if reply is None else self._disputes(reply, [reply.data])

    def fetch_transaction(self, transaction_id: str, cancel: threading.Event) -> Page:
        """One balance transaction; an empty page if there is none."""
        reply = self._fetch("balance_transactions", transaction_id, cancel, "")
        if reply is None:
            return unknown("balance_transaction", transaction_id)
        moved, unreadable = each("balance_transaction", [reply.data], transaction_from)
        return page_of(reply, transactions=tuple(moved), unreadable=tuple(unreadable))

    def fetch_customer(self, customer_id: str, cancel: threading.Event) -> Page:
        """One customer; of one that was deleted only that; an empty page if there is none."""
        reply = self._fetch("customers", customer_id, cancel, "", "")
        if reply is None:
            return unknown("customer", customer_id)
        if reply.data.get("deleted") is True:
            return page_of(reply, gone_customers=(customer_id,))
        customers, unreadable = each("customer", [reply.data], lambda one: customer_from(one, self.livemode))
        return page_of(reply, customers=tuple(customers), unreadable=tuple(unreadable))

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

    def _disputes(self, reply: Reply, objects: list[Json]) -> Page:
        disputes, unreadable = each("dispute", objects, lambda one: dispute_from(one, self.livemode))
        shown = [one["charge"] for one in objects if isinstance(one.get("charge"), dict)]
        charges, unread = each("charge", shown, lambda one: charge_from(one, self.livemode, reply.observed_at))
        page = page_of(reply, disputes=tuple(disputes), charges=tuple(charges), unreadable=(*unreadable, *unread))
        moved = [part for one in objects for part in one.get("balance_transactions") or ()]
        return replace(page, transactions=_transactions(moved))

    def _charges(self, reply: Reply, objects: list[Json]) -> Page:
        """Charges. One that cannot be read is told as the payment it belongs to, which is the same payment again."""
        charges, unreadable = each("charge", objects, lambda one: charge_from(one, self.livemode, reply.observed_at))
        intents = {id_of(one): one.get("payment_intent") for one in objects}
        told = tuple(_of_payment(one, intents.get(one.id)) for one in unreadable)
        return page_of(reply, charges=tuple(charges), unreadable=told)

    def _payments(self, reply: Reply, objects: list[Json]) -> Page:
        """Intents and their charges. One whose charge cannot be read is not read either: its date would be wrong."""
        pairs, unreadable = each("payment_intent", objects, lambda one: self._pair(one, reply.observed_at))
        return page_of(
            reply,
            intents=tuple(intent for intent, _ in pairs),
            charges=tuple(charge for _, charge in pairs if charge is not None),
            unreadable=tuple(unreadable),
        )

    def _pair(self, data: Json, observed_at: int) -> tuple[StripeIntent, StripeCharge | None]:
        intent = intent_from(data, self.livemode)
        charge = data.get("latest_charge")
        return intent, charge_from(charge, self.livemode, observed_at) if isinstance(charge, dict) else None


def _expand(parts: list[str]) -> dict[str, list[str]]:
    return {"expand": parts} if parts else {}


def _with_transactions(page: Page, shown: object) -> Page:
    """The page, with the balance transactions that came expanded in an object."""
    parts = ("balance_transaction", "failure_balance_transaction")
    return replace(page, transactions=_transactions(shown.get(name) for name in parts) if _is_json(shown) else ())


def _transactions(parts: Iterable[object]) -> tuple[StripeTransaction, ...]:
    """Those that can be understood; the others are told where they are listed."""
    return tuple(each("balance_transaction", [one for one in parts if _is_json(one)], transaction_from)[0])


def _is_json(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _of_payment(charge: Unreadable, intent: object) -> Unreadable:
    if not isinstance(intent, str):
        return charge
    return Unreadable("payment_intent", id_of({"id": intent}), f"its charge {charge.id}: {charge.reason}")
