"""Backups in the window: made from the menu, looked at, put back; and the desk that opens on what came back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.config import from_environment
from rentease_desk.desktop import Desktop
from rentease_desk.domain.backups import Reason
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.backups import BackupsDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.tools.databases import SqliteMaker
from tests.tools.gui import Hotel, in_worker, open_dialog, press


def opened(qtbot: QtBot, window: MainWindow) -> BackupsDialog:
    window.actions_["backups"].trigger()
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, BackupsDialog)
    idle(qtbot, window.context)
    return dialog


def test_a_backup_is_made_from_the_menu_and_shown(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel
) -> None:
    window.actions_["backup"].trigger()
    idle(qtbot, context)
    assert "asked.sqlite3" in window.foot.words
    dialog = opened(qtbot, window)
    assert dialog.model.count() == 1
    assert "It is whole" in dialog.detail.text()
    assert "Nothing was written since" in dialog.detail.text()
    in_worker(lambda: hotel.services.settings.set({"name": "Hotel Faro"}))
    dialog.make.click()
    idle(qtbot, context)
    assert dialog.model.count() == 2
    press(Qt.Key.Key_Down)
    idle(qtbot, context)
    assert "Since then: 1 entries" in dialog.detail.text()
    with qtbot.waitSignal(window.restore_asked) as asked:
        press(Qt.Key.Key_Return)
        assert "backed up first" in dialog.banner.accessibleName()
        dialog.banner._action.click()
    first = dialog.model.backup_at(1)
    assert first is not None
    assert asked.args == [first.path]


def test_a_backup_that_is_damaged_cannot_be_put_back(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel
) -> None:
    made = in_worker(hotel.services.backups.make).backup
    made.path.write_bytes(made.path.read_bytes()[:20_000])
    dialog = opened(qtbot, window)
    assert "damaged" in dialog.detail.text()
    assert not dialog.save.isEnabled()
    dialog.done(0)


def test_a_second_folder_is_chosen(qtbot: QtBot, window: MainWindow, context: Context, tmp_path: Path) -> None:
    dialog = opened(qtbot, window)
    assert not dialog.none.isVisible()
    (stick := tmp_path / "stick").mkdir()
    dialog.choose_folder(str(stick))
    idle(qtbot, context)
    assert str(stick) in dialog.second.text()
    dialog.make.click()
    idle(qtbot, context)
    assert len(list(stick.rglob("*.sqlite3"))) == 1
    dialog.none.click()
    idle(qtbot, context)
    assert "no second folder" in dialog.second.text()
    dialog.done(0)


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Desktop]:
    sqlite_maker.copy(tmp_path / "rentease-desk.sqlite3")
    made = Desktop(qapp, from_environment({"RENTEASE_DATA_DIR": str(tmp_path)}))
    qtbot.addWidget(made.window)
    made.start()
    qtbot.waitUntil(lambda: made.context.is_ready and not made.tasks.busy)
    yield made
    made.window.hide()
    assert made.stop()
    made.deleteLater()


def test_the_desk_opens_on_what_was_put_back(qtbot: QtBot, desktop: Desktop) -> None:
    first = desktop.context.services
    made = in_worker(first.backups.make).backup
    name = desktop.context.settings.name
    in_worker(lambda: first.settings.set({"name": "Hotel Lanterna"}))
    desktop.window.restore_asked.emit(made.path)
    qtbot.waitUntil(lambda: desktop.context.services is not first and not desktop.tasks.busy)
    assert desktop.context.settings.name == name, desktop.window.banner.accessibleName()
    listed = in_worker(desktop.context.services.backups.listed)
    assert [one.reason for one in listed] == [Reason.RESTORE, Reason.ASKED]
    second = desktop.context.services
    desktop.window.restore_asked.emit(made.path.with_name("gone"))
    qtbot.waitUntil(lambda: desktop.context.services is not second and not desktop.tasks.busy)
    assert "cannot be read" in desktop.window.banner.accessibleName()
    assert desktop.context.settings.name == name
