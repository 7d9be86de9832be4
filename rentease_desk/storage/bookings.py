"""Bookings and their guests: one at a time. Lists stand in ``booking_list``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Delete, Row, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, Guest, Totals, reference_key
from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.errors import ConflictError, InputError, NotFoundError
from rentease_desk.domain.text import fold, name_key
from rentease_desk.storage.among import among, among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.inserting import insert_if_free, is_about
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.rooms import left_on, nights_of, release_nights, room_named, rooms_of, settle_nights
from rentease_desk.storage.tables import booking_search, bookings, guests
from rentease_desk.storage.totals import totals_of

_FOUND_BY = ("reference", "arrival")
"""Of a booking's own columns, those that stand in ``booking_search``."""
_WITHOUT_ROOM = {BookingStatus.CANCELLED, BookingStatus.NO_SHOW}


def insert_booking(unit: Unit, draft: BookingDraft, uid: str) -> int:
    """Write a new booking with its guest, room and search text. The reference must be set and free.

    Raises ConflictError ``room.taken``, or InputError ``booking.reference_taken``.
    """
    guest_pk, guest_uid = _insert_guest(unit, draft.guest)
    row = _columns(draft) | {"uid": uid, "salt": unit.ids.salt(), "guest_pk": guest_pk, "version": 1, **unit.made}
    pk = insert_if_free(unit.connection, row, bookings.c.pk, "reference_key")
    if pk is None:
        raise _reference_taken(draft.reference)
    _settle_room(unit, pk, draft)
    refresh_search(unit.connection, [pk])
    told = document("booking", row, guest=guest_uid, room=draft.room)
    unit.record("add", "booking", uid, None, told, row | {"pk": pk})
    unit.changes |= Changes(bookings=frozenset({pk}))
    return int(pk)


def update_booking(unit: Unit, row: Row[*tuple[Any, ...]], draft: BookingDraft, *, priced: bool) -> None:
    """Write an edited booking, whose ``row`` is locked; where nothing is changed, nothing is written. ``priced``: it
    gets another price, which is a change for whoever has it open.

    Raises as ``insert_booking``.
    """
    before_room = ", ".join(rooms_of(unit.connection, [row.pk]).get(row.pk, ()))
    guest_uid, renamed = _update_guest(unit, row.guest_pk, draft.guest)
    columns = _columns(draft)
    before = {key: row._mapping[key] for key in columns} | {"salt": row.salt}
    told = document("booking", before, guest=guest_uid, room=before_room)
    wanted = document("booking", columns | {"salt": row.salt}, guest=guest_uid, room=draft.room)
    if told == wanted and not (renamed or priced):
        return
    moved = _settle_room(unit, row.pk, draft)
    after = columns | {"version": row.version + 1}
    _update(unit.connection, row.pk, after)
    if moved or renamed or any(before[key] != columns[key] for key in _FOUND_BY):
        refresh_search(unit.connection, [row.pk])
    unit.record("edit", "booking", row.uid, told, wanted, {**row._mapping, **after}, always=True)
    unit.changes |= Changes(bookings=frozenset({row.pk}))


def lock_booking(connection: Connection, pk: int, version: int | None) -> Row[*tuple[Any, ...]]:
    """A booking's row, which nobody else changes, and to which no money comes, until the transaction ends.

    ``version`` None: whichever it has. Raises NotFoundError, or ConflictError ``booking.changed``.
    """
    row = connection.execute(select(bookings).where(bookings.c.pk == pk).with_for_update()).first()
    if row is None:
        raise NotFoundError("booking.not_found", reference=pk)
    if version is not None and row.version != version:
        raise ConflictError("booking.changed", actor=last_actor(connection, row.uid))
    return row


def find_booking(connection: Connection, reference: str) -> Booking | None:
    """The booking with this reference, in any case."""
    pk = connection.scalar(_named(), {"name": reference_key(reference)})
    return None if pk is None else load_booking(connection, pk)


def load_booking(connection: Connection, pk: int) -> Booking | None:
    """The booking with this key."""
    return next(iter(load_bookings(connection, [pk])), None)


class Payee(Struct, frozen=True):
    """Of a booking, what who puts money on it has to know. ``currency``: in lower case."""

    pk: int
    uid: str
    reference: str
    currency: str


def find_payee(connection: Connection, pk: int) -> Payee | None:
    """Of the booking with this key; without the sums, which are asked for in many parts."""
    row = connection.execute(_payee(), {"of": pk}).first()
    return None if row is None else Payee(*row)


@cache
def _payee() -> Select[*tuple[Any, ...]]:
    columns = (bookings.c.pk, bookings.c.uid, bookings.c.reference, bookings.c.currency)
    return select(*columns).where(bookings.c.pk == bindparam("of"))


def booking_uid(connection: Connection, pk: int) -> str:
    """The identity of a booking that is known to be there."""
    return str(connection.execute(_uid(), {"of": pk}).scalar_one())


_CLAIMED = select(bookings.c.pk, bookings.c.uid, bookings.c.reference_key).where(
    or_(among(bookings.c.uid, "claims"), among(bookings.c.reference_key, "claims"))
)


def resolve_claims(connection: Connection, claims: Collection[str]) -> dict[str, int]:
    """Which bookings these keys name: a booking's uid, or its ``reference_key``. Nothing else is certain."""
    known: dict[str, int] = {}
    for row in connection.execute(_CLAIMED, {"claims": list(claims)}).all():
        known |= {row.uid: row.pk, row.reference_key: row.pk}
    return known


def load_bookings(connection: Connection, pks: Sequence[int]) -> list[Booking]:
    """Bookings in the order of the keys; keys that are not there are left out."""
    rows = {row.pk: row for row in connection.execute(_select(), {"pks": list(pks)})}
    rooms, totals = rooms_of(connection, pks), totals_of(connection, pks)
    return [booking_from(rows[pk], rooms.get(pk, ()), totals[pk]) for pk in pks if pk in rows]


def booking_from(row: Row[*tuple[Any, ...]], rooms: tuple[str, ...], totals: Totals) -> Booking:
    """A domain value from a row of bookings joined with guests."""
    return Booking(
        pk=row.pk,
        uid=row.uid,
        reference=row.reference,
        guest=Guest(row.name, row.email, row.phone, row.language),
        rooms=rooms,
        arrival=row.arrival,
        departure=row.departure,
        adults=row.adults,
        children=row.children,
        channel=row.channel,
        note=row.note,
        currency=row.currency,
        status=BookingStatus(row.status),
        version=row.version,
        created_at=row.created_at,
        totals=totals,
    )


def refresh_search(connection: Connection, pks: Sequence[int]) -> None:
    """Make the folded search text of bookings anew from what they are now, and where it stands in the list."""
    rooms = rooms_of(connection, pks)
    rows = [
        {"booking_pk": row.pk, "arrival": row.arrival, "text": search_text(row._mapping, rooms.get(row.pk, ()))}
        for row in connection.execute(_select(), {"pks": list(pks)})
    ]
    connection.execute(_forget_search(), {"pks": list(pks)})
    if rows:
        connection.execute(insert(booking_search), rows)


def search_text(row: Mapping[Any, Any], rooms: Iterable[str]) -> str:
    """What a search looks through: reference, name, e-mail, telephone and rooms, folded."""
    return fold(" ".join((row["reference"], row["name"], row["email"], row["phone"], *rooms)))


@cache
def _select() -> Select[*tuple[Any, ...]]:
    """Made once, as all that is asked with every page."""
    guest = (guests.c.name, guests.c.email, guests.c.phone, guests.c.language)
    query = select(bookings, *guest).join(guests, guests.c.pk == bookings.c.guest_pk)
    return query.where(among_keys(bookings.c.pk, "pks"))


@cache
def _forget_search() -> Delete:
    return delete(booking_search).where(among_keys(booking_search.c.booking_pk, "pks"))


@cache
def _named() -> Select[int]:
    return select(bookings.c.pk).where(bookings.c.reference_key == bindparam("name"))


@cache
def _uid() -> Select[str]:
    return select(bookings.c.uid).where(bookings.c.pk == bindparam("of"))


def _columns(draft: BookingDraft) -> dict[str, Any]:
    return {
        "reference": draft.reference,
        "reference_key": reference_key(draft.reference),
        "arrival": draft.arrival,
        "departure": draft.departure,
        "adults": draft.adults,
        "children": draft.children,
        "channel": draft.channel,
        "note": draft.note,
        "currency": draft.currency,
        "status": draft.status.value,
    }


def _update(connection: Connection, pk: int, values: Mapping[str, Any]) -> None:
    try:
        connection.execute(update(bookings).where(bookings.c.pk == pk).values(dict(values)))
    except IntegrityError as error:
        if is_about(error, "reference_key"):
            raise _reference_taken(values["reference"]) from error
        raise


def _reference_taken(reference: str) -> InputError:
    return InputError("booking.reference_taken", field="reference", reference=reference)


def _settle_room(unit: Unit, pk: int, draft: BookingDraft) -> bool:
    """Whether it has another place now. A guest who left early keeps what was slept: the other nights may be somebody
    else's by now.
    """
    held = nights_of(unit.connection, pk)
    if not draft.room or draft.status in _WITHOUT_ROOM:
        release_nights(unit, pk)
        return bool(held)
    room, slept = room_named(unit, draft.room), {night: one for one, night in held}
    if slept and slept[max(slept)] != room:
        slept = {}  # another room; where it is the one slept in last, the nights before stay where they were
    left = left_on(unit.connection, pk) if draft.status is BookingStatus.DEPARTED else None
    until = min(draft.departure, left or date.max)
    stay = (draft.arrival + timedelta(days=day) for day in range((until - draft.arrival).days))
    return settle_nights(unit, pk, held, [(slept.get(night, room), night) for night in stay])


def _insert_guest(unit: Unit, guest: Guest) -> tuple[int, str]:
    row = _guest_columns(guest) | {"uid": unit.ids.uid(), "salt": unit.ids.salt(), "version": 1}
    pk = unit.connection.execute(insert(guests).values(row).returning(guests.c.pk)).scalar_one()
    unit.record("add", "guest", row["uid"], None, document("guest", row), row | {"pk": pk})
    return int(pk), row["uid"]


def _update_guest(unit: Unit, pk: int, guest: Guest) -> tuple[str, bool]:
    """Their uid, and whether anything of them has changed."""
    row = unit.connection.execute(select(guests).where(guests.c.pk == pk).with_for_update()).one()
    columns = _guest_columns(guest)
    if all(row._mapping[key] == value for key, value in columns.items()):
        return str(row.uid), False
    values = columns | {"version": row.version + 1}
    unit.connection.execute(update(guests).where(guests.c.pk == pk).values(values))
    before = {key: row._mapping[key] for key in columns} | {"salt": row.salt}
    after = columns | {"salt": row.salt}
    unit.record("edit", "guest", row.uid, document("guest", before), document("guest", after), always=True)
    return str(row.uid), True


def _guest_columns(guest: Guest) -> dict[str, Any]:
    return {
        "name": guest.name,
        "name_key": name_key(guest.name),
        "email": guest.email,
        "phone": guest.phone,
        "language": guest.language,
    }


def last_actor(connection: Connection, uid: str) -> str:
    """Who wrote the last journal row of a booking."""
    return last_written(connection, uid)[1].actor


def last_written(connection: Connection, uid: str) -> tuple[str, Operator]:
    """What the last journal row of a booking says was done, and by whom."""
    row = connection.execute(_last_written(), {"of": uid}).one()
    return row.action, Operator(row.actor, row.desk)


def last_change(connection: Connection, uid: str) -> tuple[Operator, int]:
    """Who wrote the last journal row of a booking, and when (UTC seconds)."""
    row = connection.execute(_last_written(), {"of": uid}).one()
    return Operator(row.actor, row.desk), row.at


@cache
def _last_written() -> Select[str, str, str, int]:
    latest = select(func.max(journal.c.seq)).where(
        journal.c.entity == "booking", journal.c.entity_uid == bindparam("of")
    )
    query = select(journal.c.action, journal.c.actor, journal.c.desk, journal.c.at)
    return query.where(journal.c.seq == latest.scalar_subquery())
