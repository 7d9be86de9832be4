"""Comparing some days with Stripe's balance from the page of reports: in a worker, with progress, and a way to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rentease_desk.domain.balance_check import BalanceCheck
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.sync import Progress
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.agreement_bar import AgreementBar, Standing

Report = Callable[[Progress], None]


class AgreementDeeds(QObject):
    """``done`` carries what a comparison found, None: it was cancelled; ``failed`` the KnownError why there is none."""

    done = Signal(object)
    failed = Signal(object)
    _reported = Signal(object)

    def __init__(self, context: Context, bar: AgreementBar, days: Callable[[], DateRange]) -> None:
        """``days``: those that are chosen now."""
        super().__init__(bar)
        self._context, self._bar, self._days = context, bar, days
        self._cancel: threading.Event | None = None
        self._standing = Standing()
        bar.compare.clicked.connect(self.compare)
        bar.fetch.clicked.connect(self.fetch)
        bar.stop.clicked.connect(self.cancel)
        self._reported.connect(self._show_progress)

    @property
    def is_running(self) -> bool:
        """Whether a comparison is under way."""
        return self._cancel is not None

    @Slot()
    def compare(self) -> None:
        """Compare the chosen days."""
        if self._bar.compare.isEnabled():
            sync, days = self._context.services.sync, self._days()
            self._begin(lambda cancel, report: sync.compare_balance(days, cancel, report))

    @Slot()
    def fetch(self) -> None:
        """Fetch what was found to differ, and compare again."""
        found = self._standing.found
        if found is not None and found.apart and self._bar.fetch.isEnabled():
            sync = self._context.services.sync
            self._begin(lambda cancel, report: sync.repair_balance(found, cancel, report))

    @Slot()
    def cancel(self) -> None:
        """Stop after the page that is being read. What was fetched stays."""
        if self._cancel is not None:
            self._cancel.set()
            self._bar.set_stopping()

    def keys(self) -> dict[Qt.Key, Callable[[], None]]:
        """What the page's keys do."""
        keys: dict[Qt.Key, Callable[[], None]] = {Qt.Key.Key_C: self.compare, Qt.Key.Key_F: self.fetch}
        return keys | ({Qt.Key.Key_Escape: self.cancel} if self.is_running else {})

    def reload(self) -> None:
        """Show what is known of the chosen days. Stripe is not asked."""
        sync, days = self._context.services.sync, self._days()

        def read() -> Standing:
            found = sync.balance_check(days)
            return Standing(found, None if found else sync.balance_check())

        self._context.tasks.run(Lane.READ, self, read, self._show, self.failed.emit, channel="agreement")

    def forget(self) -> None:
        """Nothing stays of what whoever sits down now may not see."""
        self.cancel()
        self._show(Standing())

    def _show(self, standing: Standing) -> None:
        self._standing = standing
        if not self.is_running:
            self._bar.show_standing(standing)

    def _begin(self, work: Callable[[threading.Event, Report], BalanceCheck | None]) -> None:
        if self.is_running:
            return
        cancel = self._cancel = threading.Event()
        self._bar.set_running(running=True)
        report = self._reported.emit
        self._context.tasks.run(
            Lane.NETWORK, self, lambda: work(cancel, report), self.done.emit, self.failed.emit, ended=self._ended
        )

    def _ended(self) -> None:
        self._cancel = None
        self._bar.set_running(running=False)
        self._bar.show_standing(self._standing)
        self.reload()

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        if self._cancel is not None and not self._cancel.is_set():
            self._bar.show_progress(progress)
