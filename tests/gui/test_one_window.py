"""A second start brings the first window to the front; what a crash has left behind stops nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.gui import one_window
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.one_window import OneWindow, come_forward, window_name
from tests.tools.commands import ROOT

Make = Callable[[str], OneWindow]


@pytest.fixture
def make(qapp: object, tmp_path: Path) -> Iterator[Make]:
    made: list[OneWindow] = []

    def begin(database: str) -> OneWindow:
        made.append(OneWindow(window_name("elena", f"{tmp_path}/{database}"), tmp_path))
        return made[-1]

    yield begin
    for one in made:
        one.close()
        one.deleteLater()


def test_a_second_start_brings_the_first_window_forward(qtbot: QtBot, make: Make, window: MainWindow) -> None:
    first = make("desk")
    assert first.is_first()
    first.listen()
    first.asked.connect(lambda: come_forward(window))
    window.setWindowState(Qt.WindowState.WindowMinimized)
    with qtbot.waitSignal(first.asked):
        assert not make("desk").is_first()
    assert not window.isMinimized()
    first.close()
    assert make("desk").is_first()


def test_another_database_and_another_person_have_windows_of_their_own(make: Make) -> None:
    assert make("desk").is_first()
    assert make("other").is_first()
    assert window_name("elena", "sqlite:///a") != window_name("mara", "sqlite:///a")
    assert "hunter2" not in window_name("elena", "postgresql://desk:hunter2@db/desk")


def test_what_a_crash_has_left_behind_stops_nobody(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from rentease_desk.gui.one_window import OneWindow, window_name\napp = QCoreApplication([])\n"
        "one = OneWindow(window_name('elena', sys.argv[1] + '/desk'), Path(sys.argv[1]))\n"
        "assert one.is_first()\none.listen()\nos._exit(9)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=False)
    assert ran.returncode == 9, ran.stderr
    assert list(tmp_path.glob("*.lock")), "it was left behind"
    first = make("desk")
    assert first.is_first()
    first.listen()
    with qtbot.waitSignal(first.asked):
        assert not make("desk").is_first()


def test_a_first_window_that_does_not_answer_stops_nobody(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_window, "_PATIENCE_SECONDS", 0.2)
    assert make("desk").is_first()
    assert make("desk").is_first(), "two windows do no harm, none would"


@pytest.mark.long
def test_a_second_start_ends_by_itself_with_success(tmp_path: Path) -> None:
    environ = {**os.environ, "RENTEASE_DATA_DIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "rentease_desk"]
    with subprocess.Popen(command, env=environ, cwd=ROOT) as first:
        try:
            while not list(tmp_path.glob("*.lock")):
                assert first.poll() is None
            second = subprocess.run(command, env=environ, cwd=ROOT, timeout=60, check=False)
            assert second.returncode == 0
            assert first.poll() is None
        finally:
            first.kill()
