"""The program as it is started: practice from the first picture to the last thread, and starts that cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from rentease_desk.config import for_practice
from rentease_desk.desktop import Desktop
from tests.tools.gui import in_worker, press

ROOT = Path(__file__).parents[2]
_PATIENCE = 60_000


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    made = Desktop(qapp, for_practice({"RENTEASE_DATA_DIR": str(tmp_path)}))
    qtbot.addWidget(made.window)
    made.start()
    qtbot.waitUntil(lambda: "last sync" in made.window.foot.corner, timeout=_PATIENCE)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    made.window.hide()
    assert made.stop()
    made.deleteLater()


def menu(desktop: Desktop) -> QMenu:
    found = (action.menu() for action in desktop.window.menuBar().actions() if action.text().strip("&") == "Practice")
    return next(one for one in found if isinstance(one, QMenu))


def happen(desktop: Desktop, words: str) -> None:
    next(one for one in menu(desktop).actions() if words in one.text()).trigger()


def count(desktop: Desktop) -> int:
    services = desktop.context.services
    query = desktop.window.pages.payments.query
    return in_worker(lambda: len(services.payments.keys(query)))


def test_a_guest_pays_and_the_payment_arrives(qtbot: QtBot, desktop: Desktop) -> None:
    window = desktop.window
    assert "practice" in window.windowTitle()
    window.go("bookings")
    qtbot.waitUntil(lambda: window.pages.bookings.model.rowCount() > 50)
    before = count(desktop)
    happen(desktop, "A guest pays by card")
    qtbot.waitUntil(lambda: not desktop.tasks.busy)
    press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.page == "sync" and not window.pages.sync.is_running, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: not desktop.tasks.busy)
    assert count(desktop) == before + 1


@pytest.mark.long
def test_stripe_is_down_and_the_window_says_so(qtbot: QtBot, desktop: Desktop) -> None:
    window, before = desktop.window, count(desktop)
    happen(desktop, "Stripe is down")
    qtbot.waitUntil(lambda: not desktop.tasks.busy)
    press(Qt.Key.Key_F5)
    qtbot.waitUntil(window.pages.sync.banner.isVisible, timeout=_PATIENCE)
    assert "Nothing was lost" in window.pages.sync.banner.accessibleName()
    assert count(desktop) == before


@pytest.mark.long
def test_practice_begins_afresh_and_ends_with_its_parent(qtbot: QtBot, desktop: Desktop) -> None:
    server = next(one for one in psutil.Process().children() if "practice" in " ".join(one.cmdline()))
    happen(desktop, "Begin practice afresh")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    box.accept()
    first = desktop.context.services
    qtbot.waitUntil(lambda: desktop.context.services is not first, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: not desktop.tasks.busy, timeout=_PATIENCE)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    desktop.window.go("bookings")
    qtbot.waitUntil(lambda: desktop.window.pages.bookings.model.rowCount() > 50)


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True, timeout=60,
        cwd=ROOT, check=False,
    )  # fmt: skip


def test_the_window_needs_neither_database_nor_stripe_to_be_painted() -> None:
    heavy = (
        "sqlalchemy",
        "stripe",
        "alembic",
        "keyring",
        "apscheduler",
        "babel",
        "typer",
        "psycopg",
        "requests",
        "argon2",
    )
    ran = _python(f"import sys, rentease_desk.desktop; print([one for one in {heavy} if one in sys.modules])")
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_it_says_what_works_there() -> None:
    ran = _python("import sys; from rentease_desk.__main__ import main; sys.exit(main([]))", QT_QPA_PLATFORM="xcb")
    assert ran.returncode == 1
    assert "rentease-desk" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings everything along")
def test_without_qts_libraries_it_names_the_packages() -> None:
    code = (
        "import ctypes, sys\n"
        "def missing(name, *_): raise OSError('libEGL.so.1: cannot open shared object file')\n"
        "ctypes.CDLL = missing\n"
        "from rentease_desk.__main__ import main\n"
        "sys.exit(main(['--practice']))\n"
    )
    ran = _python(code, QT_QPA_PLATFORM="xcb", DISPLAY=":0")
    assert ran.returncode == 1
    assert "libEGL.so.1" in ran.stderr
    assert "apt install" in ran.stderr
    assert "Traceback" not in ran.stderr
