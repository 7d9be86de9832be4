"""What is in the saved filters of lists. Each field has a default; days are kept by their name if they have one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.lists import BookingSort, BookingView, PaymentSort
from rentease_desk.domain.payment import PaymentStatus, Source


class NamedDays(StrEnum):
    """Days as they are chosen: all but ``OTHER`` mean other days tomorrow."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7 = "7"
    LAST_30 = "30"
    THIS_MONTH = "month"
    ALL = "all"
    OTHER = "other"


class BookingFilter(Struct, frozen=True):
    """Of the bookings."""

    text: str = ""
    view: BookingView = BookingView.CURRENT
    sort: BookingSort = BookingSort.ARRIVAL
    descending: bool = False


class PaymentFilter(Struct, frozen=True):
    """Of the payments. ``first`` and ``last`` with ``NamedDays.OTHER`` only; else as in ``PaymentQuery``."""

    text: str = ""
    days: NamedDays = NamedDays.LAST_30
    first: date | None = None
    last: date | None = None
    source: Source | None = None
    method: str | None = None
    status: PaymentStatus | None = None
    unmatched: bool = False
    ignored: bool = False
    sort: PaymentSort = PaymentSort.DATE
    descending: bool = True
