"""The day at the desk: who arrives, who stays and who leaves, and the money that is due. All of it by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.drawers import OpenDrawer
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.stays import DayAtDesk, Done, LastChange, sums
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.day_model import DayRow
from rentease_desk.gui.stay_words import (
    arrived_told,
    arriving_told,
    became_told,
    leaving_told,
    left_told,
    money_told,
    staying_told,
)
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.views.folio_beside import FolioBeside
from rentease_desk.gui.widgets.basics import Button, column, row
from rentease_desk.gui.widgets.day_column import DayColumn
from rentease_desk.gui.widgets.day_strip import DayStrip, SyncTimes
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.rights import guard

_ALL = 100
"""The share of the title row that is not the title's or the button's."""


class TodayView(FolioBeside):
    """``new_asked``: make a booking. ``said`` carries a sentence.

    ``mark_moved`` carries the key of a booking to which the mark came by itself; None: a person has moved it.
    """

    new_asked = Signal()
    said = Signal(str)
    mark_moved = Signal(object)

    least_list = 760

    def __init__(self, context: Context) -> None:
        super().__init__(context, context.tr("Today"))
        self.arrivals = DayColumn(
            context, "bed", self.tr("Arrivals"), self.tr("Arrived"), self.tr("Nobody left to check in"),
            self.tr("Who arrives today stands here."),
        )  # fmt: skip
        self.in_house = DayColumn(
            context, "home", self.tr("In house"), "", self.tr("Nobody stays on"),
            self.tr("Who came before today and stays tonight stands here."),
        )  # fmt: skip
        self.departures = DayColumn(
            context, "calendar", self.tr("Departures"), self.tr("Left"), self.tr("Nobody left to check out"),
            self.tr("Who leaves today stands here."),
        )  # fmt: skip
        self.columns = (self.arrivals, self.in_house, self.departures)
        self.strip = DayStrip(context)
        self.about = ElidedLabel(context.theme, tone="text2")
        self._at = 0
        self._wanted: int | None = None
        self._doing: set[int] = set()
        self._own: set[int] = set()
        self._is_stale = self._is_showing = False
        self._build()
        self._connect()

    @property
    def current_item(self) -> Booking | None:
        """The marked booking, as it is shown."""
        shown = self.columns[self._at].marked
        return shown.booking if shown is not None else None

    @property
    def current_booking(self) -> int | None:
        """Its key."""
        booking = self.current_item
        return booking.pk if booking is not None else None

    def home(self) -> QWidget:
        """The column that keys are about."""
        return self.columns[self._at].list

    def start(self) -> None:
        """Read the day. Nobody of another database is marked."""
        for one in self.columns:
            one.forget()
        self._doing.clear()
        self._own.clear()
        self.reload()

    def enter(self) -> None:
        """The keyboard is in a column. What changed while nobody looked is read."""
        super().enter()
        if self._is_stale:
            self.reload()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("F9", self.tr("Pay")),
            ("Enter", self.tr("Folio beside")),
            ("I", self.tr("Check in")),
            ("O", self.tr("Check out")),
            ("←→", self.tr("Column")),
            ("Ctrl+Z", self.tr("Undo")),
        )

    def show_booking(self, pk: int) -> None:
        """Mark a booking, now or when the day has been read."""
        self._wanted = pk
        self._mark_wanted()

    @Slot()
    def reload(self) -> None:
        """Read the day again."""
        if not self.context.is_ready:
            return
        self._is_stale = False
        services, next_run = self.context.services, self.context.next_run

        def read() -> tuple[DayAtDesk, SyncTimes, OpenDrawer]:
            times = SyncTimes(services.sync.covered_until(), next_run())
            return services.stays.day(), times, services.drawers.current()

        self.context.tasks.run(Lane.READ, self, read, self._show, self._day_not_read, channel="day")

    def _build(self) -> None:
        theme = self.context.theme
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title_row.insertWidget(1, self.about, _ALL)
        new = Button(theme, self.tr("New booking"), icon="plus", key="Ctrl+N")
        new.clicked.connect(self.new_asked)
        guard(self.context, Permission.EDIT_BOOKING, new)
        self.title_row.addWidget(new)
        columns = row(*self.columns, spacing=tokens.BETWEEN_CARDS)
        for at in range(len(self.columns)):
            columns.setStretch(at, 1)
        inside = column(spacing=tokens.BETWEEN_CARDS, margins=(24, 16, 24, 16))
        inside.addLayout(self.title_row)
        inside.addWidget(self.banner)
        inside.addWidget(self.strip)
        inside.addLayout(columns, 1)
        self.put_beside(inside)

    def _connect(self) -> None:
        context = self.context
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        context.day_changed.connect(self.reload)
        for one in self.columns:
            one.list.stepped.connect(self._step)
            one.list.came_to.connect(self._came_to)
            one.list.add_action(self.tr("Folio beside"), ("Return", "Enter"), self._open)
            one.list.doubleClicked.connect(self._open)
            one.list.selectionModel().currentChanged.connect(self._row_marked)
        self.columns[0].list.set_current(True)

    # --- reading

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """While nobody looks at it, nothing is read: a sync writes many pages."""
        if not (changes.bookings or changes.payments or changes.refunds or changes.syncs or changes.drawers):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def _day_not_read(self, error: KnownError) -> None:
        self._is_stale = True
        self.not_read("day", error)

    def _show(self, found: tuple[DayAtDesk, SyncTimes, OpenDrawer]) -> None:
        self.was_read("day")
        day, times, drawer = found
        before, self._is_showing = self.columns[self._at].marked, True
        self._show_columns(day)
        self.strip.show_day(day, times)
        self.strip.show_drawer(drawer, self.context.services.desk.operator.desk)
        self._mark_wanted()
        self._wanted, self._is_showing = None, False
        self._look_after_mark(before)
        self._own = set(self._doing)
        self._fill_panel()

    def _show_columns(self, day: DayAtDesk) -> None:
        count, own = self.context.formats.count, self._own
        self.arrivals.show_lines(own, day.arriving, arriving_told, day.arrived, arrived_told)
        self.in_house.show_lines(own, day.staying, staying_told)
        self.departures.show_lines(own, day.leaving, leaving_told, day.left, left_told)
        older = self.tr(", {count} older under Bookings › All").format(count=count(day.older)) if day.older else ""
        self.arrivals.tell(
            self.tr("{count} to come").format(count=count(len(day.arriving))) + older,
            self.tr("{count} arrived").format(count=count(len(day.arrived))) if day.arrived else "",
        )
        self.in_house.tell(self.tr("{count} staying").format(count=count(len(day.staying))))
        self.departures.tell(
            self.tr("{count} to check out").format(count=count(len(day.leaving))),
            self.tr("{count} left").format(count=count(len(day.left))) if day.left else "",
        )
        self._tell_day(day)

    def _tell_day(self, day: DayAtDesk) -> None:
        formats = self.context.formats
        due = sums(0, (money for one in self.columns for money in one.due)).amounts
        rooms = self.tr("{taken} of {rooms} rooms taken tonight").format(
            taken=formats.count(day.taken), rooms=formats.count(day.rooms)
        )
        collect = self.tr("{amount} to collect").format(amount=money_told(due, formats)) if due else ""
        self.about.setText(" · ".join(part for part in (formats.long_date(day.day), rooms, collect) if part))

    # --- marking

    def _look_after_mark(self, before: DayRow | None) -> None:
        """Keys must not be about another guest than the person saw: a mark that came by itself is told to whoever
        does deeds, and a guest who went by somebody else's doing is told of.
        """
        seen = before.booking if before is not None else None
        pk, marked = self.current_booking, self.columns[self._at].marked
        if pk is not None and (seen is None or seen.pk != pk):
            self.mark_moved.emit(pk)
        if before is None or seen is None or seen.pk in self._own:
            return
        if marked is None or (pk == seen.pk and marked.done != before.done):
            self._ask_what_became(seen, marked=marked is not None)

    def _ask_what_became(self, seen: Booking, *, marked: bool) -> None:
        services = self.context.services

        def show(last: LastChange) -> None:
            text = became_told(seen, last, services.desk.acting, marked=marked)
            self.said.emit(text)
            if not marked and self.current_booking is None:
                self.tell(text)

        self.context.tasks.run(Lane.READ, self, lambda: services.stays.last_change(seen.pk), show, channel="became")

    def _moved_by_hand(self) -> None:
        """What is pressed now is meant; what was to be marked is not wanted any more."""
        self._wanted = None
        self.mark_moved.emit(None)
        if self.standing:
            self.tell("")

    def _mark_wanted(self) -> None:
        """The column of the booking becomes the one that keys are about."""
        for at, one in enumerate(self.columns):
            found = one.model.row_of(self._wanted) if self._wanted is not None else None
            if found is not None:
                self._wanted = None
                one.list.mark(found)
                self._choose_column(at)
                return

    def _choose_column(self, at: int) -> None:
        had_keys = self.home().hasFocus()
        self._at = at
        for number, one in enumerate(self.columns):
            one.list.set_current(number == at)
        if not self.columns[at].list.has_mark:
            self.columns[at].list.mark_place()
        if had_keys:
            self.home().setFocus()
        if not self._is_showing:
            self._moved_by_hand()
        self._fill_panel()

    @Slot(int)
    def _step(self, by: int) -> None:
        """To the next column that has anybody in it."""
        places = range(self._at + by, len(self.columns) if by > 0 else -1, by)
        target = next((at for at in places if self.columns[at].list.first_row() is not None), None)
        if target is not None:
            self._choose_column(target)

    @Slot()
    def _came_to(self) -> None:
        at = next((at for at, one in enumerate(self.columns) if one.list.hasFocus()), self._at)
        if at != self._at:
            self._choose_column(at)

    @Slot(QModelIndex, QModelIndex)
    def _row_marked(self, _current: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_showing:
            self._moved_by_hand()
        self._fill_panel()

    @Slot()
    def _open(self) -> None:
        """The folio beside the list; once it is there, the whole of it."""
        if self.current_booking is None:
            return
        if self.is_panel_open:
            self.booking_opened.emit(self.current_booking)
        else:
            self.show_panel(True)

    @Slot(object, bool)
    def doing(self, pk: int, under_way: bool) -> None:
        """What becomes of this booking is this desk's own doing, even if it is read before the answer is here."""
        for kept in (self._doing, self._own):
            (kept.add if under_way else kept.discard)(pk)

    def _is_read(self, booking: Booking) -> bool:
        """Whether it is shown as it stands now, or as it stood later."""
        rows = (one.model.row_of(booking.pk) for one in self.columns)
        shown = [one.model.items[row].booking for one, row in zip(self.columns, rows, strict=True) if row is not None]
        return any(one is not None and one.version >= booking.version for one in shown)

    @Slot(object)
    def did(self, done: Done) -> None:
        """A refusal is told no longer. Where something was undone, the eye goes; else it goes on to the next guest."""
        if not self._tells_unread:
            self.banner.hide()
        self._doing.discard(done.booking.pk)
        if self._is_read(done.booking):
            self._own.discard(done.booking.pk)
        if done.undone:
            self._wanted = done.booking.pk
            self.reload()
