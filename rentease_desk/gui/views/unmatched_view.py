"""Card payments without a booking, one after the other: which booking may each be for, and why. All of it by keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.matching import SUGGESTED, Candidate, Suggestions
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import effect, payer
from rentease_desk.gui.models.unmatched_models import CandidatesModel, WaitingModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.unmatched_deeds import UnmatchedDeeds
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.match_page import MatchPanel, WaitingPanel


class UnmatchedView(Page):
    """``counted`` carries how many payments wait, ``said`` a sentence, ``booking_opened`` a booking's key.

    ``split_asked`` carries the key of a payment that is for several bookings.
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
        self.deeds = UnmatchedDeeds(context, self)
        self._wanted: int | None = None
        self._is_hinting = self._is_searching = False
        self._shown, self._found_for = -1, -1
        self._is_lost = self._is_showing = False
        self._unseen: int | None = None
        self._add_actions()
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
        return self.found.item_at(self.candidates.currentIndex().row()) if self._is_found else None

    @property
    def _is_found(self) -> bool:
        return self.current is not None and self.current.pk == self._found_for

    def start(self) -> None:
        """Read the list. Nothing of another database can be taken back."""
        self.deeds.forget()
        self.reload()

    def enter(self) -> None:
        """The keyboard is in the list of payments."""
        self.list.setFocus()
        self.reload()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("Enter", self.tr("Accept")),
            ("↓", self.tr("Next payment")),
            (f"1–{SUGGESTED}", self.tr("Choose candidate")),
            ("S", self.tr("Search")),
            ("P", self.tr("Split")),
            ("F", self.tr("Folio")),
            ("U", self.tr("Undo")),
        )

    @Slot(object)
    def show_payment(self, pk: int) -> None:
        """Mark a payment, now or when the list has come."""
        self._wanted = pk
        self._mark_wanted()

    @Slot()
    def reload(self) -> None:
        """Read the list again, and what is suggested for the marked payment."""
        if self.context.is_ready:
            matching = self.context.services.matching
            self.context.tasks.run(
                Lane.READ, self, matching.waiting, self._show_waiting, self._not_listed, channel="waiting"
            )

    def _add_actions(self) -> None:
        add, button = self.list.add_action, self.list.button
        self.accept = add(self.tr("Accept"), ("Return", "Enter"), self._accept)
        for row in range(SUGGESTED):
            words = self.tr("Choose candidate {number}").format(number=row + 1)
            add(words, (str(row + 1),), partial(self._choose, row))
        looking = add(self.tr("Search"), ("S",), self._begin_search)
        add(self.tr("Split over bookings"), ("P",), self._ask_split)
        folio = add(self.tr("Open folio"), ("F",), self._open_folio)
        self.undo = add(self.tr("Undo last"), ("U",), self.deeds.take_back)
        self.accept_button = button(self.accept, key="Enter", kind="primary")
        self.search_button = button(looking, key="S", icon="search")
        self.search_button.clicked.disconnect(self.list.setFocus)
        self.folio_button = button(folio, key="F", icon="book")
        self.undo_button = button(self.undo, key="U", icon="arrow-back", kind="text")
        self.right.put_buttons(self.accept_button, self.search_button, self.folio_button, None, self.undo_button)

    def _choose(self, row: int) -> None:
        if row < self.found.rowCount():
            self.candidates.mark(row)

    def _connect(self) -> None:
        context = self.context
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        self.list.selectionModel().currentChanged.connect(self._marked)
        self.candidates.selectionModel().currentChanged.connect(self._show_effect)
        self.candidates.clicked.connect(self._back_to_list)
        self.waiting.hint_wanted.connect(self._find_hints, Qt.ConnectionType.QueuedConnection)
        self.right.up.clicked.connect(self._step_up)
        self.right.down.clicked.connect(self._step_down)
        self.search.textChanged.connect(self._look)
        self.search.installEventFilter(self)
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

    def _show_waiting(self, found: list[Payment]) -> None:
        self.was_read("waiting")
        before, kept, at = self.current, self._chosen_before(), self.list.currentIndex().row()
        self._is_showing = True
        self.waiting.show(found)
        self.counted.emit(len(found))
        self.subtitle.setText(self._told(len(found)))
        self.left.show_sums(_sums(found))
        if self._wanted is None or not self._mark_wanted():
            self._mark_again(before, at)
        self._is_showing = False
        same = before is not None and self.current is not None and before.pk == self.current.pk
        self._unseen = None if same or self.current is None else self.current.pk
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
        on = self.tr("{amount} of {payer} is on {reference} by now.")
        words = on if now.booking_reference else self.tr("{amount} of {payer} waits for no booking any more.")
        amount = self.context.formats.money(Money(now.amount - now.refunded, now.currency))
        told = words.format(amount=amount, payer=payer(now), reference=now.booking_reference)
        nothing = "" if self.current else self.tr("↑ or ↓ marks another payment.")
        self.said.emit(f"{told} {nothing}".strip())
        self.tell(nothing)

    def _chosen_before(self) -> int | None:
        """The key of the booking that is chosen for the marked payment; −1: none of those on the screen."""
        if not self._is_found or not self.found.items:
            return None
        return -1 if self.chosen is None else self.chosen.booking.pk

    def _mark_wanted(self) -> bool:
        row = None if self._wanted is None else self.waiting.row_of(self._wanted)
        if row is None:
            return False
        self._wanted = None
        self.list.mark(row)
        return True

    def _not_listed(self, error: KnownError) -> None:
        self.not_read("waiting", error)

    def _told(self, count: int) -> str:
        if count == 1:
            return self.tr("1 card payment without a booking")
        return self.tr("{count} card payments without a booking").format(count=self.context.formats.count(count))

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
            self._end_search()
            self._show_marked()

    # --- what is suggested

    @Slot()
    def _show_marked(self, kept: int | None = None) -> None:
        """``kept``: the booking that was chosen before, and stays so if it is among the candidates; else none is."""
        shown, count = self.current, self.waiting.rowCount()
        self.right.show_payment(shown, self.list.currentIndex().row() + 1, count)
        self.undo_button.setEnabled(self.deeds.can_undo)
        if shown is None:
            self.found.show([])
        else:
            self._ask(shown.pk, kept)
        self._show_effect()

    def _ask(self, pk: int, kept: int | None = None) -> None:
        """What is suggested for a payment, or found by the search."""
        matching, text = self.context.services.matching, self.search.text().strip()
        looking = self._is_searching and bool(text)
        work = (lambda: matching.search(pk, text)) if looking else (lambda: matching.suggest(pk))
        self.context.tasks.run(
            Lane.READ,
            self,
            work,
            lambda found: self._show_found(found, kept, looking),
            self._not_found,
            channel="found",
        )

    def _show_found(self, found: Suggestions, kept: int | None, looking: bool) -> None:
        self.was_read("found")
        if self.current is None or found.payment.pk != self.current.pk:
            return
        if not looking:
            self.waiting.keep(found.payment.pk, found)
        self._found_for = found.payment.pk
        self.found.currency = found.payment.currency
        self.found.show(found.candidates)
        keys = [one.booking.pk for one in found.candidates]
        self.candidates.mark(0 if kept is None else keys.index(kept) if kept in keys else -1)
        if self._unseen == found.payment.pk:
            self._unseen = None
            self.deeds.burst.start()  # the mark came by itself, and only now it can be seen what Enter would do
        self.right.show_found(len(found.candidates), self._nothing_words(found, looking))
        self._show_effect()

    def _nothing_words(self, found: Suggestions, looking: bool) -> str:
        if looking:
            return self.tr("No booking in {currency} fits the search.").format(currency=found.payment.currency.upper())
        if not found.has_currency:
            return self.tr("There is no booking in {currency}.").format(currency=found.payment.currency.upper())
        return self.tr("Nothing speaks for any booking. S searches for one.")

    def _not_found(self, error: KnownError) -> None:
        self.not_read("found", error)

    @Slot()
    def _find_hints(self) -> None:
        """One after the other: somebody may wait for a more urgent answer."""
        pk = next(iter(self.waiting.wanted), None)
        if pk is None or self._is_hinting or not self.context.is_ready:
            return
        self._is_hinting = True
        matching = self.context.services.matching
        self.context.tasks.run(
            Lane.READ, self, lambda: matching.suggest(pk), lambda found: self.waiting.keep(pk, found),
            lambda _error: self.waiting.wanted.pop(pk, None), ended=self._hinted,
        )  # fmt: skip

    def _hinted(self) -> None:
        self._is_hinting = False
        QTimer.singleShot(0, self, self._find_hints)

    @Slot()
    def _show_effect(self) -> None:
        payment, chosen = self.current, self.chosen
        ready = payment is not None and chosen is not None
        text = effect(payment, chosen.booking, self.context.formats) if payment and chosen else ""
        self.right.show_effect(text)
        words = (
            self.tr("Accept {reference}").format(reference=chosen.booking.reference) if chosen else self.tr("Accept")
        )
        self.accept_button.setText(words)
        self.accept_button.updateGeometry()
        self.accept_button.setEnabled(ready and not self.deeds.is_writing)
        self.folio_button.setEnabled(ready)
        self.search_button.setEnabled(payment is not None)

    # --- search

    @Slot()
    def _begin_search(self) -> None:
        if self.current is not None:
            self._is_searching = True
            self.right.show_search(True)
            self.search.setFocus()

    def _end_search(self) -> None:
        """What is suggested is shown again."""
        self._is_searching = False
        self.right.show_search(False)
        if self.search.text():
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)

    @Slot()
    def _look(self) -> None:
        if self.current is not None:
            self._ask(self.current.pk)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """In the search, ↑ and ↓ go through the bookings, Enter goes back to the list, Escape ends it."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._search_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _search_key(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in steps:
            row = self.candidates.currentIndex().row() + steps[key]
            if 0 <= row < self.found.rowCount():
                self.candidates.mark(row)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.list.setFocus()
        elif key == Qt.Key.Key_Escape:
            self._end_search()
            self.list.setFocus()
            self._show_marked()
        else:
            return False
        return True

    @Slot()
    def _back_to_list(self) -> None:
        self.list.setFocus()

    # --- deeds

    @Slot()
    def _accept(self) -> None:
        payment, chosen = self.current, self.chosen
        if payment is None:
            return
        if chosen is None:
            self.said.emit(self._why_not())
        else:
            self.deeds.assign(payment, chosen.booking.pk)

    def _why_not(self) -> str:
        if not self._is_found:
            return self.tr("The bookings for this payment are still being looked for.")
        if self.found.items:
            return self.tr("The booking that was chosen is not among these any more: a number chooses another.")
        return self.tr("There is no booking to put it on: S searches for one.")

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
    def _open_folio(self) -> None:
        if self.chosen is not None:
            self.booking_opened.emit(self.chosen.booking.pk)


def _sums(found: Sequence[Payment]) -> list[Money]:
    """What waits, a sum for each currency, the most frequent first."""
    counts, sums = Counter(one.currency for one in found), Counter[str]()
    for one in found:
        sums[one.currency] += one.amount - one.refunded
    return [Money(sums[currency], currency) for currency, _ in counts.most_common()]
