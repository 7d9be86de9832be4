"""The life of a stay: who may be checked in or out, who did not come, what is cancelled; and the day at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.booking import Booking, BookingStatus
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money


class Deed(StrEnum):
    """What may happen to a stay. Each can be undone."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    NO_SHOW = "no_show"
    CANCEL = "cancel"


RESULT = {
    Deed.CHECK_IN: BookingStatus.IN_HOUSE,
    Deed.CHECK_OUT: BookingStatus.DEPARTED,
    Deed.NO_SHOW: BookingStatus.NO_SHOW,
    Deed.CANCEL: BookingStatus.CANCELLED,
}
"""Where the stay stands after a deed."""

FREES_ROOM = frozenset({Deed.NO_SHOW, Deed.CANCEL})
"""Deeds that give all of the booking's nights back; a check-out gives back those that are not slept any more."""

_OFFERED = {
    BookingStatus.TENTATIVE: (Deed.NO_SHOW, Deed.CANCEL),
    BookingStatus.CONFIRMED: (Deed.CHECK_IN, Deed.NO_SHOW, Deed.CANCEL),
    BookingStatus.IN_HOUSE: (Deed.CHECK_OUT,),
}
_OVER = {
    BookingStatus.IN_HOUSE: "stay.in_house",
    BookingStatus.DEPARTED: "stay.departed",
    BookingStatus.NO_SHOW: "stay.no_show",
    BookingStatus.CANCELLED: "stay.cancelled",
}


class Freed(Struct, frozen=True):
    """Rooms that were given back, and how many nights."""

    rooms: tuple[str, ...] = ()
    nights: int = 0


class Done(Struct, frozen=True):
    """A deed as it was done: ``booking`` as it stands now, ``uid`` names the deed to whoever undoes it.

    ``freed``: the rooms and how many nights of them can be sold again.
    """

    uid: str
    deed: Deed
    booking: Booking
    undone: bool = False
    freed: Freed = Freed()


class LastChange(Struct, frozen=True):
    """What was done last with a booking, in the journal's word, by whom; ``booking`` as it stands since."""

    booking: Booking
    action: str
    by: Operator


class DayLine(Struct, frozen=True):
    """A booking on the day's page. ``at``: when the guest was checked in or out (UTC seconds), if that is known."""

    booking: Booking
    at: int | None = None


class Sums(Struct, frozen=True):
    """How many there are, and how much, an amount each currency."""

    count: int
    amounts: tuple[Money, ...] = ()


class DayAtDesk(Struct, frozen=True):
    """A business day at the desk, as one moment showed it. ``taken`` of ``rooms`` are slept in tonight.

    ``arriving`` and ``leaving`` are still to be done, with what is late of earlier days, be the stay itself over;
    ``older`` are so many more who were to arrive and are not listed. ``staying`` came before today and stay tonight.
    ``returned`` is the day's refunds, less what came back of some; ``returned_by`` who made the rows. ``synced_at``
    (UTC seconds): when the last sync ended.
    """

    day: date
    arriving: tuple[DayLine, ...] = ()
    older: int = 0
    arrived: tuple[DayLine, ...] = ()
    staying: tuple[DayLine, ...] = ()
    leaving: tuple[DayLine, ...] = ()
    left: tuple[DayLine, ...] = ()
    taken: int = 0
    rooms: int = 0
    unmatched: Sums = Sums(0)
    returned: Sums = Sums(0)
    returned_by: tuple[str, ...] = ()
    synced_at: int | None = None


def offered(status: BookingStatus) -> Sequence[Deed]:
    """What may be done with a stay that stands there; whether it may be done today is told when it is tried."""
    return _OFFERED.get(status, ())


def over(status: BookingStatus) -> str:
    """The error that says why nothing more is done with a stay that stands there."""
    return _OVER[status]


def nights_unslept(booking: Booking, today: date) -> int:
    """How many nights a guest in the house who left today would not sleep; tonight is the first of them."""
    return max(0, (booking.departure - max(today, booking.arrival)).days)


def require_allowed(deed: Deed, booking: Booking, today: date) -> None:
    """Raises KnownError ``stay.…``, the sentence that says why a deed cannot be done on this business day."""
    told = {"guest": booking.guest.name, "reference": booking.reference}
    if deed is Deed.CHECK_OUT:
        if booking.status in {BookingStatus.TENTATIVE, BookingStatus.CONFIRMED}:
            raise KnownError("stay.not_arrived", **told)
        if booking.status is not BookingStatus.IN_HOUSE:
            raise KnownError(_OVER[booking.status], **told)
        return
    if booking.status in _OVER:
        raise KnownError(_OVER[booking.status], **told)
    if deed is Deed.NO_SHOW and today < booking.arrival:
        raise KnownError("stay.no_show_early", **told, arrival=booking.arrival)
    if deed is Deed.CHECK_IN:
        _require_arrival(booking, today, told)


def _require_arrival(booking: Booking, today: date, told: dict[str, str]) -> None:
    if booking.status is not BookingStatus.CONFIRMED:
        raise KnownError("stay.tentative", **told)
    if today < booking.arrival:
        raise KnownError("stay.too_early", **told, arrival=booking.arrival)
    if today >= booking.departure:
        raise KnownError("stay.too_late", **told, departure=booking.departure)
    if not booking.rooms:
        raise KnownError("stay.no_room", **told)


def require_balance_known(booking: Booking, known: int) -> None:
    """An open balance is no reason to keep a guest, but whoever lets the guest go has seen it.

    ``known``: the balance that was shown and confirmed, minor units. Raises KnownError ``stay.owes`` or ``stay.owed``.
    """
    balance = booking.balance
    if balance.minor == known:
        return
    told = {"guest": booking.guest.name, "reference": booking.reference}
    if balance.minor < 0:
        raise KnownError("stay.owed", **told, amount=-balance, balance=balance)
    if balance.minor > 0:
        raise KnownError("stay.owes", **told, amount=balance, balance=balance)


def sums(count: int, amounts: Iterable[Money]) -> Sums:
    """Amounts added up, each currency by itself; a currency whose sum is nothing is left out."""
    added: dict[str, int] = {}
    for one in amounts:
        added[one.currency] = added.get(one.currency, 0) + one.minor
    return Sums(count, tuple(Money(minor, currency) for currency, minor in sorted(added.items()) if minor))
