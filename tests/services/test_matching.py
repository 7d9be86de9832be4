"""Payments that wait for a booking, on both engines: what is suggested, what a person assigns and takes back."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from msgspec.structs import replace as changed

from rentease_desk.domain.booking import Booking, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import ConflictError, InputError, KnownError, NotFoundError
from rentease_desk.domain.match_values import ReasonCode
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.other_desks import OtherDesks
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage.journal import read_rows
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay

PAID = Homeless(Card("paid", 47_200, payer="S Lindqvist", days_ago=4), "soren@lindqvist.example")
NAMED = Homeless(Card("named", 9_900, "LN-2017"))


@pytest.fixture
def service(desk: Desk) -> MatchingService:
    return MatchingService(desk)


@pytest.fixture
def other(desk: Desk) -> MatchingService:
    return MatchingService(changed(desk, operator=Operator("Paolo", "Desk 2")))


@pytest.fixture
def ines(bookings: BookingService) -> Booking:
    guest = Guest("Ines Prado", "ines@prado.example")
    return bookings.add(draft(guest=guest, reference="LN-2018", room="207", total=Money(20_000, "eur"))).value


def wait(desk: Desk, *shown: Homeless) -> Payment:
    """The first of these, waiting."""
    pay(desk, *shown)
    return MatchingService(desk).find(f"pi_{shown[0].card.name}")


# --- what waits, and what is suggested


def test_what_names_a_booking_does_not_wait(desk: Desk, soren: Booking, service: MatchingService) -> None:
    failed = Homeless(Card("failed", 100, status="requires_payment_method"))
    wait(desk, PAID, NAMED, failed, Homeless(Card("later", 100, status="processing", days_ago=0)))
    assert [one.stripe_payment_id for one in service.waiting()] == ["pi_later", "pi_paid"]
    assert service.find("ch_named").booking_pk == soren.pk
    with pytest.raises(NotFoundError):
        service.find("pi_nobody")


def test_the_booking_is_suggested_with_its_reasons(
    desk: Desk, soren: Booking, ines: Booking, service: MatchingService
) -> None:
    found = service.suggest(wait(desk, PAID).pk)
    assert [one.booking.reference for one in found.candidates] == ["LN-2017", "LN-2018"]
    best = found.candidates[0].scored
    told = {one.code for one in best.reasons if one.points > 0}
    assert {ReasonCode.BALANCE, ReasonCode.SAME_EMAIL, ReasonCode.NAME_ALIKE, ReasonCode.ARRIVES} <= told
    assert found.strong == 1
    assert service.find("pi_paid").booking_pk is None, "a suggestion assigns nothing"


def test_each_thing_alone_finds_the_booking(desk: Desk, soren: Booking, service: MatchingService) -> None:
    for number, one in enumerate(
        (
            Homeless(Card("text", 1, payer="", days_ago=400), text="for ln 2017"),
            Homeless(Card("mail", 1, payer="", days_ago=60), "Soren+x@lindqvist.example"),
            Homeless(Card("name", 1, payer="Lindqist Soren", days_ago=60)),
            Homeless(Card("sum", 47_200, payer="", days_ago=60)),
            Homeless(Card("night", 11_800, payer="", days_ago=60)),
        )
    ):
        found = service.suggest(wait(desk, one).pk)
        assert [its.booking.pk for its in found.candidates] == [soren.pk], number


def test_what_is_left_to_pay_is_found_after_a_deposit(
    desk: Desk, soren: Booking, payments: PaymentService, service: MatchingService
) -> None:
    payments.take(PaymentDraft("d", soren.pk, "cash", Money(7_200, "eur")))
    found = service.suggest(wait(desk, Homeless(Card("rest", 40_000, payer="", days_ago=5))).pk)
    assert found.candidates[0].scored.reasons[0].code is ReasonCode.BALANCE


def test_who_paid_before_is_known(desk: Desk, soren: Booking, bookings: BookingService) -> None:
    again = draft(reference="LN-3000", arrival=date(2027, 2, 1), departure=date(2027, 2, 3), room="")
    later = bookings.add(again).value
    service = MatchingService(desk)
    first = wait(desk, Homeless(Card("first", 100, last4="2284"), customer="cus_1"))
    service.assign(first.pk, soren.pk)
    next_ = wait(desk, Homeless(Card("next", 333, payer="", last4="9999"), customer="cus_1"))
    found = service.suggest(next_.pk).candidates
    assert {one.booking.pk for one in found} == {soren.pk, later.pk}
    assert all(ReasonCode.SAME_CUSTOMER in {its.code for its in one.scored.reasons} for one in found)
    card = wait(desk, Homeless(Card("card", 333, payer="", last4="2284")))
    codes = {its.code for one in service.suggest(card.pk).candidates for its in one.scored.reasons}
    assert ReasonCode.SAME_CARD in codes


def test_a_currency_without_a_booking(desk: Desk, soren: Booking, service: MatchingService) -> None:
    found = service.suggest(wait(desk, Homeless(Card("yen", 47_200, currency="jpy", payer="Søren Lindqvist"))).pk)
    assert (found.candidates, found.has_currency) == ((), False)


def test_any_booking_is_found_by_a_search(desk: Desk, soren: Booking, ines: Booking, service: MatchingService) -> None:
    payment = wait(desk, PAID)
    assert [one.booking.pk for one in service.search(payment.pk, "prado").candidates] == [ines.pk]
    assert [one.booking.pk for one in service.search(payment.pk, "LN-20").candidates] == [soren.pk, ines.pk]
    assert service.search(payment.pk, "nobody").candidates == ()


# --- what a person does


def test_a_payment_is_assigned_and_taken_back(desk: Desk, soren: Booking, bookings: BookingService) -> None:
    service, payment = MatchingService(desk), wait(desk, PAID)
    saved = service.assign(payment.pk, soren.pk, payment.version)
    assert saved.changes == Changes(payments=frozenset({payment.pk}), bookings=frozenset({soren.pk}))
    assert (saved.value.booking_reference, saved.value.version) == ("LN-2017", payment.version + 1)
    assert bookings.get(soren.pk).balance == Money(0, "eur")
    assert service.waiting() == []
    back = service.undo(payment.pk, soren.pk)
    assert back.changes == saved.changes
    assert (back.value.booking_pk, back.value.version) == (None, payment.version + 2)
    assert bookings.get(soren.pk).balance == Money(47_200, "eur")
    assert journal_entries(desk)[-2:] == [("payment", "assign"), ("payment", "unassign")]
    assert journal_is_whole(desk)


def test_assigning_twice_writes_once(desk: Desk, soren: Booking, service: MatchingService) -> None:
    payment = wait(desk, PAID)
    service.assign(payment.pk, soren.pk, payment.version)
    before = journal_entries(desk)
    again = service.assign(payment.pk, soren.pk, payment.version)
    assert (again.changes, again.value.booking_pk) == (Changes(), soren.pk)
    assert journal_entries(desk) == before


def test_a_second_desk_is_told(
    desk: Desk, soren: Booking, ines: Booking, service: MatchingService, other: MatchingService
) -> None:
    payment = wait(desk, PAID)
    other.assign(payment.pk, ines.pk, payment.version)
    with pytest.raises(ConflictError, match=r"Paolo put this payment on LN-2018 meanwhile") as taken:
        service.assign(payment.pk, soren.pk, payment.version)
    assert taken.value.code == "match.taken"
    with pytest.raises(ConflictError) as moved:
        service.undo(payment.pk, soren.pk)
    assert moved.value.code == "match.moved"
    assert service.find("pi_paid").booking_pk == ines.pk


def test_what_stripe_told_meanwhile_is_looked_at_first(desk: Desk, soren: Booking, service: MatchingService) -> None:
    payment = wait(desk, PAID)
    with pytest.raises(ConflictError) as refused:
        service.assign(payment.pk, soren.pk, payment.version - 1)
    assert refused.value.code == "match.changed"


def test_another_currency_is_refused_with_a_sentence(desk: Desk, soren: Booking, service: MatchingService) -> None:
    payment = wait(desk, Homeless(Card("yen", 100, currency="jpy")))
    with pytest.raises(InputError, match=r"The payment is in JPY, LN-2017 in EUR\. Choose a booking in JPY\."):
        service.assign(payment.pk, soren.pk)
    assert service.find("pi_yen").booking_pk is None


def test_only_what_a_person_assigned_is_taken_back(
    desk: Desk, soren: Booking, ines: Booking, payments: PaymentService, service: MatchingService
) -> None:
    named, free = wait(desk, NAMED, PAID), service.find("pi_paid")
    cash = payments.take(PaymentDraft("c", soren.pk, "cash", Money(100, "eur"))).value
    for pk, code in ((named.pk, "match.not_by_person"), (free.pk, "match.not_assigned"), (cash.pk, "match.manual")):
        with pytest.raises(KnownError) as refused:
            service.undo(pk)
        assert refused.value.code == code
    with pytest.raises(KnownError) as refused:
        service.assign(cash.pk, ines.pk)
    assert refused.value.code == "match.manual"


def test_what_is_not_here(desk: Desk, soren: Booking, service: MatchingService) -> None:
    payment = wait(desk, PAID)
    for pk, booking in ((payment.pk, 999), (999, soren.pk)):
        with pytest.raises(NotFoundError):
            service.assign(pk, booking)
    with pytest.raises(NotFoundError):
        service.undo(999)
    with pytest.raises(NotFoundError):
        service.suggest(999)


def test_a_sync_leaves_it_where_a_person_put_it(
    desk: Desk, soren: Booking, ines: Booking, service: MatchingService
) -> None:
    payment = wait(desk, PAID)
    service.assign(payment.pk, ines.pk)
    pay(desk, Homeless(Card("paid", 47_200, "LN-2017", payer="S Lindqvist", days_ago=4)))
    assert service.find("pi_paid").booking_pk == ines.pk


def test_two_desks_at_once_put_it_on_one_booking(
    desk: Desk, soren: Booking, ines: Booking, service: MatchingService, other: MatchingService
) -> None:
    payment, gate, told = wait(desk, PAID), threading.Barrier(2), []

    def run(at: MatchingService, booking: int) -> None:
        gate.wait()
        try:
            at.assign(payment.pk, booking, payment.version)
            told.append("done")
        except ConflictError as error:
            told.append(error.code)

    threads = [threading.Thread(target=run, args=pair) for pair in ((service, soren.pk), (other, ines.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "match.taken"]
    with desk.db.reading() as connection:
        assert [row.entry.action for row in read_rows(connection)].count("assign") == 1


def test_other_desks_hear_of_the_booking_that_it_left(desk: Desk, soren: Booking, other: MatchingService) -> None:
    payment = wait(desk, PAID)
    other.assign(payment.pk, soren.pk)
    heard: list[Changes] = []
    looking = OtherDesks(changed(desk, feed=type(desk.feed)()))
    looking.look()
    looking_desk = looking._desk
    looking_desk.feed.subscribe(heard.append)
    other.undo(payment.pk)
    looking.look()
    assert heard == [Changes(payments=frozenset({payment.pk}), bookings=frozenset({soren.pk}))]
