"""What went wrong at Stripe and needs a person: whom to ask, until when, a note, and that it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import Signal, Slot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.follow_ups import FollowUp, FollowUpKind
from rentease_desk.gui.burst import Burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.follow_ups_model import FollowUpsModel, FollowUpSort, FollowUpSource
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.action_page import ActionPage
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.follow_up_detail import FollowUpDetail
from rentease_desk.gui.widgets.segments import Segments

Counts = dict[FollowUpKind, int]
_OPEN, _DONE = "open", "done"


class FollowUpFilter(Struct, frozen=True):
    """What a saved filter of them holds."""

    shown: Literal["open", "done"] = "open"
    sort: FollowUpSort = FollowUpSort.NEXT
    descending: bool = False


class FollowUpsView(ActionPage):
    """Its rows are what went wrong; open ones need a person. ``booking_opened`` carries a booking's key."""

    booking_opened = Signal(object)

    def __init__(self, context: Context) -> None:
        self.model = FollowUpsModel(context)
        self.detail = FollowUpDetail(context)
        self._last_done: FollowUp | None = None
        self._own: int | None = None
        self._is_lost = self._moved_on = False
        super().__init__(context, "follow-ups", context.tr("To follow up"), self.model, self.detail, FollowUpSort.NEXT)
        self.burst = Burst(self)
        self._build()
        self.table.picked.connect(self.burst.stop)
        self.folio.clicked.connect(self._open_folio)
        self.table.opened.connect(self._open_folio)
        context.changed.connect(self._refresh)

    @property
    def current(self) -> FollowUp | None:
        """The marked one."""
        return self.model.item_at(self.table.currentIndex().row())

    @property
    def shows_done(self) -> bool:
        """Whether what is done is listed, and not what is open."""
        return bool(self.segments.value == _DONE)

    def start(self) -> None:
        """Read the list. Nothing of another database can be taken back."""
        self._last_done = None
        super().start()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("N", self.tr("Note")),
            ("D", self.tr("Done")),
            ("U", self.tr("Undo")),
            ("Enter", self.tr("Open folio")),
        )

    @Slot()
    def reload(self) -> None:
        """Read the list and the counts again."""
        if self.context.is_ready:
            follow_ups = self.context.services.follow_ups
            self.kept.look()
            self.table.show_sorting(self._sort, descending=self._descending)
            self.model.load(FollowUpSource(follow_ups, self.shows_done, self._sort, self._descending))
            self._count()

    def _count(self) -> None:
        counts = self.context.services.follow_ups.counts
        self.context.tasks.run(Lane.READ, self, counts, self._show_counts, self._counts_not_read, channel="counts")

    def _build(self) -> None:
        theme, add, button = self.context.theme, self.table.add_action, self.table.button
        shown = ((_OPEN, self.tr("Open")), (_DONE, self.tr("Done")))
        self.segments = Segments(theme, shown, self.tr("Which of them"))
        self._keep_filters(FollowUpFilter)
        self.note = button(add(self.tr("Note"), "N", self._write_note), "pencil")
        self.done = button(add(self.tr("Done"), "D", self._set_done), "tick")
        self.undo = button(add(self.tr("Undo"), "U", self._set_open), "arrow-back")
        self.folio = Button(theme, self.tr("Open folio"), icon="book", key="Enter")
        self._assemble(self.note, self.done, self.undo, self.folio)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """While nobody looks at it, it is only counted: a sync may write many pages."""
        if not (changes.follow_ups or changes.payments or changes.refunds or changes.billing or changes.syncs):
            return
        if self.isVisible():
            self.reload()
        else:
            self._count()

    @Slot()
    def _loaded(self) -> None:
        super()._loaded()
        if self._moved_on:
            self._moved_on = False
            self.burst.start()
        self._tell_empty()

    def _mark_again(self, last: int) -> int | None:
        """At first the topmost, which is the most urgent; after one's own deed, where that stood.

        What went otherwise leaves no mark: D would be about one that nobody chose.
        """
        if self._is_other_list or (self._row < 0 and not self._is_lost):
            return 0
        own = self._row >= 0 and self._key == self._own
        if not own and self._row >= 0 and not self.model.is_loading:
            self.said.emit(self.tr("What was marked was settled elsewhere. ↑ or ↓ marks another row."))
        self._is_lost, self._moved_on = not own, own
        return min(self._row, last) if own else None

    def _show_counts(self, counts: Counts) -> None:
        self.was_read("counts")
        self.counted.emit(sum(counts.values()))
        words = {
            FollowUpKind.DISPUTE: (self.tr("1 dispute"), self.tr("{count} disputes")),
            FollowUpKind.PAYMENT: (self.tr("1 failed payment"), self.tr("{count} failed payments")),
            FollowUpKind.REFUND: (self.tr("1 failed refund"), self.tr("{count} failed refunds")),
            FollowUpKind.INVOICE: (self.tr("1 unpaid invoice"), self.tr("{count} unpaid invoices")),
        }
        told = self.context.formats.count
        parts = [one if counts[kind] == 1 else many.format(count=told(counts[kind]))
                 for kind, (one, many) in words.items() if counts.get(kind)]  # fmt: skip
        self.subtitle.setText(" · ".join(parts))

    def _tell_empty(self) -> None:
        if self.model.rowCount():
            self.empty.hide()
        elif self.shows_done:
            text = self.tr("What you mark with D stands here, and so do disputes that were decided.")
            self.empty.say(self.tr("Nothing was done yet"), text)
        else:
            text = self.tr("A card payment, refund or invoice that fails would stand here, and what a bank disputes.")
            self.empty.say(self.tr("Nothing to follow up"), text)

    @Slot()
    def _show_marked(self) -> None:
        shown = self.current
        self.detail.show_follow_up(shown)
        self.note.setEnabled(shown is not None)
        self.done.setEnabled(shown is not None and shown.is_open)
        self.undo.setEnabled(self._undoable() is not None)
        self.folio.setEnabled(shown is not None and shown.problem.home is not None)

    def _undoable(self) -> FollowUp | None:
        """What U takes back: the marked one if it is done, else what was done last in this window."""
        shown = self.current
        return shown if shown is not None and shown.is_done else self._last_done

    @Slot()
    def _write_note(self) -> None:
        shown = self.current
        if shown is None:
            self._say_mark()
            return
        from rentease_desk.gui.dialogs.follow_up_note import FollowUpNoteDialog

        dialog = FollowUpNoteDialog(self.context, self.window(), shown)
        dialog.noted.connect(self._noted)
        dialog.open()

    @Slot(object)
    def _noted(self, _saved: FollowUp) -> None:
        self.said.emit(self.tr("The note is kept."))

    @Slot()
    def _set_done(self) -> None:
        shown = self.current
        if shown is None:
            self._say_mark()
        elif self.burst.goes_on():
            self.said.emit(self.tr("Too soon after the last one: nothing was done. Press again if this row is meant."))
        elif not shown.is_open:
            self.said.emit(self.tr("There is nothing left to do."))
        else:
            self._write(self.context.services.follow_ups.set_done, shown, self._was_done)

    @Slot()
    def _set_open(self) -> None:
        shown = self._undoable()
        if shown is None:
            self.said.emit(self.tr("There is nothing to take back."))
        else:
            self._write(self.context.services.follow_ups.set_open, shown, self._was_opened)

    def _write(self, deed: Callable[[FollowUp], FollowUp], shown: FollowUp, done: Callable[[FollowUp], None]) -> None:
        self._own = self.table.current_key if shown is self.current else None
        self.context.tasks.run(Lane.WRITE, self, lambda: deed(shown), done, self._not_written)

    def _was_done(self, saved: FollowUp) -> None:
        self._last_done = saved
        self.said.emit(self.tr("Done: {name}. U takes it back.").format(name=saved.problem.contact.name))
        self._show_marked()

    def _was_opened(self, saved: FollowUp) -> None:
        self._last_done = None
        self.said.emit(self.tr("Open again: {name}.").format(name=saved.problem.contact.name))
        self._show_marked()

    def _not_written(self, error: KnownError) -> None:
        """Somebody else was first: show how things are."""
        self._own = None
        self._last_done = None
        self.fail(error)
        self.reload()

    def _say_mark(self) -> None:
        self.said.emit(self.tr("Mark a row first."))

    @Slot()
    def _open_folio(self) -> None:
        shown = self.current
        if shown is not None and shown.problem.home is not None:
            self.booking_opened.emit(shown.problem.home.pk)
        elif shown is not None:
            self.said.emit(self.tr("It belongs to no booking: there is no folio."))
