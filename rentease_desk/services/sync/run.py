"""One run over a range: what is read from Stripe in which order, and written here a page at a time."""

from __future__ import annotations

from collections.abc import Callable

from rentease_desk.domain.dates import Span
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.stripe_facts import open_intents, open_refunds

OPEN_LIMIT = 200
"""How many payments and refunds under way are looked at again in one run, those seen longest ago first."""


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

    def execute(self, *, with_customers: bool, with_open: bool) -> None:
        """Raises StripeError, DatabaseError, ConflictError ``sync.lost_lease``, or CancelledError."""
        gateway, span = self._context.gateway, self._span
        self._pages("payments", lambda after: gateway.list_intents(span, after, self._context.cancel))
        self._pages("charges", lambda after: gateway.list_charges(span, after, self._context.cancel))
        self._pages("refunds", lambda after: gateway.list_refunds(span.start, after, self._context.cancel))
        if with_customers:
            self._pages("customers", lambda after: gateway.list_customers(span, after, self._context.cancel))
        if with_open:
            self._look_again()

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

    def _look_again(self) -> None:
        """Payments and refunds under way from before the range: nothing new is created when they end."""
        context = self._context
        with context.desk.db.reading() as connection:
            intents = open_intents(connection, context.identity, self._span.start, OPEN_LIMIT)
            refunds = open_refunds(connection, context.identity, self._span.start, OPEN_LIMIT)
        for intent_id in intents:
            self._store(context.gateway.fetch_intent(intent_id, context.cancel))
        for refund_id in refunds:
            self._store(context.gateway.fetch_refund(refund_id, context.cancel))
