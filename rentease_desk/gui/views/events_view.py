"""The log of Stripe's events: what waits, what needs a person, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.stripe_events import MAX_ATTEMPTS, UNSETTLED, EventState, Retried, StoredEvent
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.events_model import EventsModel, EventSort, EventSource
from rentease_desk.gui.retrier import Retrier, handled_words, unsettled_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.action_page import ActionPage
from rentease_desk.gui.widgets.event_detail import EventDetail
from rentease_desk.gui.widgets.segments import Segments

Counts = dict[EventState, int]


class EventFilter(Struct, frozen=True):
    """What a saved filter of them holds. ``shown``: of which state; None: of all."""

    shown: EventState | None = EventState.DEAD
    sort: EventSort = EventSort.TIME
    descending: bool = True


class EventsView(ActionPage):
    """Its rows are events; those that were given up need a person."""

    def __init__(self, context: Context) -> None:
        self.model = EventsModel(context)
        self.detail = EventDetail(context)
        self._counts: Counts | None = None
        super().__init__(context, "events", context.tr("Events"), self.model, self.detail, EventSort.TIME)
        self._descending = True
        self.retrier = Retrier(context, self)
        self.retrier.settled.connect(self._retried)
        self.retrier.failed.connect(self._not_done)
        self.retrier.held_up.connect(self._held_up)
        self._add_actions()
        self._build()
        context.changed.connect(self._refresh)

    @property
    def current_event(self) -> StoredEvent | None:
        """The marked event."""
        return self.model.item_at(self.table.currentIndex().row())

    @property
    def state(self) -> EventState | None:
        """Of which state events are shown; None: of all."""
        value = self.segments.value
        return value if isinstance(value, EventState) else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("R", self.tr("Retry")),
            ("Shift+R", self.tr("Retry all")),
            ("D", self.tr("Dismiss")),
            ("J", self.tr("Copy as JSON")),
        )

    @Slot()
    def reload(self) -> None:
        """Read the list and the counts again."""
        if not self.context.is_ready:
            return
        events = self.context.services.events
        self.kept.look()
        self.table.show_sorting(self._sort, descending=self._descending)
        self.model.load(EventSource(events, self.state, self._sort, self._descending))
        self.context.tasks.run(
            Lane.READ, self, events.counts, self._show_counts, self._counts_not_read, channel="counts"
        )

    def _add_actions(self) -> None:
        """Letters act while the keyboard is in the list, and nowhere else."""
        add = self.table.add_action
        self.retry_action = add(self.tr("Retry"), "R", self._retry)
        self.dismiss_action = add(self.tr("Dismiss"), "D", self._dismiss)
        self.copy_action = add(self.tr("Copy as JSON"), "J", self._copy)
        self.retry_all_action = add(self.tr("Retry all"), "Shift+R", self._retry_all)

    def _build(self) -> None:
        theme = self.context.theme
        self.retry_all = self.table.button(self.retry_all_action, "sync")
        self.title_row.addWidget(self.retry_all)
        shown = (
            (EventState.DEAD, self.tr("Needs a person")),
            (EventState.WAITING, self.tr("Waiting")),
            (None, self.tr("All")),
        )
        self.segments = Segments(theme, shown, self.tr("Which events"))
        self._keep_filters(EventFilter)
        self.retry, self.dismiss = self.table.button(self.retry_action), self.table.button(self.dismiss_action)
        self.copy = self.table.button(self.copy_action, "copy")
        self._assemble(self.retry, self.dismiss, self.copy)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.syncs:
            self.reload()

    @Slot()
    def _loaded(self) -> None:
        super()._loaded()
        self._tell_how_many()

    def _mark_again(self, last: int) -> int | None:
        """Where the marked event was, if it has gone."""
        return min(self._row, last) if self._row >= 0 and not self._is_other_list else None

    def _show_counts(self, counts: Counts) -> None:
        self.was_read("counts")
        self._counts = counts
        self.retry_all.setEnabled(any(counts.get(one) for one in UNSETTLED))
        self.counted.emit(counts.get(EventState.DEAD, 0))
        self._tell_how_many()

    def _tell_how_many(self) -> None:
        if self._counts is None:
            return
        counts, told = self._counts, self.context.formats.count
        whole = sum(counts.values())
        parts = (
            (self.tr("{count} for a person"), counts.get(EventState.DEAD, 0)),
            (self.tr("{count} waiting"), counts.get(EventState.WAITING, 0)),
            (self.tr("{count} in all"), whole),
        )
        self.subtitle.setText(" · ".join(words.format(count=told(count)) for words, count in parts if count))
        shown, there = self.model.rowCount(), whole if self.state is None else counts.get(self.state, 0)
        cut = self.tr("Shown are the newest {shown} of {whole}.").format(shown=told(shown), whole=told(there))
        self.tell(cut if 0 < shown < there else "")
        self._tell_empty(shown, whole)

    def _tell_empty(self, shown: int, whole: int) -> None:
        self.empty.setVisible(self.model.is_loaded and shown == 0)
        if not self.empty.isVisibleTo(self.table):
            return
        if whole == 0:
            text = self.tr(
                "Stripe says here what happens to payments, from the first poll on. Each is handled by itself."
            )
            self.empty.say(self.tr("No events yet"), text)
        elif self.state is EventState.WAITING:
            text = self.tr("What Stripe says is handled at once; what could not be read is tried again from here.")
            self.empty.say(self.tr("Nothing waits"), text)
        else:
            text = self.tr("An event that could not be handled in {count} attempts would stand here.")
            self.empty.say(self.tr("Every event of Stripe was handled"), text.format(count=MAX_ATTEMPTS))

    @Slot()
    def _show_marked(self) -> None:
        event = self.current_event
        self.detail.show_event(event)
        open_ = event is not None and event.state in UNSETTLED
        self.retry.setEnabled(open_)
        self.dismiss.setEnabled(open_)
        self.copy.setEnabled(event is not None)

    @Slot()
    def _retry(self) -> None:
        event = self._marked(UNSETTLED)
        if event is not None:
            events, done = self.context.services.events, lambda ids: self._begin_to_try(ids, event.type)
            self.context.tasks.run(Lane.WRITE, self, lambda: events.retry([event.id]), done, self._not_done)

    @Slot()
    def _retry_all(self) -> None:
        if self.context.is_ready:
            events = self.context.services.events
            self.context.tasks.run(Lane.WRITE, self, events.retry, self._begin_to_try_all, self._not_done)

    @Slot()
    def _dismiss(self) -> None:
        event = self._marked(UNSETTLED)
        if event is None:
            return
        from rentease_desk.gui.dialogs.dismiss_event import DismissEventDialog

        dialog = DismissEventDialog(self.context, self.window(), event)
        dialog.dismissed.connect(self._dismissed)
        dialog.open()

    @Slot()
    def _copy(self) -> None:
        event = self._marked(frozenset(EventState))
        if event is not None:
            QGuiApplication.clipboard().setText(self.context.services.events.shareable(event))
            self.said.emit(self.tr("{type} is on the clipboard.").format(type=event.type))

    def _marked(self, states: frozenset[EventState]) -> StoredEvent | None:
        """The marked event, if it is in one of these states; else it is said why nothing is done."""
        event = self.current_event
        if event is None:
            self.said.emit(self.tr("Mark an event first."))
        elif event.state not in states:
            self.said.emit(self.tr("This event is settled: there is nothing to do."))
            return None
        return event

    def _begin_to_try(self, ids: Sequence[str], what: str) -> None:
        """They are due now, whatever becomes of the run that is asked for here."""
        self.banner.hide()
        self.said.emit(self.tr("Trying {what} again…").format(what=what))
        self.retrier.add(ids)

    def _begin_to_try_all(self, ids: Sequence[str]) -> None:
        if ids:
            self._begin_to_try(ids, self.tr("1 event") if len(ids) == 1 else self._events(len(ids)))
        else:
            self.said.emit(self.tr("Nothing waits."))

    @Slot()
    def _held_up(self) -> None:
        self.said.emit(self.tr("Another sync is under way. The events are tried as soon as it ends."))

    @Slot(object)
    def _retried(self, retried: Retried) -> None:
        """Say what became of them: good news goes by, what is left to do stays."""
        if retried.unsettled:
            self._tell_unsettled(retried)
        elif retried.handled:
            self.said.emit(handled_words(retried, self.context.formats.count(len(retried.handled))))
        self.reload()

    def _tell_unsettled(self, retried: Retried) -> None:
        if retried.error is not None:
            self.fail(retried.error)
            self._will_be_tried(retried)
        else:
            self.banner.tell(*unsettled_words(retried, self.context), Tone.ATTENTION)

    def _will_be_tried(self, retried: Retried) -> None:
        count = len(retried.unsettled)
        what = retried.unsettled[0].type if count == 1 else self._events(count)
        off = "" if self.context.settings.sync_minutes else " " + self.tr("The timer is off, see Settings.")
        self.said.emit(self.tr("{what} will be tried again with the next sync.").format(what=what) + off)

    def _events(self, count: int) -> str:
        return self.tr("{count} events").format(count=self.context.formats.count(count))

    @Slot(object)
    def _dismissed(self, event: StoredEvent) -> None:
        self.said.emit(self.tr("{type} is dismissed.").format(type=event.type))

    def _not_done(self, error: KnownError) -> None:
        """It may have been handled elsewhere: show how things are."""
        self.fail(error)
        self.reload()
