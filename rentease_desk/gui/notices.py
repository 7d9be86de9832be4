"""A calm message about problems: in the system's tray where there is one, else above the page. For nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject, Signal, SignalInstance, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from rentease_desk.domain.alarms import Alarm, AlarmKind
from rentease_desk.gui.alarms import Alarms
from rentease_desk.gui.context import Context
from rentease_desk.gui.stripe_words import deadline_words
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner

_STAYS = 15_000
_ICON = 32
_ORDER = list(AlarmKind)


class Notice(Struct, frozen=True):
    """What is said, and the page that shows more of it."""

    title: str
    text: str
    page: str


class Tray(Protocol):
    """What is used of the system's tray."""

    messageClicked: SignalInstance  # noqa: N815 - Qt's name

    def show(self) -> None:
        """An icon stands there."""

    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None:  # noqa: N802 - Qt's name
        """Say something, without a sound of ours."""


def system_tray(icon: QIcon, parent: QObject) -> Tray | None:
    """The system's tray, if it can show messages."""
    if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
        return None
    return QSystemTrayIcon(icon, parent)


class Notices(QObject):
    """Tells alarms as they are raised. ``page_asked`` carries the name of the page that a person wants to see."""

    page_asked = Signal(str)

    def __init__(
        self, context: Context, banner: Banner, make_tray: Callable[[QIcon, QObject], Tray | None] = system_tray
    ) -> None:
        super().__init__(banner)
        self._context, self._banner, self._page = context, banner, ""
        self._icon = context.theme.icons.icon("bed", context.theme.colour("accent"), _ICON)
        self._tray = make_tray(self._icon, self)
        if self._tray is not None:
            self._tray.messageClicked.connect(self._clicked)
        self._alarms = Alarms(context, self)
        self._alarms.raised.connect(self._raised)

    @Slot(object)
    def _raised(self, alarms: Sequence[Alarm]) -> None:
        notice = notice_of(alarms, self._context)
        self._page = notice.page
        if self._tray is None:
            self._banner.tell(notice.title, notice.text, Tone.ATTENTION, tr("Show"), self._clicked)
        else:
            self._tray.show()
            self._tray.showMessage(notice.title, notice.text, self._icon, _STAYS)

    @Slot()
    def _clicked(self) -> None:
        self.page_asked.emit(self._page)


def tr(text: str) -> str:
    """A word in the window's language."""
    return QCoreApplication.translate("notices", text)


def notice_of(alarms: Sequence[Alarm], context: Context) -> Notice:
    """One message for all of them: the gravest in a sentence, the others by their count."""
    by_kind = groupby(sorted(alarms, key=lambda one: _ORDER.index(one.kind)), key=lambda one: one.kind)
    first, *others = [_of_kind(kind, list(some), context) for kind, some in by_kind]
    return Notice(first.title, " ".join([first.text, *(f"{one.title}." for one in others)]), first.page)


def _of_kind(kind: AlarmKind, alarms: Sequence[Alarm], context: Context) -> Notice:
    count = context.formats.count(len(alarms))
    several = {
        AlarmKind.DISPUTE: tr("{count} payments are disputed"),
        AlarmKind.REFUND: tr("{count} refunds failed"),
        AlarmKind.EVENT: tr("{count} events need a person"),
    }
    one = {
        AlarmKind.KEY: tr("Stripe refuses the key"),
        AlarmKind.GAP: tr("The sync has a gap"),
        AlarmKind.DISPUTE: tr("A payment is disputed"),
        AlarmKind.REFUND: tr("A refund failed"),
        AlarmKind.EVENT: tr("An event needs a person"),
    }
    title = several[kind].format(count=count) if len(alarms) > 1 and kind in several else one[kind]
    return Notice(title, _sentence(kind, alarms, context), _PAGES[kind])


_PAGES = {
    AlarmKind.KEY: "settings",
    AlarmKind.GAP: "sync",
    AlarmKind.DISPUTE: "follow_ups",
    AlarmKind.REFUND: "follow_ups",
    AlarmKind.EVENT: "events",
}


def _sentence(kind: AlarmKind, alarms: Sequence[Alarm], context: Context) -> str:
    formats, first = context.formats, min((one.moment for one in alarms if one.moment is not None), default=0)
    if kind is AlarmKind.DISPUTE:
        return deadline_words("needs_response", first, context.now(), formats) + "."
    words = {
        AlarmKind.KEY: tr("No card payments come in until there is a good key in Settings."),
        AlarmKind.GAP: tr(
            "Stripe keeps events for 30 days; they were last read on {day}. The next sync reads lists instead."
        ),
        AlarmKind.REFUND: tr("The money is back in Stripe, and not with the guest."),
        AlarmKind.EVENT: tr("It could not be handled, and is not tried again by itself."),
    }
    return words[kind].format(day=formats.short_date(formats.local(first).date()))
