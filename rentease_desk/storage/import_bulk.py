"""Many new bookings in few statements: one at a time a file of a hundred thousand would take an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import BookingDraft, BookingStatus, ChargeKind, reference_key, room_key
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.import_digests import Digests
from rentease_desk.domain.text import name_key
from rentease_desk.storage.among import among
from rentease_desk.storage.billing_tables import stripe_subscriptions
from rentease_desk.storage.bookings import search_text
from rentease_desk.storage.bulk import insert_many, new_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.import_rows import encoded, room_keys, taken_references
from rentease_desk.storage.import_sources import StoredSource
from rentease_desk.storage.import_tables import import_rows
from rentease_desk.storage.room_tables import room_nights
from rentease_desk.storage.rooms import lock_rooms, room_named
from rentease_desk.storage.stripe_claims import settle_claims
from rentease_desk.storage.tables import booking_search, bookings, charge_lines, counters, guests, payments

WITHOUT_ROOM = frozenset({BookingStatus.CANCELLED, BookingStatus.NO_SHOW})
_Rows = list[dict[str, Any]]
_CLAIMS = tuple(
    select(table.c[name]).where(table.c.booking_pk.is_(None), among(table.c[name], "names"))
    for table in (payments, stripe_subscriptions)
    for name in ("claimed_id", "claimed_reference")
)
"""Who waits for a booking names it by its reference, under either key."""


class TakenError(Exception):
    """Of the rows that were to be written, at least one cannot be: something of it is taken. Nothing was written."""


class NewRow(Struct, frozen=True):
    """A booking to come. ``draft`` is checked, and has a reference; ``identity`` is the row's within its source."""

    uid: str
    identity: str
    draft: BookingDraft
    salt: str
    digests: Digests


class Charged(Struct, frozen=True):
    """How a price is charged: on which business day, with which tax in millionths."""

    day: date
    rate: int


def insert_rows(unit: Unit, source: StoredSource, new: Sequence[NewRow], charged: Charged) -> None:
    """Write new bookings with guests, rooms, prices and journal rows: all, or none.

    Raises TakenError: a room or reference is taken, or another desk has brought one of them in just now.
    """
    try:
        with unit.savepoint():
            _insert(unit, source, new, charged)
    except IntegrityError as error:
        raise TakenError from error


def _insert(unit: Unit, source: StoredSource, new: Sequence[NewRow], charged: Charged) -> None:
    made = _insert_guests(unit, new)
    keys = new_keys(unit.connection, bookings, len(new))
    rows = [_booking(unit, one, pk, guest["pk"]) for one, pk, guest in zip(new, keys, made, strict=True)]
    insert_many(unit.connection, bookings, rows)
    pks = {one.uid: pk for one, pk in zip(new, keys, strict=True)}
    rooms = _insert_nights(unit, new, pks)
    _insert_search(unit, new, pks, rooms)
    for one, row, guest in zip(new, rows, made, strict=True):
        told = {"guest": guest["uid"], "room": one.draft.room, "source": source.name, "source_reference": one.identity}
        unit.record("add", "booking", one.uid, None, document("booking", row, **told), row)
    _insert_prices(unit, new, pks, charged)
    kept = [{"source_pk": source.pk, "reference": one.identity, "booking_pk": pks[one.uid], "salt": one.salt,
             "digests": encoded(one.digests)} for one in new]  # fmt: skip
    insert_many(unit.connection, import_rows, kept)
    _settle_claims(unit, new, pks)
    unit.changes |= Changes(bookings=frozenset(pks.values()))


def free_references(unit: Unit, prefix: str, count: int) -> list[str]:
    """So many references of our own, with numbers that nobody has had."""
    found: list[str] = []
    while len(found) < count:
        wanted = count - len(found)
        step = update(counters).where(counters.c.name == "booking_reference").values(value=counters.c.value + wanted)
        last = int(unit.connection.execute(step.returning(counters.c.value)).scalar_one())
        made = [f"{prefix}{number}" for number in range(last - wanted + 1, last + 1)]
        taken = taken_references(unit.connection, [reference_key(one) for one in made])
        found += [one for one in made if reference_key(one) not in taken]
    return found


def _insert_guests(unit: Unit, new: Sequence[NewRow]) -> _Rows:
    rows: _Rows = []
    for one, pk in zip(new, new_keys(unit.connection, guests, len(new)), strict=True):
        guest = one.draft.guest
        rows.append({"pk": pk, "uid": unit.ids.uid(), "salt": unit.ids.salt(), "name": guest.name,
                     "name_key": name_key(guest.name), "email": guest.email, "phone": guest.phone,
                     "version": 1})  # fmt: skip
    insert_many(unit.connection, guests, rows)
    for row in rows:
        unit.record("add", "guest", row["uid"], None, document("guest", row), row)
    return rows


def _booking(unit: Unit, one: NewRow, pk: int, guest_pk: int) -> dict[str, Any]:
    draft = one.draft
    return {
        "pk": pk,
        "uid": one.uid,
        "salt": unit.ids.salt(),
        "reference": draft.reference,
        "reference_key": reference_key(draft.reference),
        "guest_pk": guest_pk,
        "arrival": draft.arrival,
        "departure": draft.departure,
        "adults": draft.adults,
        "children": draft.children,
        "channel": draft.channel,
        "note": draft.note,
        "currency": draft.currency,
        "status": draft.status.value,
        "version": 1,
        **unit.made,
    }


def _insert_nights(unit: Unit, new: Sequence[NewRow], pks: Mapping[str, int]) -> Mapping[str, int]:
    """The rooms that the bookings are in, by folded name."""
    staying = [one for one in new if one.draft.room and one.draft.status not in WITHOUT_ROOM]
    named = {room_key(one.draft.room): one.draft.room for one in staying}
    known = room_keys(unit.connection) if named else {}
    rooms = {key: known.get(key) or room_named(unit, name) for key, name in sorted(named.items())}
    lock_rooms(unit.connection, rooms.values())
    nights = [
        {"room_pk": rooms[room_key(one.draft.room)], "night": night, "booking_pk": pks[one.uid]}
        for one in staying
        for night in nights_between(one.draft.arrival, one.draft.departure)
    ]
    insert_many(unit.connection, room_nights, nights)
    return rooms


def nights_between(first: date, last: date) -> list[date]:
    """From the first night to the one before the day of leaving."""
    return [first + timedelta(days=day) for day in range((last - first).days)]


def _insert_search(unit: Unit, new: Sequence[NewRow], pks: Mapping[str, int], rooms: Mapping[str, int]) -> None:
    rows = []
    for one in new:
        draft, guest = one.draft, one.draft.guest
        told = {"reference": draft.reference, "name": guest.name, "email": guest.email, "phone": guest.phone}
        slept = (draft.room,) if draft.status not in WITHOUT_ROOM and room_key(draft.room) in rooms else ()
        rows.append({"booking_pk": pks[one.uid], "arrival": draft.arrival, "text": search_text(told, slept)})
    insert_many(unit.connection, booking_search, rows)


def _insert_prices(unit: Unit, new: Sequence[NewRow], pks: Mapping[str, int], charged: Charged) -> None:
    """What the stay costs; a cancelled one owes nothing."""
    rows = [(one, _price(unit, one, pks[one.uid], charged)) for one in new if _costs(one.draft)]
    for (_, row), pk in zip(rows, new_keys(unit.connection, charge_lines, len(rows)) if rows else (), strict=True):
        row["pk"] = pk
    insert_many(unit.connection, charge_lines, [row for _, row in rows])
    for one, row in rows:
        unit.record("charge", "charge", row["uid"], None, document("charge", row, booking=one.uid), row)


def _costs(draft: BookingDraft) -> bool:
    return draft.total is not None and draft.total.minor != 0 and draft.status is not BookingStatus.CANCELLED


def _price(unit: Unit, one: NewRow, pk: int, charged: Charged) -> dict[str, Any]:
    draft = one.draft
    assert draft.total is not None
    return {
        "uid": unit.ids.uid(),
        "booking_pk": pk,
        "kind": ChargeKind.ACCOMMODATION.value,
        "text": "",
        "amount": draft.total.minor,
        "currency": draft.currency,
        "tax_rate_ppm": charged.rate,
        "service_from": draft.arrival,
        "service_to": draft.departure,
        "occurred_at": unit.now,
        "business_date": charged.day,
        "corrects_pk": None,
        "reason": "",
        "quantity": None,
        "unit_amount": None,
        **unit.made,
    }


def _settle_claims(unit: Unit, new: Sequence[NewRow], pks: Mapping[str, int]) -> None:
    """Payments that name one of them wait seldom: only for those they are looked for one by one."""
    keys = [reference_key(one.draft.reference) for one in new]
    claimed = {name for query in _CLAIMS for name in unit.connection.scalars(query, {"names": keys})}
    for one, key in zip(new, keys, strict=True):
        if key in claimed:
            settle_claims(unit, pks[one.uid], one.uid, one.draft.reference)
