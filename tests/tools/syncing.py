"""The sync at work on a test's desk: over real HTTP, with a clock of this computer that tests may set wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec.structs import replace

from rentease_desk.domain.changes import Operator
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.journal import first_break
from rentease_desk.domain.sync import Progress, Summary
from rentease_desk.services.desk import Desk
from rentease_desk.services.sync.recorded import SyncResult
from rentease_desk.services.sync.service import SyncService
from rentease_desk.storage.journal import read_head, read_rows
from rentease_desk.storage.verifying import first_misfit
from rentease_desk.stripe_gateway.gateway import StripeGateway
from rentease_desk.stripe_gateway.governor import Governor, Rates
from tests.tools.accounts import Account
from tests.tools.practice import NOON
from tests.tools.truth import held_books, true_books
from tests.tools.truth_billing import held_billing, true_billing

ALL = DateRange(date(2020, 1, 1), date(2030, 12, 31))
TODAY = date(2026, 11, 5)
NOTHING = Summary()
FREE = Rates(100_000, 100_000)
"""Rates that hold nobody back: a practice server has no limits."""


class HonestMonotonic:
    """A clock of this computer that says what a test wants, and measures time truly."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def now(self) -> int:
        """UTC seconds."""
        return self.at

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


class Impatient(threading.Event):
    """A cancel flag that waits for nobody, and notes how long it should have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """At once."""
        self.waits.append(timeout or 0.0)
        return self.is_set()


def open_gateway(of: Account, /, **changes: Any) -> StripeGateway:
    """A gateway that does not keep to Stripe's rate limits; ``changes`` replace its arguments."""
    clock = changes.pop("clock", None) or HonestMonotonic()
    given: dict[str, Any] = {"key": of.key, "base": of.url, "governor": Governor(clock.monotonic, FREE)}
    return StripeGateway(clock=clock, **(given | changes))


@dataclass
class SyncDesk:
    """A desk and the account it syncs with."""

    desk: Desk
    account: Account
    changes: dict[str, Any] = field(default_factory=dict)
    cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def service(self) -> SyncService:
        """A service as the wiring builds it."""
        importer = replace(self.desk, operator=Operator("Stripe", self.desk.operator.desk))
        return SyncService(self.desk, importer, lambda _: open_gateway(self.account, **self.changes))

    def run(self, days: DateRange = ALL, report: Callable[[Progress], None] = lambda _: None) -> SyncResult:
        """What the button does."""
        return self.service.sync(days, self.cancel, report)

    def tick(self) -> SyncResult:
        """What the timer does."""
        return self.service.tick(self.cancel)

    def journal_length(self) -> int:
        """How many rows the journal has."""
        with self.desk.db.reading() as connection:
            return read_head(connection)[0]


def settle(at: SyncDesk, bookings: dict[str, str] | None = None) -> Summary:
    """Sync until Stripe's truth must stand in the database, and check it. Returns what the first run did.

    The second run must change nothing, and say so.
    """
    first = at.run().summary
    check_truth(at, bookings)
    length = at.journal_length()
    again = at.run().summary
    assert (again.new, again.updated, again.matched, again.failed) == (0, 0, 0, first.failed)
    assert again.fetched == again.unchanged + again.failed == first.fetched
    assert at.journal_length() == length
    with at.desk.db.reading() as connection:
        assert first_misfit(connection) is None
    return first


def check_truth(at: SyncDesk, bookings: dict[str, str] | None = None) -> None:
    """The database holds what the account holds, and the journal is whole."""
    held, true = held_books(at.desk), true_books(at.account, bookings)
    assert held.payments == true.payments
    assert held.refunds == true.refunds
    assert held_billing(at.desk) == true_billing(at.account)
    check_journal(at.desk)


def check_journal(desk: Desk) -> None:
    """Every row follows from the one before."""
    with desk.db.reading() as connection:
        assert first_break(read_rows(connection)) is None


def is_sum(summary: Summary) -> bool:
    """Whether the counts add up."""
    return summary.fetched == summary.new + summary.updated + summary.unchanged + summary.failed
