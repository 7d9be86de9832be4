"""The life of a stay: what is allowed when, what it frees, and that two desks never overrun each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.charges import ChargeDraft, ReverseDraft
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, SplitDraft
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.stays import Deed, Freed, Sums
from rentease_desk.domain.stripe_objects import StripeRefund
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.charges import ChargeService
from rentease_desk.services.desk import Desk
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.stays import StayService
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.stripe_refunds import store_refunds
from tests.conftest import NOON
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.databases import behind
from tests.tools.gui_stripe import Card
from tests.tools.homeless import ACCOUNT, Homeless, pay

TODAY = date(2026, 11, 5)
DAY = 86_400


@pytest.fixture
def stays(desk: Desk) -> StayService:
    return StayService(desk)


@pytest.fixture
def amara(bookings: BookingService) -> Booking:
    """She arrives today and stays three nights."""
    return bookings.add(_arriving()).value


def _arriving(**changes: object) -> BookingDraft:
    values = {"guest": Guest("Amara Okafor"), "reference": "LN-2100", "room": "204", "arrival": TODAY,
              "departure": date(2026, 11, 8), "total": Money(27_900, "eur")}  # fmt: skip
    return draft(**(values | changes))


def _extra(booking: Booking, uid: str, text: str, minor: int, quantity: int) -> ChargeDraft:
    return ChargeDraft(uid, booking.pk, ChargeKind.EXTRA, Money(minor, "eur"), quantity, text)


def _refused(work: Callable[[], object]) -> KnownError:
    with pytest.raises(KnownError) as caught:
        work()
    return caught.value


def test_a_stay_goes_its_way_and_each_step_is_undone(stays: StayService, desk: Desk, amara: Booking) -> None:
    came = stays.do(Deed.CHECK_IN, amara.pk, amara.version)
    assert (came.value.booking.status, came.changes) == (
        BookingStatus.IN_HOUSE,
        Changes(bookings=frozenset({amara.pk})),
    )
    went = stays.do(Deed.CHECK_OUT, amara.pk, came.value.booking.version, open_balance=27_900).value
    assert went.booking.status is BookingStatus.DEPARTED
    back = stays.undo(amara.pk, went.uid).value
    assert (back.booking.status, back.deed, back.undone) == (BookingStatus.IN_HOUSE, Deed.CHECK_OUT, True)
    assert stays.undo(amara.pk, came.value.uid).value.booking == replace(amara, version=5)
    assert _refused(lambda: stays.undo(amara.pk)).code == "stay.nothing_to_undo"
    told = ["check_in", "check_out", "undo_check_out", "undo_check_in"]
    assert [action for entity, action in journal_entries(desk) if entity == "booking"][-4:] == told
    assert journal_is_whole(desk)


@pytest.mark.parametrize(
    ("changes", "deed", "code"),
    [
        ({"status": BookingStatus.TENTATIVE}, Deed.CHECK_IN, "stay.tentative"),
        ({"arrival": date(2026, 11, 6)}, Deed.CHECK_IN, "stay.too_early"),
        ({"arrival": date(2026, 11, 2), "departure": TODAY}, Deed.CHECK_IN, "stay.too_late"),
        ({"room": ""}, Deed.CHECK_IN, "stay.no_room"),
        ({"status": BookingStatus.IN_HOUSE}, Deed.CHECK_IN, "stay.in_house"),
        ({"status": BookingStatus.CANCELLED}, Deed.CHECK_IN, "stay.cancelled"),
        ({}, Deed.CHECK_OUT, "stay.not_arrived"),
        ({"status": BookingStatus.DEPARTED}, Deed.CHECK_OUT, "stay.departed"),
        ({"status": BookingStatus.NO_SHOW}, Deed.CHECK_OUT, "stay.no_show"),
        ({"status": BookingStatus.IN_HOUSE}, Deed.CHECK_OUT, "stay.owes"),
        ({"arrival": date(2026, 11, 6)}, Deed.NO_SHOW, "stay.no_show_early"),
        ({"status": BookingStatus.IN_HOUSE}, Deed.NO_SHOW, "stay.in_house"),
        ({"status": BookingStatus.IN_HOUSE}, Deed.CANCEL, "stay.in_house"),
        ({"status": BookingStatus.CANCELLED}, Deed.CANCEL, "stay.cancelled"),
    ],
)
def test_what_is_not_its_turn_is_refused_and_changes_nothing(
    stays: StayService, bookings: BookingService, changes: dict[str, object], deed: Deed, code: str
) -> None:
    made = bookings.add(_arriving(**changes)).value
    error = _refused(lambda: stays.do(deed, made.pk, made.version))
    assert error.code == code
    assert "Amara Okafor" in str(error)
    assert bookings.get(made.pk) == made


def test_the_business_day_decides_and_not_the_calendar(stays: StayService, desk: Desk, amara: Booking) -> None:
    desk.clock.advance(-10 * 3_600 - 60)  # type: ignore[attr-defined]
    assert desk.property().days.local(desk.clock.now()).strftime("%d %H:%M") == "05 02:59"
    for deed, code in ((Deed.CHECK_IN, "stay.too_early"), (Deed.NO_SHOW, "stay.no_show_early")):
        assert _refused(partial(stays.do, deed, amara.pk)).code == code
    desk.clock.advance(3_660)  # type: ignore[attr-defined]
    assert stays.do(Deed.CHECK_IN, amara.pk).value.booking.status is BookingStatus.IN_HOUSE


def test_an_open_balance_is_confirmed_by_its_amount(
    stays: StayService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    stays.do(Deed.CHECK_IN, amara.pk)
    payments.take(PaymentDraft("p1", amara.pk, "cash", Money(20_000, "eur")))
    error = _refused(lambda: stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900))
    assert (error.code, error.params["amount"]) == ("stay.owes", Money(7_900, "eur"))
    payments.take(PaymentDraft("p2", amara.pk, "cash", Money(10_000, "eur")))
    error = _refused(lambda: stays.do(Deed.CHECK_OUT, amara.pk))
    assert (error.code, error.params["amount"]) == ("stay.owed", Money(2_100, "eur"))
    assert stays.do(Deed.CHECK_OUT, amara.pk, open_balance=-2_100).value.booking.balance.minor == -2_100
    with desk.db.reading() as connection:
        last = list(read_rows(connection))[-1].entry
    assert '"open_balance":-2100' in str(last.after)


def test_a_no_show_frees_its_nights_until_it_is_undone(
    stays: StayService, bookings: BookingService, amara: Booking
) -> None:
    gone = stays.do(Deed.NO_SHOW, amara.pk).value.booking
    assert (gone.status, gone.rooms, gone.totals) == (BookingStatus.NO_SHOW, (), amara.totals)
    assert stays.undo(amara.pk).value.booking == replace(amara, version=3)
    stays.do(Deed.NO_SHOW, amara.pk)
    other = draft(guest=Guest("Yuki Tanaka"), reference="LN-2101", room="204", arrival=date(2026, 11, 7),
                  departure=date(2026, 11, 9))  # fmt: skip
    bookings.add(other)
    error = _refused(lambda: stays.undo(amara.pk))
    assert error.code == "stay.room_taken"
    assert {"204", "Yuki Tanaka", "LN-2101", date(2026, 11, 7)} <= set(error.params.values())
    assert bookings.get(amara.pk).rooms == ()
    assert bookings.add(draft(reference="LN-2102", room="204", arrival=TODAY, departure=date(2026, 11, 7))).value.rooms


def test_who_leaves_early_gives_the_other_nights_back(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking
) -> None:
    """Three nights were booked, one is slept. The booked dates and the charges stay; undone, the nights are taken."""
    stays.do(Deed.CHECK_IN, amara.pk)
    desk.clock.advance(DAY)  # type: ignore[attr-defined]
    went = stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900).value
    assert (went.freed, went.booking.rooms) == (Freed(("204",), 2), ("204",))
    assert (went.booking.departure, went.booking.totals) == (amara.departure, amara.totals)
    with desk.db.reading() as connection:
        last = list(read_rows(connection))[-1].entry
    assert '"nights_given_back":2' in str(last.after)
    assert stays.day().taken == 0
    back = stays.undo(amara.pk).value.booking
    assert (back.status, stays.day().taken) == (BookingStatus.IN_HOUSE, 1)
    error = _refused(lambda: bookings.add(_arriving(reference="LN-2110", arrival=date(2026, 11, 7))))
    assert error.code == "room.taken"
    stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900)
    bookings.add(_arriving(reference="LN-2111", arrival=date(2026, 11, 7), guest=Guest("Yuki Tanaka")))
    error = _refused(lambda: stays.undo(amara.pk))
    assert error.code == "stay.room_taken"
    assert {"204", "Yuki Tanaka", "LN-2111", date(2026, 11, 7)} <= set(error.params.values())
    assert bookings.get(amara.pk).status is BookingStatus.DEPARTED
    bookings.add(_arriving(reference="LN-2112", arrival=date(2026, 11, 6), departure=date(2026, 11, 7)))
    desk.clock.advance(2 * DAY)  # type: ignore[attr-defined]
    assert [line.booking.reference for line in stays.day().left] == [], "on the booked day nobody leaves any more"
    assert journal_is_whole(desk)


def test_who_left_early_takes_no_night_again_by_an_edit(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking
) -> None:
    """Nor does the price of the nights that were not slept change by itself: somebody takes it back."""
    stays.do(Deed.CHECK_IN, amara.pk)
    desk.clock.advance(DAY)  # type: ignore[attr-defined]
    went = stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900).value.booking
    bookings.add(_arriving(reference="LN-2113", arrival=date(2026, 11, 6)))
    edited = _arriving(status=BookingStatus.DEPARTED, total=Money(9_300, "eur"), note="the ceiling dripped")
    after = bookings.edit(amara.pk, went.version, edited).value
    assert (after.totals.charged, after.rooms, after.departure) == (9_300, ("204",), amara.departure)
    assert journal_is_whole(desk)


def test_who_leaves_on_the_day_of_arrival_gives_every_night_back(stays: StayService, amara: Booking) -> None:
    stays.do(Deed.CHECK_IN, amara.pk)
    went = stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900).value
    assert (went.freed, went.booking.rooms) == (Freed(("204",), 3), ())
    assert stays.undo(amara.pk, went.uid).value.booking.rooms == ("204",)


def test_who_leaves_in_time_or_late_gives_nothing_back(stays: StayService, desk: Desk, amara: Booking) -> None:
    stays.do(Deed.CHECK_IN, amara.pk)
    desk.clock.advance(4 * DAY)  # type: ignore[attr-defined]
    assert stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900).value.freed == Freed()


def test_a_no_show_stays_charged_until_somebody_takes_it_back(
    stays: StayService, bookings: BookingService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    payments.take(PaymentDraft("p1", amara.pk, "cash", Money(5_000, "eur")))
    gone = stays.do(Deed.NO_SHOW, amara.pk).value
    assert (gone.booking.charged, gone.freed) == (Money(27_900, "eur"), Freed(("204",), 3))
    charges, nights = ChargeService(desk), bookings.folio(amara.pk).lines[0].item
    charges.reverse(ReverseDraft("r", nights.pk, "did not come"))
    charges.add(ChargeDraft("f", amara.pk, ChargeKind.CANCELLATION_FEE, Money(9_300, "eur")))
    assert bookings.get(amara.pk).balance == Money(4_300, "eur")


def test_what_was_paid_for_a_cancelled_stay_is_owed_to_the_guest(
    stays: StayService, bookings: BookingService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    payments.take(PaymentDraft("p1", amara.pk, "cash", Money(5_000, "eur")))
    gone = stays.do(Deed.CANCEL, amara.pk).value.booking
    assert (gone.status, gone.rooms, gone.totals.paid, gone.balance) == (
        BookingStatus.CANCELLED, (), 5_000, Money(-5_000, "eur"),
    )  # fmt: skip
    back = stays.undo(amara.pk).value.booking
    assert (back.status, back.rooms, back.balance) == (BookingStatus.CONFIRMED, ("204",), Money(22_900, "eur"))
    again = stays.do(Deed.CANCEL, amara.pk).value.booking  # the new line is taken back, not the old one twice
    assert again.totals.charged == 0
    assert stays.undo(amara.pk).value.booking.totals.charged == 27_900
    edit = _arriving(total=Money(30_000, "eur"))
    assert bookings.edit(amara.pk, 5, edit).value.totals.charged == 30_000
    assert journal_is_whole(desk)


def test_nothing_is_undone_once_money_has_moved(
    stays: StayService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    payments.take(PaymentDraft("p1", amara.pk, "cash", Money(5_000, "eur")))
    came = stays.do(Deed.CHECK_IN, amara.pk).value
    paid = payments.take(PaymentDraft("p2", amara.pk, "cash", Money(5_000, "eur"))).value
    assert _refused(lambda: stays.undo(amara.pk, came.uid)).code == "stay.money_since"
    payments.void(paid.pk, "wrong guest")
    assert _refused(lambda: stays.undo(amara.pk, came.uid)).code == "stay.money_since"


def test_an_older_picture_of_a_booking_does_nothing(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking
) -> None:
    paolo = replace(desk, operator=Operator("Paolo", "Desk 2"))
    came = StayService(paolo).do(Deed.CHECK_IN, amara.pk, amara.version).value
    for deed in (Deed.CHECK_IN, Deed.CANCEL, Deed.NO_SHOW):
        error = _refused(partial(stays.do, deed, amara.pk, amara.version))
        assert (error.code, error.params["actor"]) == ("booking.changed", "Paolo")
    BookingService(paolo).edit(amara.pk, came.booking.version, _arriving(status=BookingStatus.IN_HOUSE, note="a cot"))
    error = _refused(lambda: stays.undo(amara.pk, came.uid))
    assert (error.code, error.params["actor"]) == ("stay.changed_since", "Paolo")
    assert bookings.get(amara.pk).status is BookingStatus.IN_HOUSE


def test_only_the_deed_that_is_meant_is_undone(stays: StayService, bookings: BookingService, amara: Booking) -> None:
    came = stays.do(Deed.CHECK_IN, amara.pk).value
    stays.do(Deed.CHECK_OUT, amara.pk, open_balance=27_900)
    assert _refused(lambda: stays.undo(amara.pk, came.uid)).code == "stay.changed_since"
    assert bookings.get(amara.pk).status is BookingStatus.DEPARTED


@pytest.mark.parametrize("what", ["check_in", "undo"])
def test_two_desks_act_on_one_booking_at_once(stays: StayService, desk: Desk, amara: Booking, what: str) -> None:
    came = stays.do(Deed.CHECK_IN, amara.pk, amara.version).value if what == "undo" else None
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def act(number: int) -> None:
        service = StayService(replace(desk, operator=Operator(f"p{number}", f"Desk {number}")))
        barrier.wait()
        try:
            if came is None:
                service.do(Deed.CHECK_IN, amara.pk, amara.version)
            else:
                service.undo(amara.pk, came.uid)
            outcomes.append("done")
        except KnownError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = "booking.changed" if came is None else "stay.nothing_to_undo"
    assert sorted(outcomes) == sorted(["done", *[lost] * 3])
    assert journal_is_whole(desk)


def test_a_room_that_two_desks_want_is_given_once(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking
) -> None:
    """One undoes a no-show while another gives its nights away."""
    stays.do(Deed.NO_SHOW, amara.pk)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
            outcomes.append("done")
        except KnownError as error:
            outcomes.append(error.code)

    new = _arriving(reference="LN-2103")
    works: list[Callable[[], object]] = [
        lambda: stays.undo(amara.pk),
        lambda: bookings.add(new),
    ]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["done", "room.taken"], ["done", "stay.room_taken"])


def test_what_happened_to_a_stay_cannot_be_rewritten(stays: StayService, desk: Desk, amara: Booking) -> None:
    stays.do(Deed.CANCEL, amara.pk)
    for table in ("stay_changes", "stay_nights", "stay_charges"):
        column = "uid" if table == "stay_changes" else "change_pk"
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="append-only"), behind(desk.db) as connection:
                connection.execute(text(statement))


def test_the_day_at_the_desk(
    stays: StayService, bookings: BookingService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    here, gone = BookingStatus.IN_HOUSE, BookingStatus.DEPARTED
    for reference, room, first, last, status in (
        ("late", "101", date(2026, 11, 3), date(2026, 11, 9), BookingStatus.CONFIRMED),
        ("maybe", "102", TODAY, date(2026, 11, 6), BookingStatus.TENTATIVE),
        ("tomorrow", "103", date(2026, 11, 6), date(2026, 11, 7), BookingStatus.CONFIRMED),
        ("stays", "104", date(2026, 11, 2), date(2026, 11, 9), here),
        ("leaves", "105", date(2026, 11, 2), TODAY, here),
        ("overdue", "106", date(2026, 11, 1), date(2026, 11, 4), here),
        ("left", "107", date(2026, 11, 1), TODAY, gone),
        ("yesterday", "108", date(2026, 11, 1), date(2026, 11, 4), gone),
        ("cancelled", "109", TODAY, date(2026, 11, 6), BookingStatus.CANCELLED),
        ("came", "110", date(2026, 11, 4), date(2026, 11, 7), BookingStatus.CONFIRMED),
    ):  # fmt: skip
        bookings.add(draft(reference=reference, room=room, arrival=first, departure=last, status=status, total=None))
    stays.do(Deed.CHECK_IN, bookings.find("came").pk)
    day = stays.day()
    told = {name: [line.booking.reference for line in getattr(day, name)]
            for name in ("arriving", "arrived", "staying", "leaving", "left")}  # fmt: skip
    assert told == {
        "arriving": ["late", "LN-2100", "maybe"], "arrived": ["came"], "staying": ["stays"],
        "leaving": ["overdue", "leaves"], "left": ["left"],
    }  # fmt: skip
    assert (day.day, day.taken, day.rooms) == (TODAY, 5, 10)
    assert [line.at for line in (*day.arrived, *day.left)] == [desk.clock.now(), None]
    stays.do(Deed.CHECK_OUT, bookings.find("stays").pk)  # four days before its time
    stays.undo(bookings.find("came").pk)
    later = stays.day()
    assert [line.booking.reference for line in later.left] == ["stays", "left"]
    assert [line.booking.reference for line in later.arriving] == ["late", "came", "LN-2100", "maybe"]
    desk.clock.advance(DAY)  # type: ignore[attr-defined]
    assert [line.booking.reference for line in stays.day().left] == []


def test_who_was_to_come_stays_on_the_day_until_something_becomes_of_it(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be the day of departure there or past; undone, it waits again."""
    month_ago = {"arrival": date(2026, 10, 1), "departure": date(2026, 10, 3), "total": None}
    old = bookings.add(draft(reference="old", room="101", **month_ago)).value
    maybe = bookings.add(draft(reference="maybe", status=BookingStatus.TENTATIVE, **month_ago)).value

    def waiting() -> list[str]:
        return [line.booking.reference for line in stays.day().arriving]

    assert waiting() == ["old", "maybe", "LN-2100"]
    desk.clock.advance(3 * DAY)  # type: ignore[attr-defined]
    assert stays.day().day == amara.departure
    assert waiting() == ["old", "maybe", "LN-2100"]
    stays.do(Deed.NO_SHOW, old.pk)
    stays.do(Deed.CANCEL, amara.pk)
    assert waiting() == ["maybe"]
    stays.undo(amara.pk)
    assert waiting() == ["maybe", "LN-2100"]
    monkeypatch.setattr("rentease_desk.storage.day_list._MOST_LATE", 1)
    assert (waiting(), stays.day().older) == (["LN-2100"], 1), "the latest of them"
    stays.do(Deed.CANCEL, maybe.pk)
    assert stays.day().older == 0


def test_the_strip_of_the_day_adds_no_currencies(stays: StayService, desk: Desk, amara: Booking) -> None:
    named, euro, yen = Card("named", 9_000, "LN-2100"), Card("euro", 5_000), Card("yen", 700, currency="jpy")
    pay(desk, *(Homeless(card) for card in (named, euro, yen)))
    shown = [
        StripeRefund(f"re_{minor}", f"ch_{card.name}", f"pi_{card.name}", created, minor, "eur", status, "", None)
        for card, minor, status, created in (
            (named, 1_000, "succeeded", NOON), (euro, 500, "succeeded", NOON - DAY), (named, 400, "failed", NOON),
        )
    ]  # fmt: skip
    with desk.writing() as unit:
        for one in shown:
            store_refunds(unit, ACCOUNT, desk.property().days, NOON * 1_000_000, [one])
    day = stays.day()
    assert day.unmatched == Sums(2, (Money(4_500, "eur"), Money(700, "jpy")))
    assert (day.returned, day.returned_by) == (Sums(1, (Money(-1_000, "eur"),)), ("Elena",))
    assert day.synced_at is None


def test_a_card_payment_that_arrives_or_leaves_is_money_that_moved(
    stays: StayService, desk: Desk, bookings: BookingService, amara: Booking
) -> None:
    """A payment that a person puts on the booking, and takes back again, has moved money twice."""
    pay(desk, Homeless(Card("late", 9_000)))
    came = stays.do(Deed.CHECK_IN, amara.pk).value
    matching = MatchingService(desk)
    payment = matching.find("pi_late")
    matching.assign(payment.pk, amara.pk)
    assert _refused(lambda: stays.undo(amara.pk, came.uid)).code == "stay.money_since"
    matching.undo(payment.pk)
    assert _refused(lambda: stays.undo(amara.pk, came.uid)).code == "stay.money_since"


def test_a_cancellation_leaves_struck_lines_alone_and_its_undoing_brings_back_what_it_took(
    stays: StayService, bookings: BookingService, desk: Desk, amara: Booking
) -> None:
    """Breakfast was charged and taken back by hand; of the transfer the line tells how it came to its amount."""
    charges = ChargeService(desk)
    wrong = charges.add(_extra(amara, "a", "Breakfast", 1_400, 2)).value
    charges.reverse(ReverseDraft("r", wrong.pk, "wrong room"))
    charges.add(_extra(amara, "b", "Transfer", 2_500, 2))
    charges.add(ChargeDraft("f", amara.pk, ChargeKind.CANCELLATION_FEE, Money(5_000, "eur")))
    stays.do(Deed.CANCEL, amara.pk)
    assert bookings.get(amara.pk).totals.balance == 5_000, "the fee for cancelling stays"
    lines = charges.of_booking(amara.pk)
    taken = {one.corrects_pk: (one.amount, one.quantity, one.unit_amount) for one in lines if one.corrects_pk}
    assert list(taken.values()) == [(-2_800, 2, -1_400), (-27_900, None, None), (-5_000, 2, -2_500)]
    with pytest.raises(KnownError) as caught:
        charges.reverse(ReverseDraft("s", max(taken), "again"))
    assert caught.value.code == "folio.reversed", "nor is a line taken back by hand that the cancellation took back"
    stays.undo(amara.pk)
    assert bookings.get(amara.pk).totals.balance == 27_900 + 5_000 + 5_000
    again = [(one.text, one.amount, one.quantity, one.unit_amount) for one in charges.of_booking(amara.pk)[-2:]]
    assert again == [("", 27_900, None, None), ("Transfer", 5_000, 2, 2_500)]
    stays.do(Deed.CANCEL, amara.pk)
    assert bookings.get(amara.pk).totals.balance == 5_000, "what was brought back is taken back like any line"
    assert journal_is_whole(desk)


def test_money_that_was_moved_since_stands_in_the_way_of_undoing(
    stays: StayService, bookings: BookingService, payments: PaymentService, desk: Desk, amara: Booking
) -> None:
    """A part that came and left again, and a refund of a part, on a booking that is not the payment's own."""
    other = bookings.add(_arriving(reference="LN-2101", room="205")).value
    third = bookings.add(_arriving(reference="LN-2102", room="207")).value
    cash = payments.take(PaymentDraft("p", other.pk, "cash", Money(9_000, "eur"))).value
    parts, refunds = PartService(desk), RefundService(desk, desk, lambda _: pytest.fail("nothing is asked of Stripe"))
    deeds: list[Callable[[], object]] = [
        lambda: parts.split(SplitDraft("s", cash.pk, ((other.pk, 4_000), (amara.pk, 5_000)))),
        lambda: refunds.plan(RefundDraft("b", cash.pk, Money(1_000, "eur"), "noise", amara.pk)),
        lambda: parts.move(MoveDraft("m", cash.pk, other.pk, amara.pk)),
    ]
    for deed in deeds:
        done = stays.do(Deed.CANCEL, amara.pk).value
        assert stays.undo(amara.pk, done.uid).value.undone, "what went before is no hindrance"
        stays.do(Deed.CANCEL, amara.pk)
        deed()
        assert _refused(lambda: stays.undo(amara.pk)).code == "stay.money_since"
        booking = bookings.get(amara.pk)
        bookings.edit(amara.pk, booking.version, _arriving(total=None, status=BookingStatus.CONFIRMED))
    stays.do(Deed.CANCEL, third.pk)
    assert stays.undo(third.pk).value.undone, "money between others does not concern it"
