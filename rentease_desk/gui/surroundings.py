"""Where the window runs, and who sits before it."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from rentease_desk import __version__
from rentease_desk.gui.theme import Appearance


class Surroundings(Struct, frozen=True):
    """``person`` and ``desk`` stand in the window's corners, ``place`` (where the data is) in About; ``logs`` is the
    folder of the logs.
    """

    person: str
    desk: str
    appearance: Appearance
    place: str
    practice: bool = False
    logs: str = ""


def show_about(window: QWidget, around: Surroundings) -> None:
    """What this program is, and where its data lies."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(window.tr("About Rentease Desk"))
    box.setText(window.tr("Rentease Desk {version}").format(version=__version__))
    told = window.tr("A payments desk, not a certified cash register.\nThe data of this desk: {place}")
    box.setInformativeText(told.format(place=around.place))
    box.open()
