"""The tape chart as a thing to work with, by keys and by mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import floor

from PySide6.QtCore import QBasicTimer, QPoint, Qt, QTimerEvent, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from rentease_desk.domain.moves import place_of
from rentease_desk.domain.tape import TapeStay
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.tape_carry import Carry, Grip, carried, dragged_days, picked_up, shifted
from rentease_desk.gui.widgets.tape_hold import TapeHold

Key, Mod = Qt.Key, Qt.KeyboardModifier
_EDGE = 7
"""How near the end of a bar it is held by that end, in pixels of the design."""
_NEAR = 20
"""How near the chart's own edge it begins to move below what is dragged, and how often it moves."""
_PAN_MILLISECONDS = 250
_STEPS: dict[int, tuple[int, int]] = {
    Key.Key_Left: (0, -1),
    Key.Key_Right: (0, 1),
    Key.Key_Up: (-1, 0),
    Key.Key_Down: (1, 0),
}
_WEEK = 7


class _Press:
    """The mouse is down on a stay; ``first`` was the first day that was seen then.

    ``carry`` is what it was when it was picked up.
    """

    def __init__(self, point: QPoint, first: date, row: int, stay: TapeStay, grip: Grip) -> None:
        self.point, self.first, self.row, self.stay, self.grip = point, first, row, stay, grip
        self.carry: Carry | None = None
        self.last = point


class TapeChart(TapeHold):
    """``opened``: the folio of what is marked is wanted."""

    opened = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._press: _Press | None = None
        self._panning = QBasicTimer()

    def put_back(self) -> None:
        """Also from the mouse."""
        self._let_go()
        super().put_back()

    def drop(self) -> None:
        """The mouse holds it no longer."""
        super().drop()
        if not self.is_dragged:
            self._let_go()

    def _let_go(self) -> None:
        self._press = None
        self._panning.stop()

    # --- by keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go through the chart, or carry what is picked up."""
        carry = self.carry
        handled = self._look_key(event) if carry is None or self._is_saving else self._carry_key(event, carry)
        if not handled:
            event.ignore()

    def _look_key(self, event: QKeyEvent) -> bool:
        key, control = event.key(), bool(event.modifiers() & Mod.ControlModifier)
        if key in _STEPS:
            rows, days = _STEPS[key]
            if control:
                self.pan(days * _WEEK)
            else:
                self._step(rows, days)
            return True
        deeds: dict[int, Callable[[], None]] = {
            Key.Key_T: self.go_to_today, Key.Key_M: self.pick_up, Key.Key_Return: self.opened.emit,
            Key.Key_Enter: self.opened.emit, Key.Key_Plus: lambda: self.zoom(-1), Key.Key_Equal: lambda: self.zoom(-1),
            Key.Key_Minus: lambda: self.zoom(1), Key.Key_PageUp: lambda: self._leap(-1),
            Key.Key_PageDown: lambda: self._leap(1), Key.Key_Home: lambda: self._to_row(0),
            Key.Key_End: lambda: self._to_row(len(self.model.rooms) - 1),
        }  # fmt: skip
        done = deeds.get(key)
        if done is None or control:
            return False
        done()
        return True

    def _step(self, rows: int, days: int) -> None:
        """To the next row, or to the next night that is not the same guest's."""
        if self.spot is None:
            self.mark(0, self.context.today())
            return
        row, night = self.spot
        stay = self.marked_stay
        if stay is not None and days:
            night = stay.last - timedelta(days=1) if days > 0 else stay.first
        self.mark(row + rows, night + timedelta(days=days))

    def _leap(self, pages: int) -> None:
        layout = self.place
        page = max(1, (layout.bottom - layout.top) // layout.row_height - 1)
        self._to_row((self.spot[0] if self.spot else 0) + pages * page)

    def _to_row(self, row: int) -> None:
        self.mark(max(0, row), self.spot[1] if self.spot else self.context.today())

    def _carry_key(self, event: QKeyEvent, carry: Carry) -> bool:
        key = event.key()
        if key == Key.Key_Escape:
            self.put_back()
        elif key in {Key.Key_Return, Key.Key_Enter, Key.Key_M}:
            self.drop()
        elif key in _STEPS and self._press is None:
            rows, days = _STEPS[key]
            control, shift = (bool(event.modifiers() & one) for one in (Mod.ControlModifier, Mod.ShiftModifier))
            grip = Grip.ARRIVAL if control else Grip.DEPARTURE if shift else Grip.WHOLE
            self._carry_by(carry, grip, rows, days)
        return True

    def _carry_by(self, carry: Carry, grip: Grip, rows: int, days: int) -> None:
        row = min(max(carry.row + rows, -max(self.model.lanes, 1)), len(self.model.rooms) - 1)
        to = shifted(carry.place, grip, days)
        end = to.arrival if grip is Grip.ARRIVAL else to.departure - timedelta(days=1) if days > 0 else to.arrival
        if grip is Grip.DEPARTURE:
            end = to.departure - timedelta(days=1)
        self._bring_into_sight(row, end, self.place)
        self.hold(carried(self.model, carry.stay, row, to, self.context.today()))

    # --- by mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Mark what is there; perhaps it is going to be dragged."""
        point = event.position().toPoint()
        under = self.stay_under(point)
        if event.button() != Qt.MouseButton.LeftButton or under is None or self.carry is not None:
            return
        row, night, stay = under
        self.mark(row, night)
        if stay is not None and not self._is_saving:
            self._press = _Press(point, self.first, row, stay, self._grip_at(row, stay, point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Carry what is held; else say by the pointer's shape what could be done."""
        point, press = event.position().toPoint(), self._press
        if press is None:
            self._show_grip(point)
            return
        far = (point - press.point).manhattanLength() >= QApplication.startDragDistance()
        if press.carry is None and far:
            self.is_dragged = True
            press.carry = picked_up(self.model, press.stay, press.row, self.context.today())
        if press.carry is not None:
            self._drag(press, press.carry, point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drop it."""
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        refused = self.carry.trouble if self.carry is not None else None
        if self.carry is None:
            self._press = None
        elif refused is not None:
            self.put_back()
            self.refused.emit(refused)
        else:
            self.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the folio."""
        self._press = None
        under = self.stay_under(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and under is not None and under[2] is not None:
            self.opened.emit()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more: what was held is put back."""
        super().hideEvent(event)
        if not self._is_saving:
            self.put_back()

    def timerEvent(self, event: QTimerEvent) -> None:  # noqa: N802 - Qt's name
        """What is dragged stands at an edge: more is seen there."""
        press = self._press
        if event.timerId() != self._panning.timerId() or press is None or press.carry is None:
            super().timerEvent(event)
            return
        days, rows = self._beyond(press.last)
        self._look_from(self.first + timedelta(days=days))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + rows * self.place.row_height)
        self._drag(press, press.carry, press.last)

    def _beyond(self, point: QPoint) -> tuple[int, int]:
        """In which direction more days and rows are wanted at a place."""
        layout = self.place
        edge = layout.px(_NEAR)
        days = (point.x() > layout.width - edge) - (point.x() < layout.left + edge)
        rows = (point.y() > layout.bottom - edge) - (layout.top <= point.y() < layout.top + edge // 2)
        return days, rows

    def _drag(self, press: _Press, begun: Carry, point: QPoint) -> None:
        layout, press.last = self.place, point
        if not any(self._beyond(point)):
            self._panning.stop()
        elif not self._panning.isActive():
            self._panning.start(_PAN_MILLISECONDS, self)
        row = layout.row_at(point.y()) if press.grip is Grip.WHOLE else None
        row = begun.row if row is None else row
        days = floor((point.x() - press.point.x()) / layout.day_width + 0.5) + (layout.first - press.first).days
        days = dragged_days(begun.stay, press.grip, days, is_other_row=row != begun.row)
        to = shifted(place_of(begun.stay.booking), press.grip, days)
        self.hold(carried(self.model, begun.stay, row, to, self.context.today()))

    def _grip_at(self, row: int, stay: TapeStay, point: QPoint) -> Grip:
        bar, edge = self.place.bar(row, stay.first, stay.last), self.place.px(_EDGE)
        booking = stay.booking
        if point.x() >= bar.right() - edge and stay.last == booking.departure:
            return Grip.DEPARTURE
        return Grip.ARRIVAL if point.x() <= bar.left() + edge and stay.first == booking.arrival else Grip.WHOLE

    def _show_grip(self, point: QPoint) -> None:
        under = self.stay_under(point)
        at_edge = under is not None and under[2] is not None and self._grip_at(under[0], under[2], point)
        shape = (
            Qt.CursorShape.SizeHorCursor if at_edge in {Grip.ARRIVAL, Grip.DEPARTURE} else Qt.CursorShape.ArrowCursor
        )
        self.viewport().setCursor(shape)
