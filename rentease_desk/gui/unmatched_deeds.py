"""Giving card payments to bookings, and taking that back, from the page of those that have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Parts
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.burst import Burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import payer
from rentease_desk.gui.tasks import Lane
from rentease_desk.services.desk import Saved

T = TypeVar("T")
_GONE = {"match.moved", "match.not_assigned", "match.not_by_person", "parts.used", "parts.undone", "parts.split"}


class UnmatchedDeeds(QObject):
    """``said`` carries a sentence, ``returned`` the key of a payment that waits again, ``failed`` a KnownError.

    ``busy``: a write has begun or ended. ``done``: one was made, and what is shown is not how things are any more.
    ``own`` holds the keys of the payments that leave the list through this window.
    """

    said = Signal(str)
    returned = Signal(object)
    failed = Signal(object)
    busy = Signal()
    done = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._done: list[Payment] = []
        self._splits: dict[int, str] = {}
        self.own: set[int] = set()
        self.is_writing = False
        self.burst, self.undo_burst = Burst(self), Burst(self)

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self._done)

    def forget(self) -> None:
        """Nothing of another database can be taken back."""
        self._done.clear()
        self._splits.clear()

    def assign(self, payment: Payment, booking_pk: int) -> None:
        """Put a payment on a booking, as it was seen."""
        if self.is_writing:
            return
        if self.burst.goes_on():
            told = self.tr("Too soon after the last one: {payer} was not assigned. Press again if meant.")
            self.said.emit(told.format(payer=payer(payment)))
            return
        self.own = {payment.pk}  # the list may be read again before the answer is here
        matching = self._context.services.matching
        self._write(
            lambda: matching.assign(payment.pk, booking_pk, payment.version), self._was_assigned, self._not_written
        )

    @Slot()
    def take_back(self) -> None:
        """Take back the last of this window's assignments and splits; a second press of a burst takes back no more."""
        if self.is_writing:
            return
        if self.undo_burst.goes_on():
            self.said.emit(self.tr("One is taken back. Press again to take back the one before it."))
        elif not self._done:
            self.said.emit(self.tr("There is nothing to take back."))
        else:
            self._take_back(self._done[-1])

    def note_split(self, found: Parts, uid: str) -> None:
        """The payment was spread over bookings by this deed: it can be taken back too."""
        self._done.append(found.payment)
        self._splits[found.payment.pk] = uid
        self.own.add(found.payment.pk)
        self.undo_burst.stop()
        self.done.emit()

    def _take_back(self, last: Payment) -> None:
        services, deed = self._context.services, self._splits.get(last.pk)
        if deed is None:
            undo = lambda: services.matching.undo(last.pk, last.booking_pk)  # noqa: E731 - one of two
            self._write(undo, self._was_taken_back, self._not_taken_back)
        else:
            uid = services.desk.ids.uid()
            self._write(lambda: services.parts.undo(last.pk, deed, uid), self._was_gathered, self._not_taken_back)

    def _write(
        self, work: Callable[[], Saved[T]], done: Callable[[Saved[T]], None], failed: Callable[[KnownError], None]
    ) -> None:
        self.is_writing = True
        self.busy.emit()
        self._context.tasks.run(Lane.WRITE, self, work, done, failed, ended=self._written)

    def _written(self) -> None:
        self.is_writing = False
        self.busy.emit()

    def _was_assigned(self, saved: Saved[Payment]) -> None:
        self._done.append(saved.value)
        self.undo_burst.stop()
        self._say(self.tr("{amount} is on {reference} now. U takes it back."), saved.value)

    def _was_gathered(self, saved: Saved[Parts]) -> None:
        self._splits.pop(saved.value.payment.pk, None)
        self._was_taken_back(Saved(saved.value.payment, saved.changes))

    def _was_taken_back(self, saved: Saved[Payment]) -> None:
        last = self._done.pop()
        self.undo_burst.start()
        self.returned.emit(saved.value.pk)
        self._say(self.tr("{amount} is on no booking again; it was on {reference}."), last)

    def _say(self, told: str, payment: Payment) -> None:
        amount = self._context.formats.money(Money(payment.amount - payment.refunded, payment.currency))
        self.said.emit(told.format(amount=amount, reference=payment.booking_reference or ""))
        self.done.emit()

    def _not_taken_back(self, error: KnownError) -> None:
        """Where somebody else has moved it since, there is nothing to take back any more."""
        if error.code in _GONE:
            self._splits.pop(self._done.pop().pk, None)
        self._not_written(error)

    def _not_written(self, error: KnownError) -> None:
        self.own.clear()
        self.failed.emit(error)
