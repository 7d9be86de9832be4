"""Closing a drawer in five steps: count, other methods, variance, drop and next float, note.

What should be in it is read only with the answer to a count that was written.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rentease_desk.domain.drawers import Agreement, CloseDraft, CountDraft, DrawerSession, ToCount
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.staff import Approval
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import run_approved
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button, Icon, Label, column, row, scrolled
from rentease_desk.gui.widgets.card import card
from rentease_desk.gui.widgets.count_card import ENTER, CountCard
from rentease_desk.gui.widgets.drawer_cards import (
    DropCard,
    NoteCard,
    OthersCard,
    RevealCard,
    other_card,
    show_others,
)
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.step_strip import StepStrip

if TYPE_CHECKING:
    from rentease_desk.services.drawers import Revealed

T = TypeVar("T")
COUNT, OTHERS, VARIANCE, DROP, NOTE = range(5)
_BESIDE = 1024
"""Where there is less room, the count and what follows from it are not shown beside each other."""
_TWO = 720
"""Where there is less room, what should be in the drawer stands above what is asked next."""
_AGAIN = frozenset({"drawer.moved", "drawer.counted_again"})
"""Errors after which the drawer is to be counted once more."""


class DrawerClosing(QWidget):
    """``closed`` carries the DrawerSession, ``failed`` a KnownError. ``stepped``: another step."""

    closed = Signal(object)
    failed = Signal(object)
    stepped = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self.session: DrawerSession | None = None
        self.found: Revealed | None = None
        self._count_uid = self._close_uid = ""
        self._busy = False
        self.strip = StepStrip(theme, (self.tr("Count"), self.tr("Other methods"), self.tr("Variance"),
                                       self.tr("Drop and next float"), self.tr("Note")))  # fmt: skip
        self.count, self.others, self.reveal = CountCard(context), OthersCard(context), RevealCard(context)
        self.compared, self.drop, self.note = other_card(context), DropCard(context), NoteCard(context)
        self.back = Button(theme, self.tr("Back"), key="Alt+←")
        self.next = Button(theme, self.tr("Next"), kind="primary", key="Ctrl+Enter")
        self._right, self._hint = QStackedWidget(), ElidedLabel(theme, tone="text2")
        self._lock = Icon(theme, "lock")
        self._build()
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.advance)
        self.count.done.connect(self.advance)
        self._show_step(COUNT)

    @property
    def step(self) -> int:
        """Where it stands, from 0."""
        return self.strip.at

    def begin(self, session: DrawerSession, wanted: ToCount) -> None:
        """Close this session. What was typed for the same one before is kept."""
        if self.session is None or self.session.pk != session.pk:
            self.session = session
            self.count.show_currencies(wanted.currencies)
            self.others.show_methods(wanted)
            self._chain()
            self.again()
        self.place_keyboard()

    @Slot()
    def again(self) -> None:
        """Count again: the last count stays written, and another one follows it."""
        self.found, self._count_uid, self._close_uid = None, "", ""
        self.count.lock(False)
        self.count.about.setText("")
        self._show_step(COUNT)

    @Slot()
    def forget(self) -> None:
        """The drawer is closed."""
        self.session = self.found = None

    @Slot()
    def advance(self) -> None:
        """To the next step; what this one asks for is read first."""
        if self._busy or self.session is None:
            return
        if self.step == COUNT and self.others.fields:
            self._show_step(OTHERS)
        elif self.step in {COUNT, OTHERS}:
            self._write_count(self.session)
        elif self.step == VARIANCE or (self.step == DROP and self.drop.drops() is not None):
            self._show_step(self.step + 1)
        elif self.step == NOTE:
            self._close(self.session)

    @Slot()
    def go_back(self) -> None:
        """To the step before. A count that was written cannot be changed, only made again."""
        if self.step in {OTHERS, DROP, NOTE} and not self._busy:
            self._show_step(self.step - 1)

    def _write_count(self, session: DrawerSession) -> None:
        sums = self.others.sums()
        if sums is None:
            return
        try:
            lumps = self.count.lumps()
        except InputError as error:
            self.failed.emit(error)
            return
        drawers = self._context.services.drawers
        self._count_uid = self._count_uid or self._context.services.desk.ids.uid()
        pieces = self.count.pieces()
        draft = CountDraft(self._count_uid, session.pk, pieces, (*lumps, *sums))
        self._run(lambda _: drawers.count(draft).value, self._show_found)

    def _show_found(self, found: Revealed) -> None:
        self.found = found
        formats = self._context.formats
        self.count.lock(True)
        self.count.about.setText(self.tr("{time}, blind").format(time=formats.time(found.count.at)))
        self.reveal.show_found(found, self.count.count_of_pieces())
        show_others(self.compared, found, self._context)
        self.drop.show_counted(found)
        self.note.show_found(found)
        self._chain()
        self._show_step(VARIANCE)

    def _close(self, session: DrawerSession) -> None:
        drops, found = self.drop.drops(), self.found
        if drops is None or found is None:
            return
        self.note.field.say_wrong("")
        self._close_uid = self._close_uid or self._context.services.desk.ids.uid()
        drawers = self._context.services.drawers
        draft = CloseDraft(
            self._close_uid, session.pk, found.count.uid, found.variances, drops, self.note.note.text(),
            accepted=self.note.is_accepted,
        )  # fmt: skip
        self._run(lambda given: drawers.close(draft, given).value, self._closed)

    def _closed(self, session: DrawerSession) -> None:
        self.forget()
        self.closed.emit(session)

    def _run(self, work: Callable[[Approval | None], T], done: Callable[[T], None]) -> None:
        self._set_busy(True)
        ended = lambda: self._set_busy(False)  # noqa: E731 - a word
        run_approved(self._context, Lane.WRITE, self, self.window(), work, done, self._fail, ended)

    def _fail(self, error: KnownError) -> None:
        """Beside the note, if it is about that; else above the page."""
        if isinstance(error, InputError) and error.field == "note":
            told = error.explain()
            self.note.field.say_wrong(f"{told.title}. {told.happened} {told.remedy}".strip())
            self.note.note.setFocus()
            return
        if error.code in _AGAIN:
            self.again()
        self.failed.emit(error)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.next.setEnabled(not busy)

    def _show_step(self, at: int) -> None:
        self.strip.show_step(at)
        self._right.setCurrentIndex(0 if at <= OTHERS else 1)
        self.others.setEnabled(at == OTHERS)
        self.drop.allow(allowed=at == DROP)
        self.note.allow(allowed=at == NOTE)
        self.back.setVisible(at in {OTHERS, DROP, NOTE})
        self._lock.setVisible(at >= VARIANCE)
        hints = (self.tr("What should be in the drawer is told after the count."),) * 2
        locked = (self.tr("The count can no longer be changed, only counted again."),) * 3
        self._hint.setText((hints + locked)[at])
        words = (self.tr("Next"), self.tr("Count is done"), self._accept_words(), self.tr("Next"),
                 self.tr("Close the drawer"))  # fmt: skip
        self.next.setText(words[at] if at != COUNT or self.others.fields else self.tr("Count is done"))
        self.next.updateGeometry()
        self._give_room()
        self.place_keyboard()
        self.stepped.emit()

    def _accept_words(self) -> str:
        agrees = self.found is not None and self.found.agreement is Agreement.AGREES
        return self.tr("Next") if agrees else self.tr("Accept variance")

    def _chain(self) -> None:
        """Tab goes down the count, on to what is asked beside it, and to the button that goes on."""
        edits = [*self.count.edits, *(field.edit for field in self.others.fields.values()), *self.drop.edits,
                 self.note.note, self.note.accepted, self.back, self.next]  # fmt: skip
        for before, after in pairwise(edits):
            QWidget.setTabOrder(before, after)
        for part in (*self._typed(), self.next):
            part.installEventFilter(self)

    def _typed(self) -> list[QLineEdit]:
        """What is typed after the count, in its order."""
        others = (field.edit for field in self.others.fields.values())
        return [edit for edit in (*others, *self.drop.edits) if isinstance(edit, QLineEdit)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter goes on, too, as in the count; one that is held, or in a field where nothing was typed, does not."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.key() not in ENTER:
            return super().eventFilter(watched, event)
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return super().eventFilter(watched, event)
        if not event.isAutoRepeat() and (not isinstance(watched, QLineEdit) or watched.text()):
            self._enter(watched)
        return True

    def _enter(self, watched: QObject) -> None:
        """To the next field of this step, or to the next step."""
        typed = [edit for edit in self._typed() if edit.isEnabled()]
        left = typed[typed.index(watched) + 1 :] if watched in typed else []
        if left:
            left[0].setFocus()
            left[0].selectAll()
        else:
            self.advance()

    def place_keyboard(self) -> None:
        """It is where this step begins."""
        begin = {COUNT: self.count.begin, OTHERS: self.others.begin, VARIANCE: self.next.setFocus,
                 DROP: self.drop.begin, NOTE: self.note.note.setFocus}  # fmt: skip
        begin[self.step]()
        shown = {DROP: self.drop, NOTE: self.note}.get(self.step)
        if shown is not None:
            self._shown.ensureWidgetVisible(shown)
        elif self.step == OTHERS:
            self._blind.ensureWidgetVisible(self.others)

    def _build(self) -> None:
        theme = self._context.theme
        hint = Label(theme, self.tr("Count the notes and coins as they lie in the drawer, the float included."),
                     tone="text2")  # fmt: skip
        hint.setWordWrap(True)
        blind = QWidget()
        blind.setLayout(column(card(theme, self.tr("Count"), column(hint)), self.others, None, spacing=16))
        self._blind = scrolled(blind)
        self._right.addWidget(self._blind)
        self._right.addWidget(self._shown_pane())
        outer = column(spacing=tokens.BETWEEN_CARDS)
        outer.addWidget(self.strip)
        foot = row(self._lock, self._hint, self.back, self.next)
        foot.setStretch(1, 1)
        right = column(self._right, spacing=tokens.BETWEEN_CARDS)
        right.setStretch(0, 1)
        right.addLayout(foot)
        middle = row(self.count, spacing=tokens.BETWEEN_CARDS)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        self.setLayout(outer)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be room for the count beside what follows from it, or not."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """In a narrow window the count, once it is made, leaves its place to what follows from it."""
        px = self._context.theme.px
        self.count.setVisible(self.step == COUNT or self.width() >= px(_BESIDE))
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._both.setDirection(beside if self.width() >= px(_TWO) else below)

    def _shown_pane(self) -> QWidget:
        inside = QWidget()
        right = QVBoxLayout()
        right.setSpacing(tokens.BETWEEN_CARDS)
        for part in (self.compared, self.drop, self.note):
            right.addWidget(part)
        right.addStretch(1)
        self._both = row(spacing=tokens.BETWEEN_CARDS)
        self._both.addLayout(self.reveal.below, 5)
        self._both.addLayout(right, 5)
        layout = column(spacing=tokens.BETWEEN_CARDS)
        layout.addLayout(self.reveal.top)
        layout.addLayout(self._both)
        layout.addStretch(1)
        inside.setLayout(layout)
        self._shown = scrolled(inside)
        return self._shown
