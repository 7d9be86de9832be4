"""Today and the tape chart."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.drawers import OpenDrawer
from rentease_desk.domain.stays import DayAtDesk, Deed
from rentease_desk.gui.widgets.day_strip import SyncTimes
from rentease_desk.practice.sample.stays import EMPTY_ROOM
from rentease_desk.services.stays import StayService
from tests.tools.busy_day import busy_day
from tests.tools.gui import in_worker
from tests.tools.screenshots.studio import CTRL, NONE, SHIFT, Key, Pictures, Studio


def today(studio: Studio) -> Pictures:
    """A busy day: a guest is checked in, the folio is beside, another is let go with an open balance."""
    window, services = studio.window, studio.window.context.services
    studio.go("today")
    yield "today-sample", window
    pks = in_worker(lambda: busy_day(services))
    window.pages.today.show_booking(pks["LN-3008"])
    studio.settle()
    yield "today", window
    studio.press(Key.Key_O)
    yield "check-out", studio.top()
    studio.shut()
    for name, reference, key in (("check-out-early", "LN-3007", (Key.Key_O, NONE)),
                                 ("check-out-early-open", "LN-3006", (Key.Key_O, NONE)),
                                 ("no-show", "LN-3012", (Key.Key_N, CTRL | SHIFT))):  # fmt: skip
        window.pages.today.show_booking(pks[reference])
        studio.press(*key)
        yield name, studio.top()
        studio.shut()
    window.pages.today.show_booking(pks["LN-3002"])
    paolo = StayService(replace(services.desk, operator=Operator("Paolo", "Desk 2")))
    in_worker(lambda: paolo.do(Deed.NO_SHOW, pks["LN-3002"]))
    studio.settle()
    yield "today-gone-elsewhere", window
    window.pages.today.show_booking(pks["LN-3001"])
    studio.press(Key.Key_I)
    yield "today-checked-in", window
    studio.press(Key.Key_Return)
    yield "today-folio", window
    studio.press(Key.Key_X, CTRL | SHIFT)
    yield "cancel-booking", studio.top()
    studio.shut()
    studio.press(Key.Key_Escape)
    window.pages.today._show((DayAtDesk(window.context.today()), SyncTimes(), OpenDrawer(None)))
    studio.settle()
    yield "today-none", window
    window.pages.today.reload()
    studio.settle()


def tape(studio: Studio) -> Pictures:
    """The chart of the sample; a stay is carried to a room that is free, then longer, then to one that is taken."""
    window = studio.window
    studio.press(Key.Key_6, CTRL)
    yield "tape", window
    chart = window.pages.tape.chart
    moved = next(
        stay
        for row in range(6, len(chart.model.rooms))
        for stay in chart.model.stays_in(row)
        if stay.booking.status is BookingStatus.CONFIRMED and stay.booking.nights > 1
    )
    chart.show_booking(moved.booking)
    studio.settle()
    yield "tape-marked", window
    studio.press(Key.Key_M)
    while chart.carry is not None and chart.carry.place.room != EMPTY_ROOM:
        studio.press(Key.Key_Down)
    studio.press(Key.Key_Right, SHIFT)
    yield "tape-carried", window
    for _ in chart.model.rooms:
        if chart.carry is not None and chart.carry.trouble is None:
            studio.press(Key.Key_Up)
    yield "tape-taken", window
    studio.press(Key.Key_Return)
    yield "tape-refused", window
    studio.press(Key.Key_Escape)
    window.pages.tape.banner.hide()
    studio.press(Key.Key_Minus)
    yield "tape-month", window
    studio.press(Key.Key_Plus)
    studio.press(Key.Key_Space)
    yield "tape-folio", window
    studio.leave_folio()
