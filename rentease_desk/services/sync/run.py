"""One run over a range: what is read from Stripe in which order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync.billing import look_again_at_billing, read_payout_lines
from rentease_desk.services.sync.kinds import BESIDE, KINDS, LOOK_AGAIN, PAID
from rentease_desk.services.sync.listing import Lists, Read
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.amounts import amounts_here
from rentease_desk.storage.database import Unit
from rentease_desk.storage.stripe_facts import lost_sources, open_disputes, open_intents, open_refunds, untold_returns
from rentease_desk.storage.sync_ranges import OpenRange, add_beside, add_range, cut_range, open_ranges, postpone_ranges
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import CancelledError

OPEN_LIMIT = 200
"""How many payments under way (and refunds, and disputes) are looked at again in one run where events may not be read,
those seen longest ago first."""
_FIRST = frozenset({"balance", "payments", "charges"})
"""Without them nothing else is read: all money is understood by them."""
_LATER = ("refunds", "disputes")
_REFUSED_FOR = 60 * 60
"""Seconds until a list is tried again that the key may not read."""
WHENEVER = 2**62
"""Lists that the key could not read are tried again too."""


def open_span(unit: Unit, identity: Identity, span: Span, now: int, kinds: Iterable[str] = KINDS) -> None:
    """Write down that a span is to be read of these kinds; of refunds and disputes all until ``now`` (UTC seconds):
    they change what was paid in the span.
    """
    later = Span(span.start, max(span.end, now + 1))
    for kind in kinds:
        wanted = later if kind in _LATER else span
        if wanted.start < wanted.end:  # the last day of all has no end
            add_range(unit, identity, kind, wanted)


def put_off(unit: Unit, identity: Identity, kind: str, span: Span, now: int) -> None:
    """Write down that a span is to be read of a kind that the key may not read now (UTC seconds, Stripe's)."""
    add_range(unit, identity, kind, span)
    postpone_ranges(unit, identity, kind, now + _REFUSED_FOR)


class RangeRun:
    """Reads what is left of all ranges that were opened: by this run, or by one that was stopped."""

    def __init__(
        self, context: RunContext, tally: Tally, note: Callable[[str, Page], None] = lambda _kind, _page: None
    ) -> None:
        """``note`` is told of every page of a list, after it was written."""
        self._context = context
        self._note = note
        self._tally = tally
        self._store = PageStore(context, tally, leaves_out=True)
        self._total: dict[str, int] = {}
        self._put_aside: set[str] = set()
        self._failed: StripeError | None = None
        self.refused: list[StripeError] = []
        """Permissions that are missing, and without which the run has not done what it should."""
        self.limits: list[StripeError] = []
        """Permissions that are missing for what stands beside payments: fees, and disputes."""

    @property
    def put_aside(self) -> frozenset[str]:
        """The lists that were not read to their end."""
        return frozenset(self._put_aside)

    @property
    def is_whole(self) -> bool:
        """Whether all payments, charges and refunds that were to be listed are in."""
        return not self._put_aside & {*PAID, LOOK_AGAIN}

    def execute(self, *, open_limit: int | None, due: int = WHENEVER) -> None:
        """Raises StripeError, DatabaseError, ConflictError ``sync.lost_lease``, or CancelledError.

        ``open_limit``: how many payments, refunds and disputes under way from before are looked at again (None: all).
        ``due``: lists that the key could not read are tried again if their time has come (UTC seconds).
        """
        while ranges := self._open(due):
            if self._context.cancel.is_set():
                raise CancelledError
            if lists := _next(ranges):
                self._drain(lists)
            elif self._failed is not None:
                raise self._failed
            else:
                self._try_to_look_again(ranges[0], open_limit)
        if self._failed is not None:
            raise self._failed

    def _open(self, due: int) -> list[OpenRange]:
        with self._context.desk.db.reading() as connection:
            found = open_ranges(connection, self._context.identity, due)
        return [one for one in found if one.kind not in self._put_aside]

    def _drain(self, ranges: list[OpenRange]) -> None:
        """Read lists side by side."""
        for one in ranges:
            self._total[one.kind] = self._total.get(one.kind, 0) + one.span.end - one.span.start
        left = {one.kind: self._total[one.kind] for one in ranges}

        def told(one: OpenRange, page: Page) -> None:
            self._note(one.kind, page)
            oldest = one.span.start if page.next_cursor is None else min(page.created, default=one.span.end)
            left[one.kind] -= max(0, one.span.end - oldest)
            total = sum(self._total[kind] for kind in left)  # of all that is read side by side: it only grows
            done = min(total, max(0, total - sum(left.values())))
            self._context.report(Progress(one.kind, self._tally.seen, done, total))

        begun = self._context.gateway.now(self._context.cancel)
        then = partial(self._open_what_came, ranges, begun)
        reads = lists_of(self._context.gateway)
        lists = Lists(self._context, reads, self._store, self._refuse, told, then, self._prepare)
        try:
            lists.drain(ranges)
        except StripeError as error:
            if lists.stopped & _FIRST:
                raise
            self._put_aside |= lists.stopped  # refunds do not wait for an invoice
            self._failed = self._failed or error

    def _open_what_came(self, ranges: list[OpenRange], begun: int) -> list[OpenRange]:
        """Refunds and disputes were read beside what they change, and are to be as new: what is to be read is what came
        since ``begun`` (UTC seconds, Stripe's).
        """
        if not {one.kind for one in ranges} - {*_LATER}:
            return []
        newest = {one.kind: one.span.end for one in reversed(ranges) if one.kind in _LATER}
        came = {kind: end for kind, end in newest.items() if kind not in self._put_aside and begun < end}
        with self._context.desk.writing() as unit:
            return [add_beside(unit, self._context.identity, kind, Span(begun, end)) for kind, end in came.items()]

    def _prepare(self) -> None:
        """Make the statements that are asked when all is read: of no days, they find nothing."""
        never = Span(0, 0)
        with self._context.desk.db.reading() as connection:
            amounts_here(connection, self._context.identity, never)
            lost_sources(connection, self._context.identity, never)

    def _refuse(self, kind: str, error: StripeError) -> None:
        """Put a list aside that the key may not read, or not understand; the others go on."""
        self._put_aside.add(kind)
        (self.limits if kind in BESIDE else self.refused).append(error)
        context, now = self._context, self._context.gateway.now(self._context.cancel)
        with context.desk.writing() as unit:
            postpone_ranges(unit, context.identity, kind, now + _REFUSED_FOR)

    def _try_to_look_again(self, one: OpenRange, limit: int | None) -> None:
        try:
            self._look_again(one, limit)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            self._refuse(LOOK_AGAIN, error)

    def _look_again(self, one: OpenRange, limit: int | None) -> None:
        """What no list of the range shows: what is under way from before it, and what only the balance tells of."""
        context, before = self._context, one.span.start
        fetch = context.gateway
        with context.desk.db.reading() as connection:
            lost = lost_sources(connection, context.identity, one.span)
            intents = open_intents(connection, context.identity, before, limit)
            refunds = open_refunds(connection, context.identity, before, limit)
            refunds += untold_returns(connection, context.identity)
            disputes = open_disputes(connection, context.identity, before, limit)
        self._fetch_each(lost.charges, fetch.fetch_charge)
        self._fetch_each(intents, fetch.fetch_intent)
        self._fetch_each((*refunds, *lost.refunds), fetch.fetch_refund)
        self._fetch_each(disputes, fetch.fetch_dispute)
        self.limits += look_again_at_billing(context, before, limit, self._store.store)
        self.limits += read_payout_lines(context, self._store.store)
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            cut_range(unit, context.identity, one, None, None)

    def _fetch_each(self, ids: Iterable[str], fetch: Callable[[str, threading.Event], Page]) -> None:
        for id_ in dict.fromkeys(ids):
            self._store.store(fetch(id_, self._context.cancel))


def _next(ranges: list[OpenRange]) -> list[OpenRange]:
    """The lists that are to be read; none if all that is left is to be looked at again."""
    return [one for one in ranges if one.kind != LOOK_AGAIN]


def lists_of(gateway: StripeGateway) -> dict[str, Read]:
    """How a page of each kind is read."""
    billing = gateway.billing
    return {
        "balance": gateway.list_transactions,
        "payments": gateway.list_intents,
        "charges": gateway.list_charges,
        "refunds": gateway.list_refunds,
        "disputes": gateway.list_disputes,
        "customers": gateway.list_customers,
        "subscriptions": billing.list_subscriptions,
        "invoices": billing.list_invoices,
        "checkout": billing.list_sessions,
        "payouts": billing.list_payouts,
    }
