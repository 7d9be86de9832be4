"""Lists read side by side: several threads ask Stripe, one writes. What is left of a list stands in the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice

from msgspec import Struct

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.storage.database import Unit
from rentease_desk.storage.sync_ranges import OpenRange, cut_range
from rentease_desk.stripe_gateway.governor import CancelledError

Read = Callable[[Span, str | None, threading.Event], Page]
"""Reads the page of a span behind an id, or the first one."""
Refused = Callable[[str, StripeError], None]
"""Is told which kind the key may not read, or may not understand for what else it may not read."""
Note = Callable[[OpenRange, Page], None]
"""Is told of every page after it was written."""

AT_ONCE = 6
"""How many pages are asked for at once: enough for Stripe's rate with replies that take a tenth of a second."""
_PATIENCE = 0.1
"""Seconds between looks at whether the person wants no more."""
_TOGETHER = 1
"""How many pages that wait are written in one transaction: a cash payment waits for no more. Four at once save nothing
that can be measured, and let it wait twice as long."""
_WORTH = 2
"""Pages that are thought to be left before a range is split."""


class _Taken(Struct, frozen=True):
    """A page that was read, what is left of its range, and what is to be read of that beside it."""

    range: OpenRange
    page: Page
    left: Span | None
    split: Span | None


class Lists:
    """Reads open ranges to their end."""

    def __init__(
        self, context: RunContext, reads: Mapping[str, Read], store: PageStore, refused: Refused, note: Note
    ) -> None:
        self._context = context
        self._reads = reads
        self._store = store
        self._refused = refused
        self._note = note
        self._enough = threading.Event()
        self._asked: dict[Future[Page], OpenRange] = {}

    def drain(self, ranges: Iterable[OpenRange]) -> None:
        """Raises what reading or writing raises; then what is left is found in the database."""
        with ThreadPoolExecutor(AT_ONCE, "stripe-list") as threads:
            try:
                for one in ranges:
                    self._ask(threads, one, None)
                while self._asked:
                    self._take(threads)
            finally:
                self._enough.set()
                threads.shutdown(cancel_futures=True)

    def _take(self, threads: ThreadPoolExecutor) -> None:
        done, _ = wait(self._asked, _PATIENCE, FIRST_COMPLETED)
        if self._context.cancel.is_set():
            raise CancelledError
        taken: list[_Taken] = []
        for future in islice(done, _TOGETHER):
            one = self._asked.pop(future, None)
            if one is not None:
                self._permitted(one.kind, partial(self._go_on, threads, one, future, taken))
        if taken:
            self._write(threads, taken)

    def _permitted(self, kind: str, act: Callable[[], None]) -> None:
        """Do it. If the key may not, nothing more of this kind is asked for."""
        try:
            act()
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            self._asked = {other: one for other, one in self._asked.items() if one.kind != kind}
            self._refused(kind, error)

    def _go_on(self, threads: ThreadPoolExecutor, one: OpenRange, read: Future[Page], taken: list[_Taken]) -> None:
        """Ask for the next page, and complete this one meanwhile."""
        page = read.result()
        left, split = self._shares(one, page)
        if left is not None:
            self._ask(threads, OpenRange(one.pk, one.kind, left), page.next_cursor)
        taken.append(_Taken(one, self._store.complete(page), left, split))

    def _ask(self, threads: ThreadPoolExecutor, one: OpenRange, after: str | None) -> None:
        self._asked[threads.submit(self._page, one, after)] = one

    def _page(self, one: OpenRange, after: str | None) -> Page:
        """In a thread of its own."""
        if self._enough.is_set():
            raise CancelledError
        return self._reads[one.kind](one.span, after, self._context.cancel)

    def _write(self, threads: ThreadPoolExecutor, taken: list[_Taken]) -> None:
        """All together; one by one where the key may not read what one of them needs, to learn which it is."""
        try:
            self._write_together(threads, taken)
        except StripeError as error:
            if error.code != "stripe.no_permission":
                raise
            for one in taken:
                self._permitted(one.range.kind, partial(self._write_together, threads, [one]))

    def _write_together(self, threads: ThreadPoolExecutor, taken: Sequence[_Taken]) -> None:
        """The pages and what is left of their ranges in one transaction. What was split off is asked for."""
        added: dict[int, OpenRange] = {}  # an attempt that was rolled back is made again

        def cut(one: _Taken, unit: Unit) -> None:
            part = cut_range(unit, self._context.identity, one.range, one.left, one.split)
            if part is not None:
                added[one.range.pk] = part

        self._store.write([(one.page, partial(cut, one)) for one in taken])
        for part in added.values():
            self._ask(threads, part, None)
        for one in taken:
            self._note(one.range, one.page)

    def _shares(self, one: OpenRange, page: Page) -> tuple[Span | None, Span | None]:
        """What is left of a range after a page: for this reader, and, while others are idle, for a second one."""
        if page.next_cursor is None:
            return None, None
        created, start = page.created, one.span.start
        end = min(created, default=one.span.end - 1) + 1
        taken = max(1, max(created, default=end) - end + 1)
        middle = (start + end) // 2
        if len(self._asked) + 1 >= AT_ONCE or end - start < _WORTH * taken or not start < middle < end - 1:
            return Span(start, end), None
        return Span(middle, end), Span(start, middle)
