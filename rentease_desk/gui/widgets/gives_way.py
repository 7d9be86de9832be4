"""Parts of a line that are left out where there is too little room for all, instead of cutting each of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QBoxLayout, QWidget

_CHANGES = {QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show}


class GivesWay(QObject):
    """Lives as long as its line. ``parts`` are widgets of the line's own layout; the first of them goes first.

    It alone shows and hides them.
    """

    def __init__(self, line: QWidget, layout: QBoxLayout, *parts: QWidget) -> None:
        super().__init__(line)
        self._line, self._layout, self._parts = line, layout, list(parts)
        self._whole: tuple[QWidget, ...] = ()
        line.installEventFilter(self)

    def set_parts(self, parts: Sequence[QWidget]) -> None:
        """Other parts."""
        self._parts = list(parts)
        self.arrange()

    def keep_whole(self, *stack: QWidget) -> None:
        """A part that stays, or several below each other: none of them is cut before others have gone."""
        self._whole = stack
        self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """There is more or less room, or a text is longer."""
        if event.type() in _CHANGES:
            self.arrange()
        return super().eventFilter(watched, event)

    def arrange(self) -> None:
        """Show what fits. What is needed is counted without regard to what is shown just now.

        Not before the line has its parts: shown without a parent, one would be a window, and take the keyboard.
        """
        if self._layout.parentWidget() is not self._line:
            return
        others = self._others()
        self._line.setMinimumWidth(others)
        widths = [self._width(part) for part in self._parts]
        needed = others + self._more() + sum(widths)
        for part, width in zip(self._parts, widths, strict=True):
            fits = needed <= self._line.width()
            needed -= 0 if fits else width
            if part.isHidden() == fits:
                part.setVisible(fits)

    def _others(self) -> int:
        """What the rest of the line needs at least."""
        ours = sum(self._least(part) for part in self._parts if not part.isHidden())
        return self._layout.minimumSize().width() - ours

    def _more(self) -> int:
        """What they need to be whole."""
        whole = max((part.sizeHint().width() for part in self._whole), default=0)
        least = max((part.minimumSizeHint().width() for part in self._whole), default=0)
        return whole - least

    def _least(self, part: QWidget) -> int:
        item = self._layout.itemAt(self._layout.indexOf(part))
        return self._layout.spacing() + (item.minimumSize().width() if item is not None else 0)

    def _width(self, part: QWidget) -> int:
        return part.sizeHint().width() + self._layout.spacing()
