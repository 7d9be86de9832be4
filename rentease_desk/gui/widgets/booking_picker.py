"""A field that finds a booking: what is typed is searched, ↑ and ↓ choose among what is found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.matching import SUGGESTED, Suggestions
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import stay_told
from rentease_desk.gui.models.items_model import Index
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.basics import column
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.sizes import keep_size

_ROW, _SPACING, _EDGE = 30, 2, 4
_BALANCE_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class _RowDelegate(QStyledItemDelegate):
    """A booking, cut with … where it is too long, and its balance at the right, which never is."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, words and figure."""
        theme, place = self._theme, QRect(option.rect)
        chosen = QStyle.StateFlag.State_Selected in option.state
        painter.fillRect(place, theme.colour("select" if chosen else "surface"))
        inside = place.adjusted(theme.px(tokens.GRID), 0, -theme.px(tokens.GRID), 0)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        metrics, balance = painter.fontMetrics(), str(index.data(_BALANCE_ROLE))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, balance)
        words = inside.adjusted(0, 0, -metrics.horizontalAdvance(balance) - theme.px(2 * tokens.GRID), 0)
        shown = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class BookingPicker(QWidget):
    """Suggests bookings for a payment, but for those left out. ``changed``: another one is chosen, or none."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, payment_pk: int) -> None:
        super().__init__()
        self._context, self._pk = context, payment_pk
        self.left_out: frozenset[int] = frozenset()
        self._found: list[Booking] = []
        self.edit = text_field(self.tr("Guest, reference or room"))
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Bookings that were found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setProperty("field", True)
        self.list.setSpacing(_SPACING)
        self.list.setItemDelegate(_RowDelegate(self.list, context.theme))
        keep_size(self.list, context.theme, height=_ROW * SUGGESTED + 2 * _EDGE)
        self.setLayout(column(self.edit, self.list, spacing=4))
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self.look)
        self.list.currentRowChanged.connect(self.changed)

    @property
    def booking(self) -> Booking | None:
        """The one that is chosen."""
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    @Slot()
    def look(self) -> None:
        """Search what is typed; nothing typed, what fits the payment. Until the answer nothing is chosen."""
        matching, pk, text = self._context.services.matching, self._pk, self.edit.text().strip()
        self._show([])
        work = (lambda: matching.search(pk, text)) if text else (lambda: matching.suggest(pk))
        self._context.tasks.run(
            Lane.READ, self, work, lambda found: self._take(found, text), self.failed.emit, channel="pick"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """↑ and ↓ in the field go through the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            row = self.list.currentRow() + step
            if step and 0 <= row < self.list.count():
                self.list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)

    def _take(self, found: Suggestions, text: str) -> None:
        if text == self.edit.text().strip():
            self._show([one.booking for one in found.candidates if one.booking.pk not in self.left_out])

    def _show(self, found: list[Booking]) -> None:
        self._found = found
        self.list.clear()
        for one in found:
            balance = self._context.formats.money(one.balance)
            item = QListWidgetItem(f"{one.guest.name} · {stay_told(one, self._context.formats)}")
            item.setData(_BALANCE_ROLE, balance)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()} · {balance}")
            item.setSizeHint(QSize(0, self._context.theme.px(_ROW) - 2 * _SPACING))
            item.setToolTip(plain_tip(item.text()))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if found else -1)
        self.changed.emit()
