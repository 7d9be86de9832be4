"""Giving card payments to bookings, ignoring them, and taking that back, on the page of those without a booking."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from msgspec import Struct
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
_GONE = {
    "match.moved", "match.not_assigned", "match.not_by_person", "match.not_ignored", "match.ignored", "parts.used",
    "parts.undone", "parts.split",
}  # fmt: skip


class _Kind(Enum):
    ASSIGNED = auto()
    SPLIT = auto()
    IGNORED = auto()


class _Done(Struct, frozen=True):
    """What was done with a payment, as it was afterwards, and the ``uid`` by which that is taken back."""

    kind: _Kind
    payment: Payment
    uid: str = ""


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
        self._done: list[_Done] = []
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

    def assign(self, payment: Payment, booking_pk: int) -> None:
        """Put a payment on a booking, as it was seen."""
        matching = self._context.services.matching
        if self._may(payment, self.tr("Too soon after the last one: {payer} was not assigned. Press again if meant.")):
            self._write(
                lambda: matching.assign(payment.pk, booking_pk, payment.version), self._was_assigned, self._not_written
            )

    def wait_again(self, payment: Payment) -> None:
        """Let an ignored payment wait for a booking again, whoever ignored it."""
        services, seen = self._context.services, payment.ignored
        uid = services.desk.ids.uid()
        told = self.tr("Too soon after the last one: {payer} was not taken back. Press again if meant.")
        if seen is not None and self._may(payment, told):
            undo = lambda: services.matching.unignore(payment.pk, uid, seen.uid)  # noqa: E731 - a word
            self._write(undo, self._waits_again, self._not_written)

    @Slot()
    def take_back(self) -> None:
        """Take back the last of what this window has done here; a second press of a burst takes back no more."""
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
        self._note(_Done(_Kind.SPLIT, found.payment, uid))
        self.done.emit()

    def expect(self, pk: int, writing: bool) -> None:
        """The list may be read again without this payment before the answer to what is written of it is here."""
        self.own = {pk} if writing else set()

    @Slot(object)
    def note_ignored(self, payment: Payment) -> None:
        """Somebody said here why the payment waits for no booking."""
        if payment.ignored is not None:
            self._note(_Done(_Kind.IGNORED, payment, payment.ignored.uid))
            self._say(self.tr("{amount} waits for no booking any more: {reason}. U takes it back."), payment)

    def _may(self, payment: Payment, too_soon: str) -> bool:
        """Whether the marked payment may be written now: not while another is, nor by a key of the same burst."""
        if self.is_writing:
            return False
        if self.burst.goes_on():
            self.said.emit(too_soon.format(payer=payer(payment)))
            return False
        self.expect(payment.pk, writing=True)
        return True

    def _note(self, done: _Done) -> None:
        self._done.append(done)
        self.own.add(done.payment.pk)
        self.undo_burst.stop()

    def _take_back(self, last: _Done) -> None:
        services, pk = self._context.services, last.payment.pk
        uid = services.desk.ids.uid()
        if last.kind is _Kind.SPLIT:
            self._write(lambda: services.parts.undo(pk, last.uid, uid), self._was_gathered, self._not_taken_back)
            return
        undo = (
            (lambda: services.matching.unignore(pk, uid, last.uid))
            if last.kind is _Kind.IGNORED
            else (lambda: services.matching.undo(pk, last.payment.booking_pk))
        )
        self._write(undo, self._was_taken_back, self._not_taken_back)

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
        self._note(_Done(_Kind.ASSIGNED, saved.value))
        self._say(self.tr("{amount} is on {reference} now. U takes it back."), saved.value)

    def _waits_again(self, saved: Saved[Payment]) -> None:
        """It was ignored: if here, that is taken back by it."""
        pk = saved.value.pk
        self._done = [one for one in self._done if (one.kind, one.payment.pk) != (_Kind.IGNORED, pk)]
        self._say(self.tr("{amount} waits for a booking again."), saved.value)

    def _was_gathered(self, saved: Saved[Parts]) -> None:
        self._was_taken_back(Saved(saved.value.payment, saved.changes))

    def _was_taken_back(self, saved: Saved[Payment]) -> None:
        last = self._done.pop()
        self.own.discard(saved.value.pk)  # it waits again: who takes it away from now on is somebody else
        self.undo_burst.start()
        self.returned.emit(saved.value.pk)
        was = self.tr("{amount} is on no booking again; it was on {reference}.")
        waits = self.tr("{amount} waits for a booking again.")
        self._say(waits if last.kind is _Kind.IGNORED else was, last.payment)

    def _say(self, told: str, payment: Payment) -> None:
        amount = self._context.formats.money(Money(payment.amount - payment.refunded, payment.currency))
        reason = payment.ignored.reason if payment.ignored else ""
        self.said.emit(told.format(amount=amount, reference=payment.booking_reference or "", reason=reason))
        self.done.emit()

    def _not_taken_back(self, error: KnownError) -> None:
        """Where somebody else has moved it since, there is nothing to take back any more."""
        if error.code in _GONE:
            self._done.pop()
        self._not_written(error)

    def _not_written(self, error: KnownError) -> None:
        self.own = set()
        self.failed.emit(error)
