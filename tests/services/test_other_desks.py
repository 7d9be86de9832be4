"""What another desk writes is told here, by the same keys as what this one writes; our own is not told twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.day_close import DayDraft
from rentease_desk.domain.drawers import MovementDraft, MovementKind, OpenDraft
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.days import DayService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.drawers import DrawerService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.settings import SettingsService
from rentease_desk.storage.migrations import HEAD, MOVED, VERSION_TABLE
from tests.services.conftest import draft
from tests.tools.databases import behind


@pytest.fixture
def other(desk: Desk) -> Desk:
    """Another process on the same database."""
    return replace(desk, operator=Operator("Paolo", "Desk 2"), feed=ChangeFeed())


@pytest.fixture
def told(desk: Desk) -> list[Changes]:
    found: list[Changes] = []
    desk.feed.subscribe(found.append)
    return found


@pytest.fixture
def others(desk: Desk, soren: Booking) -> OtherDesks:
    """It has looked once: from here on news are news."""
    made = OtherDesks(desk)
    made.look()
    return made


@pytest.fixture
def soren(bookings: BookingService) -> Booking:
    return bookings.add(draft()).value


def test_nothing_new_is_not_told(others: OtherDesks, told: list[Changes]) -> None:
    others.look()
    assert told == []


def test_a_payment_and_its_void(others: OtherDesks, told: list[Changes], other: Desk, soren: Booking) -> None:
    theirs = PaymentService(other)
    taken = theirs.take(PaymentDraft("theirs", soren.pk, "cash", Money(500, "eur"))).value
    others.look()
    assert told == [Changes(payments=frozenset({taken.pk}), bookings=frozenset({soren.pk}))]
    told.clear()
    theirs.void(taken.pk, "wrong guest")
    others.look()
    assert told == [Changes(payments=frozenset({taken.pk}), bookings=frozenset({soren.pk}))]
    others.look()
    assert len(told) == 1


def test_a_booking_its_guest_and_its_price(
    others: OtherDesks, told: list[Changes], other: Desk, soren: Booking
) -> None:
    changed = replace(draft(), total=Money(77_700, "eur"))
    BookingService(other).edit(soren.pk, soren.version, replace(changed, guest=replace(changed.guest, phone="+46 9")))
    others.look()
    assert told == [Changes(bookings=frozenset({soren.pk}))]


def test_settings(others: OtherDesks, told: list[Changes], other: Desk) -> None:
    SettingsService(other).set({"sync_minutes": "30"})
    others.look()
    assert told == [Changes(settings=True)]


def test_our_own_writes_are_told_once(others: OtherDesks, told: list[Changes], desk: Desk, soren: Booking) -> None:
    PaymentService(desk).take(PaymentDraft("ours", soren.pk, "cash", Money(500, "eur")))
    assert len(told) == 1
    others.look()
    assert len(told) == 1


def test_both_write_and_each_hears_of_the_other(
    others: OtherDesks, told: list[Changes], desk: Desk, other: Desk, soren: Booking
) -> None:
    ours = PaymentService(desk).take(PaymentDraft("ours", soren.pk, "cash", Money(500, "eur"))).value
    theirs = PaymentService(other).take(PaymentDraft("theirs", soren.pk, "cash", Money(700, "eur"))).value
    told.clear()
    others.look()
    assert [one.payments for one in told] == [frozenset({theirs.pk})]
    assert ours.pk != theirs.pk


def test_drawers_and_days(others: OtherDesks, told: list[Changes], other: Desk) -> None:
    drawers, days = DrawerService(other), DayService(other)
    drawers.open(OpenDraft("theirs", (Money(500, "eur"),)))
    drawers.move(MovementDraft("in", MovementKind.PAID_IN, Money(100, "eur"), "coins"))
    others.look()
    days.close(DayDraft("close", days.now().today, days.state().open_things))
    others.look()
    assert told == [Changes(drawers=True), Changes(days=True)]


def test_a_program_that_the_database_has_outgrown_is_told(
    others: OtherDesks, told: list[Changes], desk: Desk, other: Desk
) -> None:
    for found, code in (("9999", "database.newer"), (MOVED, "database.moved")):
        _stand_at(desk, found)
        with pytest.raises(DatabaseError) as refused:
            others.look()
        assert refused.value.code == code
    _stand_at(desk, HEAD)
    SettingsService(other).set({"sync_minutes": "30"})
    others.look()
    assert told == [Changes(settings=True)]


def _stand_at(desk: Desk, revision: str) -> None:
    with behind(desk.db) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'"))
