"""The 119,390 stays of *Hotel booking demand* as a desk's database.

Data: Antonio, Almeida and Nunes, "Hotel booking demand datasets", Data in Brief 22 (2019), CC BY 4.0; names: Unicode
CLDR's sample person names. Neither is part of the project: both are read from ``shared/data`` beside it.
"""

from __future__ import annotations

import csv
import heapq
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from rentease_desk.domain.text import fold
from rentease_desk.services.desk import Desk
from rentease_desk.storage.bulk import insert_many
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.tables import booking_search, bookings, charge_lines, guests

DATA = Path(__file__).parents[3] / "shared" / "data"
BOOKINGS = DATA / "hotel_bookings.csv.zip"
NAMES = DATA / "cldr48_sample_names.csv"
MISSING = "the hotel bookings and sample names are not beside the project (shared/data)"
COMMON = ("Jürgen Müller", "Søren Lindqvist", "Ana Silva", "José Ferreira", "Mary Smith")

_ORDER = (guests, rooms, bookings, booking_search, charge_lines, room_nights)
_BATCH = 5_000
Tables = dict[Table, list[dict[str, Any]]]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_STATUS = {"Check-Out": "departed", "Canceled": "cancelled", "No-Show": "no_show"}


@dataclass(frozen=True, slots=True)
class Stay:
    """One line of the data. ``price`` in euro cents."""

    number: int
    guest: str
    arrival: date
    nights: int
    adults: int
    children: int
    channel: str
    status: str
    price: int


def available() -> bool:
    """Whether the data is there."""
    return BOOKINGS.exists() and NAMES.exists()


def stays() -> Iterator[Stay]:
    """Every stay, in the order of the file."""
    names = cycle([*COMMON, *_names()])
    with zipfile.ZipFile(BOOKINGS) as archive, archive.open(archive.namelist()[0]) as raw:
        for number, line in enumerate(csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8")), start=1):
            yield _stay(number, next(names), line)


def load(desk: Desk, most: int | None = None) -> int:
    """Write the stays straight into the tables of an empty database; returns how many."""
    source = sorted(islice(stays(), most), key=lambda stay: (stay.arrival, stay.number))
    allocation = _Allocation()
    with desk.db.writing(desk.operator) as unit:
        for start in range(0, len(source), _BATCH):
            tables: Tables = {table: [] for table in _ORDER}
            for stay in source[start : start + _BATCH]:
                _add(tables, stay, allocation.room_for(stay, tables[rooms]), unit.made)
            for table, rows in tables.items():
                insert_many(unit.connection, table, rows)
    return len(source)


class _Allocation:
    """Gives each stay a room that is free, a new one where none is."""

    def __init__(self) -> None:
        self._free: list[tuple[date, int]] = []
        self._count = 0

    def room_for(self, stay: Stay, made: list[dict[str, Any]]) -> int:
        """The number of a room; 0 for a stay that did not happen. A new room's row goes to ``made``."""
        if stay.status != "departed" or not stay.nights:
            return 0
        if self._free and self._free[0][0] <= stay.arrival:
            room = heapq.heappop(self._free)[1]
        else:
            self._count += 1
            room = self._count
            made.append(_room(room))
        heapq.heappush(self._free, (stay.arrival + timedelta(days=stay.nights), room))
        return room


def _add(tables: Tables, stay: Stay, room: int, made: dict[str, object]) -> None:
    pk, reference = stay.number, f"HB-{stay.number}"
    email = f"{fold(stay.guest).replace(' ', '.')[:40]}@mail.example"
    departure = stay.arrival + timedelta(days=stay.nights)
    tables[guests].append(
        {"pk": pk, "uid": f"g{pk}", "salt": "0", "name": stay.guest, "name_key": fold(stay.guest), "email": email,
         "phone": "", "version": 1}
    )  # fmt: skip
    tables[bookings].append(
        {"pk": pk, "uid": f"b{pk}", "salt": "0", "reference": reference, "reference_key": reference.casefold(),
         "guest_pk": pk, "arrival": stay.arrival, "departure": departure, "adults": stay.adults,
         "children": stay.children, "channel": stay.channel, "note": "", "currency": "eur", "status": stay.status,
         "version": 1, **made}
    )  # fmt: skip
    text = fold(f"{reference} {stay.guest} {email} {room or ''}")
    tables[booking_search].append({"booking_pk": pk, "arrival": stay.arrival, "text": text})
    tables[room_nights] += [
        {"room_pk": room, "night": stay.arrival + timedelta(days=night), "booking_pk": pk}
        for night in range(stay.nights if room else 0)
    ]
    if stay.price:
        tables[charge_lines].append(
            {"uid": f"c{pk}", "booking_pk": pk, "kind": "accommodation", "text": "", "amount": stay.price,
             "currency": "eur", "tax_rate_ppm": 0, "service_from": stay.arrival, "service_to": departure,
             "occurred_at": 0, "business_date": stay.arrival, "corrects_pk": None, "reason": "", **made}
        )  # fmt: skip


def _room(number: int) -> dict[str, Any]:
    name = str(number)
    return {"pk": number, "uid": f"r{number}", "name": name, "name_key": name, "kind": "", "active": True, "version": 1}


def _stay(number: int, guest: str, line: dict[str, str]) -> Stay:
    month = _MONTHS.index(line["arrival_date_month"]) + 1
    arrival = date(int(line["arrival_date_year"]), month, int(line["arrival_date_day_of_month"]))
    nights = int(line["stays_in_weekend_nights"]) + int(line["stays_in_week_nights"])
    cents = (Decimal(line["adr"]) * 100 * nights).quantize(Decimal(1), ROUND_HALF_UP)
    return Stay(
        number=number,
        guest=guest,
        arrival=arrival,
        nights=nights,
        adults=int(line["adults"]),
        children=int(Decimal(line["children"] if line["children"] not in {"", "NA"} else "0")),
        channel=line["distribution_channel"],
        status=_STATUS[line["reservation_status"]],
        price=int(cents),
    )


def _names() -> list[str]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [name for name in (_full_name(row) for row in rows) if name]


def _full_name(row: dict[str, str]) -> str:
    parts = (row.get(field, "") for field in ("given", "given2", "surname", "surname2"))
    return " ".join(part.strip() for part in parts if part and part.strip())
