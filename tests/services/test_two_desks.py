"""Two desks on one database do the same thing at once: nothing is lost, nothing is written over, and it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import ConflictError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft, TwinError
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import ChangeFeed, Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage.opening import open_database
from tests.services.conftest import draft
from tests.tools.clocks import SetClock

OWED = 47_200


@pytest.fixture
def other(desk: Desk, address: str, clock: SetClock) -> Iterator[Desk]:
    db = open_database(address, clock, RandomIds())
    yield Desk(db, clock, RandomIds(), Operator("Ana", "Desk 2"), ChangeFeed())
    db.close()


@pytest.fixture
def soren(bookings: BookingService) -> Booking:
    return bookings.add(draft()).value


def pay(booking: Booking, uid: str, minor: int, method: str = "cash") -> PaymentDraft:
    return PaymentDraft(uid, booking.pk, method, Money(minor, "eur"))


def test_the_last_payment_is_taken_twice_both_are_kept_and_the_second_is_told(
    payments: PaymentService, bookings: BookingService, other: Desk, soren: Booking
) -> None:
    known = payments.on(soren.pk)
    theirs = PaymentService(other).take(pay(soren, "theirs", OWED)).value
    ours = payments.take(pay(soren, "ours", OWED - 200, "card")).value
    found = payments.crossing(ours, known)
    assert found is not None
    assert (found.other.pk, found.other.actor, found.over) == (theirs.pk, "Ana", OWED - 200)
    assert bookings.get(soren.pk).totals.paid == 2 * OWED - 200


def test_of_equal_amounts_the_second_is_asked_before(payments: PaymentService, other: Desk, soren: Booking) -> None:
    known = payments.on(soren.pk)
    PaymentService(other).take(pay(soren, "theirs", OWED))
    with pytest.raises(TwinError) as caught:
        payments.take(pay(soren, "ours", OWED), frozenset())
    told = frozenset(one.uid for one in caught.value.twins)
    found = payments.crossing(payments.take(pay(soren, "ours", OWED), told).value, known)
    assert found is not None
    assert found.over == OWED


def test_what_was_known_or_leaves_nothing_overpaid_is_not_told(
    payments: PaymentService, other: Desk, soren: Booking
) -> None:
    theirs = PaymentService(other)
    known = payments.on(soren.pk)
    theirs.take(pay(soren, "part", 10_000))
    assert payments.crossing(payments.take(pay(soren, "rest", 37_200)).value, known) is None
    known = payments.on(soren.pk)
    assert payments.crossing(payments.take(pay(soren, "tip", 500)).value, known) is None
    known = payments.on(soren.pk)
    voided = theirs.take(pay(soren, "wrong", 700)).value
    theirs.void(voided.pk, "wrong guest")
    assert payments.crossing(payments.take(pay(soren, "more", 600)).value, known) is None


def test_an_edit_of_an_older_version_is_refused_and_tells_who_and_when(
    bookings: BookingService, other: Desk, soren: Booking, clock: SetClock
) -> None:
    clock.advance(60)
    BookingService(other).edit(soren.pk, soren.version, draft(note="late"))
    clock.advance(5)
    with pytest.raises(ConflictError) as caught:
        bookings.edit(soren.pk, soren.version, draft(room="207"))
    assert caught.value.code == "booking.changed"
    latest = bookings.latest(soren.pk)
    assert (latest.booking.note, latest.booking.rooms) == ("late", ("206",))
    assert (latest.operator, clock.now() - latest.at) == (Operator("Ana", "Desk 2"), 5)


def test_another_price_alone_makes_another_version(bookings: BookingService, other: Desk, soren: Booking) -> None:
    BookingService(other).edit(soren.pk, soren.version, draft(total=Money(50_000, "eur")))
    with pytest.raises(ConflictError):
        bookings.edit(soren.pk, soren.version, draft(total=Money(40_000, "eur")))
    assert bookings.get(soren.pk).totals.charged == 50_000
