"""The window: its pages, what leads from one to another, and its menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.drawers import MovementKind
from rentease_desk.domain.errors import KnownError, is_away
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.domain.payment import Crossing
from rentease_desk.domain.stays import Deed
from rentease_desk.gui.actions import Actions
from rentease_desk.gui.backup_deeds import BackupDeeds
from rentease_desk.gui.connections import Doing, connect_deeds, connect_pages
from rentease_desk.gui.context import Context
from rentease_desk.gui.deeds import Deeds
from rentease_desk.gui.diagnosis_deeds import DiagnosisDeeds
from rentease_desk.gui.downtime_deed import DowntimeDeed
from rentease_desk.gui.drawer_deeds import DrawerDeeds
from rentease_desk.gui.duplicate_deeds import DuplicateDeeds
from rentease_desk.gui.errors import explained
from rentease_desk.gui.filter_deeds import FilterDeeds
from rentease_desk.gui.folio_deeds import FolioDeeds
from rentease_desk.gui.journal_deeds import JournalDeeds
from rentease_desk.gui.leads import Leads
from rentease_desk.gui.link_deeds import LinkDeeds
from rentease_desk.gui.marked_deeds import MarkedDeeds
from rentease_desk.gui.one_window import come_forward
from rentease_desk.gui.outbox_deeds import OutboxDeeds
from rentease_desk.gui.pages import NAMES, Pages
from rentease_desk.gui.receipt_deeds import ReceiptDeeds
from rentease_desk.gui.staff_deeds import StaffDeeds
from rentease_desk.gui.stay_deeds import StayDeeds
from rentease_desk.gui.surroundings import Surroundings, show_about
from rentease_desk.gui.tasks import Lane
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
    from rentease_desk.gui.widgets.sync_cards import SyncState

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
        self.deeds, self.folio_deeds = Deeds(context, self), FolioDeeds(context, self)
        self.links = LinkDeeds(context, self)
        self.duplicates = DuplicateDeeds(context, self)
        self.filters = FilterDeeds(context, self.pages, self)
        self.stays, self.receipts = StayDeeds(context, self), ReceiptDeeds(context, self)
        self.journal = JournalDeeds(context, self)
        self.backups = BackupDeeds(context, self)
        self.diagnosis = DiagnosisDeeds(context, self, around.logs)
        self.sheet = DowntimeDeed(context, self)
        self.cash = DrawerDeeds(context, self)
        self.marked = MarkedDeeds(self.pages, self.deeds, self.folio_deeds, self.links, self.stays, self)
        self.outbox = OutboxDeeds(context, self)
        self.deeds.shown = self.marked.stay
        self.people = StaffDeeds(context, self)
        self.leads = Leads(context, self.pages, self.deeds, self.go, self)
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
        self._count_unmatched()
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

    def _handlers(self) -> dict[str, Callable[[], object]]:
        step = self.context.theme.step_zoom
        return {
            **{name: partial(self.go, name) for name in NAMES if name != "folio"},
            "practice": self.practice_asked.emit,
            "about": lambda: show_about(self, self._around),
            "switch": self.people.switch,
            "lock": self.people.lock,
            "quit": self.close,
            "search": self.leads.search,
            "command": self._command,
            "filters": self.filters.manage,
            "larger": lambda: self._zoom(step, 1),
            "smaller": lambda: self._zoom(step, -1),
            "normal": lambda: self._zoom(step, 0),
            "import": self.deeds.import_bookings,
            "journal": self.journal.ask,
            "backup": self.backups.now,
            "downtime": self.sheet.save,
            "log": self.diagnosis.show_log,
            "diagnostics": self.diagnosis.copy,
            "backups": self.backups.ask,
            "history": self.marked.history,
            "payment_history": self.marked.payment_history,
            "new": self.deeds.new_booking,
            "edit": self.marked.edit,
            **{deed.value: partial(self.marked.do, deed) for deed in Deed},
            "undo": self.stays.undo_last,
            "pay": self._pay,
            "waiting": self.outbox.show_waiting,
            "charge": self.marked.charge,
            "link": self.marked.link,
            "void": self.marked.void,
            "refund": self.marked.refund,
            "receipt": self.marked.receipt,
            "duplicates": self.duplicates.ask,
            "sync_now": self.leads.sync_now,
            "export": self.leads.export,
            "paid_in": partial(self.cash.move, MovementKind.PAID_IN),
            "paid_out": partial(self.cash.move, MovementKind.PAID_OUT),
            "drop": partial(self.cash.move, MovementKind.DROP),
            "close_drawer": self.leads.close_drawer,
            "close_day": self.cash.close_day,
            "reopen_day": self.cash.reopen_day,
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
        context.changed.connect(self._refresh)
        context.ready.connect(self._opened)
        if context.is_ready:
            self._opened()
            self._show_rights()
            self.people.look()

    def _connect_deeds(self) -> None:
        doing = Doing(
            self.deeds, self.folio_deeds, self.links, self.duplicates, self.stays, self.receipts, self.cash,
            self.marked, self.leads, self.outbox,
        )  # fmt: skip
        connect_pages(self.pages, doing)
        connect_deeds(doing, self.pages)
        self.away.waiting_asked.connect(self.outbox.show_waiting)
        self.away.cash_asked.connect(self.outbox.take_cash)
        for one in (self.deeds, self.folio_deeds, self.links, self.duplicates, self.stays, self.receipts, self.cash,
                    self.outbox):  # fmt: skip
            one.told.connect(self.foot.say)
            one.refused.connect(self._refused)
        self.deeds.crossed.connect(self._crossed)
        self.marked.said.connect(self.foot.say)
        self.marked.booking_history_asked.connect(self.journal.of_booking)
        self.marked.payment_history_asked.connect(self.journal.of_payment)
        self.journal.refused.connect(self._refused)
        self.backups.told.connect(self.foot.say)
        self.diagnosis.told.connect(self.foot.say)
        self.sheet.told.connect(self.foot.say)
        self.sheet.refused.connect(self._refused)
        self.diagnosis.refused.connect(self.show_error)
        self.backups.refused.connect(self._refused)
        self.backups.restore_asked.connect(self.restore_asked)
        self.filters.told.connect(self.foot.say)
        self.filters.page_asked.connect(self.go)
        self.duplicates.counted.connect(self._show_duplicates)
        self.people.told.connect(self.foot.say)
        self.people.quit_asked.connect(self.close)

    def _connect_pages(self) -> None:
        pages = self.pages
        pages.added.connect(self._layouts.add)
        pages.told.connect(self._page_told)
        pages.said.connect(self.foot.say)
        pages.booking_opened.connect(self.open_folio)
        pages.folio_left.connect(self._leave_folio)
        pages.running.connect(self.top.show_running)
        pages.progressed.connect(self.top.show_progress)
        pages.stood.connect(self._sync_stood)
        pages.counted.connect(self.rail.set_count)
        pages.appearance_chosen.connect(self.appearance_chosen)

    @Slot(object)
    def open_folio(self, pk: int) -> None:
        """Show a booking's folio; Escape comes back here."""
        if self.page != "folio":
            self._before_folio = self.page
        self.pages.folio.show_booking(pk)
        self.go("folio")

    @Slot(int)
    def _show_duplicates(self, count: int) -> None:
        self.rail.set_count("payments", count)
        self.pages.show_duplicates(count)

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

    @Slot(object)
    def _sync_stood(self, state: SyncState) -> None:
        self.top.show_state(state)
        last = state.last_success
        formats = self.context.formats
        ended = formats.recently(last.ended_at) if last is not None and last.ended_at is not None else ""
        self.foot.show_desk(self.tr("last sync {moment}").format(moment=ended) if ended else self.tr("not synced yet"))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments or changes.bookings:
            self._count_unmatched()

    @Slot()
    def _count_unmatched(self) -> None:
        payments, query, rail = self.context.services.payments, PaymentQuery(unmatched=True), self.rail
        count = lambda: len(payments.keys(query))  # noqa: E731 - a word
        self.context.tasks.run(
            Lane.READ, self, count, lambda found: rail.set_count("unmatched", found), channel="unmatched"
        )
