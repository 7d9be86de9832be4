"""Pictures of every screen, light and dark, taken from practice mode: ``python -m tests.tools.screenshots FOLDER``.

The window is driven by keys, as at a desk. With ``--readme`` only the picture of the README is made.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QScrollArea, QWidget

from rentease_desk.config import for_practice
from rentease_desk.desktop import Desktop
from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.links import LinkState
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Medium, ReceiptDraft
from rentease_desk.domain.stays import DayAtDesk, Deed
from rentease_desk.domain.stripe_events import EventState
from rentease_desk.gui.dialogs.import_bookings import ImportDialog
from rentease_desk.gui.dialogs.receipt import ReceiptDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance, application
from rentease_desk.gui.widgets.day_strip import SyncTimes
from rentease_desk.practice.sample.stays import EMPTY_ROOM
from rentease_desk.services.stays import StayService
from tests.tools.busy_day import busy_day
from tests.tools.doubles import doubles
from tests.tools.gui import in_worker
from tests.tools.gui_events import SAMPLE, keep
from tests.tools.homeless import homeless
from tests.tools.import_files import import_files
from tests.tools.problems import open_gap, pictured

SIZE = (1440, 900)
_PATIENCE = 60.0
_CTRL, _SHIFT, _ALT, _NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
Key = Qt.Key


class Studio:
    """A practice desk that is photographed."""

    def __init__(self, app: QApplication, data_dir: Path) -> None:
        config = for_practice({"RENTEASE_DATA_DIR": str(data_dir)})
        self._desktop = Desktop(app, replace(config, actor="Elena Marchetti", desk="Desk 1"))
        self.window: MainWindow = self._desktop.window
        synced: list[bool] = []
        self.window.sync.stood.connect(lambda state: synced.append(True) if state.last_success else None)
        self._desktop.start()
        self.wait(lambda: bool(synced))
        self.window.resize(*SIZE)
        self.window.activateWindow()
        self.settle()

    def close(self) -> None:
        """End the desk and its practice server."""
        self.window.hide()
        self._desktop.stop()

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is true."""
        until = time.monotonic() + _PATIENCE
        while not done():
            if time.monotonic() > until:
                raise TimeoutError("the desk did not get there")
            _pass(10)

    def settle(self) -> None:
        """Let all work come back, and be painted."""
        _pass(30)
        self.wait(lambda: not self._desktop.tasks.busy)
        if QApplication.activeModalWidget() is None:
            self.window.activateWindow()
        _pass(60)

    def wear(self, appearance: Appearance) -> None:
        """Change the colours."""
        self.window.appearance_chosen.emit(appearance)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        """A key, where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.top(), key, modifier)
        self.settle()

    def write(self, text: str) -> None:
        """Letters, where the keyboard is."""
        QTest.keyClicks(QApplication.focusWidget() or self.top(), text)
        self.settle()

    def top(self) -> QWidget:
        """What a person looks at: the dialog that is open, or the window."""
        return QApplication.activeModalWidget() or self.window

    def shut(self) -> None:
        """Put away the dialog that is open, without doing anything."""
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.close()
            self.settle()

    def menu(self, name: str) -> QMenu:
        """A menu of the menu bar."""
        found = (action.menu() for action in self.window.menuBar().actions() if action.text().strip("&") == name)
        return next(menu for menu in found if isinstance(menu, QMenu))


def _pass(milliseconds: int) -> None:
    """Let time pass. (``QTest.qWait`` keeps Python's lock, and the workers waiting.)"""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def screens(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Every screen, with the name of its picture."""
    yield from _lists(studio)
    yield from _command_bar(studio)
    yield from _folio(studio)
    yield from _dialogs(studio)
    yield from _sync(studio)
    yield from _events(studio)
    yield from _follow_ups(studio)
    yield from _unmatched(studio)
    yield from _duplicates(studio)
    studio.window.go("settings")
    studio.settle()
    yield "settings", studio.window
    bar = studio.window.settings.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())
    studio.settle()
    yield "settings-end", studio.window
    yield from _today(studio)
    yield from _tape(studio)
    yield from _imports(studio)
    yield from _trouble(studio)


def _imports(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """A file of bookings from the first question to the report; then a calendar, and its blocks on the chart."""
    window = studio.window
    window.go("bookings")
    with tempfile.TemporaryDirectory() as folder:
        rows, blocks = import_files(Path(folder), window.context.today())
        dialog = _import_dialog(studio)
        yield "import-what", dialog
        dialog.what.source.setCurrentText("Agency")
        dialog.what.place.setText(str(rows))
        studio.press(Key.Key_Return)
        yield "import-columns-open", dialog
        meanings, layout = dialog.columns.meanings, dialog.columns.layout_
        for combo, at in ((layout.dates, 1), (meanings.words["fest"], 2), (meanings.words["storniert"], 6)):
            combo.setCurrentIndex(at)
            combo.activated.emit(at)
            studio.settle()
        layout.new_rooms.click()
        studio.settle()
        yield "import-columns", dialog
        studio.press(Key.Key_Return)
        studio.press(Key.Key_Down)
        studio.press(Key.Key_Down)
        yield "import-dry-run", dialog
        dialog.submit()
        studio.wait(lambda: dialog.save.text() == "Done")
        studio.settle()
        yield "import-done", dialog
        studio.shut()
        dialog = _import_dialog(studio)
        dialog.what.kinds.choose("calendar")
        dialog.what.kinds.chosen.emit("calendar")
        dialog.what.source.setCurrentText("Airbnb Attic")
        dialog.what.room.setCurrentText("Attic")
        dialog.what.place.setText("https://www.airbnb.com/calendar/ical/…")
        studio.settle()
        yield "import-calendar", dialog
        dialog.what.place.setText(str(blocks))
        studio.press(Key.Key_Return)
        dialog.submit()
        studio.wait(lambda: dialog.save.text() == "Done")
        studio.settle()
        yield "import-calendar-done", dialog
        studio.shut()
    window.go("tape")
    studio.settle()
    row = window.tape.chart.model.row_of_room("Attic")
    window.tape.chart.mark(row or 0, window.context.today() + timedelta(days=2))
    studio.settle()
    yield "tape-blocks", window


def _import_dialog(studio: Studio) -> ImportDialog:
    studio.press(Key.Key_I, _CTRL | _SHIFT)
    dialog = studio.top()
    assert isinstance(dialog, ImportDialog)
    return dialog


def _today(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """A busy day: a guest is checked in, the folio is beside, another is let go with an open balance."""
    window, services = studio.window, studio.window.context.services
    window.go("today")
    studio.settle()
    yield "today-sample", window
    pks = in_worker(lambda: busy_day(services))
    window.today.show_booking(pks["LN-3008"])
    studio.settle()
    yield "today", window
    studio.press(Key.Key_O)
    yield "check-out", studio.top()
    studio.shut()
    for name, reference, key in (("check-out-early", "LN-3007", (Key.Key_O, _NONE)),
                                 ("check-out-early-open", "LN-3006", (Key.Key_O, _NONE)),
                                 ("no-show", "LN-3012", (Key.Key_N, _CTRL | _SHIFT))):  # fmt: skip
        window.today.show_booking(pks[reference])
        studio.press(*key)
        yield name, studio.top()
        studio.shut()
    window.today.show_booking(pks["LN-3002"])
    paolo = StayService(replace(services.desk, operator=Operator("Paolo", "Desk 2")))
    in_worker(lambda: paolo.do(Deed.NO_SHOW, pks["LN-3002"]))
    studio.settle()
    yield "today-gone-elsewhere", window
    window.today.show_booking(pks["LN-3001"])
    studio.press(Key.Key_I)
    yield "today-checked-in", window
    studio.press(Key.Key_Return)
    yield "today-folio", window
    studio.press(Key.Key_X, _CTRL | _SHIFT)
    yield "cancel-booking", studio.top()
    studio.shut()
    studio.press(Key.Key_Escape)
    window.today._show((DayAtDesk(window.context.today()), SyncTimes()))
    studio.settle()
    yield "today-none", window
    window.today.reload()
    studio.settle()


def _tape(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """The chart of the sample; a stay is carried to a room that is free, then longer, then to one that is taken."""
    window = studio.window
    studio.press(Key.Key_6, _CTRL)
    yield "tape", window
    chart = window.tape.chart
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
    studio.press(Key.Key_Right, _SHIFT)
    yield "tape-carried", window
    for _ in chart.model.rooms:
        if chart.carry is not None and chart.carry.trouble is None:
            studio.press(Key.Key_Up)
    yield "tape-taken", window
    studio.press(Key.Key_Return)
    yield "tape-refused", window
    studio.press(Key.Key_Escape)
    window.tape.banner.hide()
    studio.press(Key.Key_Minus)
    yield "tape-month", window
    studio.press(Key.Key_Plus)
    studio.press(Key.Key_Space)
    yield "tape-folio", window
    studio.press(Key.Key_Space)


def _lists(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    window.go("bookings")
    studio.settle()
    studio.press(Key.Key_Down)
    yield "bookings", window
    studio.press(Key.Key_F, _CTRL)
    studio.write("zzz")
    yield "bookings-none", window
    studio.press(Key.Key_Escape)
    window.go("payments")
    studio.settle()
    studio.press(Key.Key_Down)
    yield "payments", window
    studio.press(Key.Key_Space)
    yield "payments-folio", window
    studio.press(Key.Key_Space)
    states = window.payments.states.menu().actions()
    next(one for one in states if one.text() == "Without a booking").trigger()
    studio.settle()
    yield "payments-unmatched", window
    yield from _saved_filters(studio)
    states[0].trigger()
    studio.settle()


def _saved_filters(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Two filters of the payments are saved, the second over the first; one of them is in use."""
    window = studio.window
    for name in ("Without a booking", "Cash this month"):
        studio.press(Key.Key_F, _CTRL | _SHIFT)
        studio.write(name)
        studio.press(Key.Key_Return)
        days, methods, states = (getattr(window.payments, one) for one in ("days", "methods", "states"))
        for button, word in ((days, "This month"), (states, "Any status"), (methods, "Cash")):
            next(one for one in button.menu().actions() if one.text() == word).trigger()
        studio.settle()
    studio.press(Key.Key_2, _ALT)
    yield "saved-filter", window
    studio.press(Key.Key_F, _CTRL | _SHIFT)
    yield "saved-filters", studio.top()
    studio.shut()


def _command_bar(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    studio.window.go("bookings")
    for text, name in (("pa", "command-bar"), ("take", "command-bar-action"), ("zzz", "command-bar-none")):
        studio.press(Key.Key_K, _CTRL)
        studio.write(text)
        yield name, studio.window
    studio.press(Key.Key_Escape)


def _unmatched(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    in_worker(lambda: homeless(window.context.services))
    studio.press(Key.Key_U, _CTRL)
    shown = in_worker(lambda: window.context.services.matching.find("pi_homeless0"))
    window.unmatched.show_payment(shown.pk)
    studio.settle()
    yield "unmatched", window
    studio.press(Key.Key_3)
    yield "unmatched-third", window
    studio.press(Key.Key_S)
    studio.write("ma")
    yield "unmatched-search", window
    studio.press(Key.Key_Escape)
    yield from _ignored(studio)
    window.unmatched._show_waiting([])
    studio.settle()
    yield "unmatched-none", window


def _ignored(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    studio.press(Key.Key_End)
    studio.press(Key.Key_I)
    studio.write("web shop")
    yield "unmatched-ignore", studio.top()
    studio.press(Key.Key_Return)
    studio.press(Key.Key_V)
    yield "unmatched-ignored", window
    studio.press(Key.Key_V)


def _duplicates(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Two card payments were typed as well: the first pair is merged, the second is looked at."""
    window = studio.window
    window.go("payments")
    in_worker(lambda: doubles(window.context.services))
    studio.wait(window.payments.find_doubles.isVisible)
    studio.settle()
    yield "payments-duplicates", window
    window.payments.find_doubles.click()
    studio.settle()
    yield "duplicates", studio.top()
    _pass(800)
    studio.press(Key.Key_Return)
    yield "duplicates-merged", studio.top()
    studio.press(Key.Key_PageDown)
    yield "duplicates-second", studio.top()
    studio.shut()


def _folio(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    studio.window.go("bookings")
    studio.press(Key.Key_Return)
    yield "folio", studio.window
    studio.press(Key.Key_F9)
    yield "take-payment", studio.window
    yield "take-payment-dialog", studio.top()
    studio.press(Key.Key_A, _CTRL)
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


def _methods(studio: Studio) -> Iterator[tuple[str, QWidget]]:
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


def _link(studio: Studio) -> Iterator[tuple[str, QWidget]]:
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
    booking = window.folio.booking_pk
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


def _dialogs(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    studio.window.go("bookings")
    studio.press(Key.Key_N, _CTRL)
    studio.press(Key.Key_Return)
    yield "new-booking", studio.top()
    studio.shut()
    studio.press(Key.Key_F2)
    yield "edit-booking", studio.top()
    studio.shut()
    studio.window.go("payments")
    studio.press(Key.Key_E, _CTRL)
    yield "export", studio.top()
    studio.shut()
    yield from _void(studio)


def _void(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """A cash payment of today is taken, and its void asked for."""
    studio.window.go("bookings")
    studio.press(Key.Key_Return)
    studio.press(Key.Key_F9)
    studio.press(Key.Key_Return)
    yield "folio-paid", studio.window
    studio.press(Key.Key_End)
    yield from _receipt(studio)
    studio.press(Key.Key_V)
    yield "void", studio.top()
    studio.shut()
    studio.press(Key.Key_M)
    yield "move-payment", studio.top()
    studio.shut()
    studio.press(Key.Key_S)
    studio.write("ma")
    studio.press(Key.Key_Return)
    studio.write("60")
    yield "split-payment-too-much", studio.top()
    studio.press(Key.Key_Tab, _SHIFT)
    studio.write("471")
    yield "split-payment", studio.top()
    studio.press(Key.Key_Return)
    yield "folio-split", studio.window
    studio.press(Key.Key_R)
    yield "refund", studio.top()
    studio.write("60")
    studio.press(Key.Key_Tab)
    studio.write("left a day early")
    studio.press(Key.Key_Return)
    yield "folio-refunded", studio.window
    studio.window.go("payments")
    studio.press(Key.Key_Home)
    studio.press(Key.Key_Down)
    studio.press(Key.Key_R)
    yield "refund-asked-whose", studio.top()
    studio.press(Key.Key_Return)
    yield "refund-whose-missing", studio.top()
    studio.press(Key.Key_End)
    yield "refund-whose", studio.top()
    studio.shut()


def _receipt(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """The receipt of the marked payment on both papers, and its copy."""
    services = studio.window.context.services
    studio.press(Key.Key_F7)
    yield "receipt", studio.top()
    dialog = studio.top()
    assert isinstance(dialog, ReceiptDialog)
    dialog.paper.choose(Paper.ROLL)
    dialog.paper.chosen.emit(Paper.ROLL)
    studio.settle()
    yield "receipt-roll", dialog
    studio.shut()
    line = studio.window.folio.current_line
    assert line is not None
    in_worker(lambda: services.receipts.issue(ReceiptDraft("pictured", line.item.pk, medium=Medium.PRINTER)))
    studio.settle()
    yield "folio-receipt", studio.window
    studio.press(Key.Key_P)
    yield "receipt-copy", studio.top()
    studio.shut()


def _sync(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    window = studio.window
    window.go("sync")
    studio.settle()
    yield "sync", window
    studio.press(Key.Key_F5)
    studio.press(Key.Key_Return)
    studio.wait(lambda: not window.sync.is_running)
    studio.settle()
    yield "sync-done", window
    yield "practice-menu", studio.menu("Practice")


def _events(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """The log as it is in practice, where nothing needs a person; then with events of every kind."""
    window, services = studio.window, studio.window.context.services
    window.go("events")
    studio.settle()
    yield "events-none", window
    in_worker(lambda: keep(services, services.desk.clock.now(), *SAMPLE))
    window.events.reload()
    studio.settle()
    studio.press(Key.Key_Down)
    yield "events", window
    studio.press(Key.Key_D)
    studio.press(Key.Key_Return)
    yield "dismiss-event", studio.top()
    studio.shut()
    window.events.segments.choose(None)
    window.events.segments.chosen.emit(None)
    studio.settle()
    studio.press(Key.Key_End)
    yield "events-all", window


def _follow_ups(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """What is to be followed up: what the sample has, then one of each kind and more; a folio with disputes."""
    window, services = studio.window, studio.window.context.services
    window.go("follow_ups")
    studio.settle()
    yield "follow-ups-sample", window
    pk = in_worker(lambda: pictured(services))
    studio.settle()
    yield "follow-ups", window
    studio.press(Key.Key_N)
    yield "follow-up-note", studio.top()
    studio.shut()
    window.open_folio(pk)
    studio.settle()
    yield "folio-disputes", window
    window.go("payments")
    window.payments.search.setText("disputed guest")
    studio.settle()
    window.payments.table.setFocus()
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Space):
        studio.press(key)
    yield "payments-dispute", window
    studio.press(Key.Key_Space)
    window.payments.search.setText("")


def _trouble(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Stripe is down: what a sync says then. Events were not read for weeks: what the window and the page say."""
    window, services = studio.window, studio.window.context.services
    next(one for one in studio.menu("Practice").actions() if one.text() == "Stripe is down").trigger()
    studio.settle()
    window.go("events")
    studio.settle()
    window.events.segments.choose(EventState.DEAD)
    window.events.segments.chosen.emit(EventState.DEAD)
    studio.settle()
    studio.press(Key.Key_Home)
    studio.press(Key.Key_R)
    yield "events-retry-failed", window
    window.go("sync")
    studio.press(Key.Key_F5)
    studio.press(Key.Key_Return)
    studio.wait(lambda: not window.sync.is_running)
    studio.settle()
    yield "sync-failed", window
    in_worker(lambda: open_gap(services))
    window.sync.banner.hide()
    window.go("bookings")
    studio.settle()
    yield "gap-told", window
    window.go("sync")
    studio.settle()
    yield "sync-gap", window
    window.go("bookings")
    studio.settle()


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true", help="only bookings-light.png")
    parser.add_argument("--zoom", type=int, default=100, help="in per cent, as Ctrl + and Ctrl - choose it")
    parser.add_argument("--appearance", choices=("light", "dark", "both"), default="both")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    app.setFont(QFont("Inter"))  # what the designs are drawn in; where it is missing, the system's font
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        if given.appearance in {"both", appearance.value} and not (given.readme and appearance is Appearance.DARK):
            _take(app, appearance, given.folder, given.zoom, only="bookings" if given.readme else None)


def _take(app: QApplication, appearance: Appearance, folder: Path, zoom: int, only: str | None) -> None:
    with tempfile.TemporaryDirectory() as data_dir:
        studio = Studio(app, Path(data_dir))
        try:
            studio.wear(appearance)
            studio.window.context.theme.set_zoom(zoom)
            studio.settle()
            for name, widget in screens(studio):
                path = folder / f"{name}-{appearance.value}.png"
                if only is None or name == only:
                    widget.grab().save(str(path), quality=0)  # Qt: the smallest file
                    print(path)
                if name == only:
                    break
        finally:
            studio.close()


if __name__ == "__main__":
    main()
