"""Files of bookings and calendars."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from rentease_desk.gui.dialogs.import_bookings import ImportDialog
from tests.tools.import_files import import_files
from tests.tools.screenshots.studio import CTRL, SHIFT, Key, Pictures, Studio


def imports(studio: Studio) -> Pictures:
    """A file of bookings from the first question to the report; then a calendar, and its blocks on the chart."""
    window = studio.window
    studio.go("bookings")
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
    studio.go("tape")
    row = window.pages.tape.chart.model.row_of_room("Attic")
    window.pages.tape.chart.mark(row or 0, window.context.today() + timedelta(days=2))
    studio.settle()
    yield "tape-blocks", window


def _import_dialog(studio: Studio) -> ImportDialog:
    studio.press(Key.Key_I, CTRL | SHIFT)
    dialog = studio.top()
    assert isinstance(dialog, ImportDialog)
    return dialog
