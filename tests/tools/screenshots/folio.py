"""A folio: taking payments, payment links, charges."""

from __future__ import annotations

from rentease_desk.domain.links import LinkState
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, Key, Pictures, Studio


def folio(studio: Studio) -> Pictures:
    studio.go("bookings")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_Return)
    yield "folio", studio.window
    studio.press(Key.Key_F9)
    yield "take-payment", studio.window
    yield "take-payment-dialog", studio.top()
    studio.press(Key.Key_A, CTRL)
    studio.write("12.345")
    studio.press(Key.Key_Return)
    yield "take-payment-refused", studio.top()
    studio.shut()
    yield from _methods(studio)
    yield from _link(studio)
    studio.press(Key.Key_F8)
    studio.write("Breakfast")
    studio.press(Key.Key_Tab)
    studio.write("2")
    studio.press(Key.Key_Tab)
    studio.write("14")
    yield "charge", studio.window
    yield "charge-extra", studio.top()
    studio.press(Key.Key_F3)
    yield "charge-city-tax", studio.top()
    studio.press(Key.Key_F4)
    yield "charge-discount", studio.top()
    studio.shut()
    studio.press(Key.Key_Home)
    studio.press(Key.Key_V)
    yield "reverse-charge", studio.top()
    studio.shut()
    studio.press(Key.Key_Escape)


def _methods(studio: Studio) -> Pictures:
    """Each way to pay, with change, and rounded; then the same payment a second time."""
    settings = studio.window.context.services.settings
    studio.press(Key.Key_F9)
    studio.write("800")
    yield "take-payment-change", studio.top()
    for key, name in ((Key.Key_F2, "card"), (Key.Key_F3, "transfer"), (Key.Key_F4, "cheque")):
        studio.press(key)
        yield f"take-payment-{name}", studio.top()
    studio.shut()
    in_worker(lambda: settings.set({"cash_rounding": "EUR 0.25"}))
    studio.wait(lambda: bool(studio.window.context.settings.cash_rounding))
    studio.press(Key.Key_F9)
    studio.write("700")
    yield "take-payment-rounded", studio.top()
    for key in (Key.Key_Backtab, Key.Key_5, Key.Key_Period, Key.Key_1, Key.Key_0):
        studio.press(key)
    studio.press(Key.Key_Return)
    yield "folio-rounded", studio.window
    studio.press(Key.Key_F9)
    for key in (Key.Key_F3, Key.Key_5, Key.Key_Period, Key.Key_1, Key.Key_0, Key.Key_Return):
        studio.press(key)
    yield "take-payment-twin", studio.top()
    studio.shut()
    in_worker(lambda: settings.set({"cash_rounding": "off"}))
    studio.settle()


def _link(studio: Studio) -> Pictures:
    """A link is made, shown, paid; another one is open while cash is taken."""
    window, services = studio.window, studio.window.context.services
    in_worker(lambda: services.settings.set({"website": "https://hotel-lanterna.example"}))
    studio.settle()
    studio.press(Key.Key_F6)
    yield "payment-link", studio.top()
    studio.press(Key.Key_Return)
    yield "payment-link-window", window
    yield "payment-link-code", studio.top()
    studio.press(Key.Key_Return)
    yield "payment-link-copied", studio.top()
    studio.shut()
    studio.press(Key.Key_F6)
    studio.write("50")
    studio.press(Key.Key_F4)
    yield "payment-link-second", studio.top()
    studio.press(Key.Key_Return)
    studio.shut()
    yield "folio-links", window
    booking = window.pages.folio.booking_pk
    assert booking is not None
    newest = in_worker(lambda: services.links.of_booking(booking))[0]
    window.links.cancel(newest)
    studio.settle()
    window.links._warn((in_worker(lambda: services.bookings.get(booking)), [newest]))
    studio.settle()
    yield "payment-link-twice", studio.top()
    studio.shut()
    for one in in_worker(lambda: services.links.of_booking(booking)):
        if one.state is LinkState.OPEN:
            window.links.cancel(one)
    studio.settle()
    yield "folio-links-cancelled", window
