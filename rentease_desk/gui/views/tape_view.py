"""The tape chart: rooms by days, who is where, and stays moved from one place to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.moves import Moved
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.tape_words import marks_told
from rentease_desk.gui.views.folio_beside import FolioBeside
from rentease_desk.gui.widgets.basics import Button, column, frame, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.gives_way import GivesWay
from rentease_desk.gui.widgets.segments import Segments
from rentease_desk.gui.widgets.tape_chart import TapeChart
from rentease_desk.gui.widgets.tape_grid import ZOOM
from rentease_desk.gui.widgets.tape_legend import TapeLegend

_REST = 100
"""The days take what the others leave of the title row."""


class TapeView(FolioBeside):
    """``move_asked`` carries a Booking as it is shown, and the Place it should go to. ``said`` carries a sentence."""

    move_asked = Signal(object, object)
    said = Signal(str)

    least_list = 760

    def __init__(self, context: Context) -> None:
        super().__init__(context, context.tr("Tape chart"))
        self.chart = TapeChart(context)
        self.about = ElidedLabel(context.theme, tone="text2")
        words = self.tr("{count} days")
        self.zoom = Segments(
            context.theme, [(days, words.format(count=days)) for days in ZOOM], self.tr("How many days")
        )
        self._is_stale = True
        self._build()
        self._connect()

    @property
    def current_item(self) -> Booking | None:
        """The marked booking, as it is shown."""
        stay = self.chart.marked_stay
        return stay.booking if stay is not None else None

    @property
    def current_booking(self) -> int | None:
        """Its key."""
        booking = self.current_item
        return booking.pk if booking is not None else None

    def home(self) -> QWidget:
        """The chart."""
        return self.chart

    def start(self) -> None:
        """Look at today."""
        self._is_stale = True
        self.chart.begin_anew()
        if self.isVisible():
            self._begin()

    def enter(self) -> None:
        """The keyboard is in the chart. What changed while nobody looked is read."""
        super().enter()
        if self._is_stale and self.context.is_ready:
            self._begin()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("T", self.tr("Today")),
            ("Ctrl+←→", self.tr("Week")),
            ("+ −", self.tr("Zoom")),
            ("Enter", self.tr("Folio")),
            ("F9", self.tr("Pay")),
            ("M", self.tr("Move")),
        )

    def moved(self, moved: Moved) -> None:
        """A stay was moved, or put back: a refusal is told no longer."""
        if not self._tells_unread:
            self.banner.hide()
        self.chart.moved(moved)

    @Slot()
    def reload(self) -> None:
        """Read what is seen again."""
        if self.context.is_ready:
            self.chart.model.reload()

    def _begin(self) -> None:
        self._is_stale = False
        if self.chart.spot is None:
            self.chart.go_to_today()
        self.chart.model.reload()

    def _build(self) -> None:
        theme = self.context.theme
        for label, policy in ((self.title, QSizePolicy.Policy.Fixed), (self.about, QSizePolicy.Policy.Ignored)):
            label.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
        self.title_row.insertWidget(1, self.about, _REST)
        legend = TapeLegend(self.context)
        self.title_row.insertWidget(2, legend)
        titles, controls = QWidget(), QWidget()
        self._way = GivesWay(titles, self.title_row, legend)
        self._way.keep_whole(self.about)
        titles.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.title_row.setContentsMargins(0, 0, 0, 0)
        titles.setLayout(self.title_row)
        self.earlier = Button(theme, "", icon="chevron-left")
        self.today = Button(theme, self.tr("Today"), key="T")
        self.later = Button(theme, "", icon="chevron-right")
        for button, name in ((self.earlier, self.tr("Earlier")), (self.later, self.tr("Later"))):
            button.setAccessibleName(name)
            button.setToolTip(name)
        controls.setLayout(row(self.earlier, self.today, self.later, self.zoom))
        head = frame(bar="top")
        inside = column(spacing=0, margins=(24, 12, 24, 12))
        inside.addLayout(FlowLayout(titles, controls))
        head.setLayout(inside)
        self.banner.set_flush()
        stack = column(head, self.banner, self.chart, spacing=0)
        stack.setStretch(2, 1)
        self.put_beside(stack)

    def _connect(self) -> None:
        chart, context = self.chart, self.context
        self.earlier.clicked.connect(lambda: chart.pan(-chart.days))
        self.later.clicked.connect(lambda: chart.pan(chart.days))
        self.today.clicked.connect(chart.go_to_today)
        self.zoom.chosen.connect(chart.show_days)
        for button in (self.earlier, self.later, self.today):
            button.clicked.connect(chart.setFocus)
        self.zoom.chosen.connect(lambda _days: chart.setFocus())
        chart.opened.connect(self._open)
        chart.dropped.connect(self.move_asked)
        chart.refused.connect(self.fail)
        chart.said.connect(self.said)
        chart.marked.connect(self._tell_marked)
        chart.looked.connect(self._tell_days)
        chart.model.failed.connect(self._not_read)
        chart.model.changed.connect(self._was_read)
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        context.day_changed.connect(self.reload)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        """While nobody looks at it, nothing is read: a sync writes many pages."""
        if not (changes.bookings or changes.payments or changes.refunds or changes.blocks):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    @Slot(object)
    def _not_read(self, error: KnownError) -> None:
        self._is_stale = True
        self.not_read("chart", error)

    @Slot()
    def _was_read(self) -> None:
        self.was_read("chart")

    @Slot()
    def _tell_marked(self) -> None:
        words = self.chart.words()
        self.chart.setAccessibleDescription(words)
        self.tell(
            words if self.chart.marked_stay is not None else " · ".join(one for one in (words, marks_told()) if one)
        )
        self._fill_panel()

    @Slot()
    def _tell_days(self) -> None:
        chart, formats = self.chart, self.context.formats
        last = chart.first + timedelta(days=chart.days - 1)
        year = "" if last.year == self.context.today().year else f" {last.year}"
        self.about.setText(f"{formats.day_month(chart.first)} {DASH} {formats.day_month(last)}{year}")
        self.zoom.choose(chart.days)

    @Slot()
    def _open(self) -> None:
        if self.current_booking is not None:
            self.booking_opened.emit(self.current_booking)
