"""What rail, head and foot tell of the desk, whatever page is shown: the sync, and how much waits for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.gui.context import Context
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.foot_bar import FootBar
from rentease_desk.gui.widgets.rail import Rail
from rentease_desk.gui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rentease_desk.gui.widgets.sync_cards import SyncState


class AroundPages(QObject):
    """Follows what the pages tell, and what is written."""

    def __init__(self, context: Context, pages: Pages, top: TopBar, rail: Rail, foot: FootBar) -> None:
        super().__init__(pages)
        self._context, self._pages, self._top, self._rail, self._foot = context, pages, top, rail, foot
        pages.running.connect(top.show_running)
        pages.progressed.connect(top.show_progress)
        pages.stood.connect(self._sync_stood)
        pages.counted.connect(rail.set_count)
        context.changed.connect(self._refresh)

    @Slot()
    def count(self) -> None:
        """Count the payments that have no booking."""
        payments, query, rail = self._context.services.payments, PaymentQuery(unmatched=True), self._rail
        count = lambda: len(payments.keys(query))  # noqa: E731 - a word
        self._context.tasks.run(
            Lane.READ, self, count, lambda found: rail.set_count("unmatched", found), channel="unmatched"
        )

    @Slot(int)
    def show_duplicates(self, count: int) -> None:
        """So many payments may be recorded twice."""
        self._rail.set_count("payments", count)
        self._pages.show_duplicates(count)

    @Slot(object)
    def _sync_stood(self, state: SyncState) -> None:
        self._top.show_state(state)
        last, formats = state.last_success, self._context.formats
        ended = formats.recently(last.ended_at) if last is not None and last.ended_at is not None else ""
        self._foot.show_desk(self.tr("last sync {moment}").format(moment=ended) if ended else self.tr("not synced yet"))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments or changes.bookings:
            self.count()
