"""The log on the screen, the text for a technician, and faults of the program, which hold no secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from rentease_desk.config import from_environment
from rentease_desk.desktop import Desktop
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.log_viewer import LogViewer
from rentease_desk.gui.errors import CrashReporter
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.surroundings import Surroundings
from rentease_desk.gui.theme import Appearance
from rentease_desk.logs import CRASH, LOG, RedactingFormatter
from rentease_desk.running import take_last_crash
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, in_worker, press, write

SECRETS = (
    "sk_live_51NabcdefghijklWXYZ",
    "rk_test_51NabcdefghijklWXYZ",
    "whsec_abcdefgh12345678",
    "postgresql://desk:hunter2secret@db/desk",
    "Authorization: Bearer abcdefghij.klmnop",
    "token=abcdefghijklmnop",
)
HIDDEN = ("51Nabcdef", "abcdefgh", "hunter2")


@pytest.fixture
def logs(tmp_path: Path, window: MainWindow) -> Iterator[Path]:
    """A log of the desk's own, with secrets that somebody else's code has put there past the filter."""
    lines = [f"2026-11-05 13:00:0{at},000 INFO desk-read test: {one}" for at, one in enumerate(SECRETS)]
    told = [*lines, "2026-11-05 13:00:08,000 WARNING desk-read test: the network is away",
            "2026-11-05 13:00:09,000 ERROR desk-read test: a bug", "Traceback", "  ValueError: here"]  # fmt: skip
    (tmp_path / LOG).write_text("\n".join(told) + "\n", encoding="utf-8")
    window.diagnosis._logs = str(tmp_path)
    yield tmp_path
    (tmp_path / LOG).unlink()  # no test may leave a secret in a file


def viewer(qtbot: QtBot, window: MainWindow) -> LogViewer:
    press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), LogViewer))
    found = QApplication.activeWindow()
    assert isinstance(found, LogViewer)
    idle(qtbot, window.context)
    return found


def test_the_log_is_shown_filtered_and_followed(qtbot: QtBot, window: MainWindow, logs: Path) -> None:
    dialog = viewer(qtbot, window)
    assert "the network is away" in dialog.text.toPlainText()
    assert not any(one in dialog.text.toPlainText() for one in HIDDEN)
    write("VALUEERROR")
    assert dialog.text.toPlainText().count("\n") == 2
    write(" and nothing else")
    assert dialog.empty.accessibleName().startswith("Nothing found. ")
    assert dialog.empty.isVisible()
    dialog.wanted.clear()
    assert dialog.empty.isHidden()
    dialog.level._menu.actions()[1].trigger()
    assert dialog.text.toPlainText().splitlines()[0].endswith("the network is away")
    with (logs / LOG).open("a", encoding="utf-8") as file:
        file.write("2026-11-05 13:01:00,000 WARNING desk-read test: it came back\n")
    qtbot.waitUntil(lambda: "it came back" in dialog.text.toPlainText())
    window.diagnosis.show_log()
    assert QApplication.activeWindow() is dialog
    dialog.done(0)


def test_a_log_without_entries_says_what_comes_into_it(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.diagnosis._logs = str(tmp_path)
    dialog = viewer(qtbot, window)
    assert dialog.empty.accessibleName().startswith("Nothing in the log yet. ")
    assert dialog.empty.isVisible()
    dialog.done(0)


def test_diagnostics_hold_what_helps_and_no_secret(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel, logs: Path
) -> None:
    in_worker(lambda: hotel.services.key.use_for_session(SECRETS[1]))
    window.actions_["diagnostics"].trigger()
    idle(qtbot, context)
    text = QGuiApplication.clipboard().text()
    for told in ("Python", "Qt", "SQLite", "6 bookings", "journal at row", "sync_minutes", "a bug", "restricted"):
        assert told in text, told
    assert not any(one in text for one in HIDDEN)
    assert "clipboard" in window.foot.words
    assert hotel.settings.address not in text or not hotel.settings.address


def test_diagnostics_come_without_a_database_too(qtbot: QtBot, bare: Context) -> None:
    closed = MainWindow(bare, Surroundings("Elena", "Desk 1", Appearance.LIGHT, "the data folder"))
    qtbot.addWidget(closed)
    closed.show()
    closed.actions_["diagnostics"].trigger()
    idle(qtbot, bare)
    assert "not open" in QGuiApplication.clipboard().text()


def test_a_bug_is_shown_copied_and_gone_on_from(qtbot: QtBot, window: MainWindow) -> None:
    reporter = CrashReporter(window)
    reporter.report(ValueError(f"cannot use {SECRETS[0]}"))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    copy, go_on = (next(one for one in box.buttons() if one.text() == words) for words in ("Copy the report", "Go on"))
    copy.click()
    assert box.isVisible()
    text = QGuiApplication.clipboard().text()
    assert "ValueError" in text
    assert HIDDEN[0] not in text
    go_on.click()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_what_a_fault_left_is_shown_at_the_next_start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    config = from_environment({"RENTEASE_DATA_DIR": str(tmp_path)})
    config.log_dir.mkdir()
    (config.log_dir / CRASH).write_text(f"Fatal Python error: Segmentation fault {SECRETS[0]}")
    desktop = Desktop(qapp, config)
    qtbot.addWidget(desktop.window)
    desktop.window.show()
    desktop.last_crash = take_last_crash(config)
    desktop._tell_crash()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "Segmentation fault" in box.detailedText()
    assert HIDDEN[0] not in box.detailedText()
    box.accept()
    assert take_last_crash(config) == ""
    desktop.window.hide()
    assert desktop.stop()
    desktop.deleteLater()


def test_what_the_log_keeps_has_no_secret() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "%s", (" ".join(SECRETS),), None)
    told = RedactingFormatter("%(message)s").format(record)
    assert not any(one in told for one in HIDDEN)
