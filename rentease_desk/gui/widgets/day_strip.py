"""The strip above the day's columns: the drawer, the last sync, payments without a booking, today's refunds."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from rentease_desk.domain.drawers import OpenDrawer
from rentease_desk.domain.stays import DayAtDesk
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.stay_words import money_told
from rentease_desk.gui.widgets.basics import Icon, column, row
from rentease_desk.gui.widgets.elided import ElidedLabel, WholeLabel


class SyncTimes(Struct, frozen=True):
    """Up to when Stripe was read, and when it is read next: UTC seconds, None where that is not known."""

    covered_until: int | None = None
    next_run: int | None = None


class DayStrip(QWidget):
    """Four cards beside each other."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.drawer = StripCard(context, "drawer", self.tr("Drawer"))
        self.sync = StripCard(context, "sync", self.tr("Last sync"))
        self.unmatched = StripCard(context, "question", self.tr("Unmatched payments"))
        self.refunds = StripCard(context, "arrow-back", self.tr("Refunds today"))
        cards = row(self.drawer, self.sync, self.unmatched, self.refunds, spacing=tokens.BETWEEN_CARDS)
        for at in range(4):
            cards.setStretch(at, 1)
        self.setLayout(cards)

    def show_drawer(self, found: OpenDrawer, desk: str) -> None:
        """The drawer of this desk: since when it is open, or that cash is not counted."""
        formats, session = self._context.formats, found.session
        if session is None:
            self.drawer.show_figure(self.tr("closed"), desk, self.tr("cash is not counted"))
            return
        since = self.tr("open since {moment}").format(moment=formats.recently(session.opened_at))
        self.drawer.show_figure(since, desk, session.opened_by)

    def show_day(self, day: DayAtDesk, times: SyncTimes) -> None:
        """Another day, or the same one later."""
        formats = self._context.formats
        self.sync.show_figure(
            self._time(day.synced_at) or self.tr("not yet"),
            self._told(self.tr("covered to {time}"), times.covered_until),
            self._told(self.tr("next {time}"), times.next_run),
        )
        count = day.unmatched.count
        self.unmatched.show_figure(
            self.tr("{count} to place").format(count=formats.count(count)) if count else self.tr("none"),
            *(formats.money(one) for one in day.unmatched.amounts[:2]),
            tone="attn" if count else "",
        )
        self._show_refunds(day)

    def _told(self, words: str, at: int | None) -> str:
        return "" if at is None else words.format(time=self._time(at))

    def _time(self, at: int | None) -> str:
        """``14:06`` of this day of the calendar, else with its day; "" if it is not known."""
        if at is None:
            return ""
        formats = self._context.formats
        is_today = formats.local(at).date() == formats.local(self._context.now()).date()
        return formats.time(at) if is_today else formats.moment(at)

    def _show_refunds(self, day: DayAtDesk) -> None:
        formats, count = self._context.formats, day.returned.count
        words = self.tr("1 refund") if count == 1 else self.tr("{count} refunds").format(count=formats.count(count))
        came_back = self.tr("Refund returned") if day.returned.amounts else ""
        self.refunds.show_figure(
            money_told(day.returned.amounts, formats) or self.tr("none"),
            words if count else came_back,
            ", ".join(day.returned_by),
            figure_tone="wrong" if any(one.minor < 0 for one in day.returned.amounts) else "",
        )


class StripCard(QFrame):
    """An icon, what it is, a ``figure``, and, where there is room for all of them, two small lines at the right."""

    def __init__(self, context: Context, icon: str, title: str) -> None:
        super().__init__()
        theme = context.theme
        self._px = theme.px
        self.setProperty("card", True)
        self._title, self._icon_name = title, icon
        self._icon = Icon(theme, icon)
        self.figure = WholeLabel(theme, weight=QFont.Weight.DemiBold)
        self._asides = tuple(WholeLabel(theme, size=tokens.SMALL, tone="text2") for _ in range(2))
        for aside in self._asides:
            aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._name = ElidedLabel(theme, title, size=tokens.SMALL, tone="text2")
        names = column(self._name, self.figure, spacing=2)
        layout = row(self._icon, spacing=12, margins=(16, 10, 16, 10))
        layout.addLayout(names)
        layout.addStretch(1)
        layout.addLayout(column(*self._asides, spacing=2))
        self.setLayout(layout)

    def show_figure(self, figure: str, *asides: str, tone: str = "", figure_tone: str = "") -> None:
        """Show another figure; ``tone`` colours the icon, ``figure_tone`` the figure."""
        self.figure.setText(figure)
        self.figure.set_tone(figure_tone)
        for label, text in zip(self._asides, (*asides, "", ""), strict=False):
            label.setText(text)
        self._icon.show_icon(self._icon_name, tone or "text2")
        self.setAccessibleName(", ".join(part for part in (f"{self._title}: {figure}", *asides) if part))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """There may be more room, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The small lines are all there, or none of them."""
        names = max(self._name.sizeHint().width(), self.figure.sizeHint().width())
        asides = max(aside.sizeHint().width() for aside in self._asides)
        around = self._icon.sizeHint().width() + self._px(16 + 12 + 12 + 12 + 16)
        fits = names + asides + around <= self.width()
        for aside in self._asides:
            aside.setVisible(fits)
