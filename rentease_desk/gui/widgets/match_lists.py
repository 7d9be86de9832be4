"""Lists whose rows have two or three lines: payments that wait, and the bookings one may be for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QFont, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QStyledItemDelegate, QStyleOptionViewItem

from rentease_desk.domain.matching import Candidate
from rentease_desk.domain.payment import Payment
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import against, card_told, chips_for, kinds_told, payer, stay_told
from rentease_desk.gui.models.unmatched_models import ITEM_ROLE, CandidatesModel, ItemsModel, WaitingModel
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.painting import chip_size, key_cap_size, paint_chip, paint_key_cap

Index = QModelIndex | QPersistentModelIndex
ROW = 76
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignRight


class TallList(QListView):
    """Rows of one height, one of them marked. Letters act while the keyboard is in it; a row's menu tells them."""

    def __init__(self, context: Context, model: ItemsModel[Payment] | ItemsModel[Candidate], name: str) -> None:
        super().__init__()
        self._theme = context.theme
        model.setParent(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._theme.changed.connect(self._restyle)

    def add_action(self, words: str, keys: Sequence[str], run: Callable[[], None]) -> QAction:
        """A further action. Its keys act in the list, and nowhere else."""
        action = QAction(words, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def button(self, action: QAction, *, key: str, icon: str = "", kind: str = "plain") -> Button:
        """A button that does the same, and gives the keyboard back to the list."""
        button = Button(self._theme, action.text(), icon=icon, kind=kind, key=key)
        button.clicked.connect(action.trigger)
        button.clicked.connect(self.setFocus)
        return button

    def mark(self, row: int) -> None:
        """Mark a row, in sight."""
        self.setCurrentIndex(self.model().index(row, 0))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """The actions with their keys."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(event.globalPos())

    @Slot()
    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class TallDelegate(QStyledItemDelegate):
    """Ground, hairline and ring of a row; subclasses paint what stands in it."""

    def __init__(self, view: QListView, context: Context) -> None:
        super().__init__(view)
        self._view, self._context, self._theme = view, context, context.theme
        self._hovered = -1
        view.viewport().installEventFilter(self)
        view.entered.connect(self._enter)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One row."""
        return QSize(200, self._theme.px(ROW))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The mouse has left."""
        if event.type() == QEvent.Type.Leave:
            self._hovered = -1
            self._view.viewport().update()
        return super().eventFilter(watched, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row."""
        place, theme = QRect(option.rect), self._theme
        marked = index.row() == self._view.currentIndex().row()
        ground = "select" if marked else "hover" if index.row() == self._hovered else "surface"
        painter.save()
        painter.fillRect(place, theme.colour(ground))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, theme.colour("line"))
        if marked:
            self._paint_mark(painter, place)
        self._paint_item(painter, place, index)
        painter.restore()

    def _paint_mark(self, painter: QPainter, place: QRect) -> None:
        """A bar at the left; a ring around the row while the keyboard is here."""
        colour = self._theme.colour("focus")
        painter.fillRect(place.left(), place.top(), self._theme.px(3), place.height(), colour)
        if self._view.hasFocus():
            for edge in (place.adjusted(0, 0, 0, 2 - place.height()), place.adjusted(0, place.height() - 2, 0, 0),
                         place.adjusted(place.width() - 2, 0, 0, 0)):  # fmt: skip
                painter.fillRect(edge, colour)

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        raise NotImplementedError

    def _line(self, painter: QPainter, place: QRect, text: str, colour: str, *, size: int = tokens.BASE,
              weight: QFont.Weight = QFont.Weight.Normal, right: bool = False) -> int:  # fmt: skip
        """A text in one line, cut with … where it is too long; returns its width."""
        painter.setFont(self._theme.font(size, weight))
        painter.setPen(self._theme.colour(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, _RIGHT if right else _LEFT, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def _figure(self, painter: QPainter, place: QRect, minor: int, currency: str) -> int:
        """An amount with its currency, at the right; returns the width."""
        code, slot = currency.upper(), self._theme.px(28)
        self._line(painter, place, code, "text2", size=tokens.SMALL, right=True)
        text = self._context.formats.amount(minor, currency)
        figure = place.adjusted(0, 0, -slot - self._theme.px(2), 0)
        return self._line(painter, figure, text, "text", weight=QFont.Weight.DemiBold, right=True) + slot

    @Slot(QModelIndex)
    def _enter(self, index: QModelIndex) -> None:
        self._hovered = index.row()
        self._view.viewport().update()


class WaitingDelegate(TallDelegate):
    """Who paid and how much; when and with what; what is suggested."""

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, model, px = index.data(ITEM_ROLE), index.model(), self._theme.px
        if not isinstance(item, Payment) or not isinstance(model, WaitingModel):
            return
        inside = place.adjusted(px(tokens.MARGIN), px(10), -px(tokens.MARGIN), 0)
        top = QRect(inside.left(), inside.top(), inside.width(), px(20))
        width = self._figure(painter, top, item.amount - item.refunded, item.currency)
        name = top.adjusted(0, 0, -width - px(12), 0)
        self._line(painter, name, payer(item), "text", weight=QFont.Weight.Medium)
        formats, small = self._context.formats, QRect(inside.left(), top.bottom() + px(1), inside.width(), px(17))
        when = f"{formats.moment(item.occurred_at)} · {card_told(item, self._context)}"
        self._line(painter, small, when, "text2", size=tokens.SMALL)
        text, colour = model.hint_of(item)
        self._line(painter, small.translated(0, px(17)), text, colour, size=tokens.SMALL)


class CandidateDelegate(TallDelegate):
    """The key that chooses it, whose booking and which, what speaks for it and against, what is owed."""

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, model, px = index.data(ITEM_ROLE), index.model(), self._theme.px
        if not isinstance(item, Candidate) or not isinstance(model, CandidatesModel):
            return
        inside = place.adjusted(px(72), px(13), -px(16), 0)
        upper = QRect(inside.left(), inside.top(), inside.width(), px(20))
        lower = upper.translated(0, px(27))
        self._paint_key(painter, place, upper, lower, index.row(), item)
        width = max(self._paint_balance(painter, upper, lower, item), px(60)) + px(16)
        self._paint_booking(painter, upper.adjusted(0, 0, -width, 0), item)
        self._paint_reasons(painter, lower.adjusted(0, 0, -width, 0), item, model.currency)

    def _paint_key(
        self, painter: QPainter, place: QRect, upper: QRect, lower: QRect, row: int, item: Candidate
    ) -> None:
        px, key = self._theme.px, str(row + 1)
        cap, middle = key_cap_size(key, self._theme), place.left() + px(38)
        box = QRect(middle - cap.width() // 2, upper.center().y() - cap.height() // 2, cap.width(), cap.height())
        paint_key_cap(painter, box, key, self._theme)
        painter.setFont(self._theme.font(tokens.SMALL))
        painter.setPen(self._theme.colour("text2"))
        under = QRect(place.left() + px(8), lower.top(), px(60), lower.height())
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, kinds_told(item))

    def _paint_balance(self, painter: QPainter, upper: QRect, lower: QRect, item: Candidate) -> int:
        word = self.tr("Balance")
        wide = self._line(painter, upper, word, "text2", size=tokens.SMALL, right=True)
        balance = item.booking.balance
        return max(
            wide, self._figure(painter, lower.translated(0, -self._theme.px(3)), balance.minor, balance.currency)
        )

    def _paint_booking(self, painter: QPainter, place: QRect, item: Candidate) -> None:
        width = self._line(painter, place, item.booking.guest.name, "text", weight=QFont.Weight.DemiBold)
        rest = place.adjusted(width + self._theme.px(8), 0, 0, 0)
        if rest.width() > self._theme.px(40):
            self._line(painter, rest, stay_told(item.booking, self._context.formats), "text2")

    def _paint_reasons(self, painter: QPainter, place: QRect, item: Candidate, currency: str) -> None:
        formats, theme, left = self._context.formats, self._theme, place.left()
        for chip in chips_for(item, currency, formats):
            width = chip_size(chip, theme).width()
            if left + width > place.right():
                return
            paint_chip(painter, QRect(left, place.top(), width, place.height()), chip, theme)
            left += width + theme.px(8)
        rest = QRect(left, place.top(), place.right() - left, place.height())
        if rest.width() > theme.px(60):
            self._line(painter, rest, against(item, currency, formats), "text2", size=tokens.SMALL)
