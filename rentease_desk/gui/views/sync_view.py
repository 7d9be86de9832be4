"""Pulling card payments: now, over chosen days; what the last run brought; and how the sync stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.alarms import KEY_REFUSED, AlarmKind
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.sync import Progress, RunOutcome
from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui import tokens
from rentease_desk.gui.asked_words import ended_words
from rentease_desk.gui.asking import Asked, Asking
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.models.runs_model import RunsModel
from rentease_desk.gui.notice_words import gap_words
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.agreement_card import AgreementCard
from rentease_desk.gui.widgets.asked_card import AskedCard
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import column, frame, scrolled
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.widgets.sync_cards import LastRunCard, SyncNowCard, SyncState, TwoColumns
from rentease_desk.gui.widgets.sync_state_card import SyncStateCard

if TYPE_CHECKING:
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.stripe_key import KeyInfo
    from rentease_desk.services.sync.recorded import SyncResult

_LOOK_AGAIN = 5_000
_LEAST_RUNS = tokens.TABLE_HEADER + 5 * tokens.ROW


class SyncView(Page):
    """``running`` carries whether a run of this window is under way, ``progressed`` its Progress.

    ``stood`` carries the SyncState each time it was read.
    """

    running = Signal(bool)
    progressed = Signal(object)
    stood = Signal(object)
    _reported = Signal(object)

    def __init__(self, context: Context) -> None:
        self._cancel: threading.Event | None = None
        self._is_told = False
        self._failed_with = ""
        self.now = SyncNowCard(context)
        self.state = SyncStateCard(context)
        self.last = LastRunCard(context)
        self.asked = AskedCard(context)
        self.agreement = AgreementCard(context)
        self.runs = RunsModel(context)
        self.table = CellTable(self.runs, self.runs.columns, context.theme, edge=2 * tokens.GRID)
        self._empty = EmptyState(context.theme, self.table)
        self.gap = Banner(context.theme)
        self._gap_since: int | None = None
        super().__init__(context, self.tr("Sync"))
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._look_again)
        self.runs.setParent(self)
        self.asking = Asking(context, self)
        self._own: SyncRequest | None = None
        self._build()
        self.now.asked.connect(self.sync_days)
        self.now.stop_asked.connect(self._give_up)
        self.asked.withdrawn.connect(self.asking.withdraw)
        self.asking.stood.connect(self._show_asked)
        self.asking.ended.connect(self._tell_ended)
        self.asking.failed.connect(self.fail)
        self._reported.connect(self._show_progress)
        context.changed.connect(self._refresh)
        context.settings_changed.connect(self.reload)
        context.settings_changed.connect(self.now.refresh)
        context.day_changed.connect(self.now.refresh)
        context.day_changed.connect(self.reload)

    @property
    def is_running(self) -> bool:
        """Whether this window syncs just now."""
        return self._cancel is not None

    def start(self) -> None:
        """Show how the sync stands."""
        self.now.refresh()
        self.reload()

    def enter(self) -> None:
        """The keyboard is on the button, and what is to be said stands in sight. Another desk may have begun or ended a
        run.
        """
        self._scroll.verticalScrollBar().setValue(0)
        self.now.now.setFocus()
        if self.context.is_ready:
            self.reload()

    def tells(self) -> frozenset[AlarmKind]:
        """The gap stands here, and why a run of this window was refused."""
        refused = self._failed_with in KEY_REFUSED and not self.banner.isHidden()
        return frozenset({AlarmKind.GAP, AlarmKind.KEY} if refused or self.is_running else {AlarmKind.GAP})

    @Slot(object)
    def fail(self, error: KnownError) -> None:
        """Say what went wrong, on this page and nowhere else."""
        self._failed_with = error.code
        super().fail(error)
        self.told.emit()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (("F5", self.tr("Sync now")), ("Esc", self.tr("Cancel")))

    @Slot(object)
    def sync_days(self, days: DateRange) -> None:
        """Begin a run over these days, unless one is under way. Where that cannot be here, another desk is asked."""
        if self.is_running or (self._own is not None and self._own.state is AskState.TAKEN):
            return
        cancel, service, report = threading.Event(), self.context.services.sync_requests, self._reported.emit
        self._cancel, self._is_told = cancel, False
        self.banner.hide()
        self._set_running(True, days)
        work = lambda: service.now(days, cancel, report)  # noqa: E731 - a word
        self.context.tasks.run(Lane.NETWORK, self, work, self._tell_result, self.fail, ended=self._stopped)

    @Slot()
    def cancel(self) -> None:
        """Stop this window's run after the page that is being read; what is in stays in. Another desk's run goes on."""
        if self._cancel is not None:
            self._cancel.set()
            self.now.set_stopping()

    @Slot()
    def _give_up(self) -> None:
        """Somebody wants no more of it, here or at the desk that was asked."""
        if self.is_running:
            self.cancel()
        elif self._own is not None and not self._own.stopping:
            self.asking.withdraw(self._own.uid)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape cancels, and withdraws what was asked for."""
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        page, both = QWidget(), TwoColumns(self.context.theme)
        self._scroll = scrolled(page)
        self.body.addWidget(self._scroll)  # filled at its place: wherever widgets are moved to, Qt styles them anew
        runs = frame(card=True)
        inside = QVBoxLayout(runs)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        self.table.setAccessibleName(self.tr("Recent runs"))
        keep_size(self.table, self.context.theme, least_height=_LEAST_RUNS)
        layout = column(spacing=16, margins=(tokens.MARGIN, 16, tokens.MARGIN, tokens.MARGIN))
        page.setLayout(layout)
        layout.addLayout(self.title_row)
        layout.addWidget(self.gap)
        layout.addWidget(self.banner)
        layout.addWidget(both, 1)
        left, right = both.left, both.right
        left.addWidget(self.now)
        left.addWidget(self.state)
        left.addStretch(1)
        right.addWidget(self.asked)
        right.addWidget(self.last)
        right.addWidget(self.agreement)
        right.addWidget(runs, 1)

    def _set_running(self, running: bool, days: DateRange | None = None) -> None:
        self.now.set_running(running, days)
        self.running.emit(running)

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        if self._cancel is not None and not self._cancel.is_set():
            if not self._is_told:
                self._is_told = True
                self.reload()
            self.now.show_progress(progress)
            self.progressed.emit(progress)

    def _stopped(self) -> None:
        self._cancel = None
        self._set_running(False)
        self.reload()

    def _tell_result(self, result: SyncResult | SyncRequest) -> None:
        if isinstance(result, SyncRequest):
            return  # how it stands is read again with all else
        if result.outcome is RunOutcome.CANCELLED:
            text = self.tr("What was read is kept; the next sync goes on.")
            self.banner.tell(self.tr("Stopped"), text, Tone.NEUTRAL)
        elif result.failures:
            first = result.failures[0]
            words = self.tr("{kind} {id}: {reason}. The rest is in.")
            title = self.tr("{count} could not be understood").format(count=len(result.failures))
            text = words.format(kind=first.kind, id=first.id, reason=first.reason)
            self.banner.tell(title, text, Tone.ATTENTION)
        elif result.limits:
            self.banner.explain(explained(result.limits[0], self.context.formats))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.syncs:
            self.reload()

    @Slot()
    def reload(self) -> None:
        """Read how the sync stands, and with which key."""
        services, next_run = self.context.services, self.context.next_run
        read = lambda: _read_state(services, next_run)  # noqa: E731 - a word
        self.context.tasks.run(Lane.NETWORK, self, read, self._show_state, channel="state")
        self.asking.look()

    @Slot(object)
    def _show_asked(self, found: Asked) -> None:
        self._own = found.of_desk(self.context.services.desk.operator.desk)
        self.now.show_asked(self._own, found.holder)
        self.asked.show_asked(found)
        self.state.show_holder(found.holder, found.progress)

    @Slot(object)
    def _tell_ended(self, one: SyncRequest) -> None:
        """What this desk had asked for is over."""
        if one.trouble is not None:
            self.banner.explain(explained(one.trouble, self.context.formats))
        elif one.state is not AskState.WITHDRAWN:
            self.banner.tell(*ended_words(one, self.context.formats))

    def _show_state(self, state: SyncState) -> None:
        if state.holder is not None:
            self._again.start(_LOOK_AGAIN)
        self._show_gap(state.gap_since)
        self.state.show_state(state)
        self.last.show_run(state.last_success)
        self.agreement.show_check(state.last_check, state.latest_check)
        self.runs.show_runs(state.runs)
        self._empty.setVisible(not state.runs)
        if not state.runs:
            self._empty.say(self.tr("No sync yet"), self.tr("Press F5 to read the last seven days from Stripe."))
        self.stood.emit(state)

    @Slot()
    def _look_again(self) -> None:
        """Somebody was at it: nobody tells when a lease is given back."""
        if self.isVisible():
            self.reload()

    def _show_gap(self, since: int | None) -> None:
        """It stays above the page until it is closed, or until there is no gap any more."""
        if since == self._gap_since:
            return
        self._gap_since = since
        if since is None:
            self.gap.hide()
            return
        self.gap.tell(*gap_words(since, self.context.formats), Tone.ATTENTION)


def _read_state(services: Services, next_run: Callable[[], int | None]) -> SyncState:
    """In a worker."""
    sync = services.sync
    return SyncState(
        runs=tuple(sync.recent()),
        last_success=sync.last_success(),
        covered_until=sync.covered_until(),
        key=_key_words(services.key.info),
        reads=sync.reads(),
        gap_since=sync.gap_since(),
        holder=sync.holder(),
        next_run=next_run(),
        next_sweep=sync.next_sweep(),
        last_check=sync.last_check(),
        latest_check=sync.last_check(done=False),
    )


def _key_words(read: Callable[[], KeyInfo | None]) -> str:
    """What may be shown of the key; a keyring that does not answer is told in its own words."""
    try:
        info = read()
    except KnownError as error:
        return error.explain().title
    return info.fingerprint if info else ""
