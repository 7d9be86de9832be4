"""The tape chart as a thing to look at: which days and rooms are seen, and which night of which row is marked."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHelpEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.moves import place_of
from rentease_desk.domain.tape import TapeQuery, TapeStay
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.tape_model import TapeModel
from rentease_desk.gui.tape_words import block_told, free_told, stay_told
from rentease_desk.gui.tips import plain_tip
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.tape_carry import Carry
from rentease_desk.gui.widgets.tape_layout import TapeLayout
from rentease_desk.gui.widgets.tape_paint import TapePainter

ZOOM = (7, 14, 30)
"""How many days are seen beside each other."""
_BEFORE_TODAY = {7: 1, 14: 3, 30: 3}
_NIGHT = timedelta(days=1)
_EARLIEST, _LATEST = date(1900, 1, 1), date(2999, 1, 1)
_NOTCH = 120
_WHEEL_ROWS = 3


class TapeGrid(QAbstractScrollArea):
    """``marked``: something else is marked, or what is marked has changed. ``looked``: other days are seen."""

    marked = Signal()
    looked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context, self.model = context, TapeModel(context, self)
        self.carry: Carry | None = None
        self._days, self._lane = ZOOM[1], 0
        self._first = _EARLIEST
        self._spot: tuple[int, date] | None = None
        self._was_free = False
        self._marked_pk: int | None = None
        self.setAccessibleName(context.tr("Tape chart"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.empty = EmptyState(context.theme, self)
        self.model.changed.connect(self._loaded)
        context.theme.changed.connect(self._restyle)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def is_saving(self) -> bool:
        """Whether what is picked up has been dropped, and is not read again yet."""
        return False

    # --- what is seen

    @property
    def first(self) -> date:
        """The first day that is seen."""
        return self._first

    @property
    def days(self) -> int:
        """How many days are seen."""
        return self._days

    @property
    def place(self) -> TapeLayout:
        """Where everything stands now."""
        size, theme = self.viewport().size(), self.context.theme
        return TapeLayout(
            size.width(), size.height(), theme.zoom / 100, self._first, self._days, len(self.model.rooms),
            self.model.lanes, self.verticalScrollBar().value(), min(self._lane, max(0, self.model.lanes - 1)),
        )  # fmt: skip

    def go_to_today(self) -> None:
        """Today, with a few days before it; its night is marked, in the row that keys are about."""
        today = self.context.today()
        self._look_from(today - timedelta(days=_BEFORE_TODAY[self._days]))
        self.mark(self._spot[0] if self._spot else 0, today)

    def show_days(self, days: int) -> None:
        """See so many days; what is marked stays in sight."""
        self._days = days
        night = self._spot[1] if self._spot else self.context.today()
        is_seen = self._first <= night < self.place.last
        self._look_from(self._first if is_seen else night - timedelta(days=_BEFORE_TODAY[days]))

    def zoom(self, step: int) -> None:
        """One step nearer (−1, fewer days) or further (1)."""
        at = ZOOM.index(self._days) + step
        self.show_days(ZOOM[min(max(at, 0), len(ZOOM) - 1)])

    def pan(self, days: int) -> None:
        """Other days; the mark goes along."""
        spot = self._spot
        self._look_from(self._first + timedelta(days=days))
        if spot is not None and self.carry is None:
            self.mark(spot[0], spot[1] + timedelta(days=days))

    def _look_from(self, first: date) -> None:
        self._first = min(max(first, _EARLIEST), _LATEST)
        self.looked.emit()
        self._read()

    def _read(self) -> None:
        layout = self.place
        rows = -(-(layout.bottom - layout.top) // layout.row_height) + 1
        row = layout.scroll // layout.row_height
        self.model.look_at(TapeQuery(self._first - _NIGHT, self._days + 1, row, max(1, rows)))
        self.viewport().update()

    @Slot()
    def _scrolled(self) -> None:
        self._read()

    @Slot()
    def _restyle(self) -> None:
        self._fit()
        self._read()

    def _fit(self) -> None:
        layout, bar = self.place, self.verticalScrollBar()
        bar.setRange(0, layout.most_scroll)
        bar.setPageStep(max(1, layout.bottom - layout.top))
        bar.setSingleStep(layout.row_height)

    @Slot()
    def _loaded(self) -> None:
        """What was marked stays marked, wherever it stands now; if it has gone, nothing is, until somebody marks.

        So with a free night that another desk has given to somebody.
        """
        self._fit()
        if self._marked_pk is not None:
            self._follow(self._marked_pk)
        elif self._was_free and self.marked_stay is not None:
            self._spot = None
        self._note_free()
        self.empty.setVisible(not self.model.rooms)
        if not self.model.rooms:
            self.empty.say(
                self.tr("No rooms yet"),
                self.tr("A room or bed stands here as soon as a booking names it: Ctrl+N makes one."),
            )
        self._read()
        self.marked.emit()

    def _follow(self, pk: int) -> None:
        places = self.model.places_of(pk)
        if not places:
            self._marked_pk = None
            if self._spot is not None and self.model.stay_at(*self._spot) is not None:
                self._spot = None
            return
        night = self._spot[1] if self._spot else places[-1][1].first
        row, stay = next((one for one in places if one[1].first <= night < one[1].last), places[-1])
        self._spot = row, min(max(night, stay.first), stay.last - _NIGHT)

    # --- what is marked

    @property
    def spot(self) -> tuple[int, date] | None:
        """The marked row and night."""
        return self._spot

    @property
    def marked_stay(self) -> TapeStay | None:
        """Who has the marked night, as it is shown."""
        return self.model.stay_at(*self._spot) if self._spot is not None else None

    def mark(self, row: int, night: date) -> None:
        """Mark a night, in sight."""
        layout = self.place
        row = min(max(row, -self.model.lanes), max(0, len(self.model.rooms) - 1))
        self._spot = row, night
        stay = self.marked_stay
        self._marked_pk = stay.booking.pk if stay else None
        self._note_free()
        self._bring_into_sight(row, night, layout)
        self.marked.emit()
        self.viewport().update()

    def _note_free(self) -> None:
        """Whether the person sees that nobody has the marked night."""
        self._was_free = self._spot is not None and self.model.is_free(*self._spot)

    def show_booking(self, booking: Booking) -> None:
        """Mark a booking where it should be, in sight; once that is read, where it is."""
        to = place_of(booking)
        row = self.model.row_of_room(to.room)
        changed_rooms = len(booking.rooms) > 1
        self.mark(-1 if row is None else row, to.departure - _NIGHT if changed_rooms else to.arrival)
        self._marked_pk = booking.pk

    def words(self) -> str:
        """What is marked, in one line."""
        if self._spot is None:
            return ""
        stay, room = self.marked_stay, self.model.room_at(self._spot[0])
        if stay is not None:
            return stay_told(stay, self.context.today(), self.context.formats)
        block = self.model.block_at(*self._spot)
        if block is not None and room is not None:
            return block_told(room.name, block, self.context.formats)
        return free_told(room.name, self._spot[1], self.context.formats) if room else ""

    def _bring_into_sight(self, row: int, night: date, layout: TapeLayout) -> None:
        if night < self._first:
            self._look_from(night)
        elif night >= layout.last - _NIGHT:  # the last night is seen by half
            self._look_from(night - timedelta(days=self._days - 2))
        if row >= 0:
            self.verticalScrollBar().setValue(layout.nearest_scroll(row))
        else:
            at = row + max(self.model.lanes, 1)
            self._lane = min(max(self._lane, at - layout.lanes_shown + 1), at)

    def stay_under(self, point: QPoint) -> tuple[int, date, TapeStay | None] | None:
        """Row, night and who has it, at a place of the viewport; None outside of all rows."""
        layout = self.place
        row = layout.row_at(point.y())
        if row is None or point.x() < layout.left or not self.model.is_read:
            return None
        night = layout.night_at(point.x())
        return row, night, self.model.stay_at(row, night)

    # --- Qt's events

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Grid, bars, mark, and what is picked up."""
        painter = QPainter(self.viewport())
        if self.context.is_ready:
            layout, carry = self.place, self.carry
            paint = TapePainter(painter, layout, self.model, self.context, self.context.today())
            paint.paint_grid(len(self.model.roomless))
            paint.paint_stays(carry.stay.booking.pk if carry else None)
            if carry is not None:
                paint.paint_carry(carry)
            if self._spot is not None and self.hasFocus() and (carry is None or self.is_saving):
                row, night = self._spot
                held = self.marked_stay or self.model.block_at(row, night)
                paint.paint_ring(row, held.first if held else night, held.last if held else night + _NIGHT)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """The mark is seen while the keyboard is here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """And not while it is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or fewer rows are seen."""
        super().resizeEvent(event)
        self._fit()
        self._read()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Up and down the rooms; with Shift, or to the side, through the days."""
        turned = event.angleDelta()
        sideways = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        layout = self.place
        if sideways:
            self._look_from(self._first - timedelta(days=_steps(sideways)))
        elif layout.lanes_top <= event.position().y() < layout.top:
            self._lane = min(max(self._lane - _steps(turned.y()), 0), max(0, self.model.lanes - layout.lanes_shown))
        else:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - round(turned.y() / _NOTCH * _WHEEL_ROWS * layout.row_height))
        self.viewport().update()
        event.accept()

    def _told(self, row: int, night: date, stay: TapeStay | None) -> str:
        """What is there, on hover; nothing of a free night."""
        if stay is not None:
            return stay_told(stay, self.context.today(), self.context.formats)
        room, block = self.model.room_at(row), self.model.block_at(row, night)
        return block_told(room.name, block, self.context.formats) if room and block else ""

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """What a bar is, on hover."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            under = self.stay_under(event.pos())
            text = self._told(*under) if under else ""
            QToolTip.showText(event.globalPos(), plain_tip(text), self.viewport())
            return True
        return super().viewportEvent(event)


def _steps(turned: int) -> int:
    """Days or rows for a turn of the wheel: one at least."""
    return round(turned / _NOTCH) or (1 if turned > 0 else -1)
