"""One desk of a load test, as a process: works as a receptionist does, and writes down what it was told.

``work`` gets a JSON object (``Orders``). Each line of its log is a JSON array. Its first item is the time, UTC seconds,
its second what it is: ``there`` (it hears), ``pay`` (uid, pk, minor units, milliseconds, outcome), ``book``, ``edit``,
``move``, ``search`` (milliseconds, outcome), ``heard`` (keys of payments that others took), ``sync`` (outcome),
``left`` (seconds of processor, and how long it was there).
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from rentease_desk.config import Config
from rentease_desk.domain.booking import Booking, BookingDraft, Guest
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.outbox import KeepDraft
from rentease_desk.domain.parts import MoveDraft
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.settings import Property
from rentease_desk.logs import guard_secrets
from rentease_desk.services.bundle import Services
from rentease_desk.wiring import build

_AWAY_SECONDS = 1.0
_SYNC_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class Orders(Struct, frozen=True):
    """What a desk is to do. ``seconds``: how long; ``pace``: seconds from one write to the next; ``bookings``: the keys
    of those that it works on.
    """

    address: str
    folder: str
    number: int
    seconds: float
    pace: float
    bookings: tuple[int, ...]
    stripe_base: str = ""
    stripe_key: str = ""


def diary_of(orders: Orders) -> Path:
    """Where a desk writes down what it does."""
    return Path(orders.folder) / f"desk-{orders.number:02}.jsonl"


def begin_of(orders: Orders) -> Path:
    """The file that is there from when on all desks work."""
    return Path(orders.folder) / "begin"


class Diary:
    """What was done and heard, line by line, for the judge: a desk that is killed leaves what it had written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()

    def note(self, what: str, *told: object) -> None:
        """Add a line."""
        line = json.dumps([time.time(), what, *told])
        with self._lock:
            self._file.write(line + "\n")


class LoadedDesk:
    """A desk at work."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._random = random.Random(f"{orders.number} {time.time()}")
        self._diary = Diary(diary_of(orders))
        self._services: Services | None = None
        self._known: list[Booking] = []
        self._taken: deque[tuple[int, int]] = deque(maxlen=50)
        self._settings = Property()
        self._stop = threading.Event()
        self._at_first = (0.0, 0.0)

    def run(self) -> None:
        """Until the time is up. A desk without its database waits for it, and takes cash meanwhile."""
        self._open()
        while not begin_of(self._orders).exists():
            self._stop.wait(_LOOK_SECONDS)
        self._at_first = time.monotonic(), time.process_time()
        ends = time.monotonic() + self._orders.seconds
        if self._orders.stripe_key:
            threading.Thread(target=self._sync, daemon=True).start()
        self._stop.wait(self._random.random() * self._orders.pace)
        while time.monotonic() < ends:
            began = time.monotonic()
            self._act()
            self._stop.wait(max(0.0, self._orders.pace * self._random.uniform(0.8, 1.2) - (time.monotonic() - began)))
        self._leave()

    @property
    def services(self) -> Services:
        """Once the database was reached."""
        assert self._services is not None
        return self._services

    def _open(self) -> None:
        orders = self._orders
        folder = Path(orders.folder) / f"desk-{orders.number:02}"
        config = Config(folder, orders.address, f"Person {orders.number}", f"Desk {orders.number}", database_given=True)
        if orders.stripe_key:
            config = msgspec.structs.replace(config, stripe_key=orders.stripe_key, stripe_base=orders.stripe_base)
        while self._services is None:
            try:
                self._services = build(config)
            except KnownError as error:
                self._diary.note("open", error.code)
                self._stop.wait(_AWAY_SECONDS)
        self._services.desk.feed.subscribe(self._heard)
        self._services.live.start()
        while not self._known:
            with suppress(KnownError):
                self._settings = self.services.settings.get()
                self._known = self.services.bookings.page(orders.bookings)
        while self.services.live.by is None:
            self._stop.wait(_LOOK_SECONDS)
        if not begin_of(orders).exists():
            self._do_each()
        self._diary.note("there")

    def _do_each(self) -> None:
        """Once, before all begin: what is done for the first time takes longer, and not all desks open in one second.
        Who is started again after a kill begins cold.
        """
        for act in (self._pay, self._book, self._edit, self._move, self._search):
            act()

    def _heard(self, changes: Changes) -> None:
        if changes.payments:
            self._diary.note("heard", sorted(changes.payments))

    def _act(self) -> None:
        self._deliver()
        acts: tuple[Callable[[], None], ...] = (self._pay, self._pay, self._pay, self._book, self._edit, self._move)
        self._random.choice(acts)()
        self._search()

    def _search(self) -> None:
        self._timed("search", lambda: self.services.bookings.keys(self._query()))

    def _query(self) -> BookingQuery:
        return BookingQuery(date(2026, 11, 28), text=self._random.choice(("ana", "guest 12", "10", "lou")))

    def _pay(self) -> None:
        booking, minor = self._random.choice(self._known), self._random.randrange(100, 20_000)
        draft = PaymentDraft(self.services.desk.ids.uid(), booking.pk, "cash", Money(minor, booking.currency))
        began = time.monotonic()
        self._diary.note("try", draft.uid, minor)
        try:
            taken = self.services.payments.take(draft, told=None).value
        except KnownError as error:
            if not is_away(error):
                self._diary.note("pay", draft.uid, None, minor, _since(began), error.code)
                return
            self._keep(draft, booking, began)
            return
        self._diary.note("pay", draft.uid, taken.pk, minor, _since(began), "ok")
        self._taken.append((taken.pk, booking.pk))

    def _keep(self, draft: PaymentDraft, booking: Booking, began: float) -> None:
        kept = KeepDraft(draft.uid, draft.amount, booking.uid, booking.reference, sent=True)
        self.services.outbox.keep(kept, self._settings)
        self._diary.note("pay", draft.uid, None, draft.amount.minor, _since(began), "kept")

    def _deliver(self) -> None:
        if not self.services.outbox.standing().count:
            return
        with suppress(KnownError):
            for one in self.services.deliveries.deliver().payments:
                self._diary.note("delivered", one.uid, one.pk)

    def _book(self) -> None:
        first = date(2027, 1, 1) + timedelta(days=self._random.randrange(3_000))
        nights = self._random.randrange(1, 5)
        draft = BookingDraft(
            guest=Guest(f"Guest {self._random.randrange(10_000)}"), arrival=first, departure=first + timedelta(nights),
            room=f"{self._random.randrange(101, 140)}", total=Money(9_000 * nights, "eur"),
        )  # fmt: skip
        self._timed("book", lambda: self.services.bookings.add(draft).value.reference)

    def _edit(self) -> None:
        def edit() -> None:
            current = self.services.bookings.get(self._random.choice(self._orders.bookings))
            room = current.rooms[0] if current.rooms else ""
            draft = BookingDraft(
                guest=current.guest, arrival=current.arrival, departure=current.departure, currency=current.currency,
                reference=current.reference, room=room, note=f"Note {self._random.randrange(1_000)}",
            )  # fmt: skip
            self.services.bookings.edit(current.pk, current.version, draft)

        self._timed("edit", edit)

    def _move(self) -> None:
        if not self._taken:
            return
        pk, home = self._taken.popleft()
        other = self._random.choice([one.pk for one in self._known if one.pk != home])
        draft = MoveDraft(self.services.desk.ids.uid(), pk, other)
        self._timed("move", lambda: self.services.parts.move(draft))

    def _timed(self, what: str, work: Callable[[], object]) -> None:
        began, outcome = time.monotonic(), "ok"
        try:
            work()
        except KnownError as error:
            outcome = error.code
        self._diary.note(what, _since(began), outcome)

    def _sync(self) -> None:
        cancel = threading.Event()
        while not self._stop.is_set():
            outcome = "ok"
            try:
                self.services.sync.tick(cancel)
            except KnownError as error:
                outcome = error.code
            self._diary.note("sync", outcome)
            self._stop.wait(_SYNC_SECONDS)

    def _leave(self) -> None:
        """Nothing that was kept is left behind."""
        self._stop.set()
        while self.services.outbox.standing().count:
            self._deliver()
            time.sleep(_AWAY_SECONDS / 4)
        self.services.close(1)
        began, used = self._at_first
        self._diary.note("left", time.process_time() - used, time.monotonic() - began)


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 2)


def work(ordered: bytes) -> None:
    """Open, wait until all begin, and do as ``ordered``. What would be shown goes into a file."""
    orders = msgspec.json.decode(ordered, type=Orders)
    with diary_of(orders).with_suffix(".err").open("ab") as shown:
        os.dup2(shown.fileno(), 2)
    guard_secrets()
    LoadedDesk(orders).run()
