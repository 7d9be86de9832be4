"""The journal, and what happened to a booking and to a payment."""

from __future__ import annotations

from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio


def journal(studio: Studio) -> Pictures:
    studio.go("bookings")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_H, CTRL)
    yield "booking-history", studio.top()
    studio.shut()
    studio.go("payments")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_H, CTRL | SHIFT)
    yield "payment-history", studio.top()
    studio.shut()
    studio.press(Key.Key_J, CTRL)
    yield "journal", studio.top()
    studio.press(Key.Key_Return)
    yield "journal-verified", studio.top()
    studio.write("812:no hash")
    studio.press(Key.Key_Return)
    yield "journal-head-wrong", studio.top()
    studio.shut()
