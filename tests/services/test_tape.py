"""The tape chart, and stays moved on it: by its rules, at its price, and never two guests in one bed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from rentease_desk.domain.booking import Booking, BookingStatus, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place, price_after
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.tape import TapeChart, TapeQuery
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.stays import StayService
from rentease_desk.services.tape import TapeService
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.tables import bookings as bookings_table
from tests.services.conftest import draft, journal_entries, journal_is_whole

DAY = 86_400


def nov(day: int) -> date:
    return date(2026, 11, day)


TODAY = nov(5)


@pytest.fixture
def tape(desk: Desk) -> TapeService:
    return TapeService(desk)


@pytest.fixture
def add(bookings: BookingService) -> Callable[..., Booking]:
    """Makes a booking of a guest: room, first night, day of leaving."""

    def make(guest: str, room: str, arrival: int, departure: int, **changes: object) -> Booking:
        given = {"guest": Guest(guest), "reference": guest, "room": room, "arrival": nov(arrival),
                 "departure": nov(departure), "total": Money(30_000, "eur")}  # fmt: skip
        return bookings.add(draft(**(given | changes))).value

    return make


Add = Callable[..., Booking]


def _refused(work: Callable[[], object]) -> KnownError:
    with pytest.raises(KnownError) as caught:
        work()
    return caught.value


def _slept(desk: Desk, booking: Booking) -> list[tuple[str, int]]:
    """Rooms and days of November."""
    query = (
        select(rooms.c.name, room_nights.c.night)
        .join(rooms, rooms.c.pk == room_nights.c.room_pk)
        .where(room_nights.c.booking_pk == booking.pk)
    )
    with desk.db.reading() as connection:
        return [(row.name, row.night.day) for row in connection.execute(query.order_by(room_nights.c.night))]


def _names(chart: TapeChart) -> dict[str, list[tuple[str, int, int]]]:
    rows = {room.pk: room.name for room in chart.rooms}
    found: dict[str, list[tuple[str, int, int]]] = {}
    for stay in chart.stays:
        name = rows[stay.room_pk or 0]
        found.setdefault(name, []).append((stay.booking.guest.name, stay.first.day, stay.last.day))
    return found


def test_a_piece_of_the_chart_tells_who_is_where(tape: TapeService, add: Add, payments: PaymentService) -> None:
    ada, bea = add("Ada", "9", 4, 8), add("Bea", "10", 6, 9)
    add("Cyd", "", 5, 7, status=BookingStatus.TENTATIVE)
    add("Dan", "", 5, 7, status=BookingStatus.CANCELLED)
    add("Eve", "9", 20, 22)
    payments.take(PaymentDraft("p", ada.pk, "cash", Money(10_000, "eur")))
    chart = tape.chart(TapeQuery(TODAY, 7, 0, 5))
    assert [room.name for room in chart.rooms] == ["9", "10"]
    assert _names(chart) == {"9": [("Ada", 4, 8)], "10": [("Bea", 6, 9)]}
    assert [(stay.booking.guest.name, stay.room_pk) for stay in chart.roomless] == [("Cyd", None)]
    assert chart.free == (1, 0, 0, 1, 2, 2, 2)
    balances = {stay.booking.pk: (stay.booking.totals.balance, stay.price.minor) for stay in chart.stays}
    assert balances == {ada.pk: (20_000, 30_000), bea.pk: (30_000, 30_000)}
    assert _names(tape.chart(TapeQuery(TODAY, 7, 1, 5))) == {"10": [("Bea", 6, 9)]}


@pytest.mark.parametrize(
    ("minor", "before", "after", "expected"),
    [(30_000, 3, 4, 40_000), (10_000, 3, 2, 6_667), (10_000, 3, 4, 13_333), (1, 2, 1, 1), (5_000, 0, 3, 5_000),
     (0, 2, 5, 0), (12_345, 7, 7, 12_345)],
)  # fmt: skip
def test_each_night_costs_as_much_as_before(minor: int, before: int, after: int, expected: int) -> None:
    assert price_after(Money(minor, "eur"), before, after) == Money(expected, "eur")


def test_a_move_is_one_write_with_its_lines_and_its_journal(
    tape: TapeService, desk: Desk, bookings: BookingService, add: Add
) -> None:
    ada = add("Ada", "101", 8, 11)
    add("Bea", "102", 1, 2)
    before = len(journal_entries(desk))
    saved = tape.move(ada.pk, ada.version, Place("102", nov(9), nov(13)))
    moved = saved.value
    assert saved.changes == Changes(bookings=frozenset({ada.pk}))
    assert (moved.booking.rooms, moved.booking.arrival, moved.booking.nights) == (("102",), nov(9), 4)
    assert (moved.price_before.minor, moved.price.minor, moved.booking.totals.charged) == (30_000, 40_000, 40_000)
    assert journal_entries(desk)[before:] == [("charge", "charge"), ("charge", "charge"), ("booking", "move")]
    assert [line.charge for line in bookings.folio(ada.pk).lines if not line.struck] == [40_000]
    assert bookings.near("102 Ada", TODAY)[0].pk == ada.pk
    assert journal_is_whole(desk)


def test_in_the_same_nights_another_room_costs_no_line(tape: TapeService, desk: Desk, add: Add) -> None:
    ada = add("Ada", "101", 8, 11)
    add("Bea", "102", 1, 2)
    before = len(journal_entries(desk))
    tape.move(ada.pk, ada.version, Place("102", nov(8), nov(11)))
    assert journal_entries(desk)[before:] == [("booking", "move")]
    again = tape.move(ada.pk, None, Place("102", nov(8), nov(11)))
    assert (again.changes, again.value.booking.version) == (Changes(), 2)


def test_a_room_is_given_later_and_taken_back(tape: TapeService, desk: Desk, add: Add) -> None:
    ada = add("Ada", "", 8, 10)
    add("Bea", "a1", 1, 2)
    assert tape.move(ada.pk, 1, Place("A1", nov(8), nov(10))).value.booking.rooms == ("a1",)
    assert tape.move(ada.pk, 2, Place("", nov(8), nov(10))).value.booking.rooms == ()
    assert _refused(lambda: tape.move(ada.pk, 3, Place("a2", nov(8), nov(10)))).code == "room.not_found"


def test_a_taken_room_is_refused_by_its_guest_and_nothing_is_written(
    tape: TapeService, desk: Desk, bookings: BookingService, add: Add
) -> None:
    ada = add("Ada", "101", 8, 11)
    add("Otto Fischer", "102", 10, 12)
    before = journal_entries(desk)
    error = _refused(lambda: tape.move(ada.pk, ada.version, Place("102", nov(8), nov(11))))
    assert error.code == "room.taken"
    assert "Otto Fischer" in str(error)
    assert (journal_entries(desk), bookings.get(ada.pk)) == (before, ada)
    assert _slept(desk, ada) == [("101", 8), ("101", 9), ("101", 10)]


@pytest.mark.parametrize(
    ("status", "to", "code"),
    [
        (BookingStatus.DEPARTED, Place("101", nov(3), nov(9)), "stay.departed"),
        (BookingStatus.CANCELLED, Place("101", nov(3), nov(9)), "stay.cancelled"),
        (BookingStatus.NO_SHOW, Place("101", nov(3), nov(9)), "stay.no_show"),
        (BookingStatus.IN_HOUSE, Place("101", nov(4), nov(8)), "move.arrived"),
        (BookingStatus.IN_HOUSE, Place("", nov(3), nov(8)), "move.needs_room"),
        (BookingStatus.IN_HOUSE, Place("101", nov(3), nov(4)), "move.over"),
        (BookingStatus.IN_HOUSE, Place("102", nov(3), nov(5)), "move.leaving"),
        (BookingStatus.CONFIRMED, Place("101", nov(3), nov(5)), "move.over"),
        (BookingStatus.CONFIRMED, Place("101", nov(3), nov(3)), "booking.dates"),
        (BookingStatus.CONFIRMED, Place("101", nov(3), date(2029, 1, 1)), "booking.too_long"),
    ],
)
def test_each_state_has_its_own_rules(
    tape: TapeService, bookings: BookingService, add: Add, status: BookingStatus, to: Place, code: str
) -> None:
    add("Bea", "102", 1, 2)
    add("Cyd", "101", 1, 2)
    ada = add("Ada", "101", 3, 8, status=status)
    assert _refused(lambda: tape.move(ada.pk, ada.version, to)).code == code
    assert bookings.get(ada.pk) == ada


def test_a_guest_in_the_house_keeps_the_nights_that_were_slept(
    tape: TapeService, desk: Desk, bookings: BookingService, add: Add
) -> None:
    ada = add("Ada", "101", 3, 8, status=BookingStatus.IN_HOUSE)
    add("Bea", "102", 3, 5)
    moved = tape.move(ada.pk, ada.version, Place("102", nov(3), nov(9))).value
    halves = [("101", 3), ("101", 4), ("102", 5), ("102", 6), ("102", 7), ("102", 8)]
    assert _slept(desk, ada) == halves
    assert moved.booking.rooms == ("101", "102")
    assert _names(tape.chart(TapeQuery(nov(1), 14, 0, 9)))["101"] == [("Ada", 3, 5)]
    edited = draft(guest=Guest("Ada"), reference="Ada", room="102", arrival=nov(3), departure=nov(9), note="cot",
                   status=BookingStatus.IN_HOUSE)  # fmt: skip
    bookings.edit(ada.pk, moved.booking.version, edited)  # an edit of something else moves nobody back
    assert _slept(desk, ada) == halves
    longer = tape.move(ada.pk, None, Place("102", nov(3), nov(10))).value
    assert _slept(desk, ada) == [*halves, ("102", 9)]
    tape.undo(longer)
    assert _slept(desk, ada) == halves


def test_a_move_is_undone_exactly_while_nothing_stands_on_it(
    tape: TapeService, desk: Desk, bookings: BookingService, add: Add
) -> None:
    ada = add("Ada", "101", 8, 11, total=Money(10_000, "eur"))
    moved = tape.move(ada.pk, ada.version, Place("101", nov(9), nov(11))).value
    assert moved.price == Money(6_667, "eur")
    back = tape.undo(moved).value
    assert (back.undone, back.booking) == (True, replace(ada, version=3))
    assert journal_is_whole(desk)
    assert _refused(lambda: tape.undo(moved)).code == "stay.changed_since"


def test_undoing_gives_way_to_money_to_others_and_to_who_has_the_room(
    tape: TapeService, payments: PaymentService, desk: Desk, add: Add
) -> None:
    add("Bea", "102", 1, 2)
    moved: list[Moved] = []
    for number in range(3):
        ada = add(f"Ada {number}", "101", 8, 11)
        moved.append(tape.move(ada.pk, ada.version, Place("102", nov(8 + 4 * number), nov(11 + 4 * number))).value)
    payments.take(PaymentDraft("p", moved[0].booking.pk, "cash", Money(100, "eur")))
    assert _refused(lambda: tape.undo(moved[0])).code == "stay.money_since"
    other = TapeService(replace(desk, operator=Operator("Paolo", "Desk 2")))
    other.move(moved[1].booking.pk, None, Place("102", nov(25), nov(28)))
    error = _refused(lambda: tape.undo(moved[1]))
    assert (error.code, error.params["actor"]) == ("stay.changed_since", "Paolo")
    add("Zoe", "101", 9, 10)
    error = _refused(lambda: tape.undo(moved[2]))
    assert (error.code, error.params["guest"]) == ("stay.room_taken", "Zoe")


def test_an_old_version_is_never_moved(tape: TapeService, stays: StayService, desk: Desk, add: Add) -> None:
    ada = add("Ada", "101", 5, 8)
    stays.do(Deed.CHECK_IN, ada.pk, ada.version)
    error = _refused(lambda: tape.move(ada.pk, ada.version, Place("101", nov(6), nov(9))))
    assert error.code == "booking.changed"


@pytest.fixture
def stays(desk: Desk) -> StayService:
    return StayService(desk)


def _at_once(desk: Desk, *works: Callable[[TapeService], object]) -> list[str]:
    """What came of each, done by a desk of its own at the same moment."""
    outcomes = ["?"] * len(works)
    barrier = threading.Barrier(len(works))

    def run(number: int) -> None:
        service = TapeService(replace(desk, operator=Operator(f"p{number}", f"Desk {number}")))
        barrier.wait()
        try:
            works[number](service)
            outcomes[number] = "done"
        except KnownError as error:
            outcomes[number] = error.code

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_desks_drop_on_one_bed_at_once(desk: Desk, add: Add) -> None:
    guests = [add(f"G{number}", str(101 + number), 8, 12) for number in range(4)]
    add("Bea", "201", 1, 2)
    places = [Place("201", nov(8 + number), nov(12 + number)) for number in range(4)]  # the last nights overlap
    outcomes = _at_once(
        desk, *(partial(TapeService.move, pk=one.pk, version=1, to=to)
                for one, to in zip(guests, places, strict=True))
    )  # fmt: skip
    assert sorted(outcomes) == ["done"] + ["room.taken"] * 3
    winner = guests[outcomes.index("done")]
    assert [room for room, _ in _slept(desk, winner)] == ["201"] * 4
    assert journal_is_whole(desk)


def test_one_booking_is_moved_by_one_of_two_desks(desk: Desk, add: Add) -> None:
    ada = add("Ada", "101", 8, 11)
    add("Bea", "102", 1, 2)
    outcomes = _at_once(
        desk,
        lambda tape: tape.move(ada.pk, ada.version, Place("102", nov(8), nov(12))),
        lambda tape: tape.move(ada.pk, ada.version, Place("101", nov(9), nov(12))),
    )
    assert sorted(outcomes) == ["booking.changed", "done"]
    with desk.db.reading() as connection:
        charged = connection.scalar(select(bookings_table.c.version).where(bookings_table.c.pk == ada.pk))
    assert charged == 2


def test_two_desks_that_swap_rooms_do_not_wait_for_each_other(desk: Desk, add: Add) -> None:
    for turn in range(5):
        first, last = 8 + 3 * turn, 10 + 3 * turn
        one, other = add(f"A{turn}", "101", first, last), add(f"B{turn}", "102", first, last)
        into = (Place("102", nov(first), nov(last)), Place("101", nov(first), nov(last)))
        works = (partial(TapeService.move, pk=guest.pk, version=1, to=to)
                 for guest, to in zip((one, other), into, strict=True))  # fmt: skip
        assert _at_once(desk, *works) == ["room.taken", "room.taken"]
