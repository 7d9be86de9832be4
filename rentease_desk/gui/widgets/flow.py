"""Widgets beside each other that go on in a further line where there is too little room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from rentease_desk.gui import tokens


class FlowLayout(QLayout):
    """Lines of widgets, each line centred in its height. In a line, what may expand shares what is left."""

    def __init__(self, *parts: QWidget, spacing: int = tokens.GRID, between_lines: int = tokens.GRID) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._least: QSize | None = None
        self._ratio = between_lines / spacing
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """One more, at the end."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Give one up."""
        self.invalidate()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Fewer columns, more lines."""
        return True

    def invalidate(self) -> None:
        """Something in it is another size. Until then Qt asks for the same sizes many times."""
        self._heights.clear()
        self._least = None
        super().invalidate()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """The height of all lines."""
        if width not in self._heights:
            self._heights[width] = self._height_for(width)
        return self._heights[width]

    def _height_for(self, width: int) -> int:
        margins = self.contentsMargins()
        lines = self._lines(width - margins.left() - margins.right())
        around = margins.top() + margins.bottom()
        return around + sum(_height(line) for line in lines) + self._gap() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line."""
        shown = self._shown()
        width = sum(_width(one) for one in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, _height(shown)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the widest of them."""
        if self._least is None:
            shown = self._shown()
            widest = max((one.minimumSize().width() for one in shown), default=0)
            self._least = QSize(widest, _height(shown)).grownBy(self.contentsMargins())
        return self._least

    def setGeometry(self, place: QRect) -> None:  # noqa: N802 - Qt's name
        """Put them into their lines."""
        super().setGeometry(place)
        inside = place.marginsRemoved(self.contentsMargins())
        top = inside.top()
        for line in self._lines(inside.width()):
            height = _height(line)
            self._place(line, QRect(inside.left(), top, inside.width(), height))
            top += height + self._gap()

    def _gap(self) -> int:
        return round(self.spacing() * self._ratio)

    def _place(self, line: list[QLayoutItem], place: QRect) -> None:
        left, spare = place.left(), place.width() - sum(_width(one) for one in line) - self.spacing() * (len(line) - 1)
        growing = sum(_grows(one) for one in line)
        for item in line:
            width = min(_width(item), place.width())
            if _grows(item):
                more = min(max(0, spare) // growing, item.maximumSize().width() - width)
                width, spare, growing = width + more, spare - more, growing - 1
            height = min(item.sizeHint().height(), place.height())
            item.setGeometry(QRect(left, place.top() + (place.height() - height) // 2, width, height))
            left += width + self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        room = -1
        for item in self._shown():
            needed = _width(item) + self.spacing()
            if needed > room:
                lines.append([])
                room = width + self.spacing()
            lines[-1].append(item)
            room -= needed
        return lines


def _width(item: QLayoutItem) -> int:
    """What grows asks for no more than it needs."""
    return item.minimumSize().width() if _grows(item) else item.sizeHint().width()


def _height(items: list[QLayoutItem]) -> int:
    return max((one.sizeHint().height() for one in items), default=0)


def _grows(item: QLayoutItem) -> bool:
    widget = item.widget()
    return widget is not None and widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Expanding
