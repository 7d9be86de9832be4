"""The lists, their filters, and the command bar."""

from __future__ import annotations

from tests.tools.screenshots.studio import ALT, CTRL, SHIFT, Key, Pictures, Studio


def lists(studio: Studio) -> Pictures:
    window = studio.window
    studio.go("bookings")
    studio.press(Key.Key_Down)
    yield "bookings", window
    studio.press(Key.Key_F, CTRL)
    studio.write("zzz")
    yield "bookings-none", window
    studio.press(Key.Key_Escape)
    studio.go("payments")
    studio.press(Key.Key_Down)
    yield "payments", window
    studio.press(Key.Key_Space)
    yield "payments-folio", window
    studio.leave_folio()
    states = window.pages.payments.states.menu().actions()
    next(one for one in states if one.text() == "Without a booking").trigger()
    studio.settle()
    yield "payments-unmatched", window
    yield from _saved_filters(studio)
    for button, word in ((window.pages.payments.methods, "All methods"), (window.pages.payments.states, "Any status")):
        next(one for one in button.menu().actions() if one.text() == word).trigger()
    studio.settle()


def _saved_filters(studio: Studio) -> Pictures:
    """Two filters of the payments are saved, the second over the first; one of them is in use."""
    window = studio.window
    for name in ("Without a booking", "Cash this month"):
        studio.press(Key.Key_F, CTRL | SHIFT)
        studio.write(name)
        studio.press(Key.Key_Return)
        days, methods, states = (getattr(window.pages.payments, one) for one in ("days", "methods", "states"))
        for button, word in ((days, "This month"), (states, "Any status"), (methods, "Cash")):
            next(one for one in button.menu().actions() if one.text() == word).trigger()
        studio.settle()
    studio.press(Key.Key_2, ALT)
    yield "saved-filter", window
    studio.press(Key.Key_F, CTRL | SHIFT)
    yield "saved-filters", studio.top()
    studio.shut()


def command_bar(studio: Studio) -> Pictures:
    studio.go("bookings")
    for text, name in (("pa", "command-bar"), ("take", "command-bar-action"), ("zzz", "command-bar-none")):
        studio.press(Key.Key_K, CTRL)
        studio.write(text)
        yield name, studio.window
    studio.press(Key.Key_Escape)
