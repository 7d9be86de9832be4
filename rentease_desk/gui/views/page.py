"""What every page of the window has: a title row, a message line, and keys to tell in the status bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rentease_desk.domain.alarms import AlarmKind
from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.sizes import keep_size

if TYPE_CHECKING:
    from rentease_desk.gui.page_filters import PageFilters


class Page(QWidget):
    """A page. ``start`` is called when the services are there; ``enter`` each time it comes to the front.

    ``kept``: its saved filters, on pages that have any.

    ``standing`` is a sentence for the status bar that is true of the page; ``told``: it is another one now.
    """

    told = Signal()

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.context = context
        self.standing = ""
        self.kept: PageFilters | None = None
        self._unread: set[str] = set()
        self._tells_unread = False
        kind = Label if title else ElidedLabel  # a guest's name may be of any length
        self.title = kind(context.theme, title, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        keep_size(
            self.title, context.theme, least_height=tokens.CONTROL
        )  # at one height, with buttons beside it or not
        self.subtitle = ElidedLabel(context.theme, tone="text2")
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
        """Call ``start`` as soon as the services are there, and again for others. For whoever made the page."""
        self.context.ready.connect(self.start)
        if self.context.is_ready:
            self.start()

    @Slot(object)
    def fail(self, error: KnownError) -> None:
        """Say what went wrong, on this page."""
        self._tells_unread = False
        self.banner.explain(explained(error, self.context.formats))

    def not_read(self, part: str, error: KnownError) -> None:
        """Say that a part could not be read. It stays said until all such parts are read again."""
        self._unread.add(part)
        if not is_away(error):  # that stands above all pages
            self.fail(error)
            self._tells_unread = True

    def was_read(self, part: str) -> None:
        """The part is as it should be."""
        self._unread.discard(part)
        if self._tells_unread and not self._unread:
            self._tells_unread = False
            self.banner.hide()

    @Slot()
    def start(self) -> None:
        """The services are there."""

    def enter(self) -> None:
        """The page is shown."""

    def tells(self) -> frozenset[AlarmKind]:
        """Problems that this page tells of itself, so that they are not told a second time above it."""
        return frozenset()

    def tell(self, text: str) -> None:
        """Another standing sentence."""
        self.standing = text
        self.told.emit()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys and what they do here."""
        return ()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The window decides."""
        return QSize(800, 600)
