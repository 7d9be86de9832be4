"""A start on a file that cannot be used: what is offered, and that nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk import desktop as module
from rentease_desk.config import from_environment
from rentease_desk.desktop import Desktop
from rentease_desk.gui.dialogs.damaged import DamagedDialog
from rentease_desk.storage import backups, opening
from tests.conftest import NOON
from tests.tools.clocks import SetClock
from tests.tools.databases import SqliteMaker
from tests.tools.gui import in_worker, open_dialog, press
from tests.tools.staffed import services_at

Start = Callable[[], Desktop]
PATIENCE = 20_000


@pytest.fixture
def file(sqlite_maker: SqliteMaker, tmp_path: Path) -> Path:
    """A desk's file, with one backup and something written since."""
    path = tmp_path / "rentease-desk.sqlite3"
    address = sqlite_maker.copy(path)

    def fill() -> None:
        with services_at(address, tmp_path, SetClock(NOON)) as services:
            services.settings.set({"name": "Hotel Lanterna"})
            services.backups.make()
            services.settings.set({"name": "Hotel Faro"})

    in_worker(fill)
    return path


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    made: list[Desktop] = []

    def begin() -> Desktop:
        one = Desktop(qapp, from_environment({"RENTEASE_DATA_DIR": str(tmp_path)}))
        made.append(one)
        qtbot.addWidget(one.window)
        one.start()
        return one

    yield begin
    for one in made:
        one.window.hide()
        assert one.stop()
        one.deleteLater()


def offered(qtbot: QtBot, desktop: Desktop) -> DamagedDialog:
    desktop.window.activateWindow()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DamagedDialog), timeout=PATIENCE)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, DamagedDialog)
    return dialog


def stands(qtbot: QtBot, desktop: Desktop) -> None:
    qtbot.waitUntil(lambda: desktop.context.is_ready and not desktop.tasks.busy, timeout=PATIENCE)


def test_the_last_good_backup_takes_the_place_of_a_damaged_file(qtbot: QtBot, start: Start, file: Path) -> None:
    damaged = file.read_bytes()[:30_000]
    file.write_bytes(damaged)
    desktop = start()
    dialog = offered(qtbot, desktop)
    assert dialog.save.isEnabled()
    assert not desktop.context.is_ready
    press(Qt.Key.Key_Return)
    stands(qtbot, desktop)
    assert desktop.context.settings.name == "Hotel Lanterna"
    kept = [one for one in file.parent.iterdir() if ".damaged-" in one.name]
    assert [one.read_bytes() for one in kept] == [damaged]


def test_a_file_that_is_gone_is_not_begun_anew_by_itself(qtbot: QtBot, start: Start, file: Path) -> None:
    file.unlink()
    desktop = start()
    dialog = offered(qtbot, desktop)
    dialog.anew.click()
    assert "begin with nothing" in dialog.banner.accessibleName()
    assert not file.exists()
    dialog.banner._action.click()
    stands(qtbot, desktop)
    assert desktop.context.settings.name != "Hotel Lanterna"
    assert len(in_worker(lambda: backups.listed(file, backups.folder_of(file)))) == 1


def test_without_a_good_backup_nothing_is_put_back(qtbot: QtBot, start: Start, file: Path) -> None:
    for one in backups.folder_of(file).iterdir():
        one.write_bytes(b"spoilt")
    file.write_bytes(b"")
    desktop = start()
    dialog = offered(qtbot, desktop)
    assert not dialog.save.isEnabled()
    press(Qt.Key.Key_Escape)
    assert desktop.window.banner.isVisible()
    assert file.read_bytes() == b""


def test_damage_that_is_found_later_closes_the_desk(
    qtbot: QtBot, start: Start, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CHECK_MILLISECONDS", 0)
    monkeypatch.setattr("rentease_desk.backstage._AT_ONCE", 0)
    monkeypatch.setattr("rentease_desk.services.backups.is_whole", lambda _connection: False)
    desktop = start()
    dialog = offered(qtbot, desktop)
    monkeypatch.undo()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.is_closed)
    stands(qtbot, desktop)
    qtbot.waitUntil(lambda: desktop.context.settings.name == "Hotel Lanterna", timeout=PATIENCE)


def test_a_desk_that_can_only_read_says_so(
    qtbot: QtBot, start: Start, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rentease_desk.wiring.open_database", opening.open_for_reading)
    desktop = start()
    stands(qtbot, desktop)
    assert "can only read" in desktop.window.banner.accessibleName()
    assert desktop.context.settings.name == "Hotel Faro"
    monkeypatch.undo()
    before = desktop.context.services
    desktop.window.banner._action.click()
    qtbot.waitUntil(lambda: desktop.context.services is not before, timeout=PATIENCE)
    stands(qtbot, desktop)
    assert not desktop.window.banner.isVisible()
