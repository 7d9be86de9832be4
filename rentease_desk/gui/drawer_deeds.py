"""What is done with the drawer and with business days, from wherever in the window it is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.drawers import DrawerSession, MovementKind
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.domain.day_close import DayState
    from rentease_desk.domain.z_report import ZReport

_LOOK_BACK = 31
"""So many days back, the last closed one is looked for."""


class DrawerDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError. ``page_asked``: the drawer is to be looked at."""

    told = Signal(str)
    refused = Signal(object)
    page_asked = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    @Slot(object)
    def move(self, kind: MovementKind) -> None:
        """Ask how much goes in or out, if the drawer is open."""
        if self._context.is_ready:
            drawers = self._context.services.drawers
            self._context.tasks.run(
                Lane.READ, self, lambda: drawers.current().session, lambda found: self._open_move(kind, found),
                self.refused.emit, channel="move",
            )  # fmt: skip

    @Slot(object)
    def report(self, session: DrawerSession) -> None:
        """Show the Z report of a closed session."""
        reports = self._context.services.z_reports
        self._context.tasks.run(
            Lane.READ, self, lambda: reports.report(session.pk), self._open_report, self.refused.emit, channel="report"
        )

    @Slot()
    def close_day(self) -> None:
        """Tell what is open, and ask whether the day is closed."""
        if self._context.is_ready:
            days = self._context.services.days
            self._context.tasks.run(Lane.READ, self, days.state, self._open_close, self.refused.emit, channel="day")

    @Slot()
    def reopen_day(self) -> None:
        """Ask why the last closed day is opened again."""
        if not self._context.is_ready:
            return
        days, today = self._context.services.days, self._context.today()

        def find() -> DayState | None:
            return next((state for state in map(days.state, _back(today)) if state.closed), None)

        self._context.tasks.run(Lane.READ, self, find, self._open_reopen, self.refused.emit, channel="day")

    def _open_move(self, kind: MovementKind, session: DrawerSession | None) -> None:
        if session is None:
            self.page_asked.emit()
            self.refused.emit(KnownError("drawer.not_open", desk=self._context.services.desk.operator.desk))
            return
        from rentease_desk.gui.dialogs.move_cash import MoveCashDialog

        dialog = MoveCashDialog(self._context, self._window, kind)
        dialog.moved.connect(self.told)
        dialog.open()

    def _open_report(self, report: ZReport) -> None:
        from rentease_desk.gui.dialogs.z_report import ZReportDialog

        dialog = ZReportDialog(self._context, self._window, report)
        dialog.given_out.connect(self.told)
        dialog.open()

    def _open_close(self, state: DayState) -> None:
        if state.closed:
            self.refused.emit(KnownError("day.closed_already", day=state.day, actor=state.deeds[-1].actor))
            return
        from rentease_desk.gui.dialogs.close_day import CloseDayDialog

        dialog = CloseDayDialog(self._context, self._window, state)
        dialog.closed.connect(self.told)
        dialog.open()

    def _open_reopen(self, state: DayState | None) -> None:
        if state is None:
            self.refused.emit(KnownError("day.not_closed", day=self._context.today()))
            return
        from rentease_desk.gui.dialogs.close_day import ReopenDayDialog

        dialog = ReopenDayDialog(self._context, self._window, state)
        dialog.reopened.connect(self.told)
        dialog.open()


def _back(today: date) -> list[date]:
    return [today - timedelta(days=one) for one in range(_LOOK_BACK)]
