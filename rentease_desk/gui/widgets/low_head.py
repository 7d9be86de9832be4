"""A page's head in a window that may be low: it is scrolled before nothing is left for what stands below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from rentease_desk.gui.theme import Theme

_LEAST = 96


class LowHead(QScrollArea):
    """As high as ``head``, while at least ``below`` pixels of the design are left of ``page``."""

    def __init__(self, theme: Theme, head: QWidget, page: QWidget, below: int) -> None:
        super().__init__()
        self._theme, self._head, self._page, self._below = theme, head, page, below
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(head)
        for one in (head, page):
            one.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fewer columns, more lines."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The head has more to tell, or the page is of another height."""
        if event.type() == (QEvent.Type.Resize if watched is self._page else QEvent.Type.LayoutRequest):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        head, room = self._head, self._page.height() - self._theme.px(self._below)
        wanted = max(head.heightForWidth(self.width()), head.minimumSizeHint().height())
        self.setFixedHeight(min(wanted, max(room, self._theme.px(_LEAST))))
