"""The poll: events say which objects changed, and the objects themselves are read.

An event's own picture is never written: it is as old as the event. So the order of events, their API versions and ties
in one second do not matter, and ten events of one payment cost one request.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from rentease_desk.domain.errors import DatabaseError, KnownError, StripeError
from rentease_desk.domain.stripe_events import MAX_ATTEMPTS, EventPage, EventState, StoredEvent, pause_after
from rentease_desk.domain.stripe_objects import Page, Unreadable
from rentease_desk.services.sync.billing import read_payout_lines
from rentease_desk.services.sync.pages import PageStore, RunContext, forget_draft
from rentease_desk.storage.stripe_events import keep_events, park_events, postpone_event, settle_events, waiting_events
from rentease_desk.storage.stripe_facts import shown_after
from rentease_desk.storage.sync_state import EVENTS, OPENED, move_cursor
from rentease_desk.stripe_gateway.governor import CancelledError

log = logging.getLogger(__name__)

LATE = 10 * 60
"""Seconds: events are listed late, so each poll reads so much again. Known ids are dropped."""
HANDLED = frozenset(
    {
        "payment_intent",
        "charge",
        "refund",
        "dispute",
        "customer",
        "payout",
        "subscription",
        "invoice",
        "invoice_payment",
        "checkout.session",
    }
)
"""Kinds of object that events bring news of; others are kept in the log and ignored."""
_PARKED = 60 * 60
"""Seconds until an event is looked at again whose object the key may not read."""


class Listing(Struct, frozen=True):
    """When this run began to list everything: Stripe's time (UTC seconds), and as pictures are dated (microseconds)."""

    begun: int
    observed_at: int


class _Dirty(Struct):
    """An object that has changed, and the events that said so."""

    fetch: Callable[[], Page]
    events: list[StoredEvent] = []


class EventRun:
    """Reads new events and handles those that wait."""

    def __init__(self, context: RunContext, pages: PageStore, listing: Listing | None = None) -> None:
        """``listing``: what this run has listed before, if it has."""
        self._context = context
        self._pages = pages
        self._listing = listing
        self._seen: set[str] = set()
        self.limits: list[StripeError] = []
        """Permissions that are missing for what stands beside payments."""

    def read(self, since: int) -> int:
        """Keep every event since an instant (UTC seconds); returns Stripe's time at the start.

        The cursor moves to the start with the last page, in one transaction: what was stopped begins again.
        """
        context, after, start = self._context, None, None
        while True:
            page = context.gateway.list_events(since, after, context.cancel)
            start = page.observed_at // 1_000_000 if start is None else start
            self._keep(page, start)
            after = page.next_cursor
            if after is None:
                return start

    def handle(self, now: int) -> None:
        """Fetch what the waiting events are about. Raises StripeError when Stripe cannot be asked just now."""
        context = self._context
        with context.desk.db.reading() as connection:
            waiting = waiting_events(connection, context.identity, now)
        due = self._still_news(waiting)
        self._fetch_all(self._dirty(_named(due, "payment_intent"), context.gateway.fetch_intent), now)
        self._fetch_all(self._seen_aside(due, "charge", context.gateway.fetch_charge), now)
        gateway, billing = context.gateway, context.gateway.billing
        for kind, fetch in (
            ("refund", gateway.fetch_refund),
            ("dispute", gateway.fetch_dispute),
            ("customer", gateway.fetch_customer),
            ("subscription", billing.fetch_subscription),
            ("invoice", billing.fetch_invoice),
            ("checkout.session", billing.fetch_session),
            ("payout", billing.fetch_payout),
        ):
            self._fetch_all(self._dirty(_named(due, kind), fetch), now)
        self._fetch_all(self._seen_aside(due, "invoice_payment", billing.fetch_invoice_payment), now)
        if any(one.object_kind == "payout" for one in due):
            self.limits += read_payout_lines(context, self._pages.store)

    def _still_news(self, due: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Those that may tell more than this run has listed; the others are done without asking for their object.

        What an earlier run has shown tells nothing: it may have believed that it was tomorrow, or have listed payments
        without the balance. Nor is taken for done what could not be handled before.
        """
        listing = self._listing
        if listing is None:
            return due
        old = [one for one in due if one.error is None and one.created + LATE <= listing.begun]
        with self._context.desk.db.reading() as connection:
            shown = {
                kind: shown_after(connection, self._context.identity, kind, ids, listing.observed_at)
                for kind, ids in _by_kind(old).items()
            }
        told = {one.id: one for one in old if one.object_id in shown[one.object_kind]}
        self._settle(list(told.values()), EventState.DONE)
        return [one for one in due if one.id not in told]

    def _keep(self, page: EventPage, start: int) -> None:
        context = self._context
        if context.cancel.is_set():
            raise CancelledError
        self._pages.fail(page.unreadable)
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            keep_events(unit, context.identity, page.events, HANDLED)
            if page.next_cursor is None:
                for kind in (EVENTS, OPENED):  # what is in the log is not lost any more
                    move_cursor(unit, context.identity, kind, start)

    def _seen_aside(self, due: Sequence[StoredEvent], kind: str, fetch: Callable[..., Page]) -> dict[str, _Dirty]:
        """Objects of a kind that did not come with others: charges that are not their intent's latest, say."""
        named = _named(due, kind)
        self._settle([one for one in named if one.object_id in self._seen], EventState.DONE)
        return self._dirty([one for one in named if one.object_id not in self._seen], fetch)

    def _dirty(self, events: Iterable[StoredEvent], fetch: Callable[..., Page]) -> dict[str, _Dirty]:
        """One entry an object, however many events name it."""
        found: dict[str, _Dirty] = {}
        for event in events:
            one = found.setdefault(event.object_id, _Dirty(_bound(fetch, event.object_id, self._context)))
            one.events.append(event)
        return found

    def _fetch_all(self, objects: dict[str, _Dirty], now: int) -> None:
        for dirty in objects.values():
            try:
                self._fetch(dirty, now)
            except (CancelledError, DatabaseError):
                raise
            except KnownError as error:
                self._known(dirty, error, now)
            except Exception as error:
                log.exception("the event %s could not be handled", dirty.events[0].id)
                self._failed(dirty, type(error).__name__, now)

    def _fetch(self, dirty: _Dirty, now: int) -> None:
        page = dirty.fetch()
        if page.observed_at == 0:
            if dirty.events[0].object_kind == "invoice":
                forget_draft(self._context, dirty.events[0].object_id)
            self._settle(dirty.events, EventState.GONE)
        elif page.unreadable:
            self._pages.fail(page.unreadable)
            self._failed(dirty, page.unreadable[0].reason, now)
        else:
            self._pages.store(page)
            self._seen |= {one.id for one in page.charges} | {one.id for one in page.invoice_payments}
            self._settle(dirty.events, EventState.GONE if page.gone_customers else EventState.DONE)

    def _known(self, dirty: _Dirty, error: KnownError, now: int) -> None:
        """A missing permission parks its events; other trouble with Stripe is the run's, and costs no attempts."""
        if error.code != "stripe.no_permission":
            raise error
        about = dirty.events[0]
        self._pages.fail([Unreadable(about.object_kind, about.object_id, str(error))])
        with self._context.desk.writing() as unit:
            self._context.lease.keep(unit)
            park_events(unit, self._context.identity, [one.id for one in dirty.events], now + _PARKED, str(error))

    def _failed(self, dirty: _Dirty, reason: str, now: int) -> None:
        """Try again later; after the last attempt a person has to look at it."""
        with self._context.desk.writing() as unit:
            self._context.lease.keep(unit)
            for event in dirty.events:
                attempts = event.attempts + 1
                state = EventState.DEAD if attempts >= MAX_ATTEMPTS else EventState.WAITING
                at = now + pause_after(attempts, random.random())  # noqa: S311 - so that they do not all come at once
                postpone_event(unit, self._context.identity, event, state, at, reason)

    def _settle(self, events: Sequence[StoredEvent], state: EventState) -> None:
        if events:
            with self._context.desk.writing() as unit:
                self._context.lease.keep(unit)
                settle_events(unit, self._context.identity, [one.id for one in events], state)


def _named(events: Sequence[StoredEvent], kind: str) -> list[StoredEvent]:
    return [one for one in events if one.object_kind == kind]


def _by_kind(events: Sequence[StoredEvent]) -> dict[str, list[str]]:
    """The ids of the objects that events name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in events:
        found[one.object_kind].append(one.object_id)
    return found


def _bound(fetch: Callable[..., Page], key: str, context: RunContext) -> Callable[[], Page]:
    return lambda: fetch(key, context.cancel)
