"""Lists whose rows have two or three lines, one of them marked, with actions of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.items_model import Index, ItemsModel
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.basics import Button, own_viewport

ROW = 76
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignRight


class TallList(QListView):
    """Rows of one height, one of them marked. Letters act while the keyboard is in it; a row's menu tells them."""

    def __init__(self, context: Context, model: ItemsModel[Any], name: str) -> None:
        super().__init__()
        own_viewport(self)
        self._theme = context.theme
        self._rows, self._place = model, 0
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
        action.setAutoRepeat(False)  # a key that is held down would act on row after row
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802 - Qt's name
        """Nothing: letters are deeds here, and one that is held down must not move the mark."""

    def button(self, action: QAction, *, key: str, icon: str = "", kind: str = "plain") -> Button:
        """A button that does the same, and gives the keyboard back to the list."""
        button = Button(self._theme, action.text(), icon=icon, kind=kind, key=key)
        button.clicked.connect(action.trigger)
        button.clicked.connect(self.setFocus)
        return button

    @property
    def has_mark(self) -> bool:
        """Whether a row is marked."""
        return self.currentIndex().isValid()

    def mark(self, row: int) -> None:
        """Mark a row, in sight."""
        self.setCurrentIndex(self._rows.index(row, 0))

    def mark_again(self, row: int | None, place: int) -> None:
        """Mark a row; None: no row, until somebody moves. ``place`` is where the mark was.

        So told, Qt does not mark the first row by itself when the keyboard comes back.
        """
        self._place = place if place >= 0 else self._place
        self.setCurrentIndex(QModelIndex() if row is None else self._rows.index(row, 0))

    def mark_place(self, by: int = 0) -> None:
        """Mark what stands where the mark was; ``by`` −1: what stands above."""
        found = self._rows.near(self._place + by)
        if found is not None:
            self.mark(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and down go on from where the mark was, if there is none. Ctrl+C copies the marked row."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 0}
        if event.key() in steps and not self.has_mark:
            self.mark_place(steps[Qt.Key(event.key())])
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """The actions with their keys, and copying."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.addSeparator()
        copy = menu.addAction(f"{self.tr('Copy row')}\tCtrl+C", self._copy)
        copy.setEnabled(self.has_mark)
        menu.popup(event.globalPos())

    @Slot()
    def _copy(self) -> None:
        """The parts of the marked row, with tabs between them."""
        item = self._rows.item_at(self.currentIndex().row())
        if item is not None:
            QGuiApplication.clipboard().setText("\t".join(self._rows.parts(item)))

    @Slot()
    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class TallDelegate(QStyledItemDelegate):
    """Ground, hairline and ring of a row; subclasses paint what stands in it."""

    def __init__(self, view: QListView, context: Context) -> None:
        super().__init__(view)
        self._view, self._context, self._theme = view, context, context.theme
        self._hovered, self._painted = -1, -1
        self._cut: set[int] = set()
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

    def helpEvent(  # noqa: N802 - Qt's name
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The whole of a row in which something is cut."""
        if event.type() == QEvent.Type.ToolTip and index.row() in self._cut:
            QToolTip.showText(event.globalPos(), plain_tip(str(index.data())), view)
            return True
        return super().helpEvent(event, view, option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row."""
        place, theme = QRect(option.rect), self._theme
        self._painted = index.row()
        self._cut.discard(self._painted)
        marked = self._is_marked(index)
        ground = "select" if marked else "hover" if index.row() == self._hovered else "surface"
        painter.save()
        painter.fillRect(place, theme.colour(ground))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, theme.colour("line"))
        if marked:
            self._paint_mark(painter, place)
        self._paint_item(painter, place, index)
        painter.restore()

    def _is_marked(self, index: Index) -> bool:
        return index.row() == self._view.currentIndex().row()

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
        if shown != text:
            self._note_cut()
        painter.drawText(place, _RIGHT if right else _LEFT, shown)
        return painter.fontMetrics().horizontalAdvance(shown)

    def _note_cut(self) -> None:
        """Not all of the row that is painted just now has room."""
        self._cut.add(self._painted)

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
