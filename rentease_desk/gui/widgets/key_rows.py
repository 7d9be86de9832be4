"""Rows of a small list, each with the key that chooses it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rentease_desk.gui.models.items_model import Index
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.painting import key_cap_size, paint_key_cap

ROW, _EDGE = 32, 6
KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class KeyRows(QStyledItemDelegate):
    """A name, and the key in ``KEY_ROLE``."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One row."""
        return QSize(200, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The name, then the key."""
        key, place, px = index.data(KEY_ROLE), QRect(option.rect), self._theme.px
        if QStyle.StateFlag.State_Selected in option.state:
            painter.fillRect(place, self._theme.colour("select"))
        inside = QStyleOptionViewItem(option)
        inside.rect = place.adjusted(px(_EDGE), 0, 0, 0)
        super().paint(painter, inside, index)
        if key:
            size = key_cap_size(key, self._theme)
            top = place.top() + (place.height() - size.height()) // 2
            box = QRect(place.right() - size.width() - px(8), top, size.width(), size.height())
            paint_key_cap(painter, box, key, self._theme)
