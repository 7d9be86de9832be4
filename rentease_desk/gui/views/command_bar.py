"""Ctrl+K: a text finds bookings and actions of the menus, and Enter opens or does the marked one.

Enter acts on what was found for the text that stands there, and on nothing else. Made when it is first used.
"""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QMainWindow,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui import tokens
from rentease_desk.gui.announce import announce
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.models.commands_model import Command, CommandsModel, commands, menu_commands
from rentease_desk.gui.models.items_model import ITEM_ROLE
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label, frame
from rentease_desk.gui.widgets.painting import chip_size, key_cap_size, paint_chip, paint_key_cap
from rentease_desk.gui.widgets.tall_list import TallDelegate

Index = QModelIndex | QPersistentModelIndex
_ROW = 36
_LEAST_WIDTH = 640
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_STAYS = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
"""The keyboard leaves the field, and comes back by itself."""


class CommandBar(QObject):
    """``booking_chosen`` carries a booking's key. The field is the one in the window's head."""

    booking_chosen = Signal(object)

    def __init__(self, context: Context, window: QMainWindow, field: QLineEdit, own: QAction) -> None:
        super().__init__(window)
        self._context, self._window, self._field, self._own = context, window, field, own
        self._before: QWidget | None = None
        self._actions: list[Command] = []
        self._enter_waits = False
        self.model = CommandsModel(self)
        self.panel = _Panel(context, window, self.model)
        field.textEdited.connect(self._typed)
        field.installEventFilter(self)
        window.installEventFilter(self)
        self.panel.list.clicked.connect(self._run_at)
        context.ready.connect(self.close)

    @Slot()
    def open(self) -> None:
        """The keyboard goes into the field; what can be done is what can be done now."""
        focus = QApplication.focusWidget()
        if focus is not self._field:
            self._before = focus
            self._actions = menu_commands(self._window.menuBar(), self._own)
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    @Slot()
    def close(self) -> None:
        """Nothing is asked any more; the keyboard goes back to where it was."""
        had = self._field.hasFocus()
        self._forget()
        before, self._before = self._before, None
        if not had:
            return
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._field.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keys of the field; it is left; the window has another size."""
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self.panel.hide()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        elif isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and event.reason() not in _STAYS:
            self._forget()
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key in _ENTER:
            self._enter()
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        count, row = self.model.rowCount(), self.panel.list.currentIndex().row()
        self._enter_waits = False
        if count:
            self.panel.mark(min(max(row + by, 0), count - 1) if abs(by) > 1 else (row + by) % count)
            self._say_marked(at_once=True)

    def _enter(self) -> None:
        """What was found for another text is not run: the answer is on its way."""
        if self.model.text != self._field.text():
            self._enter_waits = bool(self._field.text().strip())
        elif self.panel.isVisible():
            self._run_at(self.panel.list.currentIndex())

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._enter_waits = False
        if not text.strip():
            self.panel.hide()
            self.model.show_for(text, [])
        elif self._context.is_ready:
            bookings, today = self._context.services.bookings, self._context.today()
            self._context.tasks.run(
                Lane.READ,
                self,
                lambda: bookings.near(text, today),
                lambda found: self._show(text, found),
                lambda error: self._show(text, (), error),
                channel="command",
            )
        else:
            self._show(text, ())

    def _show(self, text: str, found: tuple[Booking, ...], error: KnownError | None = None) -> None:
        """The answer for a text; late, and the text is another one, it is nobody's."""
        if text != self._field.text():
            return
        self.model.show_for(text, commands(text, found, self._actions, self._context))
        told = explained(error, self._context.formats).happened if error is not None else ""
        told = told or self._nothing(text)
        self.panel.show_under(self._field, told)
        if told:
            announce(self._field, told)
        self._say_marked(at_once=False)
        waited, self._enter_waits = self._enter_waits, False
        if waited and error is None and self.model.rowCount() == 1:
            self._run_at(self.model.index(0))

    def _say_marked(self, *, at_once: bool) -> None:
        """The keyboard stays in the field: without this, nobody who does not see it hears which line Enter takes."""
        row, count = self.panel.list.currentIndex().row(), self.model.rowCount()
        item = self.model.item_at(row)
        if item is not None:
            told = self.tr("{line}, {number} of {count}")
            words = told.format(line=self.model.words(item), number=row + 1, count=count)
            announce(self._field, words, at_once=at_once)

    def _nothing(self, text: str) -> str:
        if self.model.rowCount():
            return ""
        return self.tr("No booking and no action is found by “{text}”.").format(text=text.strip())

    @Slot(QModelIndex)
    def _run_at(self, index: QModelIndex) -> None:
        """The keyboard is back in its place before anything is done."""
        chosen = self.model.item_at(index.row())
        if chosen is None or self.model.text != self._field.text():
            return
        self.close()
        self._doing(chosen)()

    def _doing(self, chosen: Command) -> Callable[[], None]:
        action = chosen.action
        if action is None:
            return lambda: self.booking_chosen.emit(chosen.booking_pk)
        return action.trigger if shiboken6.isValid(action) and action.isEnabled() else lambda: None

    def _forget(self) -> None:
        self._enter_waits = False
        self._field.clear()
        self.model.show_for("", [])
        self.panel.hide()


class _Panel(QFrame):
    """What was found, under the field and over the page. The keyboard stays in the field."""

    def __init__(self, context: Context, window: QWidget, model: CommandsModel) -> None:
        super().__init__(window)
        self._theme = context.theme
        self.setProperty("card", "over")
        self.list = QListView()
        self.list.setModel(model)
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Delegate(self.list, context))
        self.told = Label(context.theme, tone="text2")
        self.told.setContentsMargins(16, 8, 16, 8)
        self.told.setWordWrap(True)
        foot = frame(bar="head")
        self._hint = Label(context.theme, size=tokens.SMALL, tone="text2")
        inside = QVBoxLayout(foot)
        inside.setContentsMargins(16, 6, 16, 6)
        inside.addWidget(self._hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        for part in (self.told, self.list, foot):
            layout.addWidget(part)
        self.hide()

    def mark(self, row: int) -> None:
        """Mark a line."""
        self.list.setCurrentIndex(self.list.model().index(row, 0))

    def show_under(self, field: QWidget, told: str) -> None:
        """Show the lines, the first one marked, or what is told instead."""
        rows = self.list.model().rowCount()
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.list.setVisible(rows > 0)
        self._hint.setText(self.tr("↑↓ choose · Enter open or do · Esc back") if rows else self.tr("Esc back"))
        self.list.setFixedHeight(rows * self._theme.px(_ROW))
        self.mark(0)
        width = max(field.width(), self._theme.px(_LEAST_WIDTH))
        corner = field.mapTo(self.window(), QPoint(0, field.height() + self._theme.px(4)))
        left = max(8, min(corner.x(), self.window().width() - width - 8))
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setGeometry(
            left, corner.y(), width, max(layout.totalHeightForWidth(width), layout.totalSizeHint().height())
        )
        self.show()
        self.raise_()


class _Delegate(TallDelegate):
    """Icon, name, what it is; at the right what is owed, or the key."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One line."""
        return QSize(200, self._theme.px(_ROW))

    def _paint_item(self, painter: QPainter, place: QRect, index: Index) -> None:
        item, theme, px = index.data(ITEM_ROLE), self._theme, self._theme.px
        if not isinstance(item, Command):
            return
        size, inside = px(tokens.ICON), place.adjusted(px(16), 0, -px(16), 0)
        pixmap = theme.icons.pixmap(item.icon, theme.colour("text2"), size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(inside.left(), inside.center().y() - size // 2 + 1), pixmap)
        inside.setLeft(inside.left() + size + px(12))
        inside.setRight(inside.right() - self._paint_end(painter, inside, item))
        width = self._line(painter, inside, item.title, "text", weight=QFont.Weight.Medium)
        rest = inside.adjusted(width + px(10), 0, 0, 0)
        if rest.width() > px(40):
            self._line(painter, rest, item.about, "text2")

    def _paint_end(self, painter: QPainter, inside: QRect, item: Command) -> int:
        """The width that it takes."""
        size = chip_size(item.chip, self._theme) if item.chip else key_cap_size(item.key, self._theme)
        if item.chip is None and not item.key:
            return 0
        top = inside.top() + (inside.height() - size.height()) // 2
        box = QRect(inside.right() - size.width(), top, size.width(), size.height())
        if item.chip is not None:
            paint_chip(painter, box, item.chip, self._theme)
        else:
            paint_key_cap(painter, box, item.key, self._theme)
        return size.width() + self._theme.px(12)
