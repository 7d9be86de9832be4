"""The sheet for the day on which no computer works: whole, of now, and never half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.stays import Deed
from rentease_desk.gui.context import Context
from rentease_desk.gui.downtime_deed import save_sheet
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, in_worker


def test_it_tells_who_comes_stays_and_leaves_and_what_is_due(hotel: Hotel) -> None:
    services = hotel.services
    day = in_worker(services.stays.day)
    first = next(one.booking for one in day.arriving if one.booking.departure > day.day)
    before = in_worker(services.downtime.html)
    for one in (*day.arriving, *day.staying, *day.leaving):
        assert one.booking.guest.name in before
        assert one.booking.reference in before
    arrivals = before[before.index("Arrivals: ") : before.index("In house: ")]
    assert first.reference in arrivals
    assert "€146.00" in before, "what Søren owes"
    in_worker(lambda: services.stays.do(Deed.CHECK_IN, first.pk))
    after = in_worker(services.downtime.html)
    assert first.reference not in after[after.index("Arrivals: ") : after.index("In house: ")]
    assert first.reference in after[after.index("In house: ") :]


def test_it_is_saved_from_the_menu_and_replaces_the_old_one(
    qtbot: QtBot, window: MainWindow, context: Context, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    for _ in range(2):
        window.actions_["downtime"].trigger()
        idle(qtbot, context)
    path = hotel.services.downtime.folder / "downtime-sheet.pdf"
    assert shown == [str(path), str(path)]
    assert str(path) in window.foot.words
    assert path.read_bytes().startswith(b"%PDF")
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_told(hotel: Hotel) -> None:
    folder: Path = hotel.services.downtime.folder
    folder.write_text("in the way")
    with pytest.raises(KnownError) as caught:
        in_worker(lambda: save_sheet(hotel.services.downtime))
    assert caught.value.code == "file.cannot_write"
