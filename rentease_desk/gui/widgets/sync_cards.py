"""Cards of the sync page: reading now, and what the last run brought."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QProgressBar, QVBoxLayout, QWidget

from rentease_desk.domain.agreement import Check
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.reads import Reads
from rentease_desk.domain.sync import Holder, Progress, Summary, SyncRun
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui import tokens
from rentease_desk.gui.asked_words import asked_hint, asked_step, share_of, step_words
from rentease_desk.gui.context import Context
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.date_range import RangeDialog, range_told
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.widgets.figures import Figures
from rentease_desk.gui.widgets.segments import Segments

_SPANS = {"today": 1, "7": 7, "30": 30}
_BESIDE = 920
_COUNTS = ("fetched", "new", "updated", "unchanged", "matched", "unmatched", "failed")


class SyncState(Struct, frozen=True):
    """What the page shows, read in one go. ``covered_until`` in UTC seconds; ``key`` is what may be shown of it.

    ``gap_since``: since when (UTC seconds) events were not read, if some may be gone. ``holder``: who syncs just now.
    ``next_run``: when this window's timer rings (None: it is off), ``next_sweep``: from when on a day is read again.
    ``last_check``: what was last compared with Stripe; ``latest_check``: the same, or a later one that was put off.
    """

    runs: tuple[SyncRun, ...]
    last_success: SyncRun | None
    covered_until: int | None
    key: str
    reads: Reads | None = None
    gap_since: int | None = None
    holder: Holder | None = None
    next_run: int | None = None
    next_sweep: int | None = None
    last_check: Check | None = None
    latest_check: Check | None = None


class SyncNowCard(QWidget):
    """``asked`` carries the DateRange to read; ``stop_asked``: enough."""

    asked = Signal(object)
    stop_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._days: DateRange | None = None
        self._being_read: DateRange | None = None
        choices = (("today", self.tr("Today")), ("7", self.tr("7 days")), ("30", self.tr("30 days")),
                   ("other", self.tr("Range")))  # fmt: skip
        self.spans = Segments(theme, choices, self.tr("Days to read"))
        self._span = "7"
        self.spans.choose(self._span)
        self._range = Label(theme, size=tokens.SMALL, tone="text2")
        self._range.setWordWrap(True)
        self._is_running = False
        self._step = Label(theme, weight=QFont.Weight.DemiBold)
        self._share = Label(theme, weight=QFont.Weight.DemiBold)
        self._read = Label(theme, size=tokens.SMALL, tone="text2")
        self._read.setWordWrap(True)
        self._step.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the sync"))
        self.stop = Button(theme, self.tr("Cancel"), key="Esc")
        self.now = Button(theme, self.tr("Sync now"), kind="primary", icon="sync", key="F5")
        self.spans.chosen.connect(self._choose)
        self.stop.clicked.connect(self.stop_asked)
        self.now.clicked.connect(self.ask)
        body = column(self.spans, self._range, spacing=tokens.GRID)
        told = row(self._step, self._share)
        told.setStretch(0, 1)
        body.addLayout(told)
        body.addWidget(self._bar)
        body.addWidget(self._read)
        body.addLayout(row(None, self.stop, self.now, margins=(0, tokens.GRID, 0, 0)))
        put_card(self, card(theme, self.tr("Sync now"), body))
        self.set_running(False)

    @property
    def days(self) -> DateRange | None:
        """The days that are meant now; None before the property is known."""
        if not self._context.is_ready or self._days is not None:
            return self._days
        today = self._context.settings.days.calendar_date(self._context.now())
        return DateRange(today - timedelta(days=_SPANS[self._span] - 1), today)

    @Slot()
    def refresh(self) -> None:
        """The property is known, another day has begun, or a run has: tell the days."""
        days, words = self.days, self.tr("{days}, whole days, {zone}: everything made in this range")
        if self._being_read is not None:
            days, words = self._being_read, self.tr("Being read now: {days}, whole days, {zone}")
        if days is not None:
            self._range.setText(words.format(days=range_told(days, self._context), zone=self._context.settings.zone))

    @Slot()
    def ask(self) -> None:
        """Ask for the chosen days."""
        if self.days is not None:
            self.asked.emit(self.days)

    def set_running(self, running: bool, days: DateRange | None = None) -> None:
        """Show or hide the progress. ``days``: what this run reads, whatever is chosen for the next."""
        self._is_running, self._being_read = running, days
        self.refresh()
        self._show_step(self.tr("Asking Stripe…") if running else "", self.tr("Cancel"), may_begin=not running)

    def _show_step(self, step: str, stop: str, *, may_begin: bool) -> None:
        """Nothing is under way without a ``step``. The keyboard stays on this card: Qt would take it elsewhere, and
        scroll there.
        """
        held = self.now.hasFocus() or self.stop.hasFocus()
        self.stop.setText(stop)
        for button in (self.stop, self.now):
            button.setEnabled(True)
        if held and may_begin:
            self.now.setFocus()
        for part in (self.stop, self._step, self._share, self._bar, self._read):
            part.setVisible(bool(step))
        if held and not may_begin:
            self.stop.setFocus()
        self.now.setEnabled(may_begin)
        self._bar.setRange(0, 0)
        self._step.setText(step)
        self._share.setText("")
        self._read.setText("")

    def set_stopping(self) -> None:
        """The run ends after the page that is being read."""
        self._step.setText(self.tr("Stopping…"))

    def show_progress(self, progress: Progress) -> None:
        """How far the run is."""
        self._step.setText(step_words(progress.step))
        self._show_share(progress)
        self._read.setText(self.tr("{count} read · what is in stays in").format(count=progress.read))

    def show_asked(self, one: SyncRequest | None, syncing: Holder | None) -> None:
        """What this desk has asked another one, as long as that is open and nothing runs here."""
        if self._is_running:
            return
        if one is None:
            self.set_running(False)
            return
        self._show_step(asked_step(one, syncing), self.tr("Withdraw"), may_begin=one.state is not AskState.TAKEN)
        self._read.setText(asked_hint(one, syncing, self._context.formats))
        self.stop.setEnabled(not one.stopping)
        self._bar.setVisible(not one.is_left_alone(syncing))
        if one.run is not None and one.run.progress is not None:
            self._show_share(one.run.progress)

    def _show_share(self, progress: Progress) -> None:
        share = share_of(progress)
        self._share.setText(f"{share} %")
        self._bar.setRange(0, 100)
        self._bar.setValue(share)

    @Slot(object)
    def _choose(self, name: str) -> None:
        if name != "other":
            self._span, self._days = name, None
            self.refresh()
        elif self.days is not None:
            dialog = RangeDialog(self, self._context, self.days)
            dialog.chosen.connect(self._use)
            dialog.rejected.connect(self._keep)
            dialog.open()

    @Slot(object)
    def _use(self, days: DateRange) -> None:
        self._days = days
        self.refresh()

    @Slot()
    def _keep(self) -> None:
        """No other days were chosen after all."""
        if self._days is None:
            self.spans.choose(self._span)


class LastRunCard(QWidget):
    """What the last run that came to its end brought."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        words = (self.tr("fetched"), self.tr("new"), self.tr("updated"), self.tr("unchanged"), self.tr("matched"),
                 self.tr("unmatched"), self.tr("failed"))  # fmt: skip
        self.figures = Figures(theme, tuple(zip(_COUNTS, words, strict=True)))
        self._about = ElidedLabel(theme, tone="text2")
        self._verdict = Label(theme, tone="text2")
        self._verdict.setWordWrap(True)
        body = QVBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.figures)
        body.addWidget(self._verdict)
        put_card(self, card(theme, self.tr("Last finished run"), body, self._about))

    def show_run(self, run: SyncRun | None) -> None:
        """Show its counts; None before the first."""
        summary = run.summary if run else Summary()
        tones = {"unmatched": "attn" if summary.unmatched else "", "failed": "wrong" if summary.failed else ""}
        for name in _COUNTS:
            count = self._context.formats.count(getattr(summary, name))
            self.figures.show_count(name, count, tones.get(name, ""))
        self._about.setText(self._told(run) if run else "")
        quiet = run is not None and not (summary.new or summary.updated or summary.failed)
        nothing = self.tr("Nothing new: everything Stripe has of these days was here already.")
        waiting = self.tr("Unmatched payments wait for a booking in Unmatched (Ctrl+U).")
        self._verdict.setText(nothing if quiet else waiting if summary.unmatched else "")
        self._verdict.setVisible(bool(self._verdict.text()))

    def _told(self, run: SyncRun) -> str:
        formats, days = self._context.formats, self._context.settings.days
        if run.ended_at is None:
            return ""
        took = max(1, run.ended_at - run.started_at)
        span = DateRange(days.calendar_date(run.range_start), days.calendar_date(run.range_end - 1))
        words = self.tr("{moment}, {days}, took {seconds} s")
        return words.format(moment=formats.moment(run.ended_at), days=range_told(span, self._context), seconds=took)


class TwoColumns(QWidget):
    """A narrow column and a wide one; below each other where there is too little room. ``left`` and ``right`` are
    filled by whoever made it.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(tokens.BETWEEN_CARDS)
        self.left, self.right = QVBoxLayout(), QVBoxLayout()
        for side, share in ((self.left, 5), (self.right, 10)):
            side.setSpacing(tokens.BETWEEN_CARDS)
            self._both.addLayout(side, share)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Beside each other, or below."""
        super().resizeEvent(event)
        wide = self.width() >= self._theme.px(_BESIDE)
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
