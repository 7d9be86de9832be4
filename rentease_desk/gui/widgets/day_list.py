"""A list of the day's page: room, guest, nights, and what the balance asks for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.day_model import DayModel, DayRow
from rentease_desk.gui.models.items_model import ITEM_ROLE, Index
from rentease_desk.gui.widgets.painting import chip_size, key_cap_size, paint_chip, paint_key_cap
from rentease_desk.gui.widgets.tall_list import TallDelegate, TallList

_ROW, _HEADING = 52, 28
_ROOM = 40
_LEAST_NAME = 110
_PAY = "F9"


class DayList(TallList):
    """``stepped`` carries −1 or 1: the keyboard should go to the column beside it. ``came_to``: it is here now."""

    stepped = Signal(int)
    came_to = Signal()

    def __init__(self, context: Context, model: DayModel, name: str) -> None:
        super().__init__(context, model, name)
        self.is_current = False
        self.setUniformItemSizes(False)
        self.setItemDelegate(DayDelegate(self, context))

    def first_row(self) -> int | None:
        """The first row that can be marked."""
        rows = range(self.model().rowCount())
        return next((row for row in rows if self.model().flags(self.model().index(row, 0))), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right go from column to column; Space and Escape are the page's."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Escape}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """This is the column that keys are about."""
        super().focusInEvent(event)
        self.came_to.emit()

    def set_current(self, is_current: bool) -> None:
        """Whether the marked row is the one that keys are about."""
        self.is_current = is_current
        self.viewport().update()


class DayDelegate(TallDelegate):
    """Room at the left, guest over nights, the balance at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """A row, or a heading."""
        item = index.data(ITEM_ROLE)
        is_heading = isinstance(item, DayRow) and item.booking is None
        return QSize(120, self._theme.px(_HEADING if is_heading else _ROW))

    def _is_marked(self, index: Index) -> bool:
        view = self._view
        return isinstance(view, DayList) and view.is_current and super()._is_marked(index)

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, px = index.data(ITEM_ROLE), self._theme.px
        if not isinstance(item, DayRow):
            return
        inside = place.adjusted(px(16), 0, -px(16), -1)
        if item.booking is None:
            painter.fillRect(place.adjusted(0, 0, 0, -1), self._theme.colour("sunken"))
            self._line(painter, inside, item.title, "text2", size=tokens.SMALL)
            return
        upper = QRect(inside.left() + px(_ROOM), inside.top() + px(8), inside.width() - px(_ROOM), px(19))
        lower = upper.translated(0, px(18))
        if self._fits_beside(item, upper.width()):
            self._paint_room(painter, inside, item)
            taken = self._paint_chip(painter, inside, item)
            if self._is_marked(index) and item.booking.totals.balance > 0:
                taken += self._paint_pay(painter, inside.adjusted(0, 0, taken, 0), item)
            upper.setRight(upper.right() + taken)
        else:
            self._paint_room(painter, QRect(inside.left(), upper.top(), inside.width(), upper.height()), item)
            below = QRect(inside.left(), lower.top(), inside.width(), lower.height())
            taken = self._paint_chip(painter, below, item)
        self._paint_names(painter, upper, lower.adjusted(0, 0, taken, 0), item)

    def _fits_beside(self, item: DayRow, room: int) -> bool:
        """Whether the balance has room beside the name. Where it has not, it stands below: a name is not cut for it."""
        chip = chip_size(item.chip, self._theme).width() + self._theme.px(8) if item.chip is not None else 0
        return self._name_width(item) <= room - chip

    def _name_width(self, item: DayRow) -> int:
        return QFontMetrics(self._theme.font(weight=_weight(item))).horizontalAdvance(item.title)

    def _paint_room(self, painter: QPainter, place: QRect, item: DayRow) -> None:
        room = QRect(place.left(), place.top(), self._theme.px(_ROOM - 4), place.height())
        names = ", ".join(item.booking.rooms) if item.booking is not None else ""
        self._line(painter, room, names, "text2", weight=QFont.Weight.DemiBold)

    def _paint_names(self, painter: QPainter, upper: QRect, lower: QRect, item: DayRow) -> None:
        self._line(painter, upper, item.title, "text2" if item.done else "text", weight=_weight(item))
        painter.setFont(self._theme.font(tokens.SMALL))
        width = painter.fontMetrics().horizontalAdvance
        told = next((text for text in (item.text, item.short) if width(text) <= lower.width()), "")
        if told:
            self._line(painter, lower, told, "text2", size=tokens.SMALL)
        if told != item.text:
            self._note_cut()

    def _paint_chip(self, painter: QPainter, place: QRect, item: DayRow) -> int:
        """The balance, at the right; returns by how much the place for others shrinks (negative)."""
        if item.chip is None:
            return 0
        width = chip_size(item.chip, self._theme).width()
        box = QRect(place.right() - width, place.top(), width, place.height())
        paint_chip(painter, box, item.chip, self._theme)
        return -width - self._theme.px(8)

    def _paint_pay(self, painter: QPainter, place: QRect, item: DayRow) -> int:
        """What F9 would do, where there is room for it; returns as the chip."""
        theme, px = self._theme, self._theme.px
        cap, word = key_cap_size(_PAY, theme), self.tr("Pay")
        painter.setFont(theme.font(tokens.SMALL))
        wide = cap.width() + px(4) + painter.fontMetrics().horizontalAdvance(word)
        if place.width() - wide - px(16 + _ROOM) < max(px(_LEAST_NAME), self._name_width(item)):
            return 0
        left, top = place.right() - px(4) - wide, place.top() + (place.height() - cap.height()) // 2
        paint_key_cap(painter, QRect(left, top, cap.width(), cap.height()), _PAY, theme)
        words = QRect(left + cap.width() + px(4), place.top(), wide, place.height())
        self._line(painter, words, word, "text2", size=tokens.SMALL)
        return -wide - px(12)


def _weight(item: DayRow) -> QFont.Weight:
    return QFont.Weight.Normal if item.done else QFont.Weight.Medium
