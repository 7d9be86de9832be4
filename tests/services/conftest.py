"""Services on a fresh database of each engine."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingDraft, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.money import Money
from rentease_desk.domain.settings import Property
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.database import Database
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.verifying import first_misfit
from tests.tools.clocks import CountedIds, SetClock


@pytest.fixture
def desk(db: Database, clock: SetClock, ids: CountedIds, elena: Operator) -> Desk:
    made = Desk(db, clock, ids, elena, ChangeFeed())
    SettingsService(made).ensure(lambda: Property(name="Hotel Lanterna", zone="Europe/Rome", reference_prefix="LN-"))
    return made


@pytest.fixture
def settings(desk: Desk) -> SettingsService:
    return SettingsService(desk)


@pytest.fixture
def bookings(desk: Desk) -> BookingService:
    return BookingService(desk)


@pytest.fixture
def payments(desk: Desk) -> PaymentService:
    return PaymentService(desk)


@pytest.fixture
def cancel() -> threading.Event:
    return threading.Event()


def draft(**changes: object) -> BookingDraft:
    values: dict[str, object] = {
        "guest": Guest("Søren Lindqvist", "soren@lindqvist.example", "+46 70 123"),
        "arrival": date(2026, 11, 1),
        "departure": date(2026, 11, 5),
        "reference": "LN-2017",
        "room": "206",
        "total": Money(47200, "eur"),
    }
    return BookingDraft(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def soren(bookings: BookingService) -> Booking:
    return bookings.add(draft()).value


@pytest.fixture
def others(bookings: BookingService) -> list[Booking]:
    """Two more bookings, each of 200.00."""
    made = []
    for number in (18, 19):
        wanted = draft(guest=Guest(f"Guest {number}"), reference=f"LN-20{number}", room=f"{number}")
        made.append(bookings.add(replace(wanted, total=Money(20_000, "eur"))).value)
    return made


def paid(bookings: BookingService, *found: Booking) -> list[int]:
    """What each booking has of money: paid less given back. The folio's last balance is held to it."""
    sums = []
    for one in found:
        folio = bookings.folio(one.pk)
        totals = folio.booking.totals
        balances = [line.balance for line in folio.lines if line.balance is not None]
        assert (balances[-1] if balances else 0) == totals.balance
        sums.append(totals.paid - totals.refunded)
    return sums


def journal_is_whole(desk: Desk) -> bool:
    """Whether the chain holds, and the ledger fits it."""
    with desk.db.reading() as connection:
        return first_misfit(connection) is None


def journal_entries(desk: Desk) -> list[tuple[str, str]]:
    with desk.db.reading() as connection:
        return [(row.entry.entity, row.entry.action) for row in read_rows(connection)]
