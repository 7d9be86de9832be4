"""A stay that is held over the tape chart: picked up, put back, or dropped and waited for."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot

from rentease_desk.domain.moves import Moved
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.tape_card import TapeCard
from rentease_desk.gui.widgets.tape_carry import Carry, carried, picked_up
from rentease_desk.gui.widgets.tape_grid import TapeGrid


class TapeHold(TapeGrid):
    """``dropped`` carries a Booking as it was picked up, and the Place it should go to.

    ``refused`` carries the KnownError that says why something cannot be dropped. ``said`` carries a sentence.
    ``is_dragged``: it hangs on the mouse.
    """

    dropped = Signal(object, object)
    refused = Signal(object)
    said = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.card = TapeCard(context, self.viewport())
        self.is_dragged = False
        self._is_saving = False
        self._awaited: int | None = None
        self.model.failed.connect(self._lost)
        context.tasks.bug.connect(self._lost)

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
        self.hold(picked_up(self.model, stay, self.spot[0], self.context.today()))

    def put_back(self) -> None:
        """Let go of it; nothing was changed."""
        self.carry, self.is_dragged = None, False
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
        self.is_dragged, self._is_saving, self._awaited = False, True, None
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

    def hold(self, carry: Carry) -> None:
        """Hold it somewhere else, and tell what that would mean."""
        self.carry = carry
        self.card.show_carry(carry, self._what_can_be_done(carry))
        self.setAccessibleDescription(self.card.words)
        self.card.stand_by(self.place.bar(carry.row, carry.first, carry.place.departure))
        self.viewport().update()

    def _what_can_be_done(self, carry: Carry) -> str:
        if carry.trouble is not None:
            return self.tr("Choose another room or other days; Esc leaves it where it was.")
        if self.is_dragged:
            return self.tr("Drop to move, Esc to leave it.")
        return self.tr("Enter moves it, Esc leaves it. Shift+← → changes the departure, Ctrl+← → the arrival.")

    def begin_anew(self) -> None:
        """The database is another one."""
        self._spot, self._marked_pk = None, None
        self.model.forget()
        self._end_saving()

    @Slot()
    def _lost(self) -> None:
        """What was dropped will not be answered, or not be read: what is there is shown as it was read last."""
        if self._is_saving:
            self._end_saving()

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
            self.hold(carried(self.model, carry.stay, carry.row, carry.place, self.context.today()))
