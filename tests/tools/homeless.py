"""Card payments that name no booking, as syncs would have written them, for the page where they find one."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import BookingQuery, BookingView
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.services.bundle import Services
from rentease_desk.services.desk import Desk
from rentease_desk.storage.stripe_payments import Outcome
from rentease_desk.storage.stripe_store import store_payments
from tests.tools.gui import DAY, NOON
from tests.tools.gui_stripe import Card

ACCOUNT = Identity("acct_window", livemode=False)


@dataclass(frozen=True, slots=True)
class Homeless:
    """A card payment without a booking, with what its guest wrote beside it."""

    card: Card
    email: str | None = None
    text: str | None = None
    customer: str | None = None


def pay(desk: Desk, *shown: Homeless, identity: Identity = ACCOUNT) -> Outcome:
    """Stripe has shown these; what became of them. In a worker."""
    intents = tuple(replace(one.card.intent, description=one.text, customer_id=one.customer) for one in shown)
    charges = tuple(replace(one.card.charge, payer_email=one.email) for one in shown)
    with desk.writing() as unit:
        return store_payments(unit, identity, desk.property().days, [Page(NOON * 1_000_000, intents, charges)])


def homeless(services: Services) -> None:
    """Enough for a picture, of guests who are there. In a worker."""
    desk, identity = services.desk, services.settings.get().identity
    assert identity is not None
    today = desk.property().days.calendar_date(desk.clock.now())
    keys = services.bookings.keys(BookingQuery(today=today, view=BookingView.DUE_TODAY, descending=False))
    owing = services.bookings.page(keys[-4:])
    past = (desk.clock.now() - NOON) // DAY
    pay(desk, *(_of(at, one, int(past)) for at, one in enumerate(owing)), identity=identity)
    stranger = Card("homeless_yen", 24_800, currency="jpy", days_ago=-past, brand="jcb", last4="7731", payer="H. Mori")
    pay(desk, Homeless(stranger), identity=identity)


def _of(at: int, booking: Booking, past: int) -> Homeless:
    given, _, family = booking.guest.name.partition(" ")
    names = (f"{given[0]} {family}", f"{family} {given[0]}".lower(), booking.guest.name.upper(), "")
    minor = max(100, booking.balance.minor - (0, 0, 1_500, 700)[at])
    card = Card(
        f"homeless{at}", minor, currency=booking.currency, days_ago=at - past, last4=f"22{at}4", payer=names[at]
    )
    return Homeless(card, booking.guest.email if at == 0 else None, f"{family} thursday room" if at == 0 else None)
