"""Which booking a payment belongs to: the one it names itself, now or later, and never a guess."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Payment
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage import tables
from tests.services.conftest import draft, journal_entries
from tests.tools.stories import Happening
from tests.tools.syncing import SyncDesk, check_journal, settle


@pytest.fixture
def booking(bookings: BookingService) -> Booking:
    return bookings.add(draft(reference="LN-2017")).value


def _payment(at: SyncDesk, payment: Happening) -> Payment:
    service = PaymentService(at.desk)
    found = {one.stripe_payment_id: one for one in service.by_keys(service.keys(PaymentQuery()))}
    return found[payment.intent or payment.charge]


def _unmatched(at: SyncDesk) -> set[str | None]:
    service = PaymentService(at.desk)
    return {one.stripe_payment_id for one in service.by_keys(service.keys(PaymentQuery(unmatched=True)))}


@pytest.mark.parametrize("old_kind", [False, True])
def test_what_names_a_booking_and_what_does_not(at: SyncDesk, booking: Booking, old_kind: bool) -> None:
    paid = "charge" if old_kind else "pay"
    naming: dict[str, dict[str, Any]] = {
        "uid": {"metadata": {"booking_id": booking.uid}},
        "uid in capitals": {"metadata": {"booking_id": f" {booking.uid.upper()} "}},
        "reference as id": {"metadata": {"booking_id": "ln-2017"}},
        "reference": {"metadata": {"booking_reference": "  Ln-2017 "}},
        "unknown id, known reference": {"metadata": {"booking_id": "4711", "booking_reference": "LN-2017"}},
        "empty id": {"metadata": {"booking_id": " ", "booking_reference": "LN-2017"}},
    }
    silent: dict[str, dict[str, Any]] = {
        "description": {"description": "Booking LN-2017"},
        "other key": {"metadata": {"reference": "LN-2017", "Booking_Reference": "LN-2017"}},
        "longer": {"metadata": {"booking_reference": "LN-2017-1"}},
        "shorter": {"metadata": {"booking_reference": "LN-201"}},
        "within": {"metadata": {"booking_reference": "for LN-2017"}},
        "like": {"metadata": {"booking_reference": "LN-%"}},
        "same guest": {"name": "Søren Lindqvist", "email": "soren@lindqvist.example"},
        "nothing": {},
    }
    told = {name: Happening(at.account, **how).all(paid) for name, how in (naming | silent).items()}
    summary = at.run().summary
    assert (summary.matched, summary.unmatched) == (len(naming), len(silent))
    matched = {name for name, payment in told.items() if _payment(at, payment).booking_pk == booking.pk}
    assert matched == set(naming)
    assert _unmatched(at) == {told[name].intent or told[name].charge for name in silent}


def test_the_id_wins_over_the_reference(at: SyncDesk, booking: Booking, bookings: BookingService) -> None:
    other = bookings.add(draft(reference="LN-3000", room="")).value
    metadata = {"booking_id": other.uid, "booking_reference": "LN-2017"}
    payment = Happening(at.account, metadata=metadata).all("pay")
    at.run()
    assert _payment(at, payment).booking_reference == "LN-3000"


def test_only_money_counts_and_only_what_waits_is_unmatched(at: SyncDesk, booking: Booking) -> None:
    stories = {
        "create": None, "create fail": None, "create require-action": None, "create:manual authorize cancel": None,
        "create:debit process": 10_000, "create:manual authorize": 10_000, "pay": 10_000,
    }  # fmt: skip
    named = [Happening(at.account, metadata={"booking_id": booking.uid}).all(story) for story in stories]
    lone = {story: Happening(at.account).all(story) for story in stories}
    at.run()
    assert all(_payment(at, payment).booking_pk == booking.pk for payment in named)
    totals = BookingService(at.desk).get(booking.pk).totals
    assert (totals.paid, totals.pending, totals.refunded) == (10_000, 10_000, 0)
    assert _unmatched(at) == {lone[story].intent for story, waits in stories.items() if waits}


def test_a_refund_reaches_the_balance_and_a_failed_one_gives_it_back(at: SyncDesk, booking: Booking) -> None:
    payment = Happening(at.account, metadata={"booking_id": booking.uid}).all("pay refund:pending")
    totals = []
    for step in ("wait:1", "update-refund:succeeded", "update-refund:failed"):
        payment.step(step)
        at.run()
        totals.append(BookingService(at.desk).get(booking.pk).totals.refunded)
    assert totals == [0, 10_000, 0]


def test_another_currency_stands_on_the_booking_and_is_not_added(at: SyncDesk, booking: Booking) -> None:
    payment = Happening(at.account, metadata={"booking_id": booking.uid}, currency="jpy", amount=5000).all("pay")
    at.run()
    assert _payment(at, payment).booking_pk == booking.pk
    assert BookingService(at.desk).get(booking.pk).totals.paid == 0


@pytest.mark.parametrize("story", ["pay", "charge", "create:debit process", "create:manual authorize", "create fail"])
def test_a_booking_made_later_takes_the_payment_that_names_it(
    at: SyncDesk, bookings: BookingService, story: str
) -> None:
    payment = Happening(at.account, metadata={"booking_reference": "ln-2017"}).all(story)
    other = Happening(at.account, metadata={"booking_reference": "LN-2018"}).all("pay")
    at.run()
    booking = bookings.add(draft(reference="LN-2017")).value
    assert _payment(at, payment).booking_pk == booking.pk
    assert _payment(at, other).booking_pk is None
    assert ("payment", "assign") in journal_entries(at.desk)
    settle(at, {"LN-2017": "LN-2017"})


def test_a_corrected_reference_takes_the_payment_that_names_it(
    at: SyncDesk, bookings: BookingService, booking: Booking
) -> None:
    payment = Happening(at.account, metadata={"booking_id": "LN-2071"}).all("pay")
    at.run()
    assert _payment(at, payment).booking_pk is None
    bookings.edit(booking.pk, booking.version, draft(reference="LN-2071"))
    assert _payment(at, payment).booking_pk == booking.pk
    settle(at, {"LN-2071": "LN-2071"})


def test_a_payment_stays_with_its_booking_when_that_is_renamed(
    at: SyncDesk, bookings: BookingService, booking: Booking
) -> None:
    payment = Happening(at.account, metadata={"booking_reference": "LN-2017"}).all("pay")
    at.run()
    bookings.edit(booking.pk, booking.version, draft(reference="LN-9"))
    bookings.add(draft(reference="LN-2017", room=""))
    payment.all("refund:100")
    at.run()
    assert _payment(at, payment).booking_pk == booking.pk


def _describe(at: SyncDesk, payment: Happening, metadata: dict[str, str]) -> None:
    at.account.do("describe", intent=payment.intent, metadata=metadata)
    at.run()


def test_metadata_that_is_corrected_in_stripe_moves_the_payment(
    at: SyncDesk, bookings: BookingService, booking: Booking
) -> None:
    other = bookings.add(draft(reference="LN-3000", room="")).value
    payment = Happening(at.account, metadata={"booking_reference": "LN-2017"}).all("pay")
    at.run()
    _describe(at, payment, {"booking_reference": "LN-3000"})
    assert _payment(at, payment).booking_pk == other.pk
    assert [BookingService(at.desk).get(one.pk).totals.paid for one in (booking, other)] == [0, 10_000]
    _describe(at, payment, {})  # the charge still says what it said at confirmation
    assert _payment(at, payment).booking_pk == booking.pk
    check_journal(at.desk)


def test_a_payment_that_names_another_booking_now_does_not_stay_with_the_old_one(
    at: SyncDesk, booking: Booking
) -> None:
    """The other one is not here (yet): the payment waits for it."""
    payment = Happening(at.account, metadata={"booking_reference": "LN-2017"}).all("pay")
    at.run()
    _describe(at, payment, {"booking_reference": "LN-4000"})
    assert _payment(at, payment).booking_pk is None
    assert _unmatched(at) == {payment.intent}
    assert BookingService(at.desk).get(booking.pk).totals.paid == 0
    made = BookingService(at.desk).add(draft(reference="LN-4000", room="")).value
    assert _payment(at, payment).booking_pk == made.pk
    check_journal(at.desk)


def test_what_a_person_assigned_stands(at: SyncDesk, bookings: BookingService, booking: Booking) -> None:
    other = bookings.add(draft(reference="LN-3000", room="")).value
    payment = Happening(at.account).all("pay")
    at.run()
    with at.desk.writing() as unit:
        values = {"booking_pk": other.pk, "assigned_by": "person"}
        unit.connection.execute(update(tables.payments).values(values))
    _describe(at, payment, {"booking_reference": "LN-2017"})
    payment.all("refund:100")
    at.run()
    assert _payment(at, payment).booking_pk == other.pk


UUIDS_THAT_LOOK_LIKE_CARDS = ["019a2482-1831-7562-84c3-250bfcb2b0c7", "019a6250-2768-7799-963d-8b06d3c1a60f"]


@pytest.mark.parametrize("uid", UUIDS_THAT_LOOK_LIKE_CARDS)
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_an_id_with_the_digits_of_a_card_number_still_names_its_booking(
    at: SyncDesk, booking: Booking, uid: str
) -> None:
    with at.desk.writing() as unit:
        unit.connection.execute(update(tables.bookings).values(uid=uid))
    payment = Happening(at.account, metadata={"booking_id": uid}).all("pay")
    at.run()
    assert _payment(at, payment).booking_pk == booking.pk


def test_a_real_card_number_in_the_metadata_is_masked(at: SyncDesk) -> None:
    payment = Happening(at.account, description="card 4242 4242 4242 4242", metadata={"pan": "4242424242424242"})
    payment.all("pay")
    at.run()
    assert _payment(at, payment).description == "card •••• 4242"
    with at.desk.db.reading() as connection:
        told = str(connection.exec_driver_sql("SELECT metadata FROM stripe_payment_intents").scalar_one())
    assert "•••• 4242" in told.encode().decode("unicode_escape") or "•••• 4242" in told
    assert "424242424242" not in told


def test_the_sync_signs_as_stripe(at: SyncDesk, booking: Booking) -> None:
    payment = Happening(at.account, metadata={"booking_id": booking.uid}).all("pay")
    at.run()
    found = _payment(at, payment)
    assert (found.actor, found.desk) == ("Stripe", "Desk 1")
    assert at.service.recent()[0].actor == "Elena"
