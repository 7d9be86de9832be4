"""What was asked of the desk that syncs, as rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from rentease_desk.domain.sync_requests import AskState, SyncRequest
from rentease_desk.gui.asked_words import asked_chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.cell import Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.words import range_words, tr


class AskedModel(CellModel[SyncRequest]):
    """The latest requests, newest first."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._requests: Sequence[SyncRequest] = ()
        columns: tuple[Column[SyncRequest], ...] = (
            Column("at", tr("Asked for"), 100, self._at),
            Column("by", tr("At"), 140, lambda one: Cell(one.desk, aside=one.actor, colour="text2")),
            Column("days", tr("Range"), 120, self._days, stretch=True),
            Column("holder", tr("Synced by"), 110, self._holder, give_way=1),
            Column("state", tr("Result"), 112, self._state, firm=True),
        )
        super().__init__(columns, parent)

    @property
    def requests(self) -> Sequence[SyncRequest]:
        """What is shown."""
        return self._requests

    def show_requests(self, requests: Sequence[SyncRequest]) -> None:
        """Show other requests."""
        self.beginResetModel()
        self._requests = requests
        self.endResetModel()

    def request_at(self, row: int) -> SyncRequest | None:
        """The request of a row."""
        return self._requests[row] if 0 <= row < len(self._requests) else None

    def count(self) -> int:
        """One each."""
        return len(self._requests)

    def cell_at(self, row: int, column: Column[SyncRequest]) -> Cell:
        """A cell."""
        return column.cell(self._requests[row])

    def _at(self, one: SyncRequest) -> Cell:
        formats = self._context.formats
        day = formats.long_date(formats.local(one.asked_at).date())
        full = f"{day}, {formats.time(one.asked_at)}"
        return Cell(formats.recently(one.asked_at), tip=full, spoken=full)

    def _days(self, one: SyncRequest) -> Cell:
        words = range_words(one.days, self._context.formats.brief_date)
        whole = range_words(one.days, self._context.formats.long_date)
        kinds = ", ".join(one.kinds)
        return Cell(
            words, aside=kinds, colour="text2", tip=f"{whole}\n{kinds}".strip(), spoken=f"{whole} {kinds}".strip()
        )

    def _holder(self, one: SyncRequest) -> Cell:
        if not one.holder or one.state is AskState.WITHDRAWN:
            return Cell(DASH, colour="text2", spoken=tr("nobody yet"))
        return Cell(one.holder, colour="text2")

    def _state(self, one: SyncRequest) -> Cell:
        trouble = "" if one.trouble is None else str(one.trouble)
        return Cell(chip=asked_chip(one), tip="\n".join((trouble, *one.limits)).strip())
