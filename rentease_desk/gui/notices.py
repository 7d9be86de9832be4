"""A calm message about problems, and about nothing else: above the page while somebody works in the window, else in
the system's tray, if there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from rentease_desk.domain.alarms import Alarm, AlarmKind
from rentease_desk.gui.alarms import Alarms
from rentease_desk.gui.context import Context
from rentease_desk.gui.notice_words import PAGES, notice_of, tr
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner

_STAYS = 15_000
_ICON = 32


class Tray(Protocol):
    """What is used of the system's tray."""

    messageClicked: SignalInstance  # noqa: N815 - Qt's name
    activated: SignalInstance

    def show(self) -> None:
        """An icon stands there."""

    def hide(self) -> None:
        """No more."""

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        """What the icon says when the mouse is over it."""

    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None:  # noqa: N802 - Qt's name
        """Say something, without a sound of ours."""


def system_tray(icon: QIcon, parent: QObject) -> Tray | None:
    """The system's tray, if it can show messages."""
    if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
        return None
    return QSystemTrayIcon(icon, parent)


class Notices(QObject):
    """Tells alarms as they are raised. ``page_asked`` carries the name of the page that a person wants to see.

    What stands no more, what a person has gone to look at, and what the page on show tells itself, is not told here.
    """

    page_asked = Signal(str)

    def __init__(self, context: Context, banner: Banner, pages: Pages) -> None:
        super().__init__(banner)
        self._context, self._banner, self._pages = context, banner, pages
        self._icon = context.theme.icons.icon("bed", context.theme.colour("accent"), _ICON)
        self._tray: Tray | None = None
        self._above: list[Alarm] = []
        self._in_tray: list[Alarm] = []
        self._alarms = Alarms(context, self)
        self._alarms.stood.connect(self._stood)
        self._alarms.raised.connect(self._raised)

    def look_at_page(self) -> None:
        """A person has gone to a page: what it is about is seen."""
        self._keep_above(lambda one: PAGES[one.kind] != self._pages.shown)
        self.compare_with_page()

    def compare_with_page(self) -> None:
        """The page on show may say something else now: a sentence stands in one place."""
        told = self._told_by_page()
        self._keep_above(lambda one: one.kind not in told)

    @Slot(object)
    def _raised(self, alarms: Sequence[Alarm]) -> None:
        if QApplication.activeWindow() is None and self._has_tray():
            self._tell_in_tray(alarms)
            return
        told = self._told_by_page()
        self._show_above([*self._still_above(), *(one for one in alarms if one.kind not in told)])

    @Slot(object)
    def _stood(self, standing: Sequence[Alarm]) -> None:
        """What has ended meanwhile needs nobody any more."""
        names = {one.name for one in standing}
        self._keep_above(lambda one: one.name in names)
        self._in_tray = [one for one in self._in_tray if one.name in names]
        if self._tray is not None and not self._in_tray:
            self._tray.hide()

    def _told_by_page(self) -> frozenset[AlarmKind]:
        return self._pages.named(self._pages.shown).tells()

    def _still_above(self) -> list[Alarm]:
        """What is told above the page, and was not closed."""
        return [] if self._banner.isHidden() else self._above

    def _keep_above(self, wanted: Callable[[Alarm], bool]) -> None:
        before = self._still_above()
        left = [one for one in before if wanted(one)]
        if left != before:
            self._show_above(left)

    def _show_above(self, alarms: list[Alarm]) -> None:
        self._above = alarms
        if not alarms:
            self._banner.hide()
            return
        notice = notice_of(alarms, self._context)
        is_there = notice.page == self._pages.shown
        action, run = ("", None) if is_there else (tr("Show"), lambda: self.page_asked.emit(notice.page))
        self._banner.tell(notice.title, notice.text, Tone.ATTENTION, action, run)

    def _has_tray(self) -> bool:
        """It is looked for when it is needed: a system may show one later, and in quiet times none is wanted."""
        if self._tray is None:
            self._tray = system_tray(self._icon, self)
            if self._tray is not None:
                self._tray.messageClicked.connect(self._tray_clicked)
                self._tray.activated.connect(self._tray_activated)
        return self._tray is not None

    def _tell_in_tray(self, alarms: Sequence[Alarm]) -> None:
        """The icon stays until somebody has pressed it: a message is gone after some seconds."""
        if self._tray is None:
            return
        self._in_tray += alarms
        notice = notice_of(alarms, self._context)
        self._tray.setToolTip(notice_of(self._in_tray, self._context).title)
        self._tray.show()
        self._tray.showMessage(notice.title, notice.text, self._icon, _STAYS)

    @Slot(object)
    def _tray_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """A press of the icon; the right button would open a menu, and there is none."""
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self._tray_clicked()

    @Slot()
    def _tray_clicked(self) -> None:
        if self._tray is None or not self._in_tray:
            return
        page = notice_of(self._in_tray, self._context).page
        self._in_tray = []
        self._tray.hide()
        self.page_asked.emit(page)
