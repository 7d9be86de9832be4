"""The tape chart as a thing to work with: stays are picked up, by mouse or by keys, and dropped elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import floor

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from rentease_desk.domain.moves import Moved, place_of
from rentease_desk.domain.tape import TapeStay
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.tape_card import TapeCard
from rentease_desk.gui.widgets.tape_carry import Carry, Grip, carried, dragged_days, picked_up, shifted
from rentease_desk.gui.widgets.tape_grid import TapeGrid

Key, Mod = Qt.Key, Qt.KeyboardModifier
_EDGE = 7
"""How near the end of a bar it is held by that end, in pixels of the design."""
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


class TapeChart(TapeGrid):
    """``opened``: the folio of what is marked is wanted. ``dropped`` carries a Booking and the Place it should go to.

    ``refused`` carries the KnownError that says why something cannot be dropped. ``said`` carries a sentence.
    """

    opened = Signal()
    dropped = Signal(object, object)
    refused = Signal(object)
    said = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.card = TapeCard(context, self.viewport())
        self._press: _Press | None = None
        self._is_saving = False
        self._awaited: int | None = None

    # --- picked up

    @property
    def is_saving(self) -> bool:
        """Whether something was dropped, and is not written and read again yet."""
        return self._is_saving

    def pick_up(self) -> None:
        """Hold what is marked, with the keyboard."""
        stay = self.marked_stay
        if stay is None or self.spot is None or self._is_saving:
            self.said.emit(self.tr("Just now a stay is being moved.") if self._is_saving
                           else self.tr("Mark a stay first: arrows go to one."))  # fmt: skip
            return
        self._hold(picked_up(self.model, stay, self.spot[0], self.context.today()))

    def put_back(self) -> None:
        """Let go of it; nothing was changed."""
        self.carry, self._press = None, None
        self.card.hide()
        self.viewport().update()

    def drop(self) -> None:
        """Ask for what is shown, if it may be."""
        carry = self.carry
        if carry is None or self._is_saving:
            return
        if carry.trouble is not None:
            self.refused.emit(carry.trouble)
            return
        if not carry.is_moved:
            self.put_back()
            return
        self._press, self._is_saving, self._awaited = None, True, None
        self.card.hide()
        self.viewport().update()
        self.dropped.emit(carry.stay.booking, carry.place)

    def not_moved(self) -> None:
        """What was dropped was not written; who is there is read."""
        if self._is_saving and self._awaited is None:
            self._end_saving()
        self.model.reload()

    def moved(self, moved: Moved) -> None:
        """A stay was moved: as soon as that is read, it stands there. Who marked another one meanwhile keeps that."""
        dropped = self.carry.stay.booking.pk if self._is_saving and self.carry is not None else None
        if dropped == moved.booking.pk:
            self._awaited = moved.booking.version
        if self._marked_pk == dropped or self.carry is None:
            self.show_booking(moved.booking)
        self.model.reload()

    def _end_saving(self) -> None:
        self._is_saving, self._awaited = False, None
        self.put_back()

    def _hold(self, carry: Carry) -> None:
        self.carry = carry
        self.card.show_carry(carry, self._what_can_be_done(carry))
        self.card.stand_by(self.place.bar(carry.row, carry.first, carry.place.departure))
        self.viewport().update()

    def _what_can_be_done(self, carry: Carry) -> str:
        if carry.trouble is not None:
            return self.tr("Choose another room or other days; Esc leaves it where it was.")
        if self._press is not None:
            return self.tr("Drop to move, Esc to leave it.")
        return self.tr("Enter moves it, Esc leaves it. Shift+← → changes the departure, Ctrl+← → the arrival.")

    @Slot()
    def _loaded(self) -> None:
        super()._loaded()
        carry = self.carry
        if carry is None:
            return
        places = self.model.places_of(carry.stay.booking.pk)
        version = places[-1][1].booking.version if places else None
        if self._is_saving:
            if self._awaited is not None and (version is None or version >= self._awaited):
                self._end_saving()
        elif version is not None and version != carry.stay.booking.version:
            self.put_back()
            self.said.emit(
                self.tr("{guest} was changed just now: look, and pick it up again.").format(
                    guest=carry.stay.booking.guest.name
                )
            )
        else:
            self._hold(carried(self.model, carry.stay, carry.row, carry.place, self.context.today()))

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
        self._hold(carried(self.model, carry.stay, row, to, self.context.today()))

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

    def _drag(self, press: _Press, begun: Carry, point: QPoint) -> None:
        layout = self.place
        row = layout.row_at(point.y()) if press.grip is Grip.WHOLE else None
        row = begun.row if row is None else row
        days = floor((point.x() - press.point.x()) / layout.day_width + 0.5) + (layout.first - press.first).days
        days = dragged_days(begun.stay, press.grip, days, is_other_row=row != begun.row)
        to = shifted(place_of(begun.stay.booking), press.grip, days)
        self._hold(carried(self.model, begun.stay, row, to, self.context.today()))

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
