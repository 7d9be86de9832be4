"""The drawer of a day: opened, cash taken and moved, counted, closed; and the close of the day."""

from __future__ import annotations

from rentease_desk.domain.drawers import MovementDraft, MovementKind, OpenDraft
from rentease_desk.domain.lists import BookingQuery, BookingView
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.refunds import RefundDraft
from rentease_desk.services.bundle import Services
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import ALT, CTRL, SHIFT, Key, Pictures, Studio

_PIECES = (0, 0, 2, 2, 4, 3, 3, 5, 3, 5, 4, 2, 1, 2, 1)
"""From 500 down: 441.60, two euros short."""


def drawer(studio: Studio) -> Pictures:
    window, services = studio.window, studio.window.context.services
    studio.press(Key.Key_7, CTRL)
    yield "drawer-closed", window
    in_worker(lambda: _day(services))
    studio.settle()
    yield "drawer-open", window
    studio.press(Key.Key_O, CTRL)
    yield "drawer-paid-out", studio.top()
    studio.shut()
    studio.press(Key.Key_L, CTRL)
    for pieces in _PIECES:
        studio.write(str(pieces))
        studio.press(Key.Key_Tab)
    yield "drawer-count", window
    studio.press(Key.Key_Return, CTRL)
    studio.write("86.50")
    yield "drawer-others", window
    studio.press(Key.Key_Return, CTRL)
    yield "drawer-variance", window
    studio.press(Key.Key_Return, CTRL)
    yield "drawer-drop", window
    studio.press(Key.Key_Return, CTRL)
    studio.write("a coin of two was given out too much")
    yield "drawer-note", window
    studio.press(Key.Key_Left, ALT)
    studio.press(Key.Key_Return, CTRL)
    studio.press(Key.Key_Return, CTRL)
    yield "drawer-z-report", studio.top()
    studio.shut()
    yield "drawer-handed-over", window
    studio.press(Key.Key_D, CTRL | SHIFT)
    yield "close-day", studio.top()
    studio.shut()


def _day(services: Services) -> None:
    """As in the design. In a worker."""
    services.settings.set({"drawer_tolerance": "EUR 5"})
    services.drawers.open(OpenDraft("open", (Money(20_000, "eur"),)))
    today = services.desk.property().days.calendar_date(services.desk.clock.now())
    query = BookingQuery(today=today, view=BookingView.DUE_TODAY, descending=False)
    owing = [one for one in services.bookings.page(services.bookings.keys(query)) if one.currency == "eur"]
    taken = []
    for at, (minor, tendered) in enumerate(((25_000, 30_000), (28_700, 30_000), (4_000, 4_000))):
        draft = PaymentDraft(f"cash-{at}", owing[at].pk, "cash", Money(minor, "eur"), tendered=tendered)
        taken.append(services.payments.take(draft).value)
    services.payments.take(PaymentDraft("slip", owing[3].pk, "card", Money(8_650, "eur"), "slip 0815"))
    services.refunds.plan(RefundDraft("back", taken[0].pk, Money(3_500, "eur"), "the room was too warm"))
    for kind, minor, reason in (
        (MovementKind.PAID_IN, 2_000, "coins from the safe"),
        (MovementKind.PAID_OUT, 1_840, "flowers for the lobby"),
        (MovementKind.DROP, 30_000, "to the safe"),
    ):
        services.drawers.move(MovementDraft(f"move-{minor}", kind, Money(minor, "eur"), reason))
