"""What every page of the window has: a title row, a message line, and keys to tell in the status bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Label


class Page(QWidget):
    """A page. ``start`` is called once, when the services are there; ``enter`` each time it comes to the front."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.context = context
        self.title = Label(context.theme, title, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self.subtitle = Label(context.theme, tone="text2")
        self.banner = Banner(context.theme)
        self.title_row = QHBoxLayout()
        self.title_row.setSpacing(tokens.GRID)
        self.title_row.addWidget(self.title)
        self.title_row.addWidget(self.subtitle)
        self.title_row.addStretch(1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)

    def begin(self) -> None:
        """Call ``start`` as soon as the services are there. For whoever made the page."""
        if self.context.is_ready:
            self.start()
        else:
            self.context.ready.connect(self.start)

    @Slot()
    def start(self) -> None:
        """The services are there."""

    def enter(self) -> None:
        """The page is shown."""

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys and what they do here."""
        return ()

    def fail(self, error: KnownError) -> None:
        """Say what went wrong, on this page."""
        self.banner.explain(explained(error, self.context.formats))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The window decides."""
        return QSize(800, 600)
