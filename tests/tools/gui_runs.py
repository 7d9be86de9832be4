"""How the sync stands, for tests of the window: runs that end, cursors that move, and what the window says then."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.sync import RunOutcome, Summary, Trigger
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.storage.sync_state import begin_run, end_run, move_cursor
from tests.tools.gui import Hotel, in_worker
from tests.tools.gui_stripe import Card
from tests.tools.problems import ACCOUNT

NOOR = Card("noor", 30_000, "LN-2050", days_ago=9)
SOREN = Card("soren", 5_000, "LN-2017", days_ago=8)


def move(hotel: Hotel, kind: str, to: int) -> None:
    def work() -> None:
        with hotel.services.desk.writing() as unit:
            move_cursor(unit, ACCOUNT, kind, to)

    in_worker(work)


def end(hotel: Hotel, outcome: RunOutcome, failed: str | KnownError | None = None) -> None:
    """A run of the timer ends like this, and everybody hears."""
    told = (failed.code, str(failed)) if isinstance(failed, KnownError) else failed and (failed, "so")

    def work() -> None:
        with hotel.services.desk.writing() as unit:
            pk = begin_run(unit, hotel.services.desk.ids.uid(), Trigger.TIMER)
            end_run(unit, pk, outcome, Summary(), told or None)
            unit.changes |= Changes(syncs=True)

    in_worker(work)


def heard(qtbot: QtBot, context: Context) -> None:
    """What was published has arrived, and what that made the window ask for too."""
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not context.tasks.busy)


def banner(window: MainWindow) -> str:
    return window.notice.accessibleName() if window.notice.isVisible() else ""
