"""A day on which everything waits at the desk: guests to come, to stay and to leave, with money due and without."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from rentease_desk.domain.booking import BookingDraft, BookingStatus, Guest
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.services.bundle import Services

HERE = BookingStatus.IN_HOUSE
_STAYS = (
    # reference, guest, room, days from today to arrival and departure, total and paid (minor units), status
    ("LN-3001", "Amara Okafor", "404", 0, 3, 27_900, 0, BookingStatus.CONFIRMED),
    ("LN-3002", "Lucía Fernández Prieto", "405", 0, 4, 46_800, 0, BookingStatus.CONFIRMED),
    ("LN-3003", "Mihály Szabó", "403", -1, 2, 21_300, 0, BookingStatus.CONFIRMED),
    ("LN-3004", "Aoife Ní Bhriain", "402", 0, 3, 30_000, 30_000, BookingStatus.CONFIRMED),
    ("LN-3005", "Yuki Tanaka", "", 0, 2, 19_800, 0, BookingStatus.TENTATIVE),
    ("LN-3006", "Tomasz Wiśniewski", "406", -2, 3, 30_200, 0, HERE),
    ("LN-3007", "Priya Raghunathan", "407", -3, 3, 45_000, 45_000, HERE),
    ("LN-3008", "Søren Lindqvist", "408", -4, 0, 47_200, 32_600, HERE),
    ("LN-3009", "Mehmet Yılmaz", "409", -2, 0, 20_000, 23_500, HERE),
    ("LN-3010", "Ingrid Bjørnstad", "410", -2, 0, 20_000, 20_000, HERE),
    ("LN-3012", "Giulia Conti", "412", -5, -2, 31_000, 0, BookingStatus.CONFIRMED),
    ("LN-3011", "Kwame Mensah", "411", -3, -1, 31_000, 31_000, HERE),
)


def busy_day(services: Services, only: frozenset[str] = frozenset()) -> dict[str, int]:
    """Make the bookings, or those with these references; returns their keys by reference. In a worker."""
    today = services.stays.day().day
    return {
        reference: _make(services, replace(_draft(today, first, last), guest=Guest(guest), reference=reference,
                                           room=room, total=Money(total, "eur"), status=status), paid)
        for reference, guest, room, first, last, total, paid, status in _STAYS
        if not only or reference in only
    }  # fmt: skip


def _draft(today: date, first: int, last: int) -> BookingDraft:
    return BookingDraft(Guest("?"), today + timedelta(days=first), today + timedelta(days=last), channel="Direct")


def _make(services: Services, draft: BookingDraft, paid: int) -> int:
    booking = services.bookings.add(draft).value
    if paid:
        services.payments.take(PaymentDraft(f"{draft.reference}-paid", booking.pk, "transfer", Money(paid, "eur"),
                                            reference="SEPA"))  # fmt: skip
    return booking.pk
