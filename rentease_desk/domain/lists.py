"""What lists can be asked for: filters, orders, and the rows and sums that come back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.disputes import Dispute
from rentease_desk.domain.payment import Ignored, PaymentStatus, RefundStatus, Source


class BookingView(StrEnum):
    """The saved filters of the bookings list."""

    CURRENT = "current"
    ALL = "all"
    DUE_TODAY = "due_today"
    OVERPAID = "overpaid"
    NOTHING_PAID = "nothing_paid"
    UNCONFIRMED = "unconfirmed"


class BookingSort(StrEnum):
    """Columns the bookings list is ordered by."""

    REFERENCE = "reference"
    GUEST = "guest"
    ROOM = "room"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    CHANNEL = "channel"
    TOTAL = "total"
    PAID = "paid"
    BALANCE = "balance"
    STATUS = "status"


class BookingQuery(Struct, frozen=True):
    """Which bookings, in which order. ``text`` is what was typed into the search; ``today`` a business date.

    ``CURRENT`` are the stays of today and to come; a search looks through all of them, past ones too.
    """

    today: date
    text: str = ""
    view: BookingView = BookingView.ALL
    sort: BookingSort = BookingSort.ARRIVAL
    descending: bool = True


class PaymentSort(StrEnum):
    """Columns the payments list is ordered by."""

    DATE = "date"
    GUEST = "guest"
    STATUS = "status"
    METHOD = "method"
    AMOUNT = "amount"


class MoneyKind(StrEnum):
    """What a row of the payments list is."""

    PAYMENT = "payment"
    REFUND = "refund"
    RETURN = "refund_returned"


class PaymentQuery(Struct, frozen=True):
    """Which payments and refunds, in which order. ``days`` are business days; None is all time.

    ``method`` is a method's code, ``source`` tells a Stripe card from one on a terminal; ``unmatched`` keeps Stripe
    payments that wait for a booking, ``ignored`` those of which somebody said why they do not.
    """

    text: str = ""
    days: DateRange | None = None
    method: str | None = None
    source: Source | None = None
    status: PaymentStatus | None = None
    unmatched: bool = False
    ignored: bool = False
    sort: PaymentSort = PaymentSort.DATE
    descending: bool = True


class MoneyRow(Struct, frozen=True):
    """A payment, a refund, or the return of one that failed after it had counted, as lists and files show it. Amounts
    in minor units, times in UTC seconds.

    ``gross`` is what was asked for, negative for a refund; ``counted`` is what of it counts as money: 0 for a void, a
    pending one, or one that failed before it counted. ``fee`` and ``net`` are in ``settlement_currency``, and None
    until Stripe has settled it. ``rounding`` is what cash was rounded by, beside ``counted``.
    ``original_date`` is the business date of the payment behind a refund or its return, ``dispute`` the latest of a
    disputed payment.
    ``late_of``: the closed business day on which it happened, where it counts on a later one.
    ``others``: the references of further bookings that a payment is split over. ``ignored``: of the payment.
    ``stripe_account``: Stripe's id of the account that holds it.
    """

    key: int
    kind: MoneyKind
    uid: str
    payment_pk: int
    booking_pk: int | None
    booking_reference: str | None
    guest: str | None
    payer_name: str | None
    source: Source
    method: str
    brand: str | None
    last4: str | None
    status: PaymentStatus | RefundStatus
    gross: int
    counted: int
    fee: int | None
    currency: str
    occurred_at: int
    business_date: date | None
    original_date: date | None
    reference: str
    note: str
    disputed: bool
    stripe_payment_id: str | None
    stripe_charge_id: str | None
    stripe_refund_id: str | None
    actor: str
    desk: str
    net: int | None = None
    settlement_currency: str | None = None
    dispute: Dispute | None = None
    rounding: int = 0
    others: tuple[str, ...] = ()
    ignored: Ignored | None = None
    late_of: date | None = None
    stripe_account: str | None = None


class MethodTotal(Struct, frozen=True):
    """The sums of one method and currency within a list, minor units; ``returned`` is more than zero only where more of
    earlier refunds came back.

    ``rounding`` is what cash was rounded by, in a total of its own: it is in neither of the others.
    """

    source: Source
    method: str
    currency: str
    rows: int
    received: int
    returned: int
    rounding: int = 0


class NotCounted(Struct, frozen=True):
    """Payments of one state and currency that stand in a list and count as nothing, minor units."""

    status: PaymentStatus
    currency: str
    rows: int
    amount: int


class PaymentTotals(Struct, frozen=True):
    """The foot of the payments list."""

    counted: tuple[MethodTotal, ...]
    not_counted: tuple[NotCounted, ...]
