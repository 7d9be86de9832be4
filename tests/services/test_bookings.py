"""Bookings: made, edited, found; rooms never doubled; the price only changed by new lines."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import Booking, BookingStatus, ChargeKind, Guest
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import ConflictError, InputError, NotFoundError
from rentease_desk.domain.folio import Charge, LineKind
from rentease_desk.domain.lists import BookingQuery, BookingSort, BookingView, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.storage.bookings import search_text
from rentease_desk.storage.journal import read_rows
from rentease_desk.storage.tables import booking_search, charge_lines
from rentease_desk.storage.tables import bookings as table
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.databases import behind

TODAY = date(2026, 11, 5)


def test_a_booking_is_stored_as_it_was_given(bookings: BookingService, desk: Desk) -> None:
    saved = bookings.add(draft(note="late arrival", adults=2, channel="Direct"))
    booking = saved.value
    assert (booking.reference, booking.guest.name, booking.rooms) == ("LN-2017", "Søren Lindqvist", ("206",))
    assert (booking.nights, booking.totals.charged, booking.balance) == (4, 47200, Money(47200, "eur"))
    assert saved.changes == Changes(bookings=frozenset({booking.pk}))
    assert bookings.get(booking.pk) == bookings.find(" ln-2017 ") == booking
    assert journal_entries(desk)[2:] == [("guest", "add"), ("room", "add"), ("booking", "add"), ("charge", "charge")]
    assert journal_is_whole(desk)


def test_personal_fields_stand_in_the_journal_only_as_digests(desk: Desk, soren: Booking) -> None:
    with desk.db.reading() as connection:
        told = " ".join(f"{row.entry.before} {row.entry.after}" for row in read_rows(connection))
    assert "LN-2017" in told
    for personal in ("Søren", "Lindqvist", "lindqvist.example", "+46 70 123"):
        assert personal not in told


def test_without_a_reference_the_desk_numbers_it(bookings: BookingService) -> None:
    bookings.add(draft(reference="LN-1002", room=""))
    numbers = [bookings.add(draft(reference="", room="")).value.reference for _ in range(3)]
    assert numbers == ["LN-1001", "LN-1003", "LN-1004"]


@pytest.mark.parametrize(
    "text", ["\ud800", "LN\x00-2099", "\x00 \udfff", "nobody \U0010ffff", "call me ishmael " * 9_999]
)
def test_what_no_text_may_hold_and_a_novel_find_nothing(
    bookings: BookingService, payments: PaymentService, soren: Booking, text: str
) -> None:
    payments.take(PaymentDraft("one", soren.pk, "cash", Money(100, "eur")))
    for query in (BookingQuery(TODAY, text), BookingQuery(TODAY, text, sort=BookingSort.GUEST)):
        assert list(bookings.keys(query)) == []
    assert bookings.near(text, TODAY) == ()
    assert list(payments.keys(PaymentQuery(text))) == []
    with pytest.raises(NotFoundError):
        bookings.find(text)


def test_rooms_that_are_called_by_marks_only_are_rooms_of_their_own(bookings: BookingService) -> None:
    names = ["\u0301", "\u0308", "\u200d", "!", "?"]
    made = [bookings.add(draft(reference="", room=name)).value for name in names]
    assert [one.rooms for one in made] == [(name,) for name in names]
    assert set(bookings.rooms()) == set(names)


@pytest.mark.parametrize("reference", ["LN-2017", "ln-2017", " LN-2017 "])
def test_a_reference_is_taken_once(bookings: BookingService, soren: Booking, reference: str) -> None:
    with pytest.raises(InputError) as caught:
        bookings.add(draft(reference=reference, room="301"))
    assert (caught.value.code, caught.value.field) == ("booking.reference_taken", "reference")
    assert len(bookings.keys(BookingQuery(TODAY))) == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"guest": Guest("  ")}, "guest", "booking.guest_empty"),
        ({"departure": date(2026, 11, 1)}, "departure", "booking.dates"),
        ({"departure": date(2029, 1, 1)}, "departure", "booking.too_long"),
        ({"adults": 0}, "adults", "booking.persons"),
        ({"adults": -1, "children": 5}, "adults", "booking.persons"),
        ({"currency": "xxq"}, "currency", "currency.unknown"),
        ({"total": Money(-1, "eur")}, "total", "booking.total_negative"),
        ({"note": "card 4242 4242 4242 4242"}, "note", "text.card_number"),
    ],
)
def test_what_cannot_be_taken_is_refused_beside_its_field(
    bookings: BookingService, changes: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        bookings.add(draft(**changes))
    assert (caught.value.field, caught.value.code) == (field, code)
    assert len(bookings.keys(BookingQuery(TODAY))) == 0


def test_a_double_booking_is_refused_naming_the_other_guest(bookings: BookingService, soren: Booking) -> None:
    with pytest.raises(ConflictError) as caught:
        bookings.add(draft(reference="X", arrival=date(2026, 11, 4), departure=date(2026, 11, 6)))
    assert "Søren Lindqvist" in str(caught.value)
    assert "LN-2017" in str(caught.value)
    after = bookings.add(draft(reference="X", arrival=date(2026, 11, 5), departure=date(2026, 11, 6))).value
    assert after.rooms == ("206",)


def test_a_cancelled_booking_gives_its_room_back(bookings: BookingService, soren: Booking) -> None:
    cancelled = replace(draft(), status=BookingStatus.CANCELLED)
    assert bookings.edit(soren.pk, 1, cancelled).value.rooms == ()
    assert bookings.add(draft(reference="Y")).value.rooms == ("206",)


def test_the_database_itself_refuses_a_double_booking(desk: Desk, bookings: BookingService, soren: Booking) -> None:
    other = bookings.add(draft(reference="Z", room="301")).value
    with pytest.raises(IntegrityError), desk.db.writing(desk.operator) as unit:
        unit.connection.execute(
            text("UPDATE room_nights SET room_pk = (SELECT pk FROM rooms WHERE name = '206') WHERE booking_pk = :pk"),
            {"pk": other.pk},
        )


def test_two_desks_take_one_room_at_once(desk: Desk) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def book(number: int) -> None:
        service = BookingService(replace(desk, operator=Operator(f"p{number}", f"Desk {number}")))
        barrier.wait()
        try:
            outcomes.append(service.add(draft(reference=f"R{number}")).value.reference)
        except ConflictError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=book, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1:] == ["room.taken"] * 3
    assert journal_is_whole(desk)


def test_an_edit_changes_what_was_edited(bookings: BookingService, desk: Desk, soren: Booking) -> None:
    edited = draft(guest=Guest("Soren Lindkvist"), room="207", departure=date(2026, 11, 6), total=Money(59000, "eur"))
    saved = bookings.edit(soren.pk, soren.version, edited).value
    assert (saved.guest.name, saved.rooms, saved.nights, saved.version) == ("Soren Lindkvist", ("207",), 5, 2)
    assert saved.totals.charged == 59000
    lines = bookings.folio(saved.pk).lines
    assert [(line.charge, line.struck, line.balance) for line in lines] == [
        (47200, True, None), (-47200, True, None), (59000, False, 59000),
    ]  # fmt: skip
    assert bookings.add(draft(reference="N")).value.rooms == ("206",)
    assert journal_is_whole(desk)


def test_a_later_change_of_price_shows_both_lines(bookings: BookingService, desk: Desk, soren: Booking) -> None:
    desk.clock.advance(3 * 86400)  # type: ignore[attr-defined]
    bookings.edit(soren.pk, 1, draft(total=Money(40000, "eur")))
    lines = bookings.folio(soren.pk).lines
    assert [(line.charge, line.struck) for line in lines] == [(47200, True), (-47200, True), (40000, False)]
    assert lines[-1].balance == 40000


def test_an_edit_that_changes_nothing_writes_no_line(bookings: BookingService, desk: Desk, soren: Booking) -> None:
    before = journal_entries(desk)
    bookings.edit(soren.pk, 1, draft())
    assert journal_entries(desk) == before
    assert len(bookings.folio(soren.pk).lines) == 1


def test_an_old_version_is_never_saved_over_a_newer_one(bookings: BookingService, desk: Desk, soren: Booking) -> None:
    other = BookingService(replace(desk, operator=Operator("Paolo", "Desk 2")))
    other.edit(soren.pk, 1, draft(note="wants a cot"))
    with pytest.raises(ConflictError) as caught:
        bookings.edit(soren.pk, 1, draft(note="late"))
    assert "Paolo" in str(caught.value)
    assert bookings.get(soren.pk).note == "wants a cot"


def test_the_currency_stays_once_there_is_money(bookings: BookingService, soren: Booking) -> None:
    with pytest.raises(InputError) as caught:
        bookings.edit(soren.pk, 1, draft(currency="usd", total=None))
    assert caught.value.code == "booking.currency_fixed"
    free = bookings.add(draft(reference="F", room="", total=None)).value
    assert bookings.edit(free.pk, 1, draft(reference="F", room="", total=None, currency="usd")).value.currency == "usd"


def test_a_booking_that_is_not_there(bookings: BookingService) -> None:
    with pytest.raises(NotFoundError):
        bookings.find("nothing")
    with pytest.raises(NotFoundError):
        bookings.get(99)


def test_charge_lines_cannot_be_changed_or_deleted(desk: Desk, soren: Booking) -> None:
    for statement in ("UPDATE charge_lines SET amount = 1", "DELETE FROM charge_lines"):
        with pytest.raises(IntegrityError, match="append-only"), behind(desk.db) as connection:
            connection.execute(text(statement))


def test_the_journal_cannot_be_changed_or_deleted(desk: Desk, soren: Booking) -> None:
    changes = ("UPDATE journal SET actor = 'x'", "DELETE FROM journal")
    for statement in (*changes, "DELETE FROM journal_head", "UPDATE journal_head SET seq = 0"):
        with pytest.raises(IntegrityError, match="append-only"), behind(desk.db) as connection:
            connection.execute(text(statement))
    assert journal_is_whole(desk)


def test_a_charge_in_another_currency_than_its_booking_is_refused(desk: Desk, soren: Booking) -> None:
    with desk.db.reading() as connection:
        row = dict(connection.execute(select(charge_lines)).one()._mapping)
    del row["pk"]
    with pytest.raises(IntegrityError), desk.db.writing(desk.operator) as unit:
        unit.connection.execute(insert(charge_lines).values(row | {"uid": unit.ids.uid(), "currency": "usd"}))


NAMES = ["Müller", "Guðrún Jónsdóttir", "Søren Lindqvist", "李伟", "O'Brien 100%_", "Łukasz Żak"]


@pytest.fixture
def many(bookings: BookingService) -> list[Booking]:
    made = []
    for number, name in enumerate(NAMES):
        arrival = date(2026, 11, 1 + number)
        entry = draft(
            guest=Guest(name, f"guest{number}@mail.example"),
            reference=f"B-{number}",
            room=str(100 + number),
            arrival=arrival,
            departure=date(2026, 11, 10),
            total=Money(10000 * (number + 1), "eur"),
            channel="abc"[number % 3],
            status=BookingStatus.TENTATIVE if number == 5 else BookingStatus.CONFIRMED,
        )
        made.append(bookings.add(entry).value)
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("muller", [0]),
        ("MÜLL", [0]),
        ("gudrun jons", [1]),
        ("jons gudrun", [1]),
        ("李", [3]),
        ("100%_", [4]),
        ("%", [4]),
        ("o'brien", [4]),
        ("lukasz zak", [5]),
        ("guest3@", [3]),
        ("b-2", [2]),
        ("104", [4]),
        ("300.00", [2]),
        ("300,00", [2]),
        ("mail.example", [5, 4, 3, 2, 1, 0]),
        ("nobody", []),
        ("   ", [5, 4, 3, 2, 1, 0]),
    ],
)
def test_search_finds_by_every_word(
    bookings: BookingService, many: list[Booking], typed: str, found: list[int]
) -> None:
    keys = bookings.keys(BookingQuery(TODAY, text=typed))
    assert [booking.reference for booking in bookings.page(keys)] == [f"B-{number}" for number in found]


def test_search_finds_the_last_four_digits_and_amounts_paid(
    bookings: BookingService, payments: PaymentService, many: list[Booking]
) -> None:
    payments.take(PaymentDraft("p1", many[1].pk, "cash", Money(4711, "eur")))
    assert list(bookings.keys(BookingQuery(TODAY, text="47.11"))) == [many[1].pk]


def test_the_search_text_never_drifts_from_what_it_is_made_of(
    bookings: BookingService, desk: Desk, many: list[Booking]
) -> None:
    bookings.edit(many[0].pk, 1, draft(guest=Guest("Ana"), reference="B-0", room="108", total=None))
    with desk.db.reading() as connection:
        rows = connection.execute(select(booking_search.c.booking_pk, booking_search.c.text))
        stored = {row.booking_pk: row.text for row in rows}
        assert set(stored) == set(connection.scalars(select(table.c.pk)))
    for booking in bookings.page(sorted(stored)):
        row = {"reference": booking.reference, "name": booking.guest.name, "email": booking.guest.email,
               "phone": booking.guest.phone}  # fmt: skip
        assert stored[booking.pk] == search_text(row, booking.rooms)


@pytest.mark.parametrize("sort", list(BookingSort))
def test_every_column_orders_the_list_both_ways(
    bookings: BookingService, payments: PaymentService, many: list[Booking], sort: BookingSort
) -> None:
    payments.take(PaymentDraft("p1", many[2].pk, "cash", Money(29000, "eur")))
    up = list(bookings.keys(BookingQuery(TODAY, sort=sort, descending=False)))
    assert up == list(bookings.keys(BookingQuery(TODAY, sort=sort, descending=True)))[::-1]
    keyed = {
        BookingSort.REFERENCE: lambda one: one.reference,
        BookingSort.ARRIVAL: lambda one: one.arrival,
        BookingSort.DEPARTURE: lambda one: one.departure,
        BookingSort.ROOM: lambda one: one.rooms,
        BookingSort.CHANNEL: lambda one: one.channel,
        BookingSort.TOTAL: lambda one: one.totals.charged,
        BookingSort.PAID: lambda one: one.totals.paid,
        BookingSort.BALANCE: lambda one: one.totals.balance,
        BookingSort.STATUS: lambda one: one.status.value,
    }
    shown = bookings.page(up)
    if sort in keyed:
        assert [keyed[sort](one) for one in shown] == sorted(keyed[sort](one) for one in shown)
    else:
        assert [one.guest.name for one in shown] == [NAMES[i] for i in (1, 5, 0, 4, 2, 3)]


def test_saved_filters(bookings: BookingService, payments: PaymentService, many: list[Booking]) -> None:
    payments.take(PaymentDraft("p1", many[0].pk, "cash", Money(10001, "eur")))
    payments.take(PaymentDraft("p2", many[1].pk, "cash", Money(20000, "eur")))

    def shown(view: BookingView) -> list[str]:
        keys = bookings.keys(BookingQuery(TODAY, view=view, sort=BookingSort.REFERENCE, descending=False))
        return [one.reference for one in bookings.page(keys)]

    assert shown(BookingView.OVERPAID) == ["B-0"]
    assert shown(BookingView.DUE_TODAY) == ["B-2", "B-3", "B-4"]
    assert shown(BookingView.NOTHING_PAID) == ["B-2", "B-3", "B-4", "B-5"]
    assert shown(BookingView.UNCONFIRMED) == ["B-5"]
    assert len(shown(BookingView.ALL)) == 6


def test_the_folio_of_a_new_booking(bookings: BookingService, soren: Booking) -> None:
    (line,) = bookings.folio(soren.pk).lines
    assert (line.kind, line.charge, line.balance, line.actor) == (LineKind.CHARGE, 47200, 47200, "Elena")
    assert isinstance(line.item, Charge)
    assert line.item.kind is ChargeKind.ACCOMMODATION
    assert (line.item.service_from, line.item.service_to) == (date(2026, 11, 1), date(2026, 11, 5))
