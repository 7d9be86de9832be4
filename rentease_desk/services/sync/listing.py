"""Lists read side by side: several threads ask Stripe, one writes. What is left of a list stands in the database: a
page that waits to be written (see ``waiting``) is still a part of that.

Who has read a page asks for the next one himself: a reader that waited for the writer would miss its turns at Stripe.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from rentease_desk.domain.dates import Span
from rentease_desk.domain.errors import StripeError
from rentease_desk.domain.stripe_objects import Page
from rentease_desk.services.sync.pages import PageStore, RunContext
from rentease_desk.services.sync.waiting import Taken, WaitingPages, cut_in, is_asked_later, waits_for_all
from rentease_desk.storage.database import Unit
from rentease_desk.storage.sync_ranges import OpenRange, cut_range
from rentease_desk.stripe_gateway.governor import CancelledError

Read = Callable[[Span, str | None, threading.Event], Page]
"""Reads the page of a span behind an id, or the first one."""
Refused = Callable[[str, StripeError], None]
"""Is told which kind the key may not read, or may not understand for what else it may not read."""
Note = Callable[[OpenRange, Page], None]
"""Is told of every page after it was written."""
Then = Callable[[], Sequence[OpenRange]]
"""Is asked once what else is to be read, when all is read that nothing else is written before."""

AT_ONCE = 9
"""How many pages are asked for at once: as many as the longest lists have readers. At Stripe's rate each has an eighth
of a second for a page; with seven it was a tenth, which a page takes with the way to Stripe and its reading."""
_PATIENCE = 0.1
"""Seconds between looks at whether the person wants no more."""
_READERS = 3
"""How many of them may read one kind."""
_TOGETHER = {"sqlite": 3, "postgresql": 6}
"""How many pages are written in one transaction at most. On SQLite a payment at the desk waits for it; on PostgreSQL
only for its end, and what a transaction asks once is the smaller part the more it writes."""
_WORTH = 2
"""Pages that are thought to be left before a range is split."""
_IN_VAIN = 2
"""Parts in a row that were split off and held no more than a page: what is left of the kind lies close together."""


class Lists:
    """Reads open ranges to their end."""

    def __init__(
        self,
        context: RunContext,
        reads: Mapping[str, Read],
        store: PageStore,
        refused: Refused,
        note: Note,
        then: Then = tuple,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        """``idle`` is done once, when nothing is to be written for a moment."""
        self._context = context
        self._reads = reads
        self._store = store
        self._refused = refused
        self._note = note
        self._then: Then | None = then
        self._idle: Callable[[], None] | None = idle
        self._enough = threading.Event()
        self._guard = threading.RLock()
        """Held by whoever looks at what is asked for, read and waiting, or changes it; never while anybody waits."""
        self._asked: dict[Future[None], OpenRange] = {}
        self._reading: dict[int, OpenRange] = {}
        self._next: dict[int, tuple[OpenRange, str | None]] = {}
        self._waiting = WaitingPages(())
        self._failed: StripeError | None = None
        self.stopped: set[str] = set()
        """The kinds that were not read to their end, because Stripe failed."""
        self._is_busy = False
        self._split_off: set[int] = set()
        self._vain: Counter[str] = Counter()
        self._together = _TOGETHER[context.desk.db.url.get_backend_name()]

    def drain(self, ranges: Sequence[OpenRange]) -> None:
        """Raises what reading or writing raises; then what is left is found in the database."""
        self._waiting = WaitingPages(ranges)
        self._next = {one.pk: (one, None) for one in sorted(ranges, key=lambda one: is_asked_later(one.kind))}
        with ThreadPoolExecutor(AT_ONCE, "stripe-list") as threads:
            try:
                while self._is_under_way():
                    self._ask(threads)
                    self._take()
                if self._failed is not None:
                    raise self._failed
            finally:
                with self._guard:
                    self._enough.set()
                threads.shutdown(cancel_futures=True)

    def _is_under_way(self) -> bool:
        with self._guard:
            return bool(self._next or self._asked or self._waiting)

    def _ask(self, threads: ThreadPoolExecutor) -> None:
        """Ask for the next page of every range of which not enough waits."""
        with self._guard:
            for pk, (one, after) in list(self._next.items()):
                if not self._waiting.is_full(one.kind) and not self._enough.is_set():
                    del self._next[pk]
                    self._reading[pk] = one
                    self._asked[threads.submit(self._read, threads, one, after)] = one

    def _take(self) -> None:
        """Write what can be written; between two kinds what could not be read is looked at."""
        self._collect(0 if self._is_busy else _PATIENCE)
        self._is_busy = False
        self._cut_off()
        self._read_then()
        with self._guard:
            held = self._waiting.held()
        for kind in held:
            self._unless_it_fails(kind, partial(self._write_ready, kind), writes=True)
            self._collect(0)
            self._cut_off()
        if self._idle is not None and not self._is_busy:
            idle, self._idle = self._idle, None
            idle()

    def _read_then(self) -> None:
        """Ask for what is to be read last, while what was read before is written."""
        if self._then is None or self._failed is not None or not self._is_read():
            return
        then, self._then = self._then, None
        more = then()
        with self._guard:
            self._waiting.open(more)
            self._next |= {one.pk: (one, None) for one in more}

    def _is_read(self) -> bool:
        """Whether all that does not wait for all the rest is read."""
        with self._guard:
            left = [*self._reading.values(), *(one for one, _ in self._next.values())]
            return all(waits_for_all(one.kind) for one in left) and not self._waiting.cuts()

    def _collect(self, seconds: float) -> None:
        """Wait until a page has come, and see what became of those that were asked for."""
        with self._guard:
            asked = list(self._asked)
        done, _ = wait(asked, seconds, FIRST_COMPLETED)
        if self._context.cancel.is_set():
            raise CancelledError
        for future in done:
            with self._guard:
                one = self._asked.pop(future, None)
            if one is not None:
                self._unless_it_fails(one.kind, future.result)

    def _unless_it_fails(self, kind: str, act: Callable[[], None], *, writes: bool = False) -> None:
        """Do it. If the key may not, nothing more of this kind is asked for; if Stripe fails, the lists that do not
        need this one go on, and the run fails when they are in. What could not be written is tried no more.
        """
        try:
            act()
        except StripeError as error:
            with self._guard:
                self._give_up(kind, error, writes=writes)
            if error.code == "stripe.no_permission":
                self._refused(kind, error)

    def _give_up(self, kind: str, error: StripeError, *, writes: bool) -> None:
        if error.code == "stripe.no_permission":
            self._ask_no_more((kind,))
            self._waiting.drop(kind)
            return
        stopped = self._waiting.stop(kind)
        self.stopped |= stopped
        self._ask_no_more(stopped)
        if writes:
            self._waiting.forget(kind)
        self._failed = self._failed or error

    def _ask_no_more(self, kinds: Collection[str]) -> None:
        self._asked = {asked: one for asked, one in self._asked.items() if one.kind not in kinds}
        self._reading = {pk: one for pk, one in self._reading.items() if one.kind not in kinds}
        self._next = {pk: (one, after) for pk, (one, after) in self._next.items() if one.kind not in kinds}

    def _read(self, threads: ThreadPoolExecutor, one: OpenRange, after: str | None) -> None:
        """In a thread of its own: read a page, and ask for the next one."""
        if self._enough.is_set():
            raise CancelledError
        page = self._reads[one.kind](one.span, after, self._context.cancel)
        with self._guard:
            if self._reading.pop(one.pk, None) is not None:  # else this kind is not read any more
                self._go_on(one, page)
                self._ask(threads)

    def _go_on(self, one: OpenRange, page: Page) -> None:
        """A page is here, and the next one is to be asked for."""
        if one.pk in self._split_off:
            self._vain[one.kind] = self._vain[one.kind] + 1 if page.next_cursor is None else 0
        self._split_off.discard(one.pk)
        left, split = self._shares(one, page)
        if left is not None:
            self._next[one.pk] = (OpenRange(one.pk, one.kind, left), page.next_cursor)
        self._waiting.add(Taken(one, page, left, split))

    def _write_ready(self, kind: str) -> None:
        """Write what can be understood of a kind, a few pages in one transaction. If one cannot be completed, those
        before it are written first.
        """
        ready: list[tuple[Taken, Page]] = []
        pages = self._ready(kind)
        try:
            while len(ready) < self._together and (one := next(pages, None)) is not None:
                ready.append(one)
        except StripeError:
            self._write(ready)
            raise
        self._write(ready)

    def _ready(self, kind: str) -> Iterator[tuple[Taken, Page]]:
        """The pages that can be written now, each range's in their order."""
        with self._guard:
            waiting = list(self._waiting.of(kind))
        for pages in waiting:
            for taken in pages:
                page = self._completed(taken)
                if page is None:
                    break
                yield taken, page

    def _completed(self, taken: Taken) -> Page | None:
        """What is not here yet is fetched only where no list is still to show it."""
        if self._waiting.is_due(taken):
            return self._store.complete(taken.page)
        had = self._waiting.had(taken)
        if taken.lacked == had or not self._waiting.is_near(taken):
            return None
        page = self._store.complete_from_here(taken.page)
        taken.lacked = had if page is None else None
        return page

    def _write(self, ready: Sequence[tuple[Taken, Page]]) -> None:
        """Pages, and what is left of their ranges, in one transaction. What was split off is to be asked for."""
        if not ready:
            return
        parts: dict[int, OpenRange | None] = {}  # the last attempt counts: one that was rolled back is made again

        def cut(unit: Unit, at: int) -> None:
            one = ready[at][0]
            parts[at] = cut_range(unit, self._context.identity, one.range, one.left, one.split)

        self._store.write([page for _, page in ready], cut)
        self._is_busy = True
        for at, (taken, page) in enumerate(ready):
            self._written(taken, parts[at])
            self._note(taken.range, page)

    def _cut_off(self) -> None:
        """Let parts that are to be read beside others be asked for now: the page they were cut at may wait for long."""
        with self._guard:
            cuts = self._waiting.cuts()
        if not cuts:
            return
        context = self._context
        with context.desk.writing() as unit:
            context.lease.keep(unit)
            parts = [cut_range(unit, context.identity, one.range, one.left, one.split) for one in cuts]
        with self._guard:
            for one, part in zip(cuts, parts, strict=True):
                self._waiting.cut(one, part)
                self._ask_for(part)

    def _ask_for(self, part: OpenRange | None) -> None:
        if part is not None:
            self._next[part.pk] = (part, None)
            self._split_off.add(part.pk)

    def _written(self, taken: Taken, part: OpenRange | None) -> None:
        with self._guard:
            self._waiting.written(taken, part)
            self._ask_for(part)

    def _shares(self, one: OpenRange, page: Page) -> tuple[Span | None, Span | None]:
        """What is left of a range after a page: for this reader, and for a second one if this kind has few."""
        if page.next_cursor is None:
            return None, None
        created, start = page.created, one.span.start
        end = min(created, default=one.span.end - 1) + 1
        taken = max(1, max(created, default=end) - end + 1)
        middle = cut_in(one.kind, Span(start, end))
        if self._has_enough(one.kind) or end - start < _WORTH * taken or not start < middle < end - 1:
            return Span(start, end), None
        return Span(middle, end), Span(start, middle)

    def _has_enough(self, kind: str) -> bool:
        """Whether this kind, with the reader that goes on, has its share of the readers, or little is left of it."""
        if self._vain[kind] >= _IN_VAIN or waits_for_all(
            kind
        ):  # a part is asked for when the page before it is written
            return True
        others = [*self._reading.values(), *(one for one, _ in self._next.values())]
        readers = 1 + sum(one.kind == kind for one in others) + self._waiting.splits(kind)
        return readers >= _READERS
