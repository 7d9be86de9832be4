"""Checking in and out, no-shows, cancellations and moves from anywhere in the window, and undoing the last of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place
from rentease_desk.domain.stays import Deed, Done, nights_unslept, require_allowed
from rentease_desk.gui.burst import Burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.stay_words import done_told
from rentease_desk.gui.tasks import Lane

_ASKED_FIRST = frozenset({Deed.NO_SHOW, Deed.CANCEL})
_OPEN = frozenset({"stay.owes", "stay.owed"})


class StayDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``did`` the Done, ``pay_asked`` a booking's key.

    ``moved`` carries the Moved; ``not_moved``: what was to be moved stays where it was.

    A deed is done with the booking as the person saw it: its version goes with it. ``doing`` carries the booking's key
    and whether a deed is under way: lists may be read again before ``did`` is sent; False: no ``did`` will come.
    """

    told = Signal(str)
    refused = Signal(object)
    did = Signal(object)
    doing = Signal(object, bool)
    pay_asked = Signal(object)
    moved = Signal(object)
    not_moved = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._under_way: set[int] = set()
        self._last: list[Done | Moved] = []
        self._undo_wanted = False
        self._undoing: set[int] = set()
        self._fresh: set[int] = set()
        self.burst, self.undo_burst = Burst(self), Burst(self)
        self.burst.timeout.connect(self._fresh.clear)
        context.ready.connect(self._forget)

    @Slot(object)
    def hold(self, pk: int | None) -> None:
        """A mark came to this booking by itself: what is still pressed of a burst is not about it.

        None: a person has moved the mark, and what is pressed now is meant.
        """
        if pk is None:
            self._fresh.clear()
        else:
            self._fresh.add(pk)
            self.burst.start()

    @Slot(object, object)
    def ask(self, deed: Deed | None, booking: Booking) -> None:
        """Do it, or ask first where that cannot be told from a slip of the finger; None undoes the last deed.

        Who leaves early is asked about: others may have the room a moment later.
        """
        if booking.pk in self._under_way or self._is_old(booking):
            return
        if booking.pk in self._fresh and self.burst.goes_on():
            text = self.tr("Too soon after the last one: nothing was done with {guest}. Press again if meant.")
            self.told.emit(text.format(guest=booking.guest.name))
        elif deed is None:
            self._undo(booking.pk, None, booking.version)
        elif deed in _ASKED_FIRST or (deed is Deed.CHECK_OUT and nights_unslept(booking, self._context.today())):
            self._ask_first(deed, booking)
        else:
            self._do(deed, booking)

    @Slot()
    def undo_last(self) -> None:
        """Undo what was done last in this window; what is being done just now first comes to its end.

        A second press of the same burst undoes nothing more.
        """
        if self._undoing:
            return
        if self._under_way:
            self._undo_wanted = True
        elif self.undo_burst.goes_on():
            self.told.emit(self.tr("One is undone. Press again to undo the one before it."))
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
            lambda error: self._refuse_move(error, booking.pk), ended=lambda: self._ended(booking.pk),
        )  # fmt: skip

    def _undo_move(self, last: Moved) -> None:
        tape = self._context.services.tape
        pk = last.booking.pk
        self._begin(pk)
        self._undoing.add(pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: tape.undo(last).value, lambda back: self._moved_back(last, back),
            lambda error: self._refuse(error, pk), ended=lambda: self._ended(pk),
        )  # fmt: skip

    def _ask_first(self, deed: Deed, booking: Booking) -> None:
        try:
            require_allowed(deed, booking, self._context.today())
        except KnownError as error:
            self.refused.emit(error)
        else:
            self._open(deed, booking, booking.balance if deed is Deed.CHECK_OUT and booking.totals.balance else None)

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
        self._undoing.add(pk)
        self._context.tasks.run(
            Lane.WRITE, self, lambda: stays.undo(pk, uid, version).value, self._undone,
            lambda error: self._refuse(error, pk), ended=lambda: self._ended(pk),
        )  # fmt: skip

    def _begin(self, pk: int) -> None:
        self._under_way.add(pk)
        self.doing.emit(pk, True)

    def _ended(self, pk: int) -> None:
        self._under_way.discard(pk)
        self._undoing.discard(pk)

    def _is_old(self, booking: Booking) -> bool:
        """Whether it is shown as it was before this window's own deed, the answer to which is about to be painted."""
        return any(one.booking.pk == booking.pk and one.booking.version > booking.version for one in self._last)

    def _not_done(self, error: KnownError, booking: Booking) -> None:
        """A guest who leaves with an open balance is asked about, and kept by nobody."""
        balance = error.params.get("balance")
        if error.code in _OPEN and isinstance(balance, Money):
            self._undo_wanted = False
            self.doing.emit(booking.pk, False)
            self._open(Deed.CHECK_OUT, booking, balance)
        else:
            self._refuse(error, booking.pk)

    def _refuse(self, error: KnownError, pk: int) -> None:
        """Who sees a refusal thinks anew: nothing more is undone unseen."""
        self._undo_wanted = False
        self.doing.emit(pk, False)
        self.refused.emit(error)

    def _open(self, deed: Deed, booking: Booking, balance: Money | None) -> None:
        from rentease_desk.gui.dialogs.stay_dialog import StayDialog

        dialog = StayDialog(self._context, self._window, deed, booking)
        if balance is not None:
            dialog.show_balance(balance)
        dialog.did.connect(self._done)
        dialog.doing.connect(self.doing)
        dialog.rejected.connect(lambda: self.doing.emit(booking.pk, False))
        dialog.pay_asked.connect(self.pay_asked)
        dialog.open()

    def _moved(self, moved: Moved) -> None:
        self._last.append(moved)
        self.undo_burst.stop()
        self._tell_move(moved)

    def _moved_back(self, last: Moved, back: Moved) -> None:
        self._last = [one for one in self._last if one is not last]
        self.undo_burst.start()
        self._tell_move(back)

    def _refuse_move(self, error: KnownError, pk: int) -> None:
        self.not_moved.emit()
        self._refuse(error, pk)

    def _tell_move(self, moved: Moved) -> None:
        from rentease_desk.gui.tape_words import moved_told

        self.doing.emit(moved.booking.pk, False)
        self.told.emit(moved_told(moved, self._context.formats))
        self.moved.emit(moved)
        self._undo_if_wanted()

    @Slot(object)
    def _done(self, done: Done) -> None:
        self._last.append(done)
        self.undo_burst.stop()
        self._tell(done)

    def _undone(self, done: Done) -> None:
        self._last = [one for one in self._last if isinstance(one, Moved) or one.uid != done.uid]
        self.undo_burst.start()
        self._tell(done)

    def _tell(self, done: Done) -> None:
        self.hold(done.booking.pk)
        self.told.emit(done_told(done, self._context.formats))
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
        self._fresh.clear()
        self._undo_wanted = False
