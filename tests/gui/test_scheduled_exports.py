"""Exports that are scheduled in the settings, by keys; and what is said where one cannot be written."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import Basis, ReportName
from rentease_desk.domain.schedules import Rhythm, Schedule, ScheduleDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.edit_schedule import ScheduleDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.exports_card import ExportsCard
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key = Qt.Key


@pytest.fixture
def card(qtbot: QtBot, window: MainWindow, context: Context) -> ExportsCard:
    window.go("settings")
    idle(qtbot, context)
    return window.pages.settings.exports


def _dialog(qtbot: QtBot) -> ScheduleDialog:
    found = open_dialog(qtbot)
    assert isinstance(found, ScheduleDialog)
    return found


def _standing(hotel: Hotel) -> list[Schedule]:
    return [one.schedule for one in in_worker(hotel.services.schedules.all)]


def test_one_is_made_changed_and_removed_by_keys(
    qtbot: QtBot, window: MainWindow, card: ExportsCard, hotel: Hotel, tmp_path: Path
) -> None:
    card.add.setFocus()
    press(Key.Key_Space)
    dialog = _dialog(qtbot)
    assert dialog.report.hasFocus()
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Tab)
    press(Key.Key_Down)
    press(Key.Key_Tab)
    write("eur")
    press(Key.Key_Tab)
    write("DATEV")
    press(Key.Key_Tab)
    press(Key.Key_End)
    press(Key.Key_Tab)
    write("7")
    press(Key.Key_Tab)
    write("files")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "whole path" in dialog.form.fields["folder"].wrong)
    dialog.folder.setFocus()
    dialog.folder.selectAll()
    write(str(tmp_path))
    press(Key.Key_Return)
    back_in(qtbot, window)
    [one] = _standing(hotel)
    assert (one.report, one.basis, one.currency, one.preset) == (
        ReportName.MOVEMENTS, Basis.OCCURRED, "eur", Preset.DATEV,
    )  # fmt: skip
    assert (one.rhythm, one.hour, one.folder) == (Rhythm.MONTHLY, 7, str(tmp_path))
    assert card.list.item(0).text() == "Takings, row by row · Occurred · EUR · DATEV · Every month, 07:00"

    card.list.setFocus()
    press(Key.Key_Return)
    dialog = _dialog(qtbot)
    assert dialog.draft() == ScheduleDraft(
        one.uid, one.report, one.preset, one.rhythm, 7, one.folder, one.basis, "eur", one.version
    )
    dialog.rhythm.setFocus()
    press(Key.Key_Home)
    assert not dialog.hour.isEnabled()
    press(Key.Key_Return)
    back_in(qtbot, window)
    assert [one.rhythm for one in _standing(hotel)] == [Rhythm.CLOSE]
    card.remove.setFocus()
    press(Key.Key_Space)
    back_in(qtbot, window)
    assert _standing(hotel) == []
    assert card.list.isHidden()


def test_what_cannot_be_written_is_told_on_the_card_and_above_the_page(
    qtbot: QtBot, window: MainWindow, context: Context, card: ExportsCard, hotel: Hotel, tmp_path: Path
) -> None:
    draft = ScheduleDraft("s", ReportName.TAKINGS, Preset.ISO, Rhythm.DAILY, 0, str(tmp_path / "away"))
    in_worker(lambda: hotel.services.schedules.save(draft))
    hotel.clock.advance(2 * 86_400)
    in_worker(lambda: hotel.services.schedules.run(threading.Event()))
    qtbot.waitUntil(lambda: "away is not there" in card.banner.accessibleName())
    assert card.list.item(0).text().startswith("Not written · Takings by day")
    qtbot.waitUntil(lambda: "A scheduled export cannot be written" in window.notice.accessibleName())
    (tmp_path / "away").mkdir()
    hotel.clock.advance(3_600)
    in_worker(lambda: hotel.services.schedules.run(threading.Event()))
    qtbot.waitUntil(card.banner.isHidden)
    assert card.list.item(0).text().startswith("Takings by day")
    assert "takings-2026-11-06-iso.csv" in card.told.text()


def test_a_folder_is_chosen_from_the_disk(qtbot: QtBot, window: MainWindow, card: ExportsCard) -> None:
    card.add.click()
    dialog = _dialog(qtbot)
    dialog._browse()
    [asked] = dialog.findChildren(QFileDialog)
    assert asked.fileMode() is QFileDialog.FileMode.Directory
    asked.reject()
    press(Key.Key_Escape)
    back_in(qtbot, window)
