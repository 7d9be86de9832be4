"""A desk on each engine with its reports, and money at hand-picked instants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import count

import pytest

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.domain.reporting import Preview
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.payments import PaymentService
from rentease_desk.services.refunds import RefundService
from rentease_desk.services.reporting.service import ReportService
from rentease_desk.stripe_gateway.gateway import StripeGateway
from tests.services.conftest import bookings, desk, draft, payments, settings
from tests.tools.accounts import Account
from tests.tools.syncing import SyncDesk

__all__ = ["bookings", "desk", "payments", "settings"]

Take = Callable[..., Payment]


def utc(text: str) -> int:
    """``2026-10-25T02:30`` in UTC, as seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def days(first: str, last: str) -> DateRange:
    return DateRange(date.fromisoformat(first), date.fromisoformat(last))


def column(found: Preview, name: str) -> list[object]:
    """The cells of a column, amounts as minor units."""
    at = [one.name for one in found.columns].index(name)
    cells = [row[at] for row in found.rows]
    assert all(isinstance(cell.minor, int) for cell in cells if isinstance(cell, Money))
    return [cell.minor if isinstance(cell, Money) else cell for cell in cells]


def table(found: Preview, *names: str) -> list[tuple[object, ...]]:
    """Some columns of the rows; days as ISO text."""
    columns: Sequence[list[object]] = [column(found, name) for name in names]
    return [tuple(str(one) if isinstance(one, date) else one for one in row) for row in zip(*columns, strict=True)]


@pytest.fixture
def reports(desk: Desk) -> ReportService:
    return ReportService(desk)


@pytest.fixture
def at(desk: Desk, account: Account) -> SyncDesk:
    return SyncDesk(desk, account)


@pytest.fixture
def booked(bookings: BookingService) -> Callable[..., Booking]:
    """Makes a booking without charges, in a room of its own."""
    numbers = count(1)

    def make(currency: str = "eur", channel: str = "", **more: object) -> Booking:
        number = next(numbers)
        wanted = {"reference": f"R-{number}", "room": f"R{number}", "total": None} | more
        return bookings.add(draft(currency=currency, channel=channel, **wanted)).value

    return make


@pytest.fixture
def take(payments: PaymentService, booked: Callable[..., Booking]) -> Take:
    """Takes minor units by a method at an instant (ISO, UTC), on one booking a currency unless another is given."""
    homes: dict[str, Booking] = {}
    numbers = count(1)

    def taken(
        minor: int, at: str, method: str = "cash", currency: str = "eur", booking: Booking | None = None
    ) -> Payment:
        if booking is None:
            booking = homes.setdefault(currency, homes.get(currency) or booked(currency))
        uid = f"take-{next(numbers)}"
        reference = "7" if method in {"transfer", "cheque"} else ""
        return payments.take(
            PaymentDraft(uid, booking.pk, method, Money(minor, currency), reference=reference, occurred_at=utc(at))
        ).value

    return taken


@pytest.fixture
def give_back(desk: Desk) -> Callable[[Payment, int], None]:
    """Refunds a manual payment, now."""
    numbers = count(1)

    def nowhere(_account: object) -> StripeGateway:
        raise AssertionError("no manual refund asks Stripe")

    def refund(payment: Payment, minor: int) -> None:
        wanted = RefundDraft(f"back-{next(numbers)}", payment.pk, Money(minor, payment.currency), "left early")
        RefundService(desk, desk, nowhere).refund(wanted, threading.Event())

    return refund
