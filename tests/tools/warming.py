"""What most commands do with a database, done once: each statement is put together and compiled for all that follow.

As in a desk that has been open for long, and not as in a new one each time. The commands that are started anew compile
theirs themselves.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from rentease_desk.config import Config
from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.lists import BookingQuery, PaymentQuery
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.services.bundle import Services
from rentease_desk.storage import engine
from rentease_desk.wiring import build
from tests.tools.compiled import sharing_engines


def warm(address: str) -> None:
    """Do it on a migrated database that nobody else needs. From now on the engines of this process share."""
    vars(engine)["create_engine"] = sharing_engines()
    services = build(Config(Path("nowhere"), address, "Nobody", "Nowhere"))
    try:
        _work(services)
    finally:
        services.close()


def _work(services: Services) -> None:
    day = services.settings.get().days.business_date(services.desk.clock.now())
    stay = BookingDraft(Guest("Ada"), day, day + timedelta(days=1), reference="W-1", room="1", currency="eur")
    booking = services.bookings.add(replace(stay, total=Money(100, "eur"))).value
    paid = services.payments.take(PaymentDraft("warm", booking.pk, "cash", Money(5, "eur")), ()).value
    services.stays.do(Deed.CHECK_IN, booking.pk)
    services.stays.undo(booking.pk)
    services.bookings.folio(services.bookings.find("W-1").pk)
    services.bookings.page(services.bookings.keys(BookingQuery(day)))
    services.payments.page(services.payments.keys(PaymentQuery()))
    services.payments.totals(PaymentQuery())
    services.payments.void(paid.pk, "It was no payment")
