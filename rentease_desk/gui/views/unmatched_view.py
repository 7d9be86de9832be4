"""Card payments without a booking, one after the other: which booking may each be for, and why. All of it by keys.

Those that belong to none are ignored, with a reason, and stand in a view of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, Signal, Slot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.matching import Candidate
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import became, effect, ignored_told
from rentease_desk.gui.models.unmatched_models import CandidatesModel, WaitingModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.unmatched_deeds import UnmatchedDeeds
from rentease_desk.gui.unmatched_finding import Finding
from rentease_desk.gui.unmatched_keys import UnmatchedKeys
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.match_page import MatchPanel, WaitingPanel


class UnmatchedView(Page):
    """``counted`` carries how many payments wait, ``said`` a sentence, ``booking_opened`` a booking's key.

    ``split_asked`` carries the key of a payment that is for several bookings. ``ignored``: whether those are shown that
    wait for none.
    """

    counted = Signal(object)
    said = Signal(str)
    booking_opened = Signal(object)
    split_asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context, context.tr("Unmatched"))
        self.waiting, self.found = WaitingModel(context), CandidatesModel(context)
        self.left = WaitingPanel(context, self.waiting, self.title, self.subtitle)
        self.right = MatchPanel(context, self.found)
        self.list, self.candidates, self.search = self.left.list, self.right.candidates, self.right.search
        self.finding = Finding(context, self.waiting, self.found, self.right, self)
        self.deeds = UnmatchedDeeds(context, self)
        self.ignored = False
        self._wanted: int | None = None
        self._shown = -1
        self._is_lost = self._is_showing = False
        self._unseen: int | None = None
        self._add_keys()
        self.body.addWidget(self.banner)
        self.banner.set_flush()
        self.left.put_beside(self.right, self.body)
        self._connect()
        self._show_marked()

    @property
    def current(self) -> Payment | None:
        """The marked payment."""
        return self.waiting.item_at(self.list.currentIndex().row())

    @property
    def chosen(self) -> Candidate | None:
        """The booking that Enter would put it on; none while those on the screen were found for another payment."""
        return self.finding.chosen_for(self.current)

    def start(self) -> None:
        """Read the list. Nothing of another database can be taken back."""
        self.deeds.forget()
        self.reload()

    def enter(self) -> None:
        """The keyboard is in the list of the payments that wait."""
        self.list.setFocus()
        if self.ignored:
            self._show_other()
        else:
            self.reload()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return self.keys.hints()

    @Slot(object)
    def show_payment(self, pk: int) -> None:
        """Mark a payment, now or when the list has come."""
        self._wanted = pk
        self._mark_wanted()

    def open_payment(self, pk: int) -> None:
        """Mark a payment, whether it waits or is ignored."""
        self.show_payment(pk)
        payments = self.context.services.payments
        self.context.tasks.run(Lane.READ, self, lambda: payments.get(pk), self._show_where, self._not_listed)

    @Slot()
    def reload(self) -> None:
        """Read the list again, and what is suggested for the marked payment."""
        if self.context.is_ready:
            matching = self.context.services.matching
            work = matching.ignored if self.ignored else matching.waiting
            self.context.tasks.run(Lane.READ, self, work, self._show_waiting, self._not_listed, channel="waiting")

    def _add_keys(self) -> None:
        run = {"accept": self._accept, "search": self.finding.begin_search, "split": self._ask_split,
               "ignore": self._ask_reason, "folio": self._open_folio, "undo": self._take_back,
               "other": self._show_other}  # fmt: skip
        self.keys = UnmatchedKeys(self.left, self.right, run, self.finding.choose, self)
        self.accept_button, self.undo_button = self.keys.accept_button, self.keys.undo_button

    def _connect(self) -> None:
        context = self.context
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        self.list.selectionModel().currentChanged.connect(self._marked)
        self.right.up.clicked.connect(self._step_up)
        self.right.down.clicked.connect(self._step_down)
        self.finding.shown.connect(self._show_effect)
        self.finding.left.connect(self.list.setFocus)
        self.finding.answered.connect(self._answered)
        self.finding.failed.connect(self._not_found)
        self.deeds.said.connect(self.said)
        self.deeds.busy.connect(self._show_effect)
        self.deeds.returned.connect(self.show_payment)
        self.deeds.done.connect(self._was_done)
        self.deeds.failed.connect(self._not_written)

    # --- the list of payments

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """While nobody looks at it, nothing is read: a sync writes many pages, and the window counts what waits."""
        if changes.payments or changes.refunds or changes.bookings:
            self.waiting.forget()
            if self.isVisible():
                self.reload()

    @Slot()
    def _show_other(self) -> None:
        """Those that are ignored, or those that wait again."""
        self._wanted = None
        self._show_kind(not self.ignored)

    def _show_where(self, found: Payment) -> None:
        if (found.ignored is not None) != self.ignored:
            self._show_kind(not self.ignored)

    def _show_kind(self, ignored: bool) -> None:
        """Nothing of the one list may be acted on as if it stood in the other."""
        self.ignored, self._is_lost, self._shown = ignored, False, -1
        self.finding.end_search()
        self.waiting.show([])
        self._show_marked()
        self.keys.show_kind(ignored=ignored)
        self.tell("")
        self.reload()

    def _show_waiting(self, found: list[Payment]) -> None:
        self.was_read("waiting")
        before, kept, at = self.current, self.finding.kept_for(self.current), self.list.currentIndex().row()
        self._is_showing = True
        self.waiting.show(found)
        if not self.ignored:
            self.counted.emit(len(found))
        self.left.show_listed(found)
        if self._wanted is None or not self._mark_wanted():
            self._mark_again(before, at)
        self._is_showing = False
        same = before is not None and self.current is not None and before.pk == self.current.pk
        if not same:  # else what it may be for is perhaps not on the screen yet, though the list was read twice
            self._unseen = None if self.current is None else self.current.pk
        self.deeds.own &= {one.pk for one in found}
        self._show_marked(kept if same else None)

    def _mark_again(self, before: Payment | None, at: int) -> None:
        """The same payment; after one's own deed, what stands in its place. What went otherwise leaves no mark."""
        row = None if before is None else self.waiting.row_of(before.pk)
        if row is None and (before.pk in self.deeds.own if before is not None else not self._is_lost):
            row = self.waiting.near(at)
        self.list.mark_again(row, at)
        if before is not None and row is None and before.pk not in self.deeds.own:
            self._is_lost = True
            self._ask_what_became(before)

    def _ask_what_became(self, seen: Payment) -> None:
        payments = self.context.services.payments
        self.context.tasks.run(Lane.READ, self, lambda: payments.get(seen.pk), self._tell_what_became, channel="became")

    def _tell_what_became(self, now: Payment) -> None:
        nothing = "" if self.current else self.tr("↑ or ↓ marks another payment.")
        self.said.emit(f"{became(now, self.context.formats)} {nothing}".strip())
        self.tell(nothing)

    def _mark_wanted(self) -> bool:
        row = None if self._wanted is None else self.waiting.row_of(self._wanted)
        if row is None:
            return False
        self._wanted = None
        self.list.mark(row)
        return True

    def _not_listed(self, error: KnownError) -> None:
        self.not_read("waiting", error)

    @Slot()
    def _step_up(self) -> None:
        self._step(-1)

    @Slot()
    def _step_down(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        row = self.list.currentIndex().row() + by
        if 0 <= row < self.waiting.rowCount():
            self.list.mark(row)
        self.list.setFocus()

    @Slot(QModelIndex, QModelIndex)
    def _marked(self, current: QModelIndex, _before: QModelIndex) -> None:
        shown = self.waiting.item_at(current.row())
        self._is_lost = self._is_lost and shown is None
        if not self._is_showing:
            self.deeds.burst.stop()
        if self.standing:
            self.tell("")
        if shown is not None and shown.pk != self._shown:
            self._shown = shown.pk
            self.finding.end_search()
            self._show_marked()

    # --- what is shown beside it

    @Slot()
    def _show_marked(self, kept: int | None = None) -> None:
        """``kept``: the booking that was chosen before, and stays so if it is among the candidates; else none is."""
        shown, count = self.current, self.waiting.rowCount()
        self.right.show_payment(shown, self.list.currentIndex().row() + 1, count)
        self.finding.show(None if self.ignored else shown, kept)
        self.right.show_reason(ignored_told(shown, self.context.formats) if shown is not None else "")
        if self.ignored and shown is not None:
            self._answered(shown.pk)

    @Slot(object)
    def _answered(self, pk: int) -> None:
        """Only now it can be seen what a key would do: keys of a burst do nothing where the mark came by itself."""
        self.was_read("found")
        if self._unseen == pk:
            self._unseen = None
            self.deeds.burst.start()

    @Slot(object)
    def _not_found(self, error: KnownError) -> None:
        self.not_read("found", error)

    @Slot()
    def _show_effect(self) -> None:
        payment, chosen = self.current, self.chosen
        text = effect(payment, chosen.booking, self.context.formats) if payment and chosen else ""
        if self.ignored:
            text = self.tr("It stands in the payments, the sums and the files. U lets it wait for a booking again.")
        self.right.show_effect(text)
        self.keys.allow(payment, chosen, writing=self.deeds.is_writing, can_undo=self.deeds.can_undo)

    # --- deeds

    @Slot()
    def _accept(self) -> None:
        payment, chosen = self.current, self.chosen
        if payment is None:
            return
        if chosen is None:
            self.said.emit(self.finding.why_none(payment))
        else:
            self.deeds.assign(payment, chosen.booking.pk)

    @Slot()
    def _take_back(self) -> None:
        if not self.ignored:
            self.deeds.take_back()
        elif self.current is not None:
            self.deeds.wait_again(self.current)

    @Slot()
    def _was_done(self) -> None:
        self.banner.hide()
        self._show_marked()

    @Slot(object)
    def _not_written(self, error: KnownError) -> None:
        """Somebody else was first: say so, and show how things are."""
        self.fail(error)
        self.reload()

    @Slot()
    def _ask_split(self) -> None:
        if self.current is not None and not self.deeds.is_writing:
            self.split_asked.emit(self.current.pk)

    @Slot()
    def _ask_reason(self) -> None:
        if self.current is not None and not self.deeds.is_writing:
            from rentease_desk.gui.dialogs.ignore_payment import IgnorePaymentDialog

            dialog = IgnorePaymentDialog(self.context, self.window(), self.current)
            dialog.writing.connect(partial(self.deeds.expect, self.current.pk))
            dialog.ignored.connect(self.deeds.note_ignored)
            dialog.open()

    @Slot()
    def _open_folio(self) -> None:
        if self.chosen is not None:
            self.booking_opened.emit(self.chosen.booking.pk)
