"""Payments that look alike, pair by pair: they are one, or they are two. A person says so, and may take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.duplicates import Pair, PairDraft
from rentease_desk.domain.errors import ConflictError, KnownError
from rentease_desk.domain.staff import Approval
from rentease_desk.gui.burst import Burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import run_approved
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.duplicate_words import done_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button, IconButton, Label, row
from rentease_desk.gui.widgets.pair_card import PairCard
from rentease_desk.services.desk import Saved

_WIDTH = 840
_KEYS = {Qt.Key.Key_T: "_keep_both", Qt.Key.Key_U: "_undo"}
_STEPS = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_Name = tuple[str, int, int]
"""What was done to which two payments."""


class DuplicatesDialog(DeskDialog):
    """``said`` carries a sentence about what was done. Enter merges; where that is done, it goes on.

    Keys of a burst that began before the pair on show could be seen do nothing.
    """

    said = Signal(str)

    def __init__(self, context: Context, parent: QWidget, pairs: Sequence[Pair]) -> None:
        super().__init__(context, parent, context.tr("The same payment twice?"), "", _WIDTH)
        self.pairs, self.at = list(pairs), 0
        self.burst = Burst(self)
        self._uids: dict[_Name, str] = {}
        self._place = Label(context.theme, tone="text2")
        self.before = IconButton(context.theme, "chevron-up", self.tr("Pair before (Page Up)"))
        self.next = IconButton(context.theme, "chevron-down", self.tr("Next pair (Page Down)"))
        self.before.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self._steps = QWidget()
        self._steps.setLayout(row(self._place, None, self.before, self.next))
        self._steps.setVisible(len(self.pairs) > 1)
        self.two = Button(context.theme, self.tr("These are two payments"), key="T")
        self.undo = Button(context.theme, self.tr("Undo"), icon="arrow-back", key="U")
        self.two.clicked.connect(self._keep_both)
        self.undo.clicked.connect(self._undo)
        self.body.addWidget(self._steps)
        self.card: PairCard | None = None
        self.add_buttons(self.tr("Merge"), self.two, self.undo, leave=self.tr("Close"))
        context.changed.connect(self._refresh)
        self._show()

    @property
    def pair(self) -> Pair:
        """The pair on show."""
        return self.pairs[self.at]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """T: two payments, U: undo, Page Up and Down: another pair. Held down, they do it once."""
        key = event.key()
        if event.isAutoRepeat() and (key in _KEYS or key in _ENTER):
            return
        if key in _STEPS:
            self._step(_STEPS[Qt.Key(key)])
        elif key in _KEYS and not event.modifiers():
            getattr(self, _KEYS[Qt.Key(key)])()
        else:
            super().keyPressEvent(event)

    def submit(self) -> None:
        """Merge the two; where somebody has said something already, go on to the next pair, or close."""
        if self._busy or self.burst.goes_on():
            return
        if self.pair.said is None:
            self._write("merge", self.context.services.duplicates.merge)
        elif (following := self._next_open()) is not None:
            self.at = following
            self._show()
        else:
            self.accept()

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """Nothing else can be said of the two meanwhile."""
        super().set_busy(busy, saving=saving)
        self._allow()

    def fail(self, error: KnownError) -> None:
        """Where somebody else was first, what is so now is shown below the sentence."""
        super().fail(error)
        if isinstance(error, ConflictError):
            self._read_again()

    @Slot()
    def _keep_both(self) -> None:
        if self.pair.said is None and not self._busy and not self.burst.goes_on():
            self._write("two", self.context.services.duplicates.keep_both)

    @Slot()
    def _undo(self) -> None:
        if self.pair.said is not None and not self._busy and not self.burst.goes_on():
            self._write("undo", self.context.services.duplicates.undo)

    def _write(self, deed: str, write: Callable[[PairDraft, Approval | None], Saved[Pair]]) -> None:
        """The same try has the same identity, however often it is sent."""
        pair = self.pair
        name = (deed, pair.manual.pk, pair.stripe.pk)
        uid = self._uids.setdefault(name, self.context.services.desk.ids.uid())
        draft = PairDraft(uid, pair.manual.pk, pair.stripe.pk, (pair.manual.version, pair.stripe.version))
        self.setFocus()  # no other button gets it from those that are disabled now: Enter would press that one
        self.set_busy(True, saving=True)
        work = lambda given: write(draft, given).value  # noqa: E731 - a word
        done = lambda found: self._done(name, found)  # noqa: E731 - a word
        run_approved(self.context, Lane.WRITE, self, self, work, done, self._failed)

    def _done(self, name: _Name, pair: Pair) -> None:
        self._uids.pop(name, None)
        self.set_busy(False)
        self._replace([pair])
        self.said.emit(done_words(pair, self.context))

    def _failed(self, error: KnownError) -> None:
        self.fail(error)
        self.save.setFocus()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments & {pk for one in self.pairs for pk in (one.manual.pk, one.stripe.pk)} and not self._busy:
            self._read_again()

    def _read_again(self) -> None:
        duplicates, shown = self.context.services.duplicates, tuple(self.pairs)
        self.context.tasks.run(
            Lane.READ, self, lambda: duplicates.again(shown), self._replace, super().fail, channel="pairs"
        )

    def _replace(self, found: Sequence[Pair]) -> None:
        """What is known now of these pairs; while something is being written, its own answer tells more."""
        if self._busy:
            return
        now = {(one.manual.pk, one.stripe.pk): one for one in found}
        before = self.pairs
        self.pairs = [now.get((one.manual.pk, one.stripe.pk), one) for one in before]
        if self.pairs != before:
            self._show()

    def _step(self, by: int) -> None:
        if 0 <= self.at + by < len(self.pairs) and not self._busy:
            self.at += by
            self.banner.hide()
            self._show()

    def _next_open(self) -> int | None:
        later = (*range(self.at + 1, len(self.pairs)), *range(self.at))
        return next((at for at in later if self.pairs[at].said is None), None)

    def _show(self) -> None:
        """From now on, until a person can have seen it, keys do nothing."""
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
        self.card = PairCard(self.context, self.pair)
        self.body.insertWidget(1, self.card)
        self._place.setText(self.tr("Pair {at} of {all}").format(at=self.at + 1, all=len(self.pairs)))
        self._allow()
        self.save.setFocus()
        self.burst.start()

    def _allow(self) -> None:
        is_open = self.pair.said is None
        self.before.setEnabled(self.at > 0 and not self._busy)
        self.next.setEnabled(self.at + 1 < len(self.pairs) and not self._busy)
        self.two.setVisible(is_open)
        self.undo.setVisible(not is_open)
        for button in (self.two, self.undo):
            button.setEnabled(not self._busy)
        following = self.tr("Next pair") if self._next_open() is not None else self.tr("Done")
        self.save.setText(self.tr("Merge: they are one payment") if is_open else following)
        self.save.updateGeometry()
