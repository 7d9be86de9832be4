"""Dates, amounts and rows of other programs' files: read where they mean one thing, refused where they mean two."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.import_amounts import DecimalMark, is_open, read_amount
from rentease_desk.domain.import_dates import DateOrder, DayReader, months_of
from rentease_desk.domain.import_facts import Facts
from rentease_desk.domain.import_presets import AIRBNB, BOOKING_COM, preset_of, suggested
from rentease_desk.domain.import_reading import RowReader, columns_from
from rentease_desk.domain.imports import ColumnMap, Columns, Field, Survey, questions, settled
from rentease_desk.domain.money import Money

READER = DayReader(months_of([(11, "novembre"), (3, "März"), (5, "Mai")]))
APRIL_3 = date(2026, 4, 3)
POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA


@pytest.mark.parametrize(
    "text",
    ["2026-04-03", "2026/4/3", "2026-04-03 14:00", "2026-04-03T14:00:00Z", "3 Apr 2026", "Apr 3, 2026", "03-Apr-26",
     "Fri, 3 April 2026", "2026 April 3"],
)  # fmt: skip
def test_a_date_with_one_meaning_needs_no_order(text: str) -> None:
    assert READER.read(text, None, "arrival") == APRIL_3


def test_months_are_read_in_the_propertys_language_too() -> None:
    assert READER.read("5 novembre 2026", None, "arrival") == date(2026, 11, 5)
    assert READER.read("3. März 2026", None, "arrival") == date(2026, 3, 3)


def test_a_date_of_two_meanings_is_never_guessed() -> None:
    with pytest.raises(InputError) as caught:
        READER.read("03/04/2026", None, "arrival")
    assert (caught.value.code, caught.value.field) == ("import.order", "arrival")
    assert READER.read("03/04/2026", DateOrder.DMY, "arrival") == APRIL_3
    assert READER.read("03/04/2026", DateOrder.MDY, "arrival") == date(2026, 3, 4)
    assert READER.read("05/05/2026", None, "arrival") == date(2026, 5, 5)


@pytest.mark.parametrize("text", ["", "30 Feb 2026", "2026-02-30", "1/2/3/4", "soon", "13/13/2026", "٣/٤/2026", "4.20"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(InputError) as caught:
        READER.read(text, DateOrder.DMY, "arrival")
    assert caught.value.code == "import.date"


@pytest.mark.parametrize(
    ("text", "mark", "currency", "minor"),
    [
        ("1,234.50", POINT, "eur", 123_450),
        ("1.234,50", COMMA, "eur", 123_450),
        ("1 234,5", COMMA, "eur", 123_450),
        ("€300.00", None, "eur", 30_000),
        ("300.00 EUR", None, "eur", 30_000),
        ("-12.50", POINT, "eur", -1_250),
        ("1,00,000.00", POINT, "inr", 10_000_000),
        ("12'345.05", POINT, "chf", 1_234_505),
        ("85.5000", POINT, "eur", 8_550),
        ("1200", None, "jpy", 1_200),
        ("1.234", POINT, "kwd", 1_234),
        ("0", None, "eur", 0),
    ],
)
def test_amounts_are_exact(text: str, mark: DecimalMark | None, currency: str, minor: int) -> None:
    assert read_amount(text, mark, currency, "total") == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "mark", "currency", "code"),
    [
        ("1.234", None, "eur", "import.mark"),
        ("98.555", None, "eur", "import.mark"),
        ("98.555", POINT, "eur", "import.amount"),
        ("12,5", POINT, "eur", "import.amount"),
        ("1,23,4", POINT, "eur", "import.amount"),
        ("$5.00", POINT, "eur", "import.other_currency"),
        ("5.00 USD", POINT, "eur", "import.other_currency"),
        ("free", POINT, "eur", "import.amount"),
        ("99999999999", POINT, "eur", "amount.too_large"),
    ],
)
def test_an_amount_that_is_not_certain_is_refused(
    text: str, mark: DecimalMark | None, currency: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_amount(text, mark, currency, "total")
    assert caught.value.code == code


HEADER = ("Ref", "Guest", "In", "Out", "Price", "State")
MAP = ColumnMap(
    {
        Field.REFERENCE: Columns(("Ref",)),
        Field.GUEST: Columns(("Guest",)),
        Field.ARRIVAL: Columns(("In",)),
        Field.DEPARTURE: Columns(("Out",)),
        Field.TOTAL: Columns(("Price",)),
        Field.STATUS: Columns(("State",)),
    }
)


def survey(*rows: tuple[str, ...], mapped: ColumnMap = MAP, rooms: tuple[str, ...] = ()) -> Survey:
    facts = Facts(mapped, RowReader(mapped, HEADER, "eur", READER), READER, rooms)
    for row in rows:
        facts.add(row)
    return facts.told(Survey("utf-8", ",", HEADER, (), len(rows), ""))


def row(arrival: str = "2026-11-01", price: str = "5", state: str = "ok") -> tuple[str, ...]:
    return ("A", "Ada", arrival, "2026-11-09", price, state)


def test_what_a_whole_column_fits_is_taken_and_what_it_leaves_open_is_asked() -> None:
    certain = survey(row("03/04/2026", "98.555"), row("25/04/2026", "12.50"))
    assert (settled(MAP, certain).dates, settled(MAP, certain).decimal) == (DateOrder.DMY, POINT)
    assert questions(settled(MAP, certain), certain) == ()
    open_ = survey(row("03/04/2026", "1.234"), row("05/06/2026", "5"))
    assert [one.value for one in questions(settled(MAP, open_), open_)] == ["dates", "decimal"]
    assert (open_.open_dates, open_.open_amounts) == (("03/04/2026", "05/06/2026"), ("1.234",))
    mixed = survey(row("25/04/2026", "1,5"), row("04/25/2026", "1.5"))
    assert [one.value for one in questions(settled(MAP, mixed), mixed)] == ["dates", "decimal"]


def test_words_signs_and_rooms_that_nobody_explained_are_asked() -> None:
    found = survey(row(state="Gone"), row(price="kr 5"), row(state="cancelled_by_guest"))
    assert (found.unknown, found.signs) == (("Gone",), ("kr",))
    mapped = ColumnMap(MAP.fields | {Field.ROOM: Columns(("State",))})
    assert survey(row(state="101"), row(state="A 9"), mapped=mapped, rooms=("101",)).rooms == ("A 9",)


def test_a_row_is_a_booking() -> None:
    fields = MAP.fields | {Field.ADULTS: Columns(("Price", "Price")), Field.CHANNEL: Columns(text="Agency")}
    del fields[Field.TOTAL], fields[Field.STATUS]
    read = RowReader(ColumnMap(fields), HEADER, "eur", READER).read(["A-1 ", "Ada", "1 Nov 2026", "2026-11-04", "2"])
    draft = read.draft
    assert (read.reference, draft.guest.name, draft.adults, draft.channel) == ("A-1", "Ada", 4, "Agency")
    assert (draft.arrival, draft.departure, draft.total) == (date(2026, 11, 1), date(2026, 11, 4), None)


def test_a_status_is_read_by_the_words_of_its_source_first() -> None:
    mapped = ColumnMap(MAP.fields, words={"ok": BookingStatus.TENTATIVE})
    assert RowReader(mapped, HEADER, "eur", READER).read(row()).draft.status is BookingStatus.TENTATIVE


def test_columns_are_named_as_people_type_them() -> None:
    header = ("Guest name", "a+b", "year", "month")
    assert columns_from("guest NAME", header) == Columns(("Guest name",))
    assert columns_from("a+b", header) == Columns(("a+b",))
    assert columns_from("year+month", header) == Columns(("year", "month"))
    assert columns_from('"Direct"', header) == Columns(text="Direct")
    with pytest.raises(InputError):
        columns_from("nights", header)


AIRBNB_HEADER = ("Confirmation code", "Status", "Guest name", "Contact", "# of adults", "# of children", "# of infants",
                 "Start date", "End date", "# of nights", "Booked", "Listing", "Earnings")  # fmt: skip
BOOKING_HEADER = ("Book Number", "Booked by", "Guest Name(s)", "Check-in", "Check-out", "Booked on", "Status", "Rooms",
                  "Persons", "Adults", "Children", "Children's age(s)", "Price", "Commission %", "Commission Amount",
                  "Payment status", "Payment method", "Remarks", "Booker country", "Travel purpose", "Device",
                  "Unit type", "Duration (nights)", "Cancellation date", "Address", "Phone number")  # fmt: skip


def test_the_exports_of_the_large_channels_are_known() -> None:
    assert (preset_of(AIRBNB_HEADER), preset_of(BOOKING_HEADER), preset_of(HEADER)) == (AIRBNB, BOOKING_COM, None)
    mapped = replace(suggested(AIRBNB_HEADER), dates=DateOrder.MDY)
    reader = RowReader(mapped, AIRBNB_HEADER, "usd", READER)
    line = ["HMABC", "Confirmed", "Ada", "+39 333", "2", "1", "1", "12/20/2026", "12/23/2026", "3", "2026-07-13",
            "Sunrise", "€300.00"]  # fmt: skip
    draft = reader.read(line).draft
    assert (draft.reference, draft.children, draft.room, draft.channel) == ("HMABC", 2, "Sunrise", "Airbnb")
    assert (draft.total, draft.arrival) == (Money(30_000, "eur"), date(2026, 12, 20))
    reader = RowReader(suggested(BOOKING_HEADER), BOOKING_HEADER, "eur", READER)
    line = ["4711", "Ada", "Bea Two", "2026-12-20", "2026-12-22", "2026-07-13 10:00:00", "cancelled_by_guest", "1", "2",
            "2", "0", "", "240.5 EUR", "15", "36.08 EUR", "", "", "late"]  # fmt: skip
    draft = reader.read(line).draft
    assert (draft.guest.name, draft.note, draft.status.value) == ("Bea Two", "late", "cancelled")
    assert (draft.total, draft.channel) == (Money(24_050, "eur"), "Booking.com")


def test_common_names_are_suggested() -> None:
    found = suggested(("reference", "First name", "Last name", "Arrival", "Departure", "Nights", "E-Mail"))
    assert set(found.fields) == {Field.REFERENCE, Field.GUEST, Field.ARRIVAL, Field.DEPARTURE, Field.EMAIL}
    assert found.fields[Field.GUEST].names == ("First name", "Last name")


def test_an_open_amount_is_one_that_another_mark_would_change() -> None:
    assert is_open("1.234", 3)
    assert not is_open("12.50", 2)
