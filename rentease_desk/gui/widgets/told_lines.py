"""Lines above a ledger, each a frame of its own: what is to be told of a booking besides its money."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.sizes import LayoutZoom


class ToldLines(QWidget):
    """Hidden without any."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._lines: list[QFrame] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(tokens.GRID)
        self._zoom = LayoutZoom(self, context.theme)
        self.hide()

    @property
    def words(self) -> list[str]:
        """What each line tells."""
        return [line.accessibleName() for line in self._lines]

    def show_lines(self, lines: Sequence[QFrame]) -> None:
        """Show others in their place."""
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = list(lines)
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(lines))
        self._zoom.apply()
