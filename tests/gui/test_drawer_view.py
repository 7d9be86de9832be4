"""The drawer by keyboard: opened, moved, counted blind, compared, handed over; and the day closed and reopened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.day_close import DayDraft, OpenKind, OpenThing
from rentease_desk.domain.drawers import DrawerSession, OpenDraft
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.close_day import CloseDayDialog, ReopenDayDialog, open_words
from rentease_desk.gui.dialogs.z_report import ZReportDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.views.drawer_closing import COUNT, DROP, NOTE, OTHERS, VARIANCE
from tests.gui.conftest import idle, show_window
from tests.gui.test_folio_view import take
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key = Qt.Key
CTRL, SHIFT, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> MainWindow:
    return show_window(qtbot, context, "drawer")


def opened(hotel: Hotel, minor: int = 20_000) -> DrawerSession:
    return in_worker(lambda: hotel.services.drawers.open(OpenDraft("open", (Money(minor, "eur"),)))).value


def slip(hotel: Hotel) -> None:
    """A card is taken on the terminal. In a worker."""
    draft = PaymentDraft("slip", hotel.pks["soren"], "card", Money(4_000, "eur"), "slip 0815")
    hotel.services.payments.take(draft)


@pytest.fixture
def counting(qtbot: QtBot, context: Context, hotel: Hotel) -> MainWindow:
    """The drawer is open with 200.00, 50.00 was taken in cash, and it is being counted."""
    in_worker(lambda: hotel.services.settings.set({"drawer_tolerance": "EUR 5"}))
    opened(hotel)
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 5_000))
    window = show_window(qtbot, context, "drawer")
    press(Key.Key_L, CTRL)
    qtbot.waitUntil(lambda: window.pages.drawer.is_closing)
    return window


def count(*pieces: int) -> None:
    """How many of 500, 200, 100, … lie there; Tab goes down."""
    for number in pieces:
        write(str(number))
        press(Key.Key_Tab)


def forward(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_Return, CTRL)
    idle(qtbot, window.context)


def test_it_is_opened_with_a_float_and_told_on_today(qtbot: QtBot, page: MainWindow, hotel: Hotel) -> None:
    assert QApplication.focusWidget() is page.pages.drawer.desk.opening.edits[0]
    assert [key for key, _ in page.pages.drawer.key_hints()] == ["Enter"], "there is no Z report yet"
    write("200")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "opened" in page.pages.drawer.subtitle.text())
    idle(qtbot, page.context)
    session = in_worker(hotel.services.drawers.current).session
    assert session is not None
    assert in_worker(lambda: hotel.services.drawers.figures(session.pk)).cash[0].opening == 20_000
    page.go("today")
    idle(qtbot, page.context)
    assert "open since" in page.pages.today.strip.drawer.accessibleName()


def test_cash_goes_in_with_an_amount_and_a_reason(qtbot: QtBot, page: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: not page.pages.drawer.banner.isHidden())
    assert "not open" in page.pages.drawer.banner.accessibleName()
    opened(hotel)
    qtbot.waitUntil(lambda: page.pages.drawer.desk.moves.isVisible())
    qtbot.waitUntil(page.pages.drawer.desk.buttons[0].hasFocus)  # the field it was in is gone: not on to the rail
    press(Key.Key_D, CTRL)
    dialog = open_dialog(qtbot)
    write("20")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.fields["reason"].wrong))
    write("to the safe")
    assert not dialog.form.fields["reason"].wrong
    press(Key.Key_Return)
    back_in(qtbot, page)
    qtbot.waitUntil(lambda: len(page.pages.drawer.desk.moves.lines) == 2)
    line = page.pages.drawer.desk.moves.lines[-1]
    assert (line.text, line.figures) == ("Drop", ("−€20.00",))
    assert "to the safe" in line.detail


def test_a_count_is_blind_and_cannot_be_changed(qtbot: QtBot, counting: MainWindow) -> None:
    """Tab goes down with a live sum; what should be there is told after the count only."""
    closing = counting.pages.drawer.closing
    count(0, 0, 2, 0, 2)
    assert closing.count.sums() == {"eur": 24_000}
    assert closing.reveal.figures == []
    press(Key.Key_Down)
    count(1)
    forward(qtbot, counting)
    qtbot.waitUntil(lambda: closing.step == VARIANCE)
    assert [card.figure.text() for card in closing.reveal.figures[0]] == ["€245.00", "€250.00", "−€5.00"]
    assert closing.reveal.figures[0][2].name.text() == "Short, inside tolerance"
    assert closing.reveal.lines[0].lines[-1].tint == "attn"
    assert all(edit.isReadOnly() for edit in closing.count.edits)
    press(Key.Key_Left, ALT)
    assert closing.step == VARIANCE


def test_it_is_closed_in_five_steps_and_the_z_report_is_shown(
    qtbot: QtBot, counting: MainWindow, hotel: Hotel, tmp_path: Path
) -> None:
    closing = counting.pages.drawer.closing
    assert closing.step == COUNT
    count(0, 0, 2, 0, 2)
    forward(qtbot, counting)
    assert closing.step == VARIANCE
    assert closing.reveal.figures[0][2].name.text() == "Short, a manager is needed"
    counting.pages.drawer.again.click()
    count(0, 0, 2, 1, 0)
    forward(qtbot, counting)
    assert closing.reveal.figures[0][2].name.text() == "It agrees"
    assert closing.reveal.lines[0].lines[-1].tint == "good"
    forward(qtbot, counting)
    assert closing.step == DROP
    write("60.00")
    forward(qtbot, counting)
    assert closing.step == NOTE
    forward(qtbot, counting)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ZReportDialog)
    qtbot.waitUntil(lambda: "Z report 1" in dialog.area.accessibleDescription())
    pdf = tmp_path / "z.pdf"
    dialog.write_pdf(str(pdf))
    back_in(qtbot, counting)
    assert pdf.read_bytes().startswith(b"%PDF")
    current = in_worker(hotel.services.drawers.current)
    assert (current.session, current.handed_over) == (None, (Money(19_000, "eur"),))
    qtbot.waitUntil(lambda: counting.pages.drawer.desk.opening.isVisible())
    assert counting.pages.drawer.desk.opening.edits[0].text() == "190.00"


def test_a_note_is_asked_for_and_money_that_moved_is_told(qtbot: QtBot, counting: MainWindow, hotel: Hotel) -> None:
    closing = counting.pages.drawer.closing
    in_worker(lambda: slip(hotel))
    idle(qtbot, counting.context)
    count(0, 0, 2, 0, 2)
    press(Key.Key_Escape)
    assert not counting.pages.drawer.is_closing
    press(Key.Key_L, CTRL)
    assert closing.count.sums() == {"eur": 24_000}, "what was typed is kept"
    forward(qtbot, counting)
    qtbot.waitUntil(lambda: not counting.pages.drawer.banner.isHidden())
    assert "Card terminal" in counting.pages.drawer.banner.accessibleName()


def closing_with_a_slip(qtbot: QtBot, context: Context, hotel: Hotel, float_: int) -> MainWindow:
    """A drawer that is being closed, after a card was taken on the terminal."""
    opened(hotel, float_)
    in_worker(lambda: slip(hotel))
    window = show_window(qtbot, context, "drawer")
    press(Key.Key_L, CTRL)
    qtbot.waitUntil(lambda: window.pages.drawer.is_closing)
    return window


def test_other_methods_are_counted_blind_too(qtbot: QtBot, context: Context, hotel: Hotel) -> None:
    window = closing_with_a_slip(qtbot, context, hotel, 0)
    closing = window.pages.drawer.closing
    forward(qtbot, window)
    assert closing.step == OTHERS
    write("40.00")
    forward(qtbot, window)
    assert closing.step == VARIANCE
    assert closing.compared.lines[0].figures == ("40.00", "40.00", "0.00")
    forward(qtbot, window)
    forward(qtbot, window)
    forward(qtbot, window)
    open_dialog(qtbot).reject()
    back_in(qtbot, window)


def test_a_day_is_closed_from_its_menu_and_reopened(qtbot: QtBot, page: MainWindow, hotel: Hotel) -> None:
    """What is open is told; what comes up meanwhile is told, too; a reason reopens it."""
    thursday = date(2026, 11, 5)
    press(Key.Key_D, CTRL | SHIFT)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, CloseDayDialog)
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 1_000))
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.banner.isHidden())
    qtbot.waitUntil(lambda: "not counted" in dialog.accessibleDescription())
    press(Key.Key_Return)
    back_in(qtbot, page)
    assert in_worker(lambda: hotel.services.days.state(thursday)).closed
    page.actions_["reopen_day"].trigger()
    again = open_dialog(qtbot)
    assert isinstance(again, ReopenDayDialog)
    write("a slip was found")
    press(Key.Key_Return)
    back_in(qtbot, page)
    assert not in_worker(lambda: hotel.services.days.state(thursday)).closed
    in_worker(lambda: hotel.services.days.close(DayDraft("c", thursday, hotel.services.days.state().open_things)))


def test_the_steps_share_a_narrow_strip_by_their_words(counting: MainWindow) -> None:
    """Wide, all are alike; narrow, the long ones take of the short ones; and none is lost."""
    strip = counting.pages.drawer.closing.strip
    strip.resize(1400, 48)
    assert strip.widths() == [280] * 5
    strip.resize(640, 48)
    count, others, _, drop, note = strip.widths()
    assert drop > others > count > note
    assert sum(strip.widths()) == 640


def test_enter_alone_goes_through_a_close_and_a_key_that_is_held_ends_nothing(
    qtbot: QtBot, context: Context, hotel: Hotel
) -> None:
    """As at a number pad. Down in the last field, a held Enter, and Enter in an empty field write no count."""
    window = closing_with_a_slip(qtbot, context, hotel, 20_000)
    closing = window.pages.drawer.closing
    for pieces in ("0", "1"):
        write(pieces)
        press(Key.Key_Enter)
    for _ in closing.count.edits:
        press(Key.Key_Down)
    assert closing.count.edits[-1].hasFocus()
    held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, NONE, "\r", True)
    QApplication.sendEvent(closing.count.edits[-1], held)
    assert closing.step == COUNT
    press(Key.Key_Enter)
    assert closing.step == OTHERS
    press(Key.Key_Return)
    assert closing.step == OTHERS
    write("40")
    press(Key.Key_Enter)
    idle(qtbot, window.context)
    assert closing.step == VARIANCE
    assert closing.reveal.figures[0][2].name.text() == "It agrees"
    press(Key.Key_Return)
    assert closing.step == DROP
    press(Key.Key_Enter)
    assert closing.step == NOTE
    forward(qtbot, window)
    open_dialog(qtbot).reject()
    back_in(qtbot, window)
    assert in_worker(hotel.services.drawers.current).handed_over == (Money(20_000, "eur"),)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (OpenThing(OpenKind.UNMATCHED, 1, money=(Money(700, "eur"),)), "1 card payment has no booking: €7.00."),
        (OpenThing(OpenKind.REFUND, 2, money=(Money(700, "eur"),)), "2 refunds are still on their way: €7.00."),
        (OpenThing(OpenKind.EARLIER, names=("2026-11-06",)), "An earlier day is open: Fri 6 Nov."),
        (
            OpenThing(OpenKind.EARLIER, names=("2026-11-06", "2026-11-07")),
            "Earlier days are open: Fri 6 Nov, Sat 7 Nov.",
        ),
    ],
)
def test_what_is_open_is_told_of_one_and_of_many(context: Context, thing: OpenThing, words: str) -> None:
    assert open_words(thing, context) == words
