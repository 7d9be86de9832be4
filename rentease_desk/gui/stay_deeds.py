"""Checking in and out, no-shows, cancellations and moves from anywhere in the window, and undoing the last of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place
from rentease_desk.domain.stays import Deed, Done, require_allowed
from rentease_desk.gui.context import Context
from rentease_desk.gui.stay_words import done_told
from rentease_desk.gui.tasks import Lane

_ASKED_FIRST = frozenset({Deed.NO_SHOW, Deed.CANCEL})
_OPEN = frozenset({"stay.owes", "stay.owed"})


class StayDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``did`` the Done, ``pay_asked`` a booking's key.

    ``moved`` carries the Moved; ``not_moved``: what was to be moved stays where it was.

    A deed is done with the booking as the person saw it: its version goes with it.
    """

    told = Signal(str)
    refused = Signal(object)
    did = Signal(object)
    pay_asked = Signal(object)
    moved = Signal(object)
    not_moved = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._under_way: set[int] = set()
        self._last: list[Done | Moved] = []
        self._undo_wanted = False
        context.ready.connect(self._forget)

    @Slot(object, object)
    def ask(self, deed: Deed | None, booking: Booking) -> None:
        """Do it, or ask first where that cannot be told from a slip of the finger; None undoes the last deed."""
        if booking.pk in self._under_way:
            return
        if deed is None:
            self._undo(booking.pk, None, booking.version)
        elif deed in _ASKED_FIRST:
            self._ask_first(deed, booking)
        else:
            self._do(deed, booking)

    @Slot()
    def undo_last(self) -> None:
        """Undo what was done last in this window; what is being done just now first comes to its end."""
        if self._under_way:
            self._undo_wanted = True
        elif not self._last:
            self.told.emit(self.tr("There is nothing to undo in this window."))
        elif isinstance(last := self._last[-1], Moved):
            self._undo_move(last)
        else:
            self._undo(last.booking.pk, last.uid, None)

    @Slot(object, object)
    def move(self, booking: Booking, to: Place) -> None:
        """Move a stay as it was shown."""
        if booking.pk in self._under_way:
            self.not_moved.emit()
            return
        tape = self._context.services.tape
        self._begin(booking.pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: tape.move(booking.pk, booking.version, to).value, self._moved,
            self._refuse_move, ended=lambda: self._ended(booking.pk),
        )  # fmt: skip

    def _undo_move(self, last: Moved) -> None:
        tape = self._context.services.tape
        self._begin(last.booking.pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: tape.undo(last).value, lambda back: self._moved_back(last, back), self._refuse,
            ended=lambda: self._ended(last.booking.pk),
        )  # fmt: skip

    def _ask_first(self, deed: Deed, booking: Booking) -> None:
        try:
            require_allowed(deed, booking, self._context.today())
        except KnownError as error:
            self.refused.emit(error)
        else:
            self._open(deed, booking, None)

    def _do(self, deed: Deed, booking: Booking) -> None:
        stays = self._context.services.stays
        self._begin(booking.pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: stays.do(deed, booking.pk, booking.version).value, self._done,
            lambda error: self._not_done(error, booking), ended=lambda: self._ended(booking.pk),
        )  # fmt: skip

    def _undo(self, pk: int, uid: str | None, version: int | None) -> None:
        stays = self._context.services.stays
        self._begin(pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: stays.undo(pk, uid, version).value, self._undone, self._refuse,
            ended=lambda: self._ended(pk),
        )  # fmt: skip

    def _begin(self, pk: int) -> None:
        self._under_way.add(pk)

    def _ended(self, pk: int) -> None:
        self._under_way.discard(pk)

    def _not_done(self, error: KnownError, booking: Booking) -> None:
        """A guest who leaves with an open balance is asked about, and kept by nobody."""
        balance = error.params.get("balance")
        if error.code in _OPEN and isinstance(balance, Money):
            self._undo_wanted = False
            self._open(Deed.CHECK_OUT, booking, balance)
        else:
            self._refuse(error)

    def _refuse(self, error: KnownError) -> None:
        """Who sees a refusal thinks anew: nothing more is undone unseen."""
        self._undo_wanted = False
        self.refused.emit(error)

    def _open(self, deed: Deed, booking: Booking, balance: Money | None) -> None:
        from rentease_desk.gui.dialogs.stay_dialog import StayDialog

        dialog = StayDialog(self._context, self._window, deed, booking)
        if balance is not None:
            dialog.show_balance(balance)
        dialog.did.connect(self._done)
        dialog.pay_asked.connect(self.pay_asked)
        dialog.open()

    def _moved(self, moved: Moved) -> None:
        self._last.append(moved)
        self._tell_move(moved)

    def _moved_back(self, last: Moved, back: Moved) -> None:
        self._last = [one for one in self._last if one is not last]
        self._tell_move(back)

    def _refuse_move(self, error: KnownError) -> None:
        self.not_moved.emit()
        self._refuse(error)

    def _tell_move(self, moved: Moved) -> None:
        from rentease_desk.gui.tape_words import moved_told

        self.told.emit(moved_told(moved, self._context.formats))
        self.moved.emit(moved)
        self._undo_if_wanted()

    @Slot(object)
    def _done(self, done: Done) -> None:
        self._last.append(done)
        self._tell(done)

    def _undone(self, done: Done) -> None:
        self._last = [one for one in self._last if isinstance(one, Moved) or one.uid != done.uid]
        self._tell(done)

    def _tell(self, done: Done) -> None:
        self.told.emit(done_told(done, self._context.today(), self._context.formats))
        self.did.emit(done)
        self._undo_if_wanted()

    def _undo_if_wanted(self) -> None:
        """It was asked for before there was an answer."""
        if self._undo_wanted and not self._under_way:
            self._undo_wanted = False
            self.undo_last()

    @Slot()
    def _forget(self) -> None:
        """Of another database nothing can be undone."""
        self._last.clear()
        self._undo_wanted = False
