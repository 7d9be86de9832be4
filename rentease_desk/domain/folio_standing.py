"""What a folio stands for on a day: a deposit that is held, money owed to the property, or owed to the guest."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.booking import BookingStatus

_NEVER_CAME = (BookingStatus.NO_SHOW, BookingStatus.CANCELLED)


class FolioKind(StrEnum):
    """What it is."""

    DEPOSIT = "deposit held"
    OWED = "owed by the guest"
    OVERPAID = "owed to the guest"


class FolioStanding(Struct, frozen=True):
    """A folio on the evening of a day, minor units of its currency. ``paid``: payments less refunds."""

    booking_reference: str
    guest: str
    arrival: date
    departure: date
    channel: str
    status: BookingStatus
    currency: str
    charged: int
    paid: int

    def kind(self, day: date) -> FolioKind | None:
        """What it is on a day. Before the stay all that was paid is a deposit, as the guest has had nothing yet; None:
        nothing is held, and nothing is owed.
        """
        if self.arrival > day and self.status not in _NEVER_CAME:
            return FolioKind.DEPOSIT if self.paid else None
        balance = self.charged - self.paid
        return FolioKind.OWED if balance > 0 else FolioKind.OVERPAID if balance < 0 else None

    def amount(self, day: date, kind: FolioKind | None = None) -> int:
        """How much of it, always as it is called: a deposit that is held is positive. ``kind``: where it is known."""
        if (kind or self.kind(day)) is FolioKind.DEPOSIT:
            return self.paid
        return abs(self.charged - self.paid)

    def age(self, day: date) -> str:
        """For how long it has been owed: since the departure; ``stay not over`` until then."""
        since = (day - self.departure).days
        if since < 0:
            return "stay not over"
        return next((told for most, told in _AGES if since <= most), _OLDEST)


_AGES = ((30, "0 to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"))
_OLDEST = "over 90 days"
