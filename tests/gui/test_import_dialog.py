"""Importing at the desk, by keys: columns said, rows tried and taken in, broken ones told, calendars blocked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.imports import Fate, Row, trouble_of
from rentease_desk.gui.dialogs.import_bookings import ImportDialog, Step
from rentease_desk.gui.import_words import why
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.import_what import Kind
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ROWS = """Reference;Guest;Arrival;Departure;Room;Total;Status
A-1;Ada;03/12/2026;05/12/2026;101;1.234,50;fest
A-2;Bea;04/12/2026;06/12/2026;101;80;fest
A-3;Cyd;07/12/2026;09/12/2026;Suite;80;fest
"""
CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:a
SUMMARY:Reserved
DTSTART;VALUE=DATE:20261109
DTEND;VALUE=DATE:20261111
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    """Open, with the keyboard on the source."""
    press(Key.Key_I, Control | Shift)
    found = open_dialog(qtbot)
    assert isinstance(found, ImportDialog)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return found


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def step(qtbot: QtBot, dialog: ImportDialog, wanted: Step) -> None:
    qtbot.waitUntil(lambda: dialog.step is wanted and dialog.cancel is None)
    idle(qtbot, dialog.context)


def begin(qtbot: QtBot, dialog: ImportDialog, source: str, place: Path) -> None:
    """Type what and where, and press Enter."""
    write(source)
    dialog.what.place.setFocus()
    write(str(place))
    press(Key.Key_Return)
    idle(qtbot, dialog.context)


def shown(dialog: ImportDialog) -> list[tuple[str, str, str]]:
    """Line, fate and reference of each row."""
    model = dialog.report.model
    names = [column.name for column in model.columns]
    wanted = [names.index(name) for name in ("line", "fate", "reference")]
    return [
        tuple(str(model.index(at, column).data()) for column in wanted)  # type: ignore[misc]
        for at in range(model.rowCount())
    ]


def answer(qtbot: QtBot, dialog: ImportDialog) -> None:
    """Say what the file leaves open, each by keys."""
    assert not dialog.save.isEnabled()
    for combo, times in ((dialog.columns.layout_.dates, 1), (dialog.columns.meanings.words["fest"], 2)):
        combo.setFocus()
        for _ in range(times):
            press(Key.Key_Down)
        idle(qtbot, dialog.context)
    dialog.columns.layout_.new_rooms.setFocus()
    press(Key.Key_Space)
    idle(qtbot, dialog.context)


def test_a_file_is_mapped_tried_and_taken_in_by_keys(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, dialog: ImportDialog, rows: Path, tmp_path: Path
) -> None:
    begin(qtbot, dialog, "Agency", rows)
    step(qtbot, dialog, Step.COLUMNS)
    told = dialog.columns.open.accessibleName()
    assert "“03/12/2026”" in told
    assert "“fest”" in told
    assert "“Suite”" in told
    assert {one.currentText() for one in dialog.columns.meanings.rooms.values()} == {"the same name"}
    answer(qtbot, dialog)
    assert dialog.columns.open.isHidden()
    press(Key.Key_Return)
    step(qtbot, dialog, Step.REPORT)
    assert shown(dialog) == [("2", "New", "A-1"), ("3", "Broken", "A-2"), ("4", "New", "A-3")]
    assert dialog.save.text() == "Import 2 new"
    assert len(in_worker(hotel.services.bookings.rooms)) == 5
    press(Key.Key_Down)
    assert "101 is asked for on line 2 already" in dialog.report.table.accessibleDescription()
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.save.text() == "Done")
    idle(qtbot, dialog.context)
    assert dialog.report.filter is not None
    assert (dialog.report.filter.value, shown(dialog)) == (Fate.BROKEN, [("3", "Broken", "A-2")])
    assert "2 new, 0 the same, 1 broken" in dialog.banner.accessibleName()
    report = tmp_path / "broken.csv"
    dialog.write_report(str(report))
    idle(qtbot, dialog.context)
    assert "A-2" in report.read_text(encoding="utf-8-sig")
    dialog.save.setFocus()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert in_worker(lambda: hotel.services.bookings.find("A-1")).guest.name == "Ada"


def test_the_second_time_nothing_is_asked_and_changes_wait_for_a_tick(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, dialog: ImportDialog, rows: Path
) -> None:
    begin(qtbot, dialog, "Agency", rows)
    step(qtbot, dialog, Step.COLUMNS)
    answer(qtbot, dialog)
    press(Key.Key_Return)
    step(qtbot, dialog, Step.REPORT)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.save.text() == "Done")
    press(Key.Key_Escape)
    back_in(qtbot, window)
    rows.write_text(ROWS.replace("Ada", "Ada Lovelace"), encoding="utf-8")
    press(Key.Key_I, Control | Shift)
    again = open_dialog(qtbot)
    assert isinstance(again, ImportDialog)
    begin(qtbot, again, "Agency", rows)
    step(qtbot, again, Step.COLUMNS)
    assert again.save.isEnabled()
    press(Key.Key_Return)
    step(qtbot, again, Step.REPORT)
    assert [fate for _, fate, _ in shown(again)] == ["Changed", "Broken", "The same"]
    again.report.apply.setFocus()
    press(Key.Key_Space)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: again.save.text() == "Done")
    press(Key.Key_Escape)
    back_in(qtbot, window)
    assert in_worker(lambda: hotel.services.bookings.find("A-1")).guest.name == "Ada Lovelace"


def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(
    qtbot: QtBot, window: MainWindow, dialog: ImportDialog, tmp_path: Path, rows: Path
) -> None:
    press(Key.Key_Return)
    assert "Type a name" in dialog.what.fields["source"].wrong
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    begin(qtbot, dialog, "Agency", book)
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "save it as CSV" in dialog.banner.accessibleName()
    dialog.what.place.setText(str(rows))
    press(Key.Key_Return)
    step(qtbot, dialog, Step.COLUMNS)
    combo = next(iter(dialog.columns.combos.values()))
    combo.setFocus()
    combo.setEditText("no such column")
    press(Key.Key_Tab)
    idle(qtbot, dialog.context)
    press(Key.Key_Escape)
    assert "Nothing is imported yet" in dialog.banner.accessibleName()
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_a_calendar_blocks_a_room_and_shows_on_the_chart(
    qtbot: QtBot, window: MainWindow, dialog: ImportDialog, tmp_path: Path
) -> None:
    path = tmp_path / "airbnb.ics"
    path.write_text(CALENDAR)
    dialog.what.kinds.choose(Kind.CALENDAR)
    dialog.what.kinds.chosen.emit(Kind.CALENDAR)
    dialog.what.source.setFocus()
    write("Airbnb 104")
    dialog.what.room.setCurrentText("104")
    dialog.what.place.setFocus()
    write(str(path))
    press(Key.Key_Return)
    step(qtbot, dialog, Step.REPORT)
    assert shown(dialog) == [("1", "New", "a")]
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.save.text() == "Done")
    press(Key.Key_Escape)
    back_in(qtbot, window)
    window.go("tape")
    idle(qtbot, window.context)
    chart = window.pages.tape.chart
    row = chart.model.row_of_room("104")
    assert row is not None
    (block,) = chart.model.blocks_in(row)
    chart.mark(row, block.first)
    assert "104 is blocked" in chart.words()
    assert "by the calendar “Airbnb 104”" in chart.words()
    assert not chart.model.is_free(row, block.first)
    refused = chart.model.taken(row, block.first, block.last, -1)
    assert refused is not None
    assert refused.code == "room.blocked"
    chart.grab()
    again = Row(1, Fate.SAME, "a", trouble=trouble_of(refused))
    assert why(again, window.context.formats).startswith("Told before: ")
