"""What a source says otherwise than before, held against the booking: what was edited at the desk stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking, BookingDraft, BookingStatus, room_key
from rentease_desk.domain.import_digests import Digests, differing, digest, digests
from rentease_desk.domain.import_reading import SAID, price_said
from rentease_desk.domain.imports import Change, ColumnMap, Field, Value
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import place_of
from rentease_desk.storage.import_bulk import WITHOUT_ROOM
from rentease_desk.storage.import_rows import KnownRow

_TO_COME = frozenset({BookingStatus.TENTATIVE, BookingStatus.CONFIRMED})
_STAY = frozenset({Field.ARRIVAL, Field.DEPARTURE, Field.ROOM, Field.TOTAL, Field.STATUS})
"""What belongs to the stay itself; of one that has gone on at the desk, nothing of it comes from elsewhere."""


def as_given(draft: BookingDraft, mapped: ColumnMap, today: date) -> BookingDraft:
    """What the booking gets: a confirmed stay that is over has departed, where that was chosen."""
    is_over = mapped.over_departed and draft.status is BookingStatus.CONFIRMED and draft.departure <= today
    return replace(draft, status=BookingStatus.DEPARTED) if is_over else draft


def digests_of(salt: str, given: Mapping[Field, str], draft: BookingDraft) -> Digests:
    """To be kept of a new row. ``given`` is what the source says, ``draft`` what the booking gets."""
    gets = {
        Field.STATUS: draft.status.value,
        Field.TOTAL: "" if draft.status is BookingStatus.CANCELLED else SAID[Field.TOTAL](draft),
        Field.ROOM: "" if draft.status in WITHOUT_ROOM else SAID[Field.ROOM](draft),
    }
    here = {field: value for field, value in gets.items() if field in given and given[field] != value}
    return Digests(digests(salt, given), digests(salt, here))


def changes_of(
    booking: Booking, price: Money, known: KnownRow, given: Mapping[Field, str], draft: BookingDraft
) -> tuple[Change, ...]:
    """What the source says otherwise than before, and other than the booking is."""
    kept = known.read()
    current, shown, wanted = _current(booking, price), _shown(booking, price), _wanted(draft)
    has_gone_on = booking.status not in _TO_COME and not _is_as_given(kept, known.salt, Field.STATUS, current)
    found = []
    for field in differing(known.salt, kept, given):
        if current[field] == given[field]:
            continue
        stays = not _is_as_given(kept, known.salt, field, current) or (has_gone_on and field in _STAY)
        stays = stays or (field is Field.STATUS and not _can_become(booking.status, draft.status))
        found.append(Change(field, shown[field], wanted[field], stays))
    return tuple(found)


def is_changed(known: KnownRow, given: Mapping[Field, str]) -> bool:
    """Whether the source says anything otherwise than before."""
    return bool(differing(known.salt, known.read(), given))


def _is_as_given(kept: Digests, salt: str, field: Field, current: Mapping[Field, str]) -> bool:
    """Nobody has edited it since; of what the source never gave, as long as it is empty."""
    before = kept.given(field)
    return not current[field] if before is None else before == digest(salt, field, current[field])


def _can_become(status: BookingStatus, wanted: BookingStatus) -> bool:
    return status in _TO_COME and (wanted in _TO_COME or wanted in WITHOUT_ROOM)


def _current(booking: Booking, price: Money) -> dict[Field, str]:
    """What the booking says, as it is compared."""
    return {
        Field.GUEST: booking.guest.name,
        Field.EMAIL: booking.guest.email,
        Field.PHONE: booking.guest.phone,
        Field.ARRIVAL: booking.arrival.isoformat(),
        Field.DEPARTURE: booking.departure.isoformat(),
        Field.ROOM: room_key(place_of(booking).room),
        Field.ADULTS: str(booking.adults),
        Field.CHILDREN: str(booking.children),
        Field.CHANNEL: booking.channel,
        Field.NOTE: booking.note,
        Field.TOTAL: price_said(price),
        Field.STATUS: booking.status.value,
    }


def _shown(booking: Booking, price: Money) -> dict[Field, Value]:
    """The same for people."""
    plain = {field: Value(text) for field, text in _current(booking, price).items()}
    return plain | {
        Field.ARRIVAL: Value(day=booking.arrival),
        Field.DEPARTURE: Value(day=booking.departure),
        Field.ROOM: Value(place_of(booking).room),
        Field.TOTAL: Value(money=price),
    }


def _wanted(draft: BookingDraft) -> dict[Field, Value]:
    plain = {field: Value(said(draft)) for field, said in SAID.items()}
    return plain | {
        Field.ARRIVAL: Value(day=draft.arrival),
        Field.DEPARTURE: Value(day=draft.departure),
        Field.ROOM: Value(draft.room),
        Field.TOTAL: Value(money=draft.total or Money(0, draft.currency)),
    }
