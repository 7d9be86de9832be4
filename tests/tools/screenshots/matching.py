"""Payments without a booking, and payments recorded twice."""

from __future__ import annotations

from tests.tools.doubles import doubles
from tests.tools.gui import in_worker
from tests.tools.homeless import homeless
from tests.tools.screenshots.studio import CTRL, Key, Pictures, Studio, let_pass


def unmatched(studio: Studio) -> Pictures:
    window = studio.window
    in_worker(lambda: homeless(window.context.services))
    studio.press(Key.Key_U, CTRL)
    shown = in_worker(lambda: window.context.services.matching.find("pi_homeless0"))
    window.pages.unmatched.show_payment(shown.pk)
    studio.settle()
    yield "unmatched", window
    studio.press(Key.Key_3)
    yield "unmatched-third", window
    studio.press(Key.Key_S)
    studio.write("ma")
    yield "unmatched-search", window
    studio.press(Key.Key_Escape)
    yield from _ignored(studio)
    window.pages.unmatched._show_waiting([])
    studio.settle()
    yield "unmatched-none", window


def _ignored(studio: Studio) -> Pictures:
    window = studio.window
    studio.press(Key.Key_End)
    studio.press(Key.Key_I)
    studio.write("web shop")
    yield "unmatched-ignore", studio.top()
    studio.press(Key.Key_Return)
    studio.press(Key.Key_V)
    yield "unmatched-ignored", window
    studio.press(Key.Key_V)


def duplicates(studio: Studio) -> Pictures:
    """Two card payments were typed as well: the first pair is merged, the second is looked at."""
    window = studio.window
    studio.go("payments")
    in_worker(lambda: doubles(window.context.services))
    studio.wait(window.pages.payments.find_doubles.isVisible)
    studio.settle()
    yield "payments-duplicates", window
    window.pages.payments.find_doubles.click()
    studio.settle()
    yield "duplicates", studio.top()
    let_pass(800)
    studio.press(Key.Key_Return)
    yield "duplicates-merged", studio.top()
    studio.press(Key.Key_PageDown)
    yield "duplicates-second", studio.top()
    studio.shut()
