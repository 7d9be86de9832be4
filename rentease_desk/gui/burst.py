"""Keys that are pressed again before anybody can have seen what the first one did."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

_PAUSE = 700
"""Milliseconds in which nobody reads a row, decides and presses."""


class Burst(QTimer):
    """Runs from ``start`` on, while keys of the same burst may still follow."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent, singleShot=True, interval=_PAUSE)

    def goes_on(self) -> bool:
        """Whether what was pressed just now still belongs to it; then it lasts on from here."""
        if self.isActive():
            self.start()
            return True
        return False
