"""The comparison with Stripe's balance: any time, a part after the other, and what differs fetched by its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rentease_desk.domain.balance_check import (
    Apart,
    BalanceCheck,
    BalanceTally,
    Movement,
    with_bookings,
)
from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page, StripeTransaction, Unreadable
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync.pages import PageStore, RunContext, keep_lease
from rentease_desk.services.sync.tally import Tally
from rentease_desk.storage.balance_checks import bookings_of, held_movements, waiting_movements
from rentease_desk.stripe_gateway.governor import CancelledError

PART = 5_000
"""About how many movements are held at once."""
COMPARING, FETCHING = "comparing", "fetching"
_NEEDED = {Movement.ADJUSTMENTS: "disputes", Movement.PAYOUTS: "payouts"}
"""Kinds whose objects need a permission of their own, and the list that tells whether the key has it."""


class BalanceComparison:
    """Reads Stripe's balance from new to old and compares it with what stands here. It writes nothing of money."""

    def __init__(self, context: RunContext, span: Span, part: int = PART) -> None:
        self._context = context
        self._span = span
        self._part = part
        self._unreadable: list[Unreadable] = []
        self._skipped: list[str] = []

    def run(self) -> BalanceCheck:
        """Raises StripeError, ConflictError ``sync.lost_lease``, CancelledError."""
        context, now = self._context, self._context.gateway.now(self._context.cancel)
        seen = Span(self._span.start, max(self._span.start, min(self._span.end, now)))
        tally = BalanceTally(self._unread())
        for part, shown in self._parts(seen):
            with context.desk.db.reading() as connection:
                tally.add(shown, held_movements(connection, context.identity, part))
        with context.desk.db.reading() as connection:
            tally.wait_for(waiting_movements(connection, context.identity, seen))
            homes = bookings_of(connection, context.identity, {one.id for one in tally.apart})
        return BalanceCheck(
            at=now,
            start=self._span.start,
            end=self._span.end,
            lines=tally.lines(),
            apart=with_bookings(tally.apart, homes),
            more=tally.more,
            skipped=(*self._skipped, *self._not_understood()),
        )

    def _parts(self, span: Span) -> Iterator[tuple[Span, dict[str, StripeTransaction]]]:
        """Parts of the time, each with all that Stripe's list shows of it. A second is never cut in two."""
        held: dict[str, StripeTransaction] = {}
        end = span.end
        for page in self._pages(span):
            held |= {one.id: one for one in page.transactions}
            cut = min((one.created for one in page.transactions), default=end) + 1
            self._report(COMPARING, len(held), span.end - min(cut, span.end), span.end - span.start)
            if len(held) < self._part or not span.start < cut < end:
                continue
            yield Span(cut, end), {id_: one for id_, one in held.items() if one.created >= cut}
            held, end = {id_: one for id_, one in held.items() if one.created < cut}, cut
        yield Span(span.start, end), held

    def _pages(self, span: Span) -> Iterator[Page]:
        context, after = self._context, None
        while span.start < span.end:
            if context.cancel.is_set():
                raise CancelledError
            page: Page = context.gateway.list_transactions(span, after, context.cancel)
            keep_lease(context)
            self._unreadable += page.unreadable
            yield page
            after = page.next_cursor
            if after is None:
                return

    def _unread(self) -> list[Movement]:
        """The kinds whose objects the key may not read: that is said, and their movements are compared all the same."""
        unread = []
        for movement, kind in _NEEDED.items():
            try:
                self._context.gateway.probe(kind, self._context.cancel)
            except StripeError as error:
                if error.code != "stripe.no_permission":
                    raise
                unread.append(movement)
                self._skipped.append(str(error))
        return unread

    def _not_understood(self) -> Iterable[str]:
        return (f"{one.id} could not be understood: {one.reason}" for one in self._unreadable)

    def _report(self, step: str, read: int, done: int, total: int) -> None:
        self._context.report(Progress(step, read, done, total))


class BalanceRepair:
    """Fetches what differs, as the sync would have: under the lease, behind the stale guard, with its journal rows."""

    def __init__(self, context: RunContext, tally: Tally) -> None:
        self._context = context
        self._store = PageStore(context, tally, leaves_out=True)
        self.limits: list[StripeError] = []
        """Permissions that are missing for what was to be fetched."""

    def fetch(self, apart: Iterable[Apart]) -> None:
        """Each object and each movement once. Raises as ``BalanceComparison.run``."""
        wanted = list({one.id: one for one in apart}.values())
        for at, one in enumerate(wanted):
            self._context.report(Progress(FETCHING, at, at, len(wanted)))
            if self._context.cancel.is_set():
                raise CancelledError
            try:
                self._fetch(one)
            except StripeError as error:
                if error.code != "stripe.no_permission":
                    raise
                self.limits.append(error)

    def _fetch(self, one: Apart) -> None:
        shown = self._object(one)
        if shown is not None and shown.observed_at:
            self._store.store(shown)
        brought = () if shown is None else {moved.id for moved in shown.transactions}
        if one.transaction is None or one.transaction in brought:
            return
        moved = self._context.gateway.fetch_transaction(one.transaction, self._context.cancel)
        if moved.observed_at:
            self._store.store(moved)

    def _object(self, one: Apart) -> Page | None:
        """What the movement is of; None where it is of nothing that stands here."""
        gateway, cancel = self._context.gateway, self._context.cancel
        if one.id == one.transaction:
            return None
        if one.id.startswith(("ch_", "py_")):
            return gateway.fetch_charge(one.id, cancel)
        if one.id.startswith(("re_", "pyr_")):
            return gateway.fetch_refund(one.id, cancel)
        if one.id.startswith(("dp_", "du_")):
            return gateway.fetch_dispute(one.id, cancel)
        return gateway.billing.fetch_payout(one.id, cancel) if one.id.startswith("po_") else None
