"""A page's head or foot in a window that may be low: it is scrolled before nothing is left for the list beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from rentease_desk.gui.theme import Theme

_LEAST = 96
_SHOWN = {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}
_NEVER, _WHERE_NEEDED = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
"""A bar that nothing needs would take the width in which a line of buttons just fits, and so be needed."""
_HEAD, _PAGE = {QEvent.Type.LayoutRequest, *_SHOWN}, {QEvent.Type.Resize}


class LowHead(QScrollArea):
    """As high as ``head``, while at least ``rest`` pixels of the design are left of ``page``; hidden along with it."""

    def __init__(self, theme: Theme, head: QWidget, page: QWidget, rest: int) -> None:
        super().__init__(page)  # shown without a parent, it would be a window, and take the keyboard
        self._theme, self._head, self._page, self._rest = theme, head, page, rest
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
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The head has more to tell, or the page is of another height."""
        if watched is self._head and event.type() in _SHOWN:
            self.setVisible(not self._head.isHidden())
        if event.type() in (_PAGE if watched is self._page else _HEAD):
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Take the height that the head needs now. Whoever puts something into it calls this, so that nothing jumps."""
        head, room = self._head, self._page.height() - self._theme.px(self._rest)
        wanted = max(head.heightForWidth(self.width()), head.minimumSizeHint().height(), head.minimumHeight())
        height = min(wanted, max(room, self._theme.px(_LEAST)))
        self.setVerticalScrollBarPolicy(_NEVER if height == wanted else _WHERE_NEEDED)
        self.setFixedHeight(height)
