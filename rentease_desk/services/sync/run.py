"""One run over a range: what is read from Stripe in which order, and written here a page at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.stripe_facts import lost_sources, open_disputes, open_intents, open_refunds

OPEN_LIMIT = 200
"""How many payments under way (and refunds, and disputes) are looked at again in one run where events may not be read,
those seen longest ago first."""


class RangeRun:
    """Reads a range: intents, charges, refunds, customers, and what is still under way from before it."""

    def __init__(
        self,
        context: RunContext,
        span: Span,
        tally: Tally,
        note: Callable[[str, Page], None] = lambda _step, _page: None,
    ) -> None:
        """``note`` is told of every page of a list, after it was written."""
        self._context = context
        self._note = note
        self._span = span
        self._store = PageStore(context, tally).store
        self._tally = tally
        self.refused: list[StripeError] = []
        """Permissions that are missing, and without which the run has not done what it should."""
        self.limits: list[StripeError] = []
        """Permissions that are missing for what stands beside payments: fees, and disputes."""

    def execute(self, *, with_customers: bool, open_limit: int | None = 0) -> None:
        """Raises StripeError, DatabaseError, ConflictError ``sync.lost_lease``, or CancelledError.

        ``open_limit``: how many payments, refunds and disputes under way from before are looked at again (None: all).
        """
        gateway, span, cancel = self._context.gateway, self._span, self._context.cancel
        self._beside("balance", lambda after: gateway.list_transactions(span, after, cancel), self.limits)
        self._pages("payments", lambda after: gateway.list_intents(span, after, cancel))
        self._pages("charges", lambda after: gateway.list_charges(span, after, cancel))
        self._pages("refunds", lambda after: gateway.list_refunds(span.start, after, cancel))
        self._beside("disputes", lambda after: gateway.list_disputes(span.start, after, cancel), self.limits)
        if with_customers:
            self._beside("customers", lambda after: gateway.list_customers(span, after, cancel), self.refused)
        self._look_again(open_limit)

    def _beside(self, step: str, read: Callable[[str | None], Page], told: list[StripeError]) -> None:
        """A list without which payments and refunds are complete all the same: that the key may not read it is told."""
        try:
            self._pages(step, read)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            told.append(error)

    def _pages(self, step: str, read: Callable[[str | None], Page]) -> None:
        after: str | None = None
        while True:
            page = read(after)
            self._store(page)
            self._note(step, page)
            self._report(step, page)
            after = page.next_cursor
            if after is None:
                return

    def _report(self, step: str, page: Page) -> None:
        """How far a list is, by the time of what it showed last: lists run from new to old."""
        total = max(1, self._span.end - self._span.start)
        oldest = min(page.created, default=self._span.start)
        done = total if page.next_cursor is None else min(total, max(0, self._span.end - oldest))
        self._context.report(Progress(step, self._tally.seen, done, total))

    def _look_again(self, limit: int | None) -> None:
        """What no list of the range shows: what is under way from before it, and what only the balance tells of."""
        context, before = self._context, self._span.start
        fetch = context.gateway
        with context.desk.db.reading() as connection:
            lost = lost_sources(connection, context.identity, self._span)
            intents = open_intents(connection, context.identity, before, limit)
            refunds = open_refunds(connection, context.identity, before, limit)
            disputes = open_disputes(connection, context.identity, before, limit)
        self._fetch_each(lost.charges, fetch.fetch_charge)
        self._fetch_each(intents, fetch.fetch_intent)
        self._fetch_each((*refunds, *lost.refunds), fetch.fetch_refund)
        self._fetch_each(disputes, fetch.fetch_dispute)

    def _fetch_each(self, ids: Iterable[str], fetch: Callable[[str, threading.Event], Page]) -> None:
        for id_ in dict.fromkeys(ids):
            self._store(fetch(id_, self._context.cancel))
