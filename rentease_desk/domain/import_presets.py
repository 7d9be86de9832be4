"""Exports that are known by their columns, and what the columns of others are commonly called.

Airbnb, *Reservations*, exported as CSV: ``Confirmation code, Status, Guest name, Contact, # of adults, # of children,
# of infants, Start date, End date, # of nights, Booked, Listing, Earnings``; days as 12/20/2026, amounts as €300.00.
"Earnings" is what Airbnb pays out, after its fee. Source: the header as several public programs write and read it, a
Rust exporter of Airbnb's reservations and the tests of a Django cleaning planner among them.

Booking.com, extranet, *Reservations → Download*, an XLS to be saved as CSV: ``Book number, Booked by, Guest name(s),
Check-in, Check-out, Booked on, Status, Rooms, Persons (elsewhere: People), Adults, Children, Children's age(s), Price,
Commission %, Commission amount, Payment status, Payment method, Remarks, Booker country, Travel purpose, Device, Unit
type, Duration (nights), Cancellation date, Address, Phone number``; days as 2026-12-20, amounts as 300.00 EUR. "Unit
type" is a kind of room and no room. Source: the same of public programs; the way to the file stands at
https://help.guestbook247.com/help-topics/import-data/booking-com-import-format.

*Hotel booking demand* (Antonio, Almeida, Nunes, Data in Brief 22, 2019): a data set to try an import of 119,390 rows
with; it has no names and no references.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.imports import ColumnMap, Columns, Field
from rentease_desk.domain.text import fold

_Choices = Sequence[tuple[str, ...]]

STATUS_WORDS: Mapping[str, BookingStatus] = {
    **{status.value: status for status in BookingStatus},
    "ok": BookingStatus.CONFIRMED,
    "booked": BookingStatus.CONFIRMED,
    "canceled": BookingStatus.CANCELLED,
    "no show": BookingStatus.NO_SHOW,
    "no-show": BookingStatus.NO_SHOW,
    "check-out": BookingStatus.DEPARTED,
    "checked out": BookingStatus.DEPARTED,
    "in house": BookingStatus.IN_HOUSE,
    "cancelled by guest": BookingStatus.CANCELLED,
    "canceled by guest": BookingStatus.CANCELLED,
    "canceled by host": BookingStatus.CANCELLED,
    "canceled by airbnb": BookingStatus.CANCELLED,
    "cancelled_by_guest": BookingStatus.CANCELLED,
    "cancelled_by_hotel": BookingStatus.CANCELLED,
    "cancelled_by_partner": BookingStatus.CANCELLED,
    "past guest": BookingStatus.DEPARTED,
    "awaiting guest review": BookingStatus.DEPARTED,
    "review guest": BookingStatus.DEPARTED,
}
"""Words that mean the same wherever they stand (folded). What is not among them is asked for."""


class Preset(Struct, frozen=True):
    """A known export. ``signs``: columns that only it has together; ``fields``: the first choice that is there."""

    name: str
    title: str
    signs: tuple[str, ...]
    fields: Mapping[Field, _Choices]
    texts: Mapping[Field, str] = {}


AIRBNB = Preset(
    "airbnb",
    "Airbnb",
    ("Confirmation code", "Guest name", "Start date", "End date"),
    {
        Field.REFERENCE: [("Confirmation code",)],
        Field.GUEST: [("Guest name",)],
        Field.PHONE: [("Contact",)],
        Field.ARRIVAL: [("Start date",)],
        Field.DEPARTURE: [("End date",)],
        Field.ADULTS: [("# of adults",)],
        Field.CHILDREN: [("# of children", "# of infants"), ("# of children",)],
        Field.ROOM: [("Listing",)],
        Field.TOTAL: [("Earnings",)],
        Field.STATUS: [("Status",)],
    },
    {Field.CHANNEL: "Airbnb"},
)
BOOKING_COM = Preset(
    "booking.com",
    "Booking.com",
    ("Book number", "Booked by", "Check-in", "Check-out"),
    {
        Field.REFERENCE: [("Book number",)],
        Field.GUEST: [("Guest name(s)",), ("Booked by",)],
        Field.PHONE: [("Phone number",)],
        Field.ARRIVAL: [("Check-in",)],
        Field.DEPARTURE: [("Check-out",)],
        Field.ADULTS: [("Adults",), ("Persons",), ("People",)],
        Field.CHILDREN: [("Children",)],
        Field.NOTE: [("Remarks",)],
        Field.TOTAL: [("Price",)],
        Field.STATUS: [("Status",)],
    },
    {Field.CHANNEL: "Booking.com"},
)
HOTEL_BOOKING_DEMAND = Preset(
    "hotel-booking-demand",
    "Hotel booking demand (data set)",
    ("arrival_date_year", "stays_in_weekend_nights", "adr"),
    {
        Field.ARRIVAL: [("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month")],
        Field.NIGHTS: [("stays_in_weekend_nights", "stays_in_week_nights")],
        Field.ADULTS: [("adults",)],
        Field.CHILDREN: [("children", "babies")],
        Field.CHANNEL: [("distribution_channel",)],
        Field.RATE: [("adr",)],
        Field.STATUS: [("reservation_status",)],
    },
    {Field.GUEST: "Guest without a name"},
)
PRESETS = (AIRBNB, BOOKING_COM, HOTEL_BOOKING_DEMAND)

_COMMON: Mapping[Field, _Choices] = {
    Field.REFERENCE: [(one,) for one in ("Reference", "Booking reference", "Confirmation code", "Confirmation number",
                                         "Reservation number", "Booking number", "Booking ID", "Reservation ID")],
    Field.GUEST: [("First name", "Last name"), *((one,) for one in ("Guest name", "Guest", "Name", "Customer"))],
    Field.EMAIL: [("E-mail",), ("Email",), ("Email address",), ("Guest email",)],
    Field.PHONE: [("Telephone",), ("Phone",), ("Phone number",)],
    Field.ARRIVAL: [(one,) for one in ("Arrival", "Arrival date", "Check-in", "Check in", "Checkin", "Start date")],
    Field.DEPARTURE: [(one,) for one in ("Departure", "Departure date", "Check-out", "Check out", "Checkout",
                                         "End date")],
    Field.NIGHTS: [("Nights",)],
    Field.ROOM: [("Room",), ("Room number",), ("Room or bed",), ("Bed",)],
    Field.ADULTS: [("Adults",), ("Persons",), ("Guests",)],
    Field.CHILDREN: [("Children",)],
    Field.CHANNEL: [("Channel",), ("Source",)],
    Field.NOTE: [("Note",), ("Notes",), ("Remarks",), ("Comments",)],
    Field.CURRENCY: [("Currency",)],
    Field.TOTAL: [("Total",), ("Price",), ("Total price",), ("Amount",)],
    Field.STATUS: [("Status",)],
}  # fmt: skip


def preset_of(header: Sequence[str]) -> Preset | None:
    """The known export whose columns these are."""
    known = {fold(name) for name in header}
    return next((one for one in PRESETS if known.issuperset(map(fold, one.signs))), None)


def preset_named(name: str) -> Preset | None:
    """A known export by its name."""
    return next((one for one in PRESETS if one.name == name.strip().casefold()), None)


def mapped_by(preset: Preset, header: Sequence[str]) -> ColumnMap:
    """The columns of a known export, where they are in this file."""
    fields = _found(preset.fields, header)
    return ColumnMap(fields | {field: Columns(text=text) for field, text in preset.texts.items()})


def suggested(header: Sequence[str]) -> ColumnMap:
    """What a file's columns most likely are, for a person to look at: by a known export, else by common names."""
    preset = preset_of(header)
    if preset is not None:
        return mapped_by(preset, header)
    fields = _found(_COMMON, header)
    if Field.DEPARTURE in fields:
        fields.pop(Field.NIGHTS, None)
    return ColumnMap(fields)


def fitting(kept: ColumnMap, header: Sequence[str]) -> ColumnMap | None:
    """A remembered map, if all its columns are in this file."""
    return kept if set(kept.columns()) <= set(header) else None


def with_field(mapped: ColumnMap, field: Field, columns: Columns) -> ColumnMap:
    """The map with another place for a field; without names and text, with none."""
    fields = {one: found for one, found in mapped.fields.items() if one is not field}
    if columns.names or columns.text:
        fields[field] = columns
    return replace(mapped, fields=fields)


def _found(wanted: Mapping[Field, _Choices], header: Sequence[str]) -> dict[Field, Columns]:
    """The first choice whose columns are all there, under the names that they have in the file."""
    known = {fold(name): name for name in reversed(header)}
    found = {}
    for field, choices in wanted.items():
        names = next((one for one in choices if all(fold(name) in known for name in one)), None)
        if names is not None:
            found[field] = Columns(tuple(known[fold(name)] for name in names))
    return found
