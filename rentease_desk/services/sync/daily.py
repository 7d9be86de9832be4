"""The check that a poll makes once a day: the last whole days are listed again, and compared."""

from __future__ import annotations

from datetime import timedelta

from rentease_desk.domain.agreement import Agreement
from rentease_desk.domain.dates import DateRange, Days, Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.domain.sync import Progress
from rentease_desk.services.sync.kinds import KINDS, LOOK_AGAIN
from rentease_desk.services.sync.listing import Read
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.run import lists_of
from rentease_desk.services.sync.tally import Tally
from rentease_desk.services.sync.verify import Checking, Listed
from rentease_desk.stripe_gateway.governor import CancelledError

RECENT_DAYS = 3
"""How many whole days are compared: those of a closed weekend, when the desk is opened on Monday."""
MOST_DAYS = 31
"""How much of a longer listing is compared, its latest days: what is compared is held in memory."""
PUT_OFF = 60 * 60
"""Seconds until a check is tried again that Stripe did not answer."""
_QUIET = 4 * 60
"""Minutes after midnight, at the property: what was done in the evening is settled, and nobody waits for a desk."""
_DAY = 24 * 60 * 60
_FIRST = ("balance", "payments")
"""Read before the others: see ``run``."""
_LISTS = (*_FIRST, *(kind for kind in KINDS if kind not in {*_FIRST, LOOK_AGAIN}))


def is_due(days: Days, checked: int | None, now: int) -> bool:
    """Whether 04:00 has passed at the property since the last check (UTC seconds; None: there was none)."""
    return checked is None or _quiet(days).business_date(now) > _quiet(days).business_date(checked)


def recent(days: Days, now: int) -> Span:
    """The days that are compared: whole ones, and the last ended four hours ago or more."""
    last = _quiet(days).business_date(now) - timedelta(days=1)
    return days.calendar_span(DateRange(last - timedelta(days=RECENT_DAYS - 1), last))


def latest(span: Span, now: int) -> Span:
    """The part of a listing that is compared with what stands here after it; what comes later belongs to events."""
    end = min(span.end, now + 1)
    return Span(max(span.start, end - MOST_DAYS * _DAY), end)


class DailyCheck:
    """Lists some days again beside the open ranges: what it does not get is not owed to anybody, but asked tomorrow."""

    def __init__(self, context: RunContext, tally: Tally, span: Span) -> None:
        self._context = context
        self._tally = tally
        self._store = PageStore(context, tally, leaves_out=True)
        self.listed = Listed(span, _LISTS)
        self.limits: list[StripeError] = []
        """Permissions that are missing; what they are for is not compared."""

    def run(self) -> Agreement:
        """Raises StripeError for other trouble than permissions, CancelledError."""
        checking = Checking(self._context, self._tally, self.listed)
        for name, read in ((name, lists_of(self._context.gateway)[name]) for name in _LISTS):
            self._permitted(name, read)
        found = checking.settled(looks_behind=True)
        self.limits += checking.limits
        return found

    def _permitted(self, name: str, read: Read) -> None:
        try:
            self._read(name, read)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            self.listed.leave_out([name])
            self.limits.append(error)

    def _read(self, name: str, read: Read) -> None:
        """One page after the other, each written before the next is asked for."""
        context, after = self._context, None
        while True:
            if context.cancel.is_set():
                raise CancelledError
            page: Page = read(self.listed.span, after, context.cancel)
            self._store.store(page)
            self.listed.note(name, page)
            context.report(Progress(name, self._tally.seen, 0, 0))
            after = page.next_cursor
            if after is None:
                return


def _quiet(days: Days) -> Days:
    return Days(days.zone, _QUIET)
