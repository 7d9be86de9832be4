"""The window: its pages, what leads from one to another, and its menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.domain.payment import Crossing
from rentease_desk.gui.actions import Actions, Run
from rentease_desk.gui.around_pages import AroundPages
from rentease_desk.gui.connections import connect_deeds, connect_pages, connect_words, make_deeds
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.handlers import deed_handlers
from rentease_desk.gui.one_window import come_forward
from rentease_desk.gui.pages import NAMES, Pages
from rentease_desk.gui.surroundings import Surroundings, show_about
from rentease_desk.gui.theme import Appearance
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.away_banner import AwayBanner
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.foot_bar import FootBar
from rentease_desk.gui.widgets.rail import Rail, desk_places
from rentease_desk.gui.widgets.sizes import LayoutZoom
from rentease_desk.gui.widgets.top_bar import TopBar
from rentease_desk.gui.words import crossing_words

if TYPE_CHECKING:
    from rentease_desk.gui.notices import Notices
    from rentease_desk.gui.practice_menu import PracticeControl, PracticeMenu
    from rentease_desk.gui.views.command_bar import CommandBar

_SIZE = (1440, 900)
_SMALLEST = (1024, 640)
_FIRST = "today"
_HAVE_STAYS = frozenset({"today", "bookings", "tape", "folio"})
"""Pages on which a booking is marked, as it is shown."""


class MainWindow(QMainWindow):
    """Shown at once; it fills when the database is open.

    ``painted``: it is on the screen. ``closing``: the person has closed it. ``appearance_chosen``, ``zoom_chosen``:
    for this desk. ``reset_asked``: begin practice afresh. ``practice_asked``: open practice beside this window.
    ``restore_asked`` carries the path of a backup that shall take the database's place.
    """

    painted = Signal()
    closing = Signal()
    appearance_chosen = Signal(object)
    zoom_chosen = Signal(object)
    reset_asked = Signal()
    practice_asked = Signal()
    restore_asked = Signal(object)

    def __init__(self, context: Context, around: Surroundings) -> None:
        super().__init__()
        self.context, self._around = context, around
        self.pages = Pages(context, around.appearance)
        self._before_folio = _FIRST
        self.top = TopBar(context, practice=around.practice, person=around.person)
        self.rail = Rail(context.theme, desk_places())
        self.foot = FootBar(context.theme, around.desk)
        self.banner, self.notice = Banner(context.theme), Banner(context.theme)
        self.banner.set_flush()
        self.notice.set_flush()
        self.away = AwayBanner(context)
        self._doing = doing = make_deeds(context, self.pages, self.go, around.logs, self)
        self.deeds, self.folio_deeds, self.links, self.stays = doing.deeds, doing.folio, doing.links, doing.stays
        self.duplicates, self.receipts, self.cash, self.outbox = (
            doing.duplicates, doing.receipts, doing.cash, doing.outbox,
        )  # fmt: skip
        self.marked, self.leads, self.filters, self.people = doing.marked, doing.leads, doing.filters, doing.people
        self.journal, self.backups, self.diagnosis = doing.journal, doing.backups, doing.diagnosis
        self._around_pages = AroundPages(context, self.pages, self.top, self.rail, self.foot)
        self._practice: PracticeMenu | None = None
        self._notices: Notices | None = None
        self._is_painted = False
        self._layouts = LayoutZoom(self, context.theme)
        self._build()
        self.actions_ = Actions(self, self._handlers())
        self.actions_.add_filters(self.filters.menu)
        self.actions_.add_appearance(around.appearance, self.appearance_chosen.emit)
        self.actions_["practice"].setVisible(not around.practice)
        if not around.practice:
            self.actions_.add_help()
        self._connect()
        self.go(_FIRST)
        self._restore()

    @Slot()
    def _opened(self) -> None:
        self._around_pages.count()
        self.duplicates.count()
        if self._notices is None:
            self._begin_notices()
        for later in (self.pages.begin_telling, self.filters.read):
            QTimer.singleShot(0, self, later)  # the first page is read meanwhile

    def _begin_notices(self) -> None:
        """From now on, what a person should hear of is told, whatever page is shown."""
        from rentease_desk.gui.notices import Notices

        self._notices = Notices(self.context, self.notice, self.pages)
        self._notices.page_asked.connect(self._show_page)

    @Slot()
    def _show_rights(self) -> None:
        self.actions_.show_rights(self.context.staff)

    @Slot(str)
    def _show_page(self, name: str) -> None:
        """Somebody has pressed a message."""
        come_forward(self)
        if name == "backups":
            self.backups.ask()
        else:
            self.go(name)

    @property
    def page(self) -> str:
        """The page that is shown."""
        return self.pages.shown

    def page_of(self, name: str) -> Page:
        """A page by its name, one of ``pages.NAMES``."""
        return self.pages.named(name)

    def show_appearance(self, appearance: Appearance) -> None:
        """Say which appearance was chosen, wherever it can be chosen."""
        self.actions_.show_appearance(appearance)
        self.pages.show_appearance(appearance)

    def go(self, name: str) -> None:
        """Show a page."""
        page = self.page_of(name)
        self.pages.setCurrentWidget(page)
        self.rail.mark(self._before_folio if name == "folio" else name)
        self.actions_.allow_deeds(allowed=name in _HAVE_STAYS)
        self.foot.show_keys(page.key_hints())
        self.foot.tell(page.standing)
        page.enter()
        if self._notices is not None:
            self._notices.look_at_page()

    def add_practice(self, control: PracticeControl) -> None:
        """The practice server is there, perhaps a new one: the learner may make things happen."""
        if self._practice is not None:
            self._practice.use(control)
            self.go(_FIRST)
            return
        from rentease_desk.gui.practice_menu import PracticeMenu

        self._practice = menu = PracticeMenu(self.context, control, self.marked.reference, self)
        menu.happened.connect(self.foot.say)
        menu.failed.connect(self.show_error)
        menu.reset_asked.connect(self.reset_asked)
        self.actions_.add_menu(menu.menu)
        self.actions_.add_help()

    @Slot(object)
    def show_error(self, error: KnownError) -> None:
        """A known error that no page takes. Of a database that is away a line of its own tells."""
        if is_away(error) and self.context.away.since is not None:
            return
        self.banner.explain(explained(error, self.context.formats))

    @Slot(object)
    def _refused(self, error: KnownError) -> None:
        self.page_of(self.page).fail(error)

    @Slot(object)
    def _crossed(self, crossing: Crossing) -> None:
        """Two desks took money for the same folio at once."""
        told = crossing_words(crossing, self.context.now(), self.context.settings, self.context.formats)
        self.banner.tell(*told, Tone.ATTENTION)

    def offer(self, error: KnownError, action: str, run: Callable[[], None]) -> None:
        """A known error, and a way out of it."""
        self.banner.explain(explained(error, self.context.formats), action, run)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Tell when it was painted first."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember how the window was. No page is made for that: it may be closed before they are."""
        from rentease_desk.gui.widgets.desk_table import DeskTable

        self.stop_syncing()
        self.context.state.set_bytes("window", self.saveGeometry())
        for table in self.findChildren(DeskTable):
            table.save_columns()
        self.context.state.flush()
        self.closing.emit()
        event.accept()

    def stop_syncing(self) -> None:
        """End the runs that this window has begun; what is in stays in."""
        self.deeds.stop()
        self.links.stop()
        self.journal.stop()
        if self.pages.is_made("sync"):
            self.pages.sync.cancel()
        if self.pages.is_made("reports"):
            self.pages.reports.comparing.cancel()
        if self.pages.is_made("events"):
            self.pages.events.retrier.stop()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Rentease Desk – practice") if self._around.practice else self.tr("Rentease Desk"))
        self.setMinimumSize(*_SMALLEST)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.pages, 1)
        central = QWidget()
        self.setCentralWidget(central)
        outer = QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top)
        outer.addWidget(self.away)
        outer.addWidget(self.banner)
        outer.addWidget(self.notice)
        outer.addLayout(middle, 1)
        outer.addWidget(self.foot)

    def _restore(self) -> None:
        kept = self.context.state.bytes("window")
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(QSize(*_SIZE).boundedTo(self.screen().availableSize()))

    def _handlers(self) -> dict[str, Run]:
        step = self.context.theme.step_zoom
        return {
            **{name: partial(self.go, name) for name in NAMES if name != "folio"},
            "practice": self.practice_asked.emit,
            "about": lambda: show_about(self, self._around),
            "quit": self.close,
            "command": self._command,
            "larger": lambda: self._zoom(step, 1),
            "smaller": lambda: self._zoom(step, -1),
            "normal": lambda: self._zoom(step, 0),
            "pay": self._pay,
            **deed_handlers(self._doing),
        }

    def _connect(self) -> None:
        context = self.context
        self.rail.chosen.connect(self.go)
        self.top.command.pressed.connect(self._command)
        self._connect_pages()
        self._connect_deeds()
        context.staff_changed.connect(self._show_rights)
        context.tasks.known_error.connect(self.show_error)
        context.outgrown.connect(self.show_error)
        context.ready.connect(self._opened)
        if context.is_ready:
            self._opened()
            self._show_rights()
            self.people.look()

    def _connect_deeds(self) -> None:
        connect_pages(self.pages, self._doing)
        connect_deeds(self._doing, self.pages)
        connect_words(self._doing, self.foot.say, self._refused)
        self.away.waiting_asked.connect(self.outbox.show_waiting)
        self.away.cash_asked.connect(self.outbox.take_cash)
        self.deeds.crossed.connect(self._crossed)
        self.diagnosis.refused.connect(self.show_error)
        self.backups.restore_asked.connect(self.restore_asked)
        self.filters.page_asked.connect(self.go)
        self.duplicates.counted.connect(self._around_pages.show_duplicates)
        self.people.quit_asked.connect(self.close)

    def _connect_pages(self) -> None:
        pages = self.pages
        pages.added.connect(self._layouts.add)
        pages.told.connect(self._page_told)
        pages.said.connect(self.foot.say)
        pages.booking_opened.connect(self.open_folio)
        pages.folio_left.connect(self._leave_folio)
        pages.appearance_chosen.connect(self.appearance_chosen)

    @Slot(object)
    def open_folio(self, pk: int) -> None:
        """Show a booking's folio; Escape comes back here."""
        if self.page != "folio":
            self._before_folio = self.page
        self.pages.folio.show_booking(pk)
        self.go("folio")

    @Slot()
    def _leave_folio(self) -> None:
        pk = self.pages.folio.booking_pk
        self.go(self._before_folio)
        if pk is not None and self._before_folio == "bookings":
            self.pages.bookings.show_booking(pk)
        elif pk is not None and self._before_folio == "today":
            self.pages.today.show_booking(pk)

    @cached_property
    def command_bar(self) -> CommandBar:
        """What Ctrl+K opens."""
        from rentease_desk.gui.views.command_bar import CommandBar

        made = CommandBar(self.context, self, self.top.command, self.actions_["command"])
        made.booking_chosen.connect(self.open_folio)
        return made

    @Slot()
    def _pay(self) -> None:
        """On the booking that is marked; while the database is away and none is to be seen, against a reference."""
        if self.context.away.keeps_cash and self.marked.stay() is None:
            self.outbox.take_cash()
        else:
            self.marked.pay()

    @Slot()
    def _command(self) -> None:
        self.command_bar.open()

    def _zoom(self, step: Callable[[int], None], direction: int) -> None:
        step(direction)
        self.zoom_chosen.emit(self.context.theme.zoom)

    @Slot()
    def _page_told(self) -> None:
        page = self.page_of(self.page)
        self.foot.show_keys(page.key_hints())
        self.foot.tell(page.standing)
        if self._notices is not None:
            self._notices.compare_with_page()
